// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Keys from a seed: the numbers that others publish for SplitMix64. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture/seed.h"

/* https://prng.di.unimi.it/splitmix64.c, seeds 0 and 1234567 as the tests of other implementations have them. */
static void known_numbers(void **state)
{
	struct hook_config config = {0};

	(void)state;
	seed_keys(&config, 0);
	assert_true(config.name_key[0] == 0xe220a8397b1dcdafULL);
	assert_true(config.name_key[1] == 0x6e789e6aa1b965f4ULL);
	assert_true(config.name_key[2] == 0x06c45d188009454fULL);
	seed_keys(&config, 1234567);
	assert_true(config.name_key[0] == 6457827717110365317ULL);
	assert_true(config.name_key[1] == 3203168211198807973ULL);
	assert_true(config.top_key[TOP_KEY_SET] & 1);
	assert_true(config.flow_seed[0] != config.flow_seed[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
