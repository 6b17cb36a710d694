// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Numbers that are to look random: generators of the parser against what others have published for the same
 * algorithms and the same beginning (Rosetta Code, "Pseudo-random numbers").
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

/* They are no functions of the library. */
#include "../../user/parser/host_store.c" /* NOLINT(bugprone-suspicious-include) */

static void mixing_is_splitmix64(void **state)
{
	static const uint64_t published[] = {6457827717110365317u, 3203168211198807973u,
					     9817491932198370423u};
	uint64_t counter = 1234567;

	(void)state;
	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
		counter += 0x9e3779b97f4a7c15; /* the golden ratio, as SplitMix64 counts */
		assert_true(name_mix(counter) == published[i]);
	}
}

static void admission_is_by_xorshift64_star(void **state)
{
	static const uint32_t published[] = {3540625527, 2750739987, 4037983143, 1993361440,
					     3809424708};
	const struct hook_config config = {0};
	struct msg_scratch scratch = {.random = 1234567};
	pkt_ctx ctx = {.config = &config};

	(void)state;
	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++)
		assert_int_equal(scratch_random(&ctx, &scratch, META(0, 0)), published[i]);
}

/* Each run and each CPU has numbers of its own, and none begins at 0, from which no other number comes. */
static void each_begins_elsewhere(void **state)
{
	struct hook_config config = {.top_key = {[TOP_KEY_RANDOM] = 1}};
	struct msg_scratch scratch = {0};
	pkt_ctx ctx = {.config = &config};
	uint32_t first[3];

	(void)state;
	first[0] = scratch_random(&ctx, &scratch, META(0, 0));
	scratch.random = 0;
	first[1] = scratch_random(&ctx, &scratch, META(0, 0) | 1ULL << META_CPU_SHIFT);
	scratch.random = 0;
	config.top_key[TOP_KEY_RANDOM] = 2;
	first[2] = scratch_random(&ctx, &scratch, META(0, 0));
	assert_true(first[0] != first[1] && first[1] != first[2] && first[2] != first[0]);

	/* What is mixed to 0. */
	scratch.random = 0;
	config.top_key[TOP_KEY_RANDOM] = 0;
	assert_int_equal(name_mix(0), 0);
	scratch_random(&ctx, &scratch, META(0, 0));
	assert_true(scratch.random != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mixing_is_splitmix64),
		cmocka_unit_test(admission_is_by_xorshift64_star),
		cmocka_unit_test(each_begins_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
