// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture/capture_span.h"
#include "util/clock.h"

#define START (1795000000ll * NS_PER_S) /* a multiple of 10 s */

static struct capture_span span;

/* A packet of that stamp; gives how many reports came before it. */
static int stamp(int64_t ns, int64_t *first_start, int64_t *last_end)
{
	int64_t start, end;
	int reports = 0;

	while ((reports || capture_span_beyond(&span, ns)) &&
	       capture_span_over(&span, ns, &start, &end)) {
		if (!reports++)
			*first_start = start;
		else
			assert_int_equal(start, *last_end);
		assert_true(end > start);
		*last_end = end;
	}
	capture_span_stamp(&span, ns);
	return reports;
}

static void expect_quiet(int64_t ns)
{
	int64_t start, end;

	assert_int_equal(stamp(ns, &start, &end), 0);
}

static void expect_reports(int64_t ns, int count, int64_t wanted_start, int64_t wanted_end)
{
	int64_t start = -1, end = -1;

	assert_int_equal(stamp(ns, &start, &end), count);
	assert_int_equal(start, wanted_start);
	assert_int_equal(end, wanted_end);
}

static void without_an_interval_all_is_one(void **state)
{
	(void)state;
	capture_span_init(&span, 0);
	expect_quiet(START + 5);
	expect_quiet(START + 9000 * NS_PER_S);
	expect_quiet(START - 70 * NS_PER_S);
	expect_quiet(START);
	expect_quiet(0);
	expect_quiet(INT64_MAX - 1);
	assert_int_equal(span.start, 0);
	assert_int_equal(span.last, INT64_MAX - 1);
}

static void intervals_lie_on_multiples(void **state)
{
	(void)state;
	capture_span_init(&span, 10 * NS_PER_S);
	expect_quiet(START + 3 * NS_PER_S);
	expect_quiet(START + 10 * NS_PER_S - 1);
	expect_reports(START + 10 * NS_PER_S, 1, START + 3 * NS_PER_S, START + 10 * NS_PER_S);
	expect_quiet(START + 12 * NS_PER_S);
	expect_reports(START + 21 * NS_PER_S, 1, START + 10 * NS_PER_S, START + 20 * NS_PER_S);
	assert_int_equal(span.start, START + 20 * NS_PER_S);
	assert_int_equal(span.last, START + 21 * NS_PER_S);
}

static void stamps_that_run_backwards_stay(void **state)
{
	(void)state;
	capture_span_init(&span, 10 * NS_PER_S);
	expect_quiet(START + 3 * NS_PER_S);
	expect_quiet(START + 2 * NS_PER_S); /* the first interval begins earlier */
	expect_quiet(START - 1);            /* but not before its multiple */
	expect_quiet(0);
	assert_int_equal(span.start, START + 2 * NS_PER_S);
	expect_reports(START + 15 * NS_PER_S, 1, START + 2 * NS_PER_S, START + 10 * NS_PER_S);
	expect_quiet(START + 9 * NS_PER_S);
	expect_quiet(0);
	assert_int_equal(span.start, START + 10 * NS_PER_S);
	assert_int_equal(span.last, START + 15 * NS_PER_S);
	expect_reports(START + 20 * NS_PER_S, 1, START + 10 * NS_PER_S, START + 20 * NS_PER_S);
}

static void empty_intervals_are_reported_up_to_a_limit(void **state)
{
	(void)state;
	capture_span_init(&span, NS_PER_S);
	expect_quiet(START);
	/* The interval of the packet, then the empty ones. */
	expect_reports(START + 4 * NS_PER_S, 4, START, START + 4 * NS_PER_S);
	expect_reports(START + 1005 * NS_PER_S, 1001, START + 4 * NS_PER_S,
		       START + 1005 * NS_PER_S);
	expect_reports(START + 2007 * NS_PER_S + 1, 2, START + 1005 * NS_PER_S,
		       START + 2007 * NS_PER_S);
	expect_reports(9151488000 * NS_PER_S, 2, START + 2007 * NS_PER_S, 9151488000 * NS_PER_S);
	expect_quiet(9151488000 * NS_PER_S);
}

/* A file may begin at the epoch. */
static void the_first_stamp_may_be_zero(void **state)
{
	(void)state;
	capture_span_init(&span, NS_PER_S / 10);
	expect_quiet(0);
	assert_true(span.begun);
	expect_reports(NS_PER_S / 10, 1, 0, NS_PER_S / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_an_interval_all_is_one),
		cmocka_unit_test(intervals_lie_on_multiples),
		cmocka_unit_test(stamps_that_run_backwards_stay),
		cmocka_unit_test(empty_intervals_are_reported_up_to_a_limit),
		cmocka_unit_test(the_first_stamp_may_be_zero),
	};

	return cmocka_run_group_tests_name("capture_span", tests, NULL, NULL);
}
