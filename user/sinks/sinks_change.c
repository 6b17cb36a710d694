// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/sinks_change.h"

#include <string.h>

struct change {
	struct sinks *sinks;
	struct sink next[SINKS_MAX + 1];
	bool fresh[SINKS_MAX + 1];    /* opened by this change */
	bool replaces[SINKS_MAX + 1]; /* one that was closed for it */
	size_t count;
	bool stays[SINKS_MAX + 1]; /* of sinks->sink: it is in next too */
};

/* Specs are zeroed before they are filled in, and hold no pointers but that of the kind. */
static bool is_same(const struct sink_spec *a, const struct sink_spec *b)
{
	return a->kind == b->kind && strcmp(a->name, b->name) == 0 &&
	       a->interval_ns == b->interval_ns && a->queue_max == b->queue_max &&
	       memcmp(a->settings, b->settings, sizeof(a->settings)) == 0;
}

/* The sink at work that @spec may have: SINKS_MAX + 1 if there is none. */
static size_t find(const struct change *c, const struct sink_spec *spec, bool whole)
{
	for (size_t i = 0; i < c->sinks->count; i++) {
		const struct sink *sink = &c->sinks->sink[i];

		if (!sink->fixed && !c->stays[i] && sink->spec->kind == spec->kind &&
		    (whole ? is_same(sink->spec, spec) : strcmp(sink->spec->name, spec->name) == 0))
			return i;
	}
	return SINKS_MAX + 1;
}

static int open_and_start(const struct change *c, struct sink *sink, const struct sink_spec *spec)
{
	int err = sink_open(c->sinks, sink, spec);

	if (err || !c->sinks->started)
		return err;
	err = spec->kind->start(sink);
	if (err)
		sink_close(sink, false);
	return err;
}

/* Both cannot listen at one address: close number @i of those at work first, and open it again if that was in vain. */
static int replace(struct change *c, size_t i, struct sink *sink, const struct sink_spec *spec)
{
	struct sink *old = &c->sinks->sink[i];
	const struct sink_spec was = *old->spec;
	int err;

	sink_close(old, c->sinks->started);
	err = open_and_start(c, sink, spec);
	if (err && open_and_start(c, old, &was) < 0) {
		memmove(old, old + 1, (c->sinks->count - i - 1) * sizeof(*old));
		c->sinks->count--;
	} else if (!err) {
		/* Not at work any more, and nothing is left of it to close. */
		memmove(old, old + 1, (c->sinks->count - i - 1) * sizeof(*old));
		memmove(c->stays + i, c->stays + i + 1, (c->sinks->count - i - 1) * sizeof(bool));
		c->sinks->count--;
	}
	return err;
}

static int add(struct change *c, const struct sink_spec *spec, bool listeners)
{
	size_t same = find(c, spec, true), named = find(c, spec, false);
	struct sink *sink = &c->next[c->count];
	bool replaces = same > SINKS_MAX && spec->kind->listens && named <= SINKS_MAX;
	int err = 0;

	if (replaces != listeners)
		return 0;
	if (replaces) {
		err = replace(c, named, sink, spec);
	} else if (same <= SINKS_MAX) {
		*sink = c->sinks->sink[same];
		c->stays[same] = true;
	} else {
		err = open_and_start(c, sink, spec);
	}
	if (err)
		return err;
	c->replaces[c->count] = replaces;
	c->fresh[c->count++] = same > SINKS_MAX;
	return 0;
}

/* Close what was opened, but for what another one was closed for. */
static void undo(struct change *c)
{
	struct sinks *sinks = c->sinks;

	for (size_t i = 0; i < c->count; i++)
		if (c->replaces[i]) {
			memmove(sinks->sink + 1, sinks->sink, sinks->count * sizeof(*sinks->sink));
			sinks->sink[0] = c->next[i];
			sinks->count++;
		} else if (c->fresh[i]) {
			sink_close(&c->next[i], sinks->started);
		}
}

/* Those that listen come last: what is closed for them is closed only when all else is open. */
static int add_all(struct change *c, const struct sink_specs *specs, struct sinks_changed *changed)
{
	int err = 0;

	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < specs->count && !err; i++) {
			err = add(c, &specs->spec[i], pass == 1);
			if (err)
				memcpy(changed->wrong, specs->spec[i].name, sizeof(changed->wrong));
		}
	return err;
}

int sinks_change(struct sinks *sinks, const struct sink_specs *specs, struct sinks_changed *changed)
{
	struct change c = {.sinks = sinks};
	size_t before = sinks->count;
	int err;

	*changed = (struct sinks_changed){.wrong = ""};
	err = add_all(&c, specs, changed);
	if (err) {
		undo(&c);
		return err;
	}
	changed->closed = (unsigned int)(before - sinks->count);
	for (size_t i = 0; i < c.count; i++)
		changed->opened += c.fresh[i];
	for (size_t i = 0; i < sinks->count; i++)
		if (sinks->sink[i].fixed) {
			c.next[c.count++] = sinks->sink[i];
		} else if (!c.stays[i]) {
			sinks_retire(sinks, &sinks->sink[i]);
			changed->closed++;
		}
	memcpy(sinks->sink, c.next, c.count * sizeof(*c.next));
	sinks->count = c.count;
	return 0;
}
