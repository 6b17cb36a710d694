// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/watch.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "netdev/interface.h"
#include "netdev/interface_lock.h"
#include "netdev/kernel_probe.h"
#include "util/clock.h"
#include "util/log.h"
#include "report/event.h"
#include "report/names.h"
#include "loader/bpf_programs.h"
#include "loader/watch_open.h"

static void tell_attached(const struct watch *watch, const struct watched *w)
{
	const struct event event = {.kind = EVENT_ATTACHED, .interface = w->name};
	const struct log_about about = event_about(&event);
	char text[512];
	size_t used = 0;

	if (watch->quiet)
		return;
	for (int d = 0; d < DIRECTION_COUNT; d++) {
		if (w->at[d].hook == HOOK_NONE)
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s by %s",
					 used ? ", " : "", direction_names[d],
					 hook_name(w->at[d].hook));
		if (d == DIRECTION_RX && w->why[0])
			used += (size_t)snprintf(text + used, sizeof(text) - used, " (%s)", w->why);
	}
	log_about(LOG_LEVEL_INFO, &about, "watching %s: %s", w->name, text);
}

static void unlock(struct watched *w)
{
	for (int d = 0; d < DIRECTION_COUNT; d++) {
		if (w->lock[d] > 0)
			close(w->lock[d]);
		w->lock[d] = 0;
	}
}

static void detach_one(const struct watch *watch, struct watched *w)
{
	unlock(w);
	for (int d = 0; d < DIRECTION_COUNT; d++)
		detach(&w->at[d], watch->attacher, &watch->kept->links);
}

/* For the next run: how packets of @w are counted. */
static void note_points(const struct watch *watch, const struct watched *w, uint32_t position,
			const struct bpf_maps *maps)
{
	struct kept_state *state = watch->kept->now.state;

	for (int d = 0; d < DIRECTION_COUNT && state; d++) {
		uint32_t point = maps->config.point[position][d];

		if (point == UNASSIGNED)
			continue;
		if (strncmp(state->point[point].interface, w->present, IF_NAMESIZE) != 0) {
			memcpy(state->point[point].interface, w->present, IF_NAMESIZE);
			/* For the next run its maps are another interface's. */
			state->fingerprint = 0;
		}
		state->point[point].ifindex = w->ifindex;
		state->point[point].hook = (uint32_t)w->at[d].hook;
		state->point[point].program_id = w->at[d].program_id;
	}
}

static bool had_filter(const struct watch *watch, const struct watched *w, enum direction direction)
{
	return kept_hook(watch->kept, w->name, w->ifindex, direction) == HOOK_CLSACT;
}

static struct attach_place place_of(const struct watch *watch, const struct watched *w)
{
	return (struct attach_place){
		.attacher = watch->attacher,
		.links = &watch->kept->links,
		.ifindex = w->ifindex,
		.name = w->name,
	};
}

/* 0 or a negative errno, logged. */
static int attach_by_tc(const struct watch *watch, struct watched *w, enum direction direction)
{
	const struct attach_place place = place_of(watch, w);

	return attach_tc(&w->at[direction], &place, had_filter(watch, w, direction), direction);
}

/*
 * Received packets by XDP; where nobody asked for that, and another program has taken the hook since it was
 * chosen, by tc. 0 or a negative errno, logged.
 */
static int attach_rx_xdp(const struct watch *watch, struct watched *w, uint32_t position,
			 struct bpf_maps *maps)
{
	const struct attach_place place = place_of(watch, w);
	char program[ATTACHED_TEXT_MAX] = "";
	int err = attach_xdp(&w->at[DIRECTION_RX], &place, bpf_maps_xdp_number(maps, position),
			     w->mode == MODE_GENERIC, w->automatic ? program : NULL);

	if (!program[0])
		return err;
	w->mode = MODE_TC;
	snprintf(w->why, sizeof(w->why),
		 "XDP was taken by %s meanwhile: packets that it drops, answers or redirects are "
		 "not seen",
		 program);
	w->behind_xdp = true;
	err = bpf_maps_load_rest(maps, watch->attacher, watch->kept);
	return err ? err : attach_by_tc(watch, w, DIRECTION_RX);
}

/*
 * Another that watches the interface counts beside this one, but by clsact: there its filter would be replaced. 0 or
 * -EBUSY, logged.
 */
static int lock_one(const struct watch *watch, struct watched *w)
{
	unlock(w);
	for (int d = 0; d < DIRECTION_COUNT; d++) {
		pid_t other;
		int fd;

		if (!w->direction[d])
			continue;
		fd = interface_lock(w->ifindex, direction_names[d], &other);
		if (fd >= 0)
			w->lock[d] = fd;
		else if (fd != -EADDRINUSE || !other)
			log_debug("%s %s: not locked: %s", w->name, direction_names[d],
				  strerror(-fd));
		else if (!watch->tcx && (d == DIRECTION_TX || w->mode == MODE_TC)) {
			log_error("%s is watched by rcodewatch already (process %d), whose tc "
				  "filter this one would replace: stop that, or ask it",
				  w->name, other);
			unlock(w);
			return -EBUSY;
		} else {
			log_warning("%s is watched by another rcodewatch, too (%s, process %d)",
				    w->name, direction_names[d], other);
		}
	}
	return 0;
}

static int attach_one(const struct watch *watch, struct watched *w, uint32_t position,
		      struct bpf_maps *maps)
{
	int err = lock_one(watch, w);

	if (err)
		return err;

	/* Before the first packet, which would not be recognised. */
	__atomic_store_n(&maps->control->ifindex[position], w->ifindex, __ATOMIC_SEQ_CST);
	if (w->direction[DIRECTION_RX])
		err = w->mode == MODE_TC ? attach_by_tc(watch, w, DIRECTION_RX)
					 : attach_rx_xdp(watch, w, position, maps);
	if (!err && w->direction[DIRECTION_TX])
		err = attach_by_tc(watch, w, DIRECTION_TX);
	if (err) {
		detach_one(watch, w);
		return err;
	}
	note_points(watch, w, position, maps);
	for (int d = 0; d < DIRECTION_COUNT; d++) {
		w->hook[d] = w->at[d].hook;
		w->since_ns[d] = clock_wall_ns();
	}
	tell_attached(watch, w);
	return 0;
}

void watch_look(struct watch *watch)
{
	for (uint32_t i = 0; i < watch->count; i++)
		attach_look(&watch->interface[i].at[DIRECTION_RX],
			    (int)watch->interface[i].ifindex);
}

int watch_attach(struct watch *watch, struct bpf_maps *maps)
{
	for (uint32_t i = 0; i < watch->count; i++) {
		int err = attach_one(watch, &watch->interface[i], i, maps);

		if (err) {
			if (kept_active(watch->kept))
				watch_release(watch, true);
			else
				watch_detach(watch);
			return err;
		}
	}
	return 0;
}

void watch_detach(struct watch *watch)
{
	for (uint32_t i = 0; i < watch->count; i++)
		detach_one(watch, &watch->interface[i]);
}

static bool has_filter(const struct watch *watch, const struct kept_point *point)
{
	for (uint32_t i = 0; i < watch->count; i++)
		for (uint32_t d = 0; d < DIRECTION_COUNT; d++)
			if (watch->interface[i].at[d].hook == HOOK_CLSACT &&
			    watch->interface[i].ifindex == point->ifindex && d == point->direction)
				return true;
	return false;
}

bool watch_has_filters(const struct watch *watch)
{
	for (uint32_t i = 0; i < watch->count; i++)
		for (int d = 0; d < DIRECTION_COUNT; d++)
			if (watch->interface[i].at[d].hook == HOOK_CLSACT)
				return true;
	return false;
}

void watch_sweep(const struct watch *watch)
{
	for (size_t g = 0; g < watch->kept->olds; g++) {
		const struct kept_state *state = watch->kept->old[g].state;

		for (uint32_t i = 0; i < state->points; i++) {
			const struct kept_point *point = &state->point[i];

			if (point->hook == HOOK_CLSACT && !has_filter(watch, point))
				detach_filter(watch->attacher, point->ifindex,
					      point->direction ? DIRECTION_TX : DIRECTION_RX,
					      point->program_id);
		}
	}
}

void watch_release(struct watch *watch, bool filters)
{
	for (uint32_t i = 0; i < watch->count; i++) {
		struct watched *w = &watch->interface[i];

		unlock(w);
		for (int d = 0; d < DIRECTION_COUNT; d++)
			attachment_release(&w->at[d], watch->attacher, &watch->kept->links,
					   filters);
	}
}

static bool can_attach(const struct watch *watch)
{
	return watch->attacher->state == ATTACHER_READY;
}

/* Only our end: the program is off already, and the interface's number may be another's now. */
static void tell_detached(const struct watched *w, int direction)
{
	const struct event event = {
		.kind = EVENT_DETACHED,
		.interface = w->name,
		.direction = direction_names[direction],
	};
	const struct log_about about = event_about(&event);

	log_about(LOG_LEVEL_WARNING, &about,
		  "somebody has detached %s from %s of %s: it is not counted any more; start "
		  "rcodewatch again to watch it",
		  hook_name(w->at[direction].hook), direction_names[direction], w->name);
}

static void stop_watching(const struct watch *watch, struct watched *w, int direction)
{
	w->at[direction].hook = HOOK_NONE;
	detach(&w->at[direction], watch->attacher, &watch->kept->links);
	w->hook[direction] = HOOK_NONE;
}

static void lose(const struct watch *watch, struct watched *w, uint32_t position,
		 struct bpf_maps *maps)
{
	const struct event event = {.kind = EVENT_DETACHED, .interface = w->name};
	const struct log_about about = event_about(&event);

	if (can_attach(watch))
		log_about(LOG_LEVEL_WARNING, &about, "%s has gone: waiting for %s to come back",
			  w->name, strcmp(w->name, w->wanted) == 0 ? "it" : w->wanted);
	else
		log_about(LOG_LEVEL_WARNING, &about,
			  "%s has gone: if it comes back, it is watched after a restart of "
			  "rcodewatch",
			  w->name);
	for (int d = 0; d < DIRECTION_COUNT; d++)
		stop_watching(watch, w, d);
	unlock(w);
	/* Another of our interfaces can come back by its number. */
	__atomic_store_n(&maps->control->ifindex[position], 0, __ATOMIC_SEQ_CST);
	w->ifindex = 0;
	w->failed = w->deleted = false;
}

/*
 * Reading an interface's facts lists all interfaces and asks much of one, so that it must not be done at every
 * change on a host where interfaces come and go by hundreds: only when the name has a number, and not the
 * one that has failed.
 */
static void find_again(const struct watch *watch, struct watched *w, uint32_t position,
		       struct bpf_maps *maps)
{
	uint32_t ifindex = if_nametoindex(w->wanted);
	struct interface_facts facts;

	if (!ifindex || (w->failed && w->ifindex == ifindex))
		return;
	if (interface_read(&facts, w->wanted, TRISTATE_UNKNOWN) < 0)
		return;
	w->ifindex = facts.ifindex;
	memcpy(w->name, w->wanted, sizeof(w->name));
	memcpy(w->present, w->wanted, sizeof(w->present));
	log_debug("%s is there again, as number %u", w->name, w->ifindex);
	/* A program of its own does for any kind. */
	w->failed = (facts.framing == FRAMING_RAW_IP) != w->raw_ip ||
		    (watch_needs_own_xdp(watch, w, &facts) && !w->own_xdp);
	if (w->failed)
		log_error("%s came back as another kind of interface: restart to watch it",
			  w->name);
	else if (attach_one(watch, w, position, maps) < 0)
		w->failed = true;
}

/* False also when that cannot be found out, for want of a descriptor. */
static bool is_gone(uint32_t ifindex)
{
	char name[IF_NAMESIZE];

	return !if_indextoname(ifindex, name) && errno == ENXIO;
}

/* All that we have attached to the interface is off. */
static bool all_off(const struct watched *w)
{
	bool any = false;

	for (int d = 0; d < DIRECTION_COUNT; d++) {
		if (w->at[d].hook == HOOK_NONE)
			continue;
		if (attachment_holds(&w->at[d]))
			return false;
		any = true;
	}
	return any;
}

/* Packets name it by its number, so all else goes on. */
static void note_name(struct watch *watch, const struct link_entry *entry)
{
	for (uint32_t i = 0; i < watch->count; i++) {
		struct watched *w = &watch->interface[i];

		if (w->ifindex != entry->ifindex || w->deleted ||
		    strcmp(w->present, entry->name) == 0)
			continue;
		memcpy(w->present, entry->name, sizeof(w->present));
		if (strcmp(w->name, w->present) == 0)
			continue; /* as reports have gone on calling it */
		if (watch_claim_name(watch, w->present)) {
			log_warning("%s is called %s now, in reports too", w->name, w->present);
			memcpy(w->name, w->present, sizeof(w->name));
		} else {
			log_warning(
				"%s is called %s now; reports go on calling it %s, as %s has had "
				"earlier ones",
				w->name, w->present, w->name, w->present);
		}
	}
}

static bool was_refused(const struct watch *watch, uint32_t ifindex)
{
	for (uint32_t i = 0; i < watch->refused_count && i < WATCH_REFUSED_MAX; i++)
		if (watch->refused[i] == ifindex)
			return true;
	return false;
}

static void note_link(struct watch *watch, const struct link_entry *entry)
{
	note_name(watch, entry);
	if (watch_wants(watch, entry) && !was_refused(watch, entry->ifindex))
		watch->appeared = true;
}

/*
 * Note a new or renamed interface, and the deletion of one of ours. The deletion of a bridge's port (AF_BRIDGE) only
 * says that it is none any more.
 */
static int note_change(const struct nlmsghdr *message, void *context)
{
	struct watch *watch = context;
	struct link_entry entry;
	struct ifinfomsg link;

	if (link_entry_read(&entry, message))
		note_link(watch, &entry);
	if (message->nlmsg_type != RTM_DELLINK || mnl_nlmsg_get_payload_len(message) < sizeof(link))
		return 0;
	memcpy(&link, mnl_nlmsg_get_payload(message), sizeof(link));
	for (uint32_t i = 0; i < watch->count && link.ifi_family == AF_UNSPEC; i++)
		if (watch->interface[i].ifindex == (uint32_t)link.ifi_index)
			watch->interface[i].deleted = true;
	log_debug("interface number %d was deleted%s", link.ifi_index,
		  link.ifi_family == AF_UNSPEC ? "" : " from a bridge");
	return 0;
}

/* What notifications would have said. */
static void read_names(struct watch *watch)
{
	struct interface_table table;

	if (interface_table_read(&table, NULL) < 0)
		return;
	for (size_t i = 0; i < table.count; i++)
		note_link(watch, &table.entries[i]);
	interface_table_free(&table);
}

/*
 * Read what has changed. When messages were lost an interface may have been deleted and made anew
 * unheard: that takes off all that was attached to it.
 */
static void read_changes(struct watch *watch)
{
	bool all = netlink_read_events(&watch->changes, note_change, watch);

	if (!all)
		log_debug("notifications of interfaces were lost: looking at what is attached");
	for (uint32_t i = 0; i < watch->count && !all; i++)
		if (all_off(&watch->interface[i]))
			watch->interface[i].deleted = true;
	if (!all)
		read_names(watch);
}

/* Note those that have gone. Gives whether there was any. */
static bool lose_gone(struct watch *watch, struct bpf_maps *maps)
{
	bool any = false;

	for (uint32_t i = 0; i < watch->count; i++) {
		struct watched *w = &watch->interface[i];

		if (!w->ifindex || !(w->deleted || is_gone(w->ifindex)))
			continue;
		lose(watch, w, i, maps);
		any = true;
	}
	return any;
}

/* Attach the interface of @entry, which a pattern takes in, or remember that it cannot be watched. */
static void add_newcomer(struct watch *watch, const struct link_entry *entry, struct bpf_maps *maps)
{
	struct watched *w = watch_newcomer(watch, entry);

	if (!w)
		watch->refused[watch->refused_count++ % WATCH_REFUSED_MAX] = entry->ifindex;
	else if (attach_one(watch, w, watch->count - 1, maps) < 0)
		w->failed = true;
}

static void add_newcomers(struct watch *watch, struct bpf_maps *maps)
{
	struct interface_table table;

	if (!watch->appeared || interface_table_read(&table, NULL) < 0)
		return;
	watch->appeared = false;
	for (size_t i = 0; i < table.count; i++)
		if (watch_wants(watch, &table.entries[i]) &&
		    !was_refused(watch, table.entries[i].ifindex))
			add_newcomer(watch, &table.entries[i], maps);
	interface_table_free(&table);
}

static void compare(struct watch *watch, struct bpf_maps *maps)
{
	/* Words of a deletion that is known must not be taken for that of the interface's successor. */
	while (lose_gone(watch, maps))
		read_changes(watch);
	for (uint32_t i = 0; i < watch->count && can_attach(watch); i++) {
		struct watched *w = &watch->interface[i];

		if (!w->ifindex || w->failed)
			find_again(watch, w, i, maps);
	}
	if (can_attach(watch))
		add_newcomers(watch, maps);
	for (uint32_t i = 0; i < watch->count; i++)
		note_points(watch, &watch->interface[i], i, maps);
}

void watch_refresh(struct watch *watch, struct bpf_maps *maps)
{
	read_changes(watch);
	compare(watch, maps);
}

void watch_check(struct watch *watch, struct bpf_maps *maps)
{
	bool gone = false;

	for (uint32_t i = 0; i < watch->count; i++)
		for (int d = 0; d < DIRECTION_COUNT; d++) {
			struct watched *w = &watch->interface[i];

			if (attachment_holds(&w->at[d]))
				continue;
			/*
			 * In this order: an interface that goes takes its programs along, and is logged
			 * before another can have its number.
			 */
			if (!is_gone(w->ifindex)) {
				read_changes(watch);
				if (!w->deleted) {
					tell_detached(w, d);
					stop_watching(watch, w, d);
					continue;
				}
			}
			gone = true;
		}
	if (gone)
		compare(watch, maps);
}

int watch_changes_open(struct watch *watch)
{
	int err = netlink_listen(&watch->changes, NETLINK_ROUTE, RTMGRP_LINK);

	if (err)
		log_error("cannot follow changes of interfaces: %s", strerror(-err));
	return err;
}

void watch_changes_close(struct watch *watch)
{
	netlink_close(&watch->changes);
}
