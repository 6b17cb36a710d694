// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The arithmetic of one set of the lists' tables, against loops that do the same one way at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

/* Of what the headers of the parser declare, only what needs no maps is used here. */
#pragma GCC diagnostic ignored "-Wunused-function"
#include "top_set.h"

#define ROUNDS 20000u

static uint64_t state = 0x13198a2e03707344ULL; /* digits of pi */

/* xorshift64*: Vigna, 2016. */
static uint64_t next_random(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dULL;
}

/* The first way whose octet of @tags is @tag. */
static uint32_t first_tagged(uint64_t tags, uint8_t tag)
{
	for (uint32_t way = 0; way < TOP_WAYS; way++)
		if ((uint8_t)(tags >> 8 * way) == tag)
			return way;
	return TOP_WAYS;
}

/* Tags that differ from what is looked for by one bit, by a borrow, or not at all. */
static void a_tag_is_found_and_no_other(void **unused)
{
	static const uint8_t near[] = {0, 1, 0x7f, 0x80, 0x81, 0xfe, 0xff};
	struct top_set set = {0};

	(void)unused;
	for (uint32_t round = 0; round < ROUNDS; round++) {
		uint64_t random = next_random();
		uint32_t fingerprint = (uint32_t)random | TOP_USED;

		set.tags = next_random();
		for (uint32_t octet = 0; round % 2 && octet < 8; octet++) {
			uint64_t tag = (fingerprint & 0xffu) ^ near[next_random() % sizeof(near)];

			set.tags = (set.tags & ~(0xffULL << 8 * octet)) | tag << 8 * octet;
		}
		assert_int_equal(top_tagged(&set, fingerprint),
				 first_tagged(set.tags, (uint8_t)fingerprint));
	}
}

static void the_way_that_counted_least(void **unused)
{
	struct top_set set = {0};

	(void)unused;
	for (uint32_t round = 0; round < ROUNDS; round++) {
		uint32_t least = 0;

		/* Of few values, so that the first of several is to be found; or of all. */
		for (uint32_t way = 0; way < TOP_WAYS; way++)
			set.count[way] = (uint32_t)next_random() >> (round % 2 ? 0 : 30);
		for (uint32_t way = 1; way < TOP_WAYS; way++)
			if (set.count[way] < set.count[least])
				least = way;
		assert_int_equal(top_least(&set), least);
	}
}

/* Admitted with probability 1 / (m + 1): of 2^32 random numbers, those below 2^32 / (m + 1). */
static void admission_is_as_probable_as_it_is_to_be(void **unused)
{
	static const uint32_t counts[] = {0, 1, 2, 3, 7, 1000, 65535, UINT32_MAX - 1, UINT32_MAX};
	struct top_set set = {0};

	(void)unused;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		uint64_t chances = (uint64_t)counts[i] + 1;
		uint64_t admitted = ((1ULL << 32) + chances - 1) / chances;

		set.count[3] = counts[i];
		assert_true(top_admits(&set, 3, 0));
		assert_true(top_admits(&set, 3, (uint32_t)(admitted - 1)));
		if (admitted < 1ULL << 32)
			assert_false(top_admits(&set, 3, (uint32_t)admitted));
	}
}

static void what_is_given_away(void **unused)
{
	struct top_set set = {.generation = 8, .tags = 0x112233445566ULL, .unattributed = 5};
	struct top_meta row_meta = {0};

	(void)unused;
	for (uint32_t way = 0; way < TOP_WAYS; way++) {
		set.fingerprint[way] = TOP_USED | way;
		set.count[way] = 10 + way;
		row_meta.inherited[way] = 4;
	}
	top_give(&set, &row_meta, 2, 0x800000abu);
	assert_int_equal(set.tags, 0x112233ab5566ULL);
	assert_int_equal(set.fingerprint[2], 0x800000abu);
	assert_int_equal(set.count[2], 13);
	assert_int_equal(row_meta.inherited[2], 12);
	assert_int_equal(row_meta.before[2], 5);
	assert_int_equal(set.unattributed, 5 + 12 - 4);
	assert_int_equal(top_search(&set, 0x800000abu), 2);
	assert_int_equal(top_search(&set, TOP_USED | 5), 5);
	assert_int_equal(top_search(&set, TOP_USED | 2), TOP_WAYS);

	/* Of the same epoch all stays. */
	top_renew(&set, 8);
	assert_int_equal(set.count[0], 10);
	top_renew(&set, 10);
	assert_int_equal(set.generation, 10);
	assert_int_equal(set.tags, 0);
	assert_int_equal(set.unattributed, 0);
	for (uint32_t way = 0; way < TOP_WAYS; way++) {
		assert_int_equal(set.fingerprint[way], 0);
		assert_int_equal(set.count[way], 0);
	}
	/* A way that is free has nothing to give up, whatever was there an epoch ago. */
	top_give(&set, &row_meta, 2, 0x800000cdu);
	assert_int_equal(set.unattributed, 0);
	assert_int_equal(set.count[2], 1);
	assert_int_equal(row_meta.inherited[2], 0);
}

/* Each set is as likely as another, and the highest hash is still in the last. */
static void every_set_has_its_share(void **unused)
{
	(void)unused;
	assert_int_equal(top_set_of(0, 10), 0);
	assert_int_equal(top_set_of(UINT64_MAX, 10), 9);
	assert_int_equal(top_set_of(0x19999999ULL << 32, 10), 0);
	assert_int_equal(top_set_of(0x1999999aULL << 32, 10), 1);
	assert_int_equal(top_set_of(0xe6666666ULL << 32 | 0xffffffff, 10), 8);
	assert_int_equal(top_set_of(0xe6666667ULL << 32, 10), 9);
	assert_int_equal(top_fingerprint(0x123456781234567ULL), 0x81234567u);
	assert_int_equal(top_place(3, 5), 15);
	assert_int_equal(top_place(1ULL << 40, 1), 1ULL << 40 | 1 << 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tag_is_found_and_no_other),
		cmocka_unit_test(the_way_that_counted_least),
		cmocka_unit_test(admission_is_as_probable_as_it_is_to_be),
		cmocka_unit_test(what_is_given_away),
		cmocka_unit_test(every_set_has_its_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
