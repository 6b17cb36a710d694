/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which interfaces are watched, and how: decided at the start, and for each that comes later. Errors and refusals are logged. */
#ifndef RCODEWATCH_WATCH_OPEN_H
#define RCODEWATCH_WATCH_OPEN_H

#include "loader/bpf_objects.h"
#include "loader/watched.h"
#include "netdev/interface_facts.h"

/*
 * Decide on the interfaces that @words name or take in (interface_choice.h): facts, modes, and what cannot be watched
 * together. An enum exit_status: EXIT_DONE, or an error, logged.
 */
int watch_open(struct watch *watch, const struct watch_settings *settings, char **words, int count);

/* The hooks' configuration for these interfaces, and which programs they need. */
void watch_configure(const struct watch *watch, struct hook_config *config,
		     struct bpf_wants *wants);

/* Whether native XDP on @w, of which @facts are, has to be by a program of its own. */
bool watch_needs_own_xdp(const struct watch *watch, const struct watched *w,
			 const struct interface_facts *facts);

/*
 * Whether reports can be under @name from now on: for readers all reports under a name are one series, with a number
 * each, so it must not have been any interface's before.
 */
bool watch_claim_name(struct watch *watch, const char *name);

/* Whether a pattern takes in @entry, and it is not watched yet. */
bool watch_wants(const struct watch *watch, const struct link_entry *entry);
/* Give the interface of @entry, which watch_wants(), a place, to be attached. NULL: it cannot be watched, logged. */
struct watched *watch_newcomer(struct watch *watch, const struct link_entry *entry);

#endif
