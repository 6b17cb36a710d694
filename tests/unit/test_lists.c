// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Names and zones that the parser lists, on the host, against every case's own expectations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "expected_lists.h"
#include "host_store.h"
#include "top_read.h"

static struct host_store store;

static const char *difference_of(const struct packet_case *c, const struct hook_config *config,
				 bool rules)
{
	const struct top_source source = {.tables = &store.top, .config = config, .cpus = 1};
	const struct tally *tally = &store.counts.tally;
	struct top_lists lists[2] = {{.keep = 10}, {.keep = 10}};
	struct top_totals totals[2];
	const char *difference;
	uint64_t unlisted = 0;

	host_count(&store, config, HOST_LINK_ETHERNET, c->bytes, (uint32_t)c->length,
		   (uint32_t)c->length);
	for (const struct expect *e = &c->expect; e; e = e->also)
		unlisted += e->unlisted;
	totals[0] = (struct top_totals){tally->offending, tally->unlisted};
	totals[1] = (struct top_totals){0};
	assert_int_equal(top_read(&source, totals, lists), 0);
	difference = expected_lists_difference(&c->expect, rules, &lists[0]);
	if (!difference && tally->unlisted != unlisted)
		difference = "unlisted is another number";
	top_lists_free(&lists[0]);
	top_lists_free(&lists[1]);
	host_store_free(&store);
	return difference;
}

static void walk_cases(const struct hook_config *config, const struct suffixes *suffixes)
{
	const struct packet_case *cases;
	size_t count, wrong = 0, told = 0;

	cases = packet_cases(&count);
	for (size_t i = 0; i < count; i++) {
		const char *difference;

		if (!cases[i].expect.listed)
			continue;
		told++;
		memset(&store, 0, sizeof(store));
		store.suffixes = suffixes ? suffixes->places : NULL;
		difference = difference_of(&cases[i], config, suffixes != NULL);
		if (difference) {
			print_error("%s: %s\n", cases[i].name, difference);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
	assert_true(told > 70);
}

static void every_case_is_listed_as_expected(void **state)
{
	struct hook_config config = expected_lists_config();
	struct suffixes suffixes;

	(void)state;
	expected_suffixes(&suffixes, &config);
	walk_cases(&config, &suffixes);
	suffixes_free(&suffixes);
}

static void so_it_is_without_a_suffix_list(void **state)
{
	const struct hook_config config = expected_lists_config();

	(void)state;
	walk_cases(&config, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_is_listed_as_expected),
		cmocka_unit_test(so_it_is_without_a_suffix_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
