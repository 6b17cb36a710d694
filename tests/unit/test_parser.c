// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The shared parser on the host, against every case's own expectations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "expected.h"
#include "parser/host_store.h"

/* A size that is no multiple of the alignment is not allowed: C11 section 7.22.3.1. */
static void *cache_aligned(size_t size)
{
	return aligned_alloc(64, (size + 63) / 64 * 64);
}

static struct snapshot *new_snapshot(void)
{
	struct snapshot *snapshot = cache_aligned(sizeof(*snapshot));

	assert_non_null(snapshot);
	memset(snapshot, 0, sizeof(*snapshot));
	return snapshot;
}

static void free_snapshot(struct snapshot *snapshot)
{
	free(snapshot->rare);
	free(snapshot);
}

static void count_every_case(bool captured)
{
	const struct hook_config config = expected_config();
	struct host_store *store = cache_aligned(sizeof(*store));
	const struct packet_case *cases;
	size_t count, wrong = 0;

	assert_non_null(store);
	cases = packet_cases(&count);
	for (size_t i = 0; i < count; i++) {
		const struct expect *expect = &cases[i].expect;
		struct snapshot *want = new_snapshot();
		const char *difference;

		memset(store, 0, sizeof(*store));
		store->offloads = captured;
		expected_add(want, captured && expect->captured ? expect->captured : expect);
		host_count(store, &config, HOST_LINK_ETHERNET, cases[i].bytes,
			   (uint32_t)cases[i].length, (uint32_t)cases[i].length);
		host_store_finish(store, &config);
		/* What streams went through is not in the expectations of single packets. */
		memset(store->counts.counters.tcp, 0, sizeof(store->counts.counters.tcp));
		difference = expected_difference(want, &store->counts, false);
		if (difference) {
			print_error("%s: %s\n", cases[i].name, difference);
			wrong++;
		}
		host_store_free(store);
		free_snapshot(want);
	}
	free(store);
	assert_int_equal(wrong, 0);
}

static void every_case_is_counted_as_expected(void **state)
{
	(void)state;
	count_every_case(false);
}

static void every_case_of_a_capture_is_counted_as_expected(void **state)
{
	(void)state;
	count_every_case(true);
}

/* Cut anywhere, every packet still has exactly one outcome, and nothing is read past the cut. */
static void every_cut_has_one_outcome(void **state)
{
	const struct hook_config config = expected_config();
	struct host_store *store = cache_aligned(sizeof(*store));
	const struct packet_case *cases;
	size_t count;

	(void)state;
	assert_non_null(store);
	cases = packet_cases(&count);
	for (size_t i = 0; i < count; i++)
		for (size_t cut = 0; cut < cases[i].length; cut++) {
			/* Of its own, so that a sanitizer sees a read past the end. */
			uint8_t *bytes = malloc(cut ? cut : 1);
			uint64_t outcomes = 0;

			assert_non_null(bytes);
			memcpy(bytes, cases[i].bytes, cut);
			memset(store, 0, sizeof(*store));
			/* As a cut frame, then as a whole frame of which the capture kept a part. */
			host_count(store, &config, HOST_LINK_ETHERNET, bytes, (uint32_t)cut, 0);
			host_count(store, &config, HOST_LINK_ETHERNET, bytes, (uint32_t)cut,
				   (uint32_t)cases[i].length);
			for (size_t f = 0; f < PKT_OUTCOMES; f++)
				outcomes += store->counts.counters.outcome[f];
			assert_int_equal(store->counts.counters.packets, 2);
			assert_int_equal(outcomes, 2);
			assert_int_equal(store->error, 0);
			host_store_free(store);
			free(bytes);
		}
	free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_is_counted_as_expected),
		cmocka_unit_test(every_case_of_a_capture_is_counted_as_expected),
		cmocka_unit_test(every_cut_has_one_outcome),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
