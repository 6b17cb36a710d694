// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/watch_open.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netdev/interface.h"
#include "util/log.h"

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

static int check_both_directions(const struct interface_facts *facts,
				 const struct interface_choice *choice)
{
	if (!facts->loopback || !choice->direction[DIRECTION_RX] ||
	    !choice->direction[DIRECTION_TX])
		return EXIT_DONE;
	log_error("every packet on %s is sent and received there and would count twice: name it "
		  "as %s:rx, or add --direction rx",
		  facts->name, facts->name);
	return EXIT_USAGE;
}

/* Why @facts cannot be watched beside the @count interfaces of @others, as a clause in @why; NULL if it can. */
static const struct interface_facts *overlapping(const struct interface_facts *facts,
						 const struct interface_facts *others,
						 uint32_t count, char why[MODE_WHY_MAX])
{
	for (uint32_t i = 0; i < count; i++)
		if (interface_overlap(&others[i], facts, why, MODE_WHY_MAX) > 0)
			return &others[i];
	return NULL;
}

/* Of an interface that is named. */
static int check_overlaps(const struct interface_facts *facts, const struct interface_facts *others,
			  uint32_t count)
{
	const struct interface_facts *other;
	char why[MODE_WHY_MAX];

	for (uint32_t i = 0; i < count; i++)
		if (others[i].ifindex == facts->ifindex) {
			log_error("%s is named twice", facts->name);
			return EXIT_USAGE;
		}
	other = overlapping(facts, others, count, why);
	if (!other)
		return EXIT_DONE;
	log_error("%s and %s cannot be watched together, packets would count twice: %s: leave one "
		  "of them out",
		  other->name, facts->name, why);
	return EXIT_USAGE;
}

static void warn_blind_spots(const struct watched *w, const struct interface_facts *facts)
{
	if (w->direction[DIRECTION_TX] && facts->attached.xdp_sockets)
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

/* EXIT_DONE, or EXIT_FAILED, logged, if it cannot be watched. */
static int decide(const struct watch *watch, struct watched *w, const struct interface_facts *facts,
		  const struct kernel_facts *kernel)
{
	snprintf(w->name, sizeof(w->name), "%s", facts->name);
	w->ifindex = facts->ifindex;
	w->raw_ip = facts->framing == FRAMING_RAW_IP;
	w->mode = watch->mode;
	for (int d = 0; d < DIRECTION_COUNT; d++)
		w->at[d] = ATTACHMENT_NONE;
	if (facts->framing == FRAMING_UNSUPPORTED) {
		log_error(
			"%s is neither Ethernet nor plain IP (link type %u): it cannot be watched",
			facts->name, facts->arphrd);
		return EXIT_FAILED;
	}
	w->automatic = w->mode == MODE_AUTO;
	if (w->automatic && !as_before(w, watch->kept))
		w->mode = mode_choose(facts, kernel, w->why, sizeof(w->why));
	w->behind_xdp = w->automatic && w->mode == MODE_TC && mode_behind_xdp(facts);
	log_debug("%s: mode %s: %s", w->name, mode_words[w->mode].word,
		  w->automatic ? w->why : "as --mode says");
	return EXIT_DONE;
}

/* Where there is one interface, every packet is of that. */
bool watch_needs_own_xdp(const struct watch *watch, const struct watched *w,
			 const struct interface_facts *facts)
{
	return watch->places > 1 && w->mode == MODE_NATIVE && interface_shares_xdp(facts);
}

/* ---- names and patterns ------------------------------------------------------------ */

static bool has_patterns(const struct watch *watch)
{
	for (uint32_t i = 0; i < watch->choices; i++)
		if (watch->choice[i].kind != CHOICE_NAME)
			return true;
	return false;
}

/* The choice that takes in @entry; NULL: none does. */
static const struct interface_choice *choice_of(const struct watch *watch,
						const struct link_entry *entry)
{
	for (uint32_t i = 0; i < watch->choices; i++)
		if (interface_choice_matches(&watch->choice[i], entry))
			return &watch->choice[i];
	return NULL;
}

static bool is_watched(const struct watch *watch, const struct link_entry *entry)
{
	for (uint32_t i = 0; i < watch->count; i++)
		if (watch->interface[i].ifindex
			    ? watch->interface[i].ifindex == entry->ifindex
			    : strcmp(watch->interface[i].wanted, entry->name) == 0)
			return true;
	return false;
}

bool watch_claim_name(struct watch *watch, const char *name)
{
	for (uint32_t i = 0; i < watch->name_count; i++)
		if (strcmp(watch->names[i], name) == 0)
			return false;
	if (watch->name_count == WATCH_NAMES_MAX)
		return false;
	snprintf(watch->names[watch->name_count++], IF_NAMESIZE, "%s", name);
	return true;
}

/* An ingress qdisc takes a filter for egress, too, and has it see what comes in: net/sched/sch_ingress.c. */
static int check_egress(const struct interface_facts *facts, const struct interface_choice *choice,
			const struct kernel_facts *kernel)
{
	if (!choice->direction[DIRECTION_TX] || kernel->tcx != TRISTATE_NO ||
	    strcmp(facts->attached.qdisc, "ingress") != 0)
		return EXIT_DONE;
	log_error("%s has an ingress qdisc, with which sent packets cannot be seen before Linux "
		  "6.6: have clsact in its place, which takes the same filters, or add "
		  "--direction rx",
		  facts->name);
	return EXIT_FAILED;
}

/* Give an interface the next place. EXIT_DONE, or an error, logged. */
static int place(struct watch *watch, const struct interface_facts *facts,
		 const struct interface_choice *choice, const struct kernel_facts *kernel)
{
	struct watched *w = &watch->interface[watch->count];
	int status;

	*w = (struct watched){0};
	status = check_egress(facts, choice, kernel);
	if (status == EXIT_DONE)
		status = decide(watch, w, facts, kernel);
	if (status != EXIT_DONE)
		return status;
	if (!watch_claim_name(watch, w->name)) {
		log_warning("%s is not watched: earlier reports under that name are another "
			    "interface's; start rcodewatch again to watch it",
			    w->name);
		return EXIT_FAILED;
	}
	memcpy(w->wanted, w->name, sizeof(w->wanted));
	memcpy(w->present, w->name, sizeof(w->present));
	memcpy(w->direction, choice->direction, sizeof(w->direction));
	watch->count++;
	return EXIT_DONE;
}

/* ---- the start --------------------------------------------------------------------- */

struct opening {
	struct watch *watch;
	struct interface_facts *facts; /* MAX_INTERFACES */
};

static int read_choices(struct watch *watch, const struct watch_settings *settings, char **words,
			int count)
{
	char why[OPTION_WHY_MAX];

	if (count < 1 || count > (int)MAX_INTERFACES) {
		log_error("run takes 1 to %u interfaces or patterns; see 'rcodewatch run --help'",
			  MAX_INTERFACES);
		return EXIT_USAGE;
	}
	for (int i = 0; i < count; i++)
		if (interface_choice_parse(&watch->choice[i], words[i], settings->direction, why) <
		    0) {
			log_error("'%s': %s", words[i], why);
			return EXIT_USAGE;
		}
	watch->choices = (uint32_t)count;
	return EXIT_DONE;
}

static int open_named(struct opening *o, const struct interface_choice *choice)
{
	struct watch *watch = o->watch;
	struct interface_facts *facts = &o->facts[watch->count];
	int err = interface_read(facts, choice->word, o->watch->kernel.tcx), status;

	if (err)
		return complain_missing(choice->word, err);
	pass_over_ours(&facts->attached, watch->kept);
	status = check_both_directions(facts, choice);
	if (status == EXIT_DONE)
		status = check_overlaps(facts, o->facts, watch->count);
	return status == EXIT_DONE ? place(watch, facts, choice, &o->watch->kernel) : status;
}

static int open_names(struct opening *o)
{
	int status = EXIT_DONE;

	for (uint32_t i = 0; i < o->watch->choices && status == EXIT_DONE; i++)
		if (o->watch->choice[i].kind == CHOICE_NAME)
			status = open_named(o, &o->watch->choice[i]);
	return status;
}

/* One that a pattern takes in is left out where a named one would be an error. */
static void open_matching(struct opening *o, const struct interface_choice *choice,
			  const char *name)
{
	struct watch *watch = o->watch;
	struct interface_facts *facts = &o->facts[watch->count];
	const struct interface_facts *other;
	char why[MODE_WHY_MAX];

	if (watch->count == MAX_INTERFACES) {
		log_warning("%s is not watched: there is room for %u interfaces", name,
			    MAX_INTERFACES);
		return;
	}
	if (interface_read(facts, name, o->watch->kernel.tcx) < 0)
		return; /* gone meanwhile */
	pass_over_ours(&facts->attached, watch->kept);
	other = overlapping(facts, o->facts, watch->count, why);
	if (other)
		log_info("%s is left out, its packets would count twice beside %s: %s", name,
			 other->name, why);
	else
		place(watch, facts, choice, &o->watch->kernel);
}

/* EXIT_DONE, or EXIT_FAILED, logged. */
static int open_patterns(struct opening *o)
{
	struct interface_table table;
	int err;

	if (!has_patterns(o->watch))
		return EXIT_DONE;
	err = interface_table_read(&table, NULL);
	if (err) {
		log_error("cannot list the interfaces: %s", strerror(-err));
		return EXIT_FAILED;
	}
	for (size_t i = 0; i < table.count; i++) {
		const struct interface_choice *choice = choice_of(o->watch, &table.entries[i]);

		if (choice && !is_watched(o->watch, &table.entries[i]))
			open_matching(o, choice, table.entries[i].name);
	}
	interface_table_free(&table);
	if (!o->watch->count)
		log_warning("no interface matches yet: waiting for one to come");
	return EXIT_DONE;
}

/* Places for interfaces that patterns take in later: as programs are loaded once, they are decided on now. */
static void add_spare_places(struct watch *watch)
{
	watch->places = watch->count;
	if (!has_patterns(watch))
		return;
	watch->places += WATCH_SPARE_PLACES;
	if (watch->places > MAX_INTERFACES)
		watch->places = MAX_INTERFACES;
}

static int open_all(struct opening *o, const struct watch_settings *settings, char **words,
		    int count)
{
	struct watch *watch = o->watch;
	int status = read_choices(watch, settings, words, count);

	if (status != EXIT_DONE)
		return status;
	kernel_read(&o->watch->kernel);
	watch->xdp_frags = o->watch->kernel.xdp_frags == TRISTATE_YES;
	watch->tcx = o->watch->kernel.tcx != TRISTATE_NO;
	status = open_names(o);
	if (status == EXIT_DONE)
		status = check_privilege(&o->watch->kernel);
	if (status == EXIT_DONE)
		status = open_patterns(o);
	if (status != EXIT_DONE)
		return status;
	add_spare_places(watch);
	for (uint32_t i = 0; i < watch->count; i++) {
		struct watched *w = &watch->interface[i];

		w->own_xdp = watch_needs_own_xdp(watch, w, &o->facts[i]);
		warn_blind_spots(w, &o->facts[i]);
	}
	if (o->watch->kernel.preempt_rt == TRISTATE_YES)
		log_warning("this kernel is PREEMPT_RT: now and then a packet may be missed in a "
			    "counter");
	return EXIT_DONE;
}

int watch_open(struct watch *watch, const struct watch_settings *settings, char **words, int count)
{
	struct opening opening = {.watch = watch};
	int status;

	*watch = (struct watch){
		.quiet = settings->quiet,
		.mode = settings->mode,
		.kept = settings->kept,
		.attacher = settings->attacher,
	};
	opening.facts = calloc(MAX_INTERFACES, sizeof(*opening.facts));
	if (!opening.facts) {
		log_error("out of memory");
		return EXIT_FAILED;
	}
	status = open_all(&opening, settings, words, count);
	free(opening.facts);
	return status;
}

/* What a place that is not taken yet may need, later: whatever an interface that comes may be. */
static void want_for_spare(const struct watch *watch, uint32_t position, struct hook_config *config,
			   struct bpf_wants *wants)
{
	bool direction[DIRECTION_COUNT] = {false};

	for (uint32_t i = 0; i < watch->choices; i++)
		for (int d = 0; d < DIRECTION_COUNT; d++)
			direction[d] |= watch->choice[i].kind != CHOICE_NAME &&
					watch->choice[i].direction[d];
	for (int d = 0; d < DIRECTION_COUNT; d++)
		config->point[position][d] = direction[d] ? config->points++ : UNASSIGNED;
	if (direction[DIRECTION_RX] && watch->mode != MODE_TC)
		wants->xdp_later = true;
	if (direction[DIRECTION_RX] && (watch->mode == MODE_TC || watch->mode == MODE_AUTO))
		wants->tc_later[DIRECTION_RX] = true;
	if (direction[DIRECTION_TX])
		wants->tc_later[DIRECTION_TX] = true;
}

void watch_configure(const struct watch *watch, struct hook_config *config, struct bpf_wants *wants)
{
	config->interfaces = watch->places;
	config->points = 0;
	/* Whatever the MTU is: who raises it later shall not be refused because of us. */
	config->xdp_frags = watch->xdp_frags;
	for (uint32_t i = 0; i < watch->count; i++) {
		const struct watched *w = &watch->interface[i];

		config->raw_ip[i] = w->raw_ip;
		for (int d = 0; d < DIRECTION_COUNT; d++)
			config->point[i][d] = w->direction[d] ? config->points++ : UNASSIGNED;
		if (w->direction[DIRECTION_RX] && w->own_xdp)
			wants->xdp_own[i] = true;
		else if (w->direction[DIRECTION_RX] && w->mode != MODE_TC)
			wants->xdp = true;
		/* Where XDP was not asked for, another one can be first there. */
		if (w->direction[DIRECTION_RX] && w->mode == MODE_TC)
			wants->tc[DIRECTION_RX] = true;
		else if (w->direction[DIRECTION_RX] && w->automatic)
			wants->tc_later[DIRECTION_RX] = true;
		if (w->direction[DIRECTION_TX])
			wants->tc[DIRECTION_TX] = true;
	}
	for (uint32_t i = watch->count; i < watch->places; i++)
		want_for_spare(watch, i, config, wants);
}

/* ---- interfaces that come later ------------------------------------------------------ */

bool watch_wants(const struct watch *watch, const struct link_entry *entry)
{
	return choice_of(watch, entry) && !is_watched(watch, entry);
}

/* Whether packets of @facts would count twice beside what is watched, logged; or that cannot be known. */
static bool overlaps_watched(const struct watch *watch, const struct interface_facts *facts)
{
	struct interface_facts *other = malloc(sizeof(*other));
	const struct interface_facts *found = NULL;
	char why[MODE_WHY_MAX];

	for (uint32_t i = 0; i < watch->count && other && !found; i++)
		if (watch->interface[i].ifindex &&
		    interface_read(other, watch->interface[i].name, TRISTATE_UNKNOWN) == 0)
			found = overlapping(facts, other, 1, why);
	if (found)
		log_info("%s is left out, its packets would count twice beside %s: %s", facts->name,
			 found->name, why);
	free(other);
	return !other || found;
}

struct watched *watch_newcomer(struct watch *watch, const struct link_entry *entry)
{
	const struct interface_choice *choice = choice_of(watch, entry);
	struct interface_facts *facts = calloc(1, sizeof(*facts));
	struct watched *w = NULL;

	if (!facts || !choice)
		goto out;
	if (watch->count == watch->places) {
		log_warning("%s has come and is not watched: all %u places are taken; start "
			    "rcodewatch again to watch it",
			    entry->name, watch->places);
		goto out;
	}
	if (interface_read(facts, entry->name, watch->kernel.tcx) < 0 ||
	    facts->ifindex != entry->ifindex || overlaps_watched(watch, facts) ||
	    place(watch, facts, choice, &watch->kernel) != EXIT_DONE)
		goto out;
	w = &watch->interface[watch->count - 1];
	if (w->raw_ip || watch_needs_own_xdp(watch, w, facts)) {
		log_error("%s needs a program of its own: start rcodewatch again to watch it",
			  w->name);
		watch->count--;
		w = NULL;
	}
out:
	free(facts);
	return w;
}
