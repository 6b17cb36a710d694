// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One zone or many, of lists written by hand. test_top_read.c has real lists, where bounds must hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/failing.h"

#include "sample_report.h"

static struct top_row rows[8];
static struct top_lists lists;
static struct report report;

/* A report with 100 SERVFAIL and 10 REFUSED, and an empty list of zones. */
static int start(void **state)
{
	(void)state;
	lists = (struct top_lists){.listed = 1u << TOP_ZONE};
	lists.list[TOP_ZONE].rows = rows;
	report = (struct report){
		.top = &lists,
		.top_rcodes = ~1u,
		.rcodes = {{.code = 0, .count = 900},
			   {.code = 2, .count = 100},
			   {.code = 3},
			   {.code = 5, .count = 10}},
		.rcode_count = 4,
	};
	return 0;
}

static void add(const char *zone, uint16_t rcode, uint64_t low, uint64_t count, uint64_t high)
{
	struct top_list *list = &lists.list[TOP_ZONE];

	rows[list->count++] = sample_row(zone, rcode, low, count, high);
	list->total += count;
}

static const struct report_failing *failing(uint16_t rcode)
{
	report_failing_fill(&report);
	return report_failing_find(&report, rcode);
}

static void the_certain_part_decides(void **state)
{
	const struct report_failing *f;

	(void)state;
	add("\4wide\4test", 2, 10, 60, 65); /* most by the estimate, 10 for certain */
	add("\4sure\4test", 2, 28, 30, 31);
	add("\5other\4test", 5, 10, 10, 10);
	f = failing(2);
	assert_ptr_equal(f->largest, &rows[1]);
	assert_float_equal(f->share, 0.28, 1e-9);
	assert_float_equal(f->share_high, 0.65, 1e-9);
	/* 62 of 100 are of no certain zone: each may be of one of its own. */
	assert_int_equal(f->zones_low, 2);
	assert_int_equal(f->zones_high, 64);
	assert_string_equal(f->name, "SERVFAIL");
	f = failing(5);
	assert_int_equal(f->zones_low, 1);
	assert_int_equal(f->zones_high, 1);
	assert_float_equal(f->share, 1, 1e-9);
}

static void a_zone_without_a_row_can_be_the_largest(void **state)
{
	const struct report_failing *f;

	(void)state;
	add("\4sure\4test", 2, 30, 30, 30);
	lists.list[TOP_ZONE].absent_high = 50;
	f = failing(2);
	assert_float_equal(f->share, 0.3, 1e-9);
	assert_float_equal(f->share_high, 0.5, 1e-9);
	/* But it cannot have what others have. */
	lists.list[TOP_ZONE].absent_high = 90;
	f = failing(2);
	assert_float_equal(f->share_high, 0.7, 1e-9);
}

static void zones_are_counted_beyond_the_rows(void **state)
{
	const struct report_failing *f;

	(void)state;
	add("\4sure\4test", 2, 30, 30, 30);
	lists.zones_seen[TOP_SERVFAIL] = 64;
	f = failing(2);
	assert_int_equal(f->zones_low, 64);
	assert_int_equal(f->zones_high, 71);
	/* There are no more zones than responses. */
	lists.zones_seen[TOP_SERVFAIL] = 640;
	f = failing(2);
	assert_int_equal(f->zones_low, 100);
	assert_int_equal(f->zones_high, 100);
}

static void nothing_is_no_zone(void **state)
{
	const struct report_failing *f;

	(void)state;
	f = failing(3);
	assert_int_equal(f->count, 0);
	assert_int_equal(f->zones_low, 0);
	assert_int_equal(f->zones_high, 0);
	assert_null(f->largest);
	assert_float_equal(f->share, 0, 0);
	assert_float_equal(f->share_high, 0, 0);
	/* Responses none of which has a zone: without a question, say. */
	f = failing(2);
	assert_int_equal(f->zones_low, 0);
	assert_int_equal(f->zones_high, 100);
	assert_null(f->largest);
	assert_float_equal(f->share, 0, 0);
}

static void what_is_not_listed_is_not_known(void **state)
{
	(void)state;
	assert_null(failing(0));
	assert_null(failing(1));
	report.top_rcodes = 1u << 2; /* as by --offending SERVFAIL */
	assert_non_null(failing(2));
	assert_null(failing(5));
	lists.listed = 1u << TOP_NAME;
	assert_null(failing(2));
	report.top = NULL;
	assert_null(failing(2));
	assert_int_equal(report.failing_count, 0);
}

static void the_most_of_readings_counts(void **state)
{
	struct top_lists all = {.keep = 10}, more = {.listed = 1u << TOP_ZONE};

	(void)state;
	more.zones_seen[TOP_SERVFAIL] = 7;
	more.zones_seen[TOP_REFUSED] = 1;
	assert_int_equal(top_lists_merge(&all, &more), 0);
	more.zones_seen[TOP_SERVFAIL] = 3;
	more.zones_seen[TOP_REFUSED] = 2;
	assert_int_equal(top_lists_merge(&all, &more), 0);
	assert_int_equal(all.zones_seen[TOP_SERVFAIL], 7);
	assert_int_equal(all.zones_seen[TOP_REFUSED], 2);
	top_lists_clear(&all);
	assert_int_equal(all.zones_seen[TOP_SERVFAIL], 0);
	top_lists_free(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_certain_part_decides, start),
		cmocka_unit_test_setup(a_zone_without_a_row_can_be_the_largest, start),
		cmocka_unit_test_setup(zones_are_counted_beyond_the_rows, start),
		cmocka_unit_test_setup(nothing_is_no_zone, start),
		cmocka_unit_test_setup(what_is_not_listed_is_not_known, start),
		cmocka_unit_test_setup(the_most_of_readings_counts, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
