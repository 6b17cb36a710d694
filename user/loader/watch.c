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
#include "util/log.h"
#include "report/names.h"
#include "loader/bpf_programs.h"

static int complain_missing(const char *name, int err)
{
	char near[128];

	if (err != -ENODEV) {
		log_error("cannot look at interface %s: %s", name, strerror(-err));
		return EXIT_FAILED;
	}
	interface_suggest(name, near, sizeof(near));
	if (near[0])
		log_error("no interface '%s': did you mean %s? 'ip link' lists them", name, near);
	else
		log_error("no interface '%s': 'ip link' lists them", name);
	return EXIT_FAILED;
}

/* Without privilege nothing further can work, and its errors would say less. */
static int check_privilege(const struct kernel_facts *kernel)
{
	if (kernel->cap_bpf && kernel->cap_net_admin)
		return EXIT_DONE;
	log_error(
		"attaching needs root, or the capabilities CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON: "
		"run it as root ('rcodewatch read' needs none)");
	return EXIT_FAILED;
}

static int check_both_directions(const struct interface_facts *facts, const struct watch *watch)
{
	if (!facts->loopback || !watch->direction[DIRECTION_RX] || !watch->direction[DIRECTION_TX])
		return EXIT_DONE;
	log_error("every packet on %s is sent and received there and would count twice: add "
		  "--direction rx",
		  facts->name);
	return EXIT_USAGE;
}

static int check_overlaps(const struct interface_facts *facts, uint32_t count)
{
	char why[MODE_WHY_MAX];

	for (uint32_t i = 0; i < count; i++)
		for (uint32_t j = 0; j < i; j++) {
			if (facts[i].ifindex == facts[j].ifindex) {
				log_error("%s is named twice", facts[i].name);
				return EXIT_USAGE;
			}
			if (interface_overlap(&facts[j], &facts[i], why, sizeof(why)) > 0) {
				log_error("%s and %s cannot be watched together, packets would "
					  "count twice: %s: leave one of them out",
					  facts[j].name, facts[i].name, why);
				return EXIT_USAGE;
			}
		}
	return EXIT_DONE;
}

static void warn_blind_spots(const struct interface_facts *facts, const struct watch *watch)
{
	if (watch->direction[DIRECTION_TX] && facts->attached.xdp_sockets)
		log_warning(
			"%s has %u XDP sockets (AF_XDP): what their owner sends by them passes by "
			"tc unseen",
			facts->name, facts->attached.xdp_sockets);
	if (!facts->up)
		log_warning("%s is down: 'ip link set %s up' lets packets through", facts->name,
			    facts->name);
}

/* Programs of links that an earlier run has left are no others'. */
static void pass_over_ours(struct attached_programs *attached, const struct kept *kept)
{
	size_t count = 0;

	for (size_t i = 0; i < attached->count; i++)
		if (!kept_links_program(&kept->links, attached->list[i].id))
			attached->list[count++] = attached->list[i];
	attached->count = count;
}

/* What an earlier run has attached goes on: changing the hook could disturb the link, and would miss packets. */
static bool as_before(struct watched *w, const struct kept *kept)
{
	enum hook hook = kept_hook(kept, w->name, w->ifindex, DIRECTION_RX);

	if (hook == HOOK_NONE)
		return false;
	w->mode = hook == HOOK_XDP_NATIVE    ? MODE_NATIVE
		  : hook == HOOK_XDP_GENERIC ? MODE_GENERIC
					     : MODE_TC;
	snprintf(w->why, sizeof(w->why), "as before this start");
	return true;
}

static int decide(struct watched *w, const struct interface_facts *facts,
		  const struct kernel_facts *kernel, const struct watch_settings *settings)
{
	snprintf(w->name, sizeof(w->name), "%s", facts->name);
	w->ifindex = facts->ifindex;
	w->raw_ip = facts->framing == FRAMING_RAW_IP;
	w->mode = settings->mode;
	for (int d = 0; d < DIRECTION_COUNT; d++)
		w->at[d] = ATTACHMENT_NONE;
	if (facts->framing == FRAMING_UNSUPPORTED) {
		log_error(
			"%s is neither Ethernet nor plain IP (link type %u): it cannot be watched",
			facts->name, facts->arphrd);
		return EXIT_FAILED;
	}
	w->automatic = w->mode == MODE_AUTO;
	if (w->automatic && !as_before(w, settings->kept))
		w->mode = mode_choose(facts, kernel, w->why, sizeof(w->why));
	log_debug("%s: mode %s: %s", w->name, mode_words[w->mode].word,
		  w->automatic ? w->why : "as --mode says");
	return EXIT_DONE;
}

/* Where there is one interface, every packet is of that. */
static bool needs_own_xdp(const struct watch *watch, const struct watched *w,
			  const struct interface_facts *facts)
{
	return watch->count > 1 && w->mode == MODE_NATIVE && interface_shares_xdp(facts);
}

int watch_open(struct watch *watch, const struct watch_settings *settings, char **names, int count)
{
	struct interface_facts *facts;
	struct kernel_facts kernel;
	int status = EXIT_DONE;

	*watch = (struct watch){.quiet = settings->quiet, .kept = settings->kept};
	memcpy(watch->direction, settings->direction, sizeof(watch->direction));
	if (count < 1 || count > (int)MAX_INTERFACES) {
		log_error("run takes 1 to %u interfaces; see 'rcodewatch run --help'",
			  MAX_INTERFACES);
		return EXIT_USAGE;
	}
	facts = calloc((size_t)count, sizeof(*facts));
	if (!facts) {
		log_error("out of memory");
		return EXIT_FAILED;
	}
	kernel_read(&kernel);
	watch->xdp_frags = kernel.xdp_frags == TRISTATE_YES;
	watch->tcx = kernel.tcx != TRISTATE_NO;
	for (int i = 0; i < count && status == EXIT_DONE; i++) {
		int err = interface_read(&facts[i], names[i], kernel.tcx);

		if (err)
			status = complain_missing(names[i], err);
		else
			status = check_both_directions(&facts[i], watch);
		pass_over_ours(&facts[i].attached, settings->kept);
		watch->count = (uint32_t)i + 1;
	}
	if (status == EXIT_DONE)
		status = check_overlaps(facts, watch->count);
	if (status == EXIT_DONE)
		status = check_privilege(&kernel);
	for (uint32_t i = 0; i < watch->count && status == EXIT_DONE; i++) {
		status = decide(&watch->interface[i], &facts[i], &kernel, settings);
		watch->interface[i].own_xdp = needs_own_xdp(watch, &watch->interface[i], &facts[i]);
		if (status == EXIT_DONE)
			warn_blind_spots(&facts[i], watch);
	}
	if (status == EXIT_DONE && kernel.preempt_rt == TRISTATE_YES)
		log_warning("this kernel is PREEMPT_RT: now and then a packet may be missed in a "
			    "counter");
	free(facts);
	return status;
}

void watch_configure(const struct watch *watch, struct hook_config *config, struct bpf_wants *wants)
{
	config->interfaces = watch->count;
	config->points = 0;
	/* Whatever the MTU is: who raises it later shall not be refused because of us. */
	config->xdp_frags = watch->xdp_frags;
	for (uint32_t i = 0; i < watch->count; i++) {
		const struct watched *w = &watch->interface[i];

		config->raw_ip[i] = w->raw_ip;
		for (int d = 0; d < DIRECTION_COUNT; d++)
			config->point[i][d] = watch->direction[d] ? config->points++ : UNASSIGNED;
		if (watch->direction[DIRECTION_RX] && w->own_xdp)
			wants->xdp_own[i] = true;
		else if (watch->direction[DIRECTION_RX] && w->mode != MODE_TC)
			wants->xdp = true;
		/* Where XDP was not asked for, for the case that another one is first there: when
		 * that shows, nothing can be loaded any more, for want of privileges. */
		if (watch->direction[DIRECTION_RX] && (w->mode == MODE_TC || w->automatic))
			wants->tc[DIRECTION_RX] = true;
	}
	if (watch->direction[DIRECTION_TX])
		wants->tc[DIRECTION_TX] = true;
}

static void tell_attached(const struct watch *watch, const struct watched *w)
{
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
	log_info("watching %s: %s", w->name, text);
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
		detach(&w->at[d], &watch->kept->links);
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
		state->point[point].ifindex = w->ifindex;
		state->point[point].hook = (uint32_t)w->at[d].hook;
		state->point[point].program_id = w->at[d].program_id;
	}
}

static bool had_filter(const struct watch *watch, const struct watched *w, enum direction direction)
{
	return kept_hook(watch->kept, w->name, w->ifindex, direction) == HOOK_CLSACT;
}

/* Received packets by tc. 0 or a negative errno, logged. */
static int attach_rx_tc(const struct watch *watch, struct watched *w, struct bpf_maps *maps)
{
	return attach_tc(&w->at[DIRECTION_RX], &watch->kept->links,
			 had_filter(watch, w, DIRECTION_RX),
			 bpf_maps_tc_program(maps, DIRECTION_RX), (int)w->ifindex, w->name,
			 DIRECTION_RX);
}

/*
 * Received packets by XDP; where nobody asked for that, and another program has taken the hook since it was
 * chosen, by tc. 0 or a negative errno, logged.
 */
static int attach_rx_xdp(const struct watch *watch, struct watched *w, uint32_t position,
			 struct bpf_maps *maps)
{
	char program[ATTACHED_TEXT_MAX] = "";
	int err = attach_xdp(&w->at[DIRECTION_RX], &watch->kept->links,
			     bpf_maps_xdp_program_of(maps, position), (int)w->ifindex, w->name,
			     w->mode == MODE_GENERIC, w->automatic ? program : NULL);

	if (!program[0])
		return err;
	w->mode = MODE_TC;
	snprintf(w->why, sizeof(w->why), "XDP was taken by %s meanwhile", program);
	return attach_rx_tc(watch, w, maps);
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

		if (!watch->direction[d])
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
	int ifindex = (int)w->ifindex, err = lock_one(watch, w);

	if (err)
		return err;

	/* Before the first packet, which would not be recognised. */
	__atomic_store_n(&maps->control->ifindex[position], w->ifindex, __ATOMIC_SEQ_CST);
	if (watch->direction[DIRECTION_RX])
		err = w->mode == MODE_TC ? attach_rx_tc(watch, w, maps)
					 : attach_rx_xdp(watch, w, position, maps);
	if (!err && watch->direction[DIRECTION_TX])
		err = attach_tc(&w->at[DIRECTION_TX], &watch->kept->links,
				had_filter(watch, w, DIRECTION_TX),
				bpf_maps_tc_program(maps, DIRECTION_TX), ifindex, w->name,
				DIRECTION_TX);
	if (err) {
		detach_one(watch, w);
		return err;
	}
	note_points(watch, w, position, maps);
	for (int d = 0; d < DIRECTION_COUNT; d++)
		w->hook[d] = w->at[d].hook;
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

void watch_sweep(const struct watch *watch)
{
	for (size_t g = 0; g < watch->kept->olds; g++) {
		const struct kept_state *state = watch->kept->old[g].state;

		for (uint32_t i = 0; i < state->points; i++) {
			const struct kept_point *point = &state->point[i];

			if (point->hook == HOOK_CLSACT && !has_filter(watch, point))
				detach_filter((int)point->ifindex,
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
			attachment_release(&w->at[d], &watch->kept->links, filters);
	}
}

/* Only our end: the program is off already, and the interface's number may be another's now. */
static void stop_watching(const struct watch *watch, struct watched *w, int direction)
{
	w->at[direction].hook = HOOK_NONE;
	detach(&w->at[direction], &watch->kept->links);
	w->hook[direction] = HOOK_NONE;
}

static void lose(const struct watch *watch, struct watched *w, uint32_t position,
		 struct bpf_maps *maps)
{
	log_warning("%s has gone: waiting for it to come back", w->name);
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
	uint32_t ifindex = if_nametoindex(w->name);
	struct interface_facts facts;

	if (!ifindex || (w->failed && w->ifindex == ifindex))
		return;
	if (interface_read(&facts, w->name, TRISTATE_UNKNOWN) < 0)
		return;
	w->ifindex = facts.ifindex;
	log_debug("%s is there again, as number %u", w->name, w->ifindex);
	/* A program of its own does for any kind. */
	w->failed = (facts.framing == FRAMING_RAW_IP) != w->raw_ip ||
		    (needs_own_xdp(watch, w, &facts) && !w->own_xdp);
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

/*
 * Note the deletion of one of ours. That of a bridge's port (AF_BRIDGE) only says that it is none any
 * more.
 */
static int note_change(const struct nlmsghdr *message, void *context)
{
	struct watch *watch = context;
	struct ifinfomsg link;

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

static void compare(struct watch *watch, struct bpf_maps *maps)
{
	/* Words of a deletion that is known must not be taken for that of the interface's successor. */
	while (lose_gone(watch, maps))
		read_changes(watch);
	for (uint32_t i = 0; i < watch->count; i++) {
		struct watched *w = &watch->interface[i];

		if (!w->ifindex || w->failed)
			find_again(watch, w, i, maps);
	}
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
					log_warning("somebody has detached %s from %s of %s: it is "
						    "not counted any more; start rcodewatch again "
						    "to watch it",
						    hook_name(w->at[d].hook), direction_names[d],
						    w->name);
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
