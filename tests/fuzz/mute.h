/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Lets a target call what prints: into a buffer of its own, of which nothing is shown. */
#ifndef RCODEWATCH_TESTS_FUZZ_MUTE_H
#define RCODEWATCH_TESTS_FUZZ_MUTE_H

#include <stdio.h>

#define MUTE_MAX (256u * 1024u)

struct mute {
	FILE *out, *err;
};

/* From here on, standard output and error go to memory. Aborts if that fails. */
void mute_begin(struct mute *mute);
/* They are what they were. Gives what went to the two, zero-terminated, until the next begin. */
const char *mute_end(const struct mute *mute, const char **errors);

#endif
