/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Loading, in the attacher: the maps, and each program in an object of its own, all at once. */
#ifndef RCODEWATCH_ATTACHER_PROGRAMS_H
#define RCODEWATCH_ATTACHER_PROGRAMS_H

#include "attacher/protocol.h"

/* What was loaded, as descriptors: the caller's. */
struct loaded {
	int fd[ATTACHER_FDS_MAX]; /* in the order that an answer has them */
	size_t count;
	int program[HOOK_PROGRAMS]; /* among these, the ones to attach; -1: not wanted */
};

/*
 * Load what @load asks for, which was checked, with new maps, or with those of the @count descriptors @maps. 0, or
 * a negative errno, logged, and nothing is loaded.
 */
int programs_load(struct loaded *loaded, const struct attacher_load *load, const int *maps,
		  size_t count);
/* Nothing is loaded. */
void loaded_clear(struct loaded *loaded);
/* Close all, and clear it. */
void loaded_close(struct loaded *loaded);

#endif
