/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Names and zones read in the plainest way there is, octet by octet, to hold the parser's against. It
 * shares no code with the parser.
 */
#ifndef RCODEWATCH_TESTS_FUZZ_PLAIN_NAME_H
#define RCODEWATCH_TESTS_FUZZ_PLAIN_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAST_NAME_MAX 255u

struct fast_name {
	uint8_t wire[FAST_NAME_MAX + 1]; /* no compression, A to Z as a to z */
	size_t length;                   /* with the root */
	size_t labels;                   /* without it */
	size_t pointers;                 /* that were followed */
	size_t reach;                    /* offset behind what was read farthest */
};

/*
 * Read the name at @at of @message, which ends at @end. False if it is none: RFC 1035 sections 3.1 and
 * 4.1.4; a pointer that does not lead before the name, and before the pointer followed last, is none.
 */
bool fast_name_read(struct fast_name *name, const uint8_t *message, size_t at, size_t end);

/* The suffix of @name that has @labels labels, which are not more than there are. */
const uint8_t *fast_name_suffix(const struct fast_name *name, size_t labels);

/* Whether @owner is @name or an ancestor of it. */
bool fast_name_above(const struct fast_name *owner, const struct fast_name *name);

/* How many labels the registrable domain of @name has by @rules, as fuzz_suffix_rules are. */
size_t fast_name_registrable(const struct fast_name *name, const char *const *rules);

#endif
