/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What targets tell the parser: always the same, so that what was found is found again. */
#ifndef RCODEWATCH_TESTS_FUZZ_CONFIG_H
#define RCODEWATCH_TESTS_FUZZ_CONFIG_H

#include <stdbool.h>

#include "abi.h"

struct fuzz_settings {
	/*
	 * DNS on 53 and 5353, encrypted on 853; one bucket of flows; all lists, of one set each (of
	 * names two), with addresses cut to /28 and /60; of the responses that fuzz_choose_lists() says.
	 */
	struct hook_config config;
	struct hook_config decap; /* the same, and all tunnels are looked into */
	const __u64 *suffixes;    /* config.suffixes of them: what fuzz_suffix_rules say */
};

/* Made at the first call; aborts if that fails. */
const struct fuzz_settings *fuzz_settings(void);

/*
 * What is listed from now on: every response but plain NOERROR, as at first; or, @by_default, errors, with
 * NODATA in the table of zones alone.
 */
void fuzz_choose_lists(bool by_default);

/* The rules of the suffix table, as lines of https://publicsuffix.org/list/; NULL at the end. */
extern const char *const fuzz_suffix_rules[];

#endif
