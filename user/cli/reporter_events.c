// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "cli/reporter.h"
#include "loader/kept.h"
#include "report/names.h"

static void tell_hook(struct reporter *reports, const char *interface, int direction,
		      enum event_kind kind, enum hook hook, const char *reason)
{
	const struct event event = {
		.kind = kind,
		.interface = interface,
		.direction = direction_names[direction],
		.hook = hook_name(hook),
		.reason = reason,
	};

	sinks_event(&reports->sinks, &event);
}

/* Of an attachment: what is not seen there, else what goes on from before. */
static const char *attached_reason(const struct reporter *reports, const struct watched *w,
				   int direction)
{
	if (direction == DIRECTION_RX && w->behind_xdp && w->why[0])
		return w->why;
	if (!w->at[direction].resumed)
		return NULL;
	return !kept_anew(reports->kept)
		       ? "as before this start, without a gap"
		       : "as before this start, without a gap; lists and TCP streams "
			 "begin anew";
}

/* For readers, an interface under another name is another one. */
static void tell_name(struct reporter *reports, uint32_t position, const struct watched *w)
{
	char *logged = reports->logged_name[position], reason[IF_NAMESIZE + 32];

	if (strcmp(logged, w->name) == 0)
		return;
	for (int d = 0; d < DIRECTION_COUNT && logged[0]; d++) {
		if (reports->logged[position][d] == HOOK_NONE)
			continue;
		snprintf(reason, sizeof(reason), "renamed to %s", w->name);
		tell_hook(reports, logged, d, EVENT_DETACHED, reports->logged[position][d], reason);
		snprintf(reason, sizeof(reason), "renamed from %s", logged);
		tell_hook(reports, w->name, d, EVENT_ATTACHED, reports->logged[position][d],
			  reason);
	}
	memcpy(logged, w->name, IF_NAMESIZE);
}

static void tell_attacher(struct reporter *reports, const struct attacher *attacher)
{
	char reason[sizeof(attacher->end) + 64];
	const struct event event = {.kind = EVENT_ATTACHER_ENDED, .reason = reason};

	if (attacher->state != ATTACHER_ENDED || reports->logged_end)
		return;
	reports->logged_end = true;
	snprintf(reason, sizeof(reason), "the process that attaches %s", attacher->end);
	sinks_event(&reports->sinks, &event);
}

void reporter_hooks(struct reporter *reports, const struct watch *watch)
{
	tell_attacher(reports, watch->attacher);
	for (uint32_t i = 0; i < watch->count; i++) {
		tell_name(reports, i, &watch->interface[i]);
		for (int d = 0; d < DIRECTION_COUNT; d++) {
			const struct watched *w = &watch->interface[i];
			enum hook was = reports->logged[i][d], is = w->hook[d];

			if (was == is)
				continue;
			reports->logged[i][d] = is;
			if (was != HOOK_NONE)
				tell_hook(reports, w->name, d, EVENT_DETACHED, was,
					  w->ifindex ? "detached by others" : "interface gone");
			if (is != HOOK_NONE)
				tell_hook(reports, w->name, d, EVENT_ATTACHED, is,
					  attached_reason(reports, w, d));
		}
	}
}

void reporter_detached(struct reporter *reports, const struct watch *watch)
{
	for (uint32_t i = 0; i < watch->count; i++)
		for (int d = 0; d < DIRECTION_COUNT; d++) {
			enum hook was = reports->logged[i][d];

			if (was != HOOK_NONE)
				tell_hook(reports, watch->interface[i].name, d, EVENT_DETACHED, was,
					  "end of the run");
			reports->logged[i][d] = HOOK_NONE;
		}
}
