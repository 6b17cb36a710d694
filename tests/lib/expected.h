/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From what a case must be counted as, in words, to the counters that must say so. */
#ifndef RCODEWATCH_TESTS_EXPECTED_H
#define RCODEWATCH_TESTS_EXPECTED_H

#include "cases.h"
#include "report/snapshot.h"

/* Add one packet that is as @expect says to @counts. Aborts on a word that is no counter's. */
void expected_add(struct snapshot *counts, const struct expect *expect);

/* The configuration that the cases are made for: DNS on 53, encrypted on 853, one interface. */
struct hook_config expected_config(void);

/*
 * Compare all counters of @got with those of @want; text samples are left out unless @texts. NULL
 * if they are equal, else a description of the first difference, in static memory.
 */
const char *expected_difference(const struct snapshot *want, const struct snapshot *got,
				bool texts);

#endif
