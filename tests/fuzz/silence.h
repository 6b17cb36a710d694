/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Lets a target call what prints: into a buffer of its own, of which nothing is shown. */
#ifndef RCODEWATCH_TESTS_FUZZ_SILENCE_H
#define RCODEWATCH_TESTS_FUZZ_SILENCE_H

#include <stdio.h>

#define SILENCE_MAX (256u * 1024u)

struct silence {
	FILE *out, *err;
};

/* From here on, standard output and error go to memory. Aborts if that fails. */
void silence_begin(struct silence *silence);
/* They are what they were. Gives what went to the two, zero-terminated, until the next begin. */
const char *silence_end(const struct silence *silence, const char **errors);

#endif
