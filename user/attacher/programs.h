/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Loading, in the attacher: the maps, and each program in an object of its own, all at once. */
#ifndef RCODEWATCH_ATTACHER_PROGRAMS_H
#define RCODEWATCH_ATTACHER_PROGRAMS_H

#include "attacher/protocol.h"

struct objects; /* opened, with programs that are still to be loaded */

/* What was loaded, as descriptors: the caller's. */
struct loaded {
	int fd[ATTACHER_FDS_MAX]; /* in the order that an answer has them */
	size_t count;
	bool transactions;          /* they are followed */
	int program[HOOK_PROGRAMS]; /* among these, the ones to attach; -1: not wanted */
};

/*
 * Load what @load asks for now, which was checked, with new maps, or with those of the @count descriptors @maps. *@rest:
 * for programs_load_rest(), NULL if there is nothing for it. 0, or a negative errno, logged, and nothing is loaded.
 */
int programs_load(struct loaded *loaded, const struct attacher_load *load, const int *maps,
		  size_t count, struct objects **rest);
/*
 * Load the rest, and close @rest: what that gives is added to @loaded. 0, or a negative errno, logged, and nothing is
 * loaded any more, nor what was before.
 */
int programs_load_rest(struct loaded *loaded, struct objects *rest);
/* The rest is not needed. @rest may be NULL. */
void programs_drop_rest(struct objects *rest);
/* Nothing is loaded. */
void loaded_clear(struct loaded *loaded);
/* Close all, and clear it. */
void loaded_close(struct loaded *loaded);

#endif
