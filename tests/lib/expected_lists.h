/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From what a case must be listed as, in words, to the rows that must say so. */
#ifndef RCODEWATCH_TESTS_EXPECTED_LISTS_H
#define RCODEWATCH_TESTS_EXPECTED_LISTS_H

#include "cases.h"
#include "analysis/suffixes.h"
#include "toplist/top_list.h"

/*
 * expected_config() with all lists of both points, of every response, with whole addresses and keys that
 * are always the same. Sizes of tables are as they are planned for one CPU.
 */
struct hook_config expected_lists_config(void);

/* The same where by default errors are listed, and NODATA is counted by zone. */
struct hook_config expected_lists_default(void);

/*
 * The public suffixes that the cases' zones are found by, made a table for @config. Aborts if that fails. Free with
 * suffixes_free().
 */
void expected_suffixes(struct suffixes *suffixes, struct hook_config *config);

/*
 * Compare @got, the lists after a single packet, with what that is to be; @rules: there was the table
 * of suffixes; @by_default: they were made by expected_lists_default(). NULL if they agree, else what is wrong, in static memory.
 */
const char *expected_lists_difference(const struct expect *expect, bool rules, bool by_default,
				      const struct top_lists *got);

#endif
