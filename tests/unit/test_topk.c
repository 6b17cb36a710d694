// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The largest of many, against all of them sorted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "toplist/topk.h"

#define MOST 5000u

static int falling(const void *a, const void *b)
{
	const struct top_found *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return x->high < y->high ? 1 : x->high > y->high ? -1 : 0;
}

/* Counts up to @range, so that many are alike where that is small. */
static void check(struct topk *topk, size_t offered, size_t keep, unsigned range)
{
	static struct top_found all[MOST];
	size_t kept = offered < keep ? offered : keep;
	uint64_t absent = 0;

	topk_begin(topk, keep);
	for (size_t i = 0; i < offered; i++) {
		all[i].count = (uint64_t)random() % range;
		all[i].high = all[i].count + (uint64_t)random() % range;
		all[i].number = (uint32_t)i;
		assert_int_equal(topk_offer(topk, &all[i]), 0);
	}
	topk_end(topk);
	assert_int_equal(topk->count, kept);
	for (size_t i = 0; i < kept; i++) /* whatever was moved about is still whole */
		assert_int_equal(falling(&topk->found[i], &all[topk->found[i].number]), 0);
	qsort(all, offered, sizeof(all[0]), falling);
	for (size_t i = 0; i < kept; i++)
		assert_int_equal(falling(&topk->found[i], &all[i]), 0);
	for (size_t i = kept; i < offered; i++)
		if (all[i].high > absent)
			absent = all[i].high;
	assert_int_equal(topk->absent_high, absent);
}

static void test_random(void **state)
{
	static const size_t keeps[] = {0, 1, 2, 7, 64, 512, MOST};
	static const size_t offers[] = {0, 1, 2, 3, 14, 15, 127, 128, 1023, 1024, 1025, MOST};
	static const unsigned ranges[] = {1, 3, 1000, 1u << 30};
	struct topk topk = {0};

	(void)state;
	srandom(7);
	for (size_t k = 0; k < sizeof(keeps) / sizeof(keeps[0]); k++)
		for (size_t o = 0; o < sizeof(offers) / sizeof(offers[0]); o++)
			for (size_t r = 0; r < sizeof(ranges) / sizeof(ranges[0]); r++)
				check(&topk, offers[o], keeps[k], ranges[r]);
	topk_free(&topk);
	assert_null(topk.found);
}

/* What comes rising or falling is as quick, and as right. */
static void test_in_order(void **state)
{
	struct topk topk = {0};

	(void)state;
	for (int rising = 0; rising < 2; rising++) {
		topk_begin(&topk, 10);
		for (uint64_t i = 0; i < MOST; i++) {
			uint64_t count = rising ? i : MOST - 1 - i;

			assert_int_equal(topk_offer(&topk, &(struct top_found){.count = count,
									       .high = count}),
					 0);
		}
		topk_end(&topk);
		assert_int_equal(topk.count, 10);
		for (uint64_t i = 0; i < 10; i++)
			assert_int_equal(topk.found[i].count, MOST - 1 - i);
		assert_int_equal(topk.absent_high, MOST - 11);
	}
	topk_free(&topk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
