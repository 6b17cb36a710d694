// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Reports of two observation points from interval to interval, made of snapshots written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "analysis/report_series.h"
#include "util/clock.h"

#define POINTS 2u

static const struct identity identity = {.host = "res1", .instance = "an instance"};
static const struct labels labels = {.count = 0};
static const struct top_settings top = {.rows = 1, .servers = {.bits = {24, 56}}};
static const struct report_origin origin = {"eth0", "rx", "tcx"};

static struct report_series series;
static struct alert_rules rules;
static struct attacks attacks;
static struct alerts alerts;
static struct snapshot now;
static struct report report;

static int start(void **state)
{
	const struct report_common common = {&identity, &labels, &top, true, true};

	(void)state;
	memset(&report, 0xa5, sizeof(report)); /* nothing of it is read */
	alert_rules_init(&rules);
	assert_int_equal(alerts_open(&alerts, &rules, &attacks), 0);
	assert_int_equal(report_series_init(&series, POINTS, &common, &alerts), 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	report_series_free(&series);
	alerts_free(&alerts);
	snapshot_free(&now);
	return 0;
}

/* @servfails in all up to the second @s, of @point. */
static void next(size_t point, uint64_t servfails, int64_t s)
{
	now.counters.rcode[2][FAMILY_IPV4][TRANSPORT_UDP] = servfails;
	now.wall_ns = NS_PER_S * (s + 100);
	now.mono_ns = NS_PER_S * s;
	assert_int_equal(report_series_make(&series, point, &now, &origin, &report), 0);
}

/* One row: a zone with @count NXDOMAINs, and a total of as many. */
static void gather(size_t point, char zone, uint64_t count)
{
	struct top_row row = {
		.count = count, .low = count, .high = count, .rcode = 3, .ede = TOP_NO_EDE};
	struct top_lists lists = {
		.listed = 1u << TOP_ZONE,
		.list[TOP_ZONE] = {.rows = &row, .count = 1, .room = 1, .total = count},
	};

	row.key[0] = 1;
	row.key[1] = (uint8_t)zone;
	assert_int_equal(report_series_gather(&series, point, &lists), 0);
}

static void figures_are_those_since_the_last_report(void **state)
{
	(void)state;
	report_series_begin(&series, 100 * NS_PER_S, 0);
	next(0, 7, 10);
	assert_int_equal(report.responses, 7);
	assert_true(report.start_ns == 100 * NS_PER_S && report.end_ns == 110 * NS_PER_S);
	assert_true(report.interval_s == 10);
	assert_int_equal(report.seq, 1);
	next(0, 12, 15);
	assert_int_equal(report.responses, 5);
	assert_int_equal(report.total_responses, 12);
	assert_true(report.start_ns == 110 * NS_PER_S && report.interval_s == 5);
	assert_int_equal(report.seq, 2);
	/* The other point has a past of its own. */
	next(1, 12, 15);
	assert_int_equal(report.responses, 12);
	assert_int_equal(report.seq, 1);
	/* Captures have gaps. */
	report_series_begin(&series, 190 * NS_PER_S, 190 * NS_PER_S);
	next(0, 13, 200);
	assert_int_equal(report.responses, 1);
	assert_true(report.interval_s == 10 && report.start_ns == 190 * NS_PER_S);
}

static void a_report_says_where_it_is_from(void **state)
{
	(void)state;
	next(0, 1, 1);
	assert_string_equal(report.host, "res1");
	assert_string_equal(report.instance, "an instance");
	assert_ptr_equal(report.labels, &labels);
	assert_string_equal(report.interface, "eth0");
	assert_string_equal(report.direction, "rx");
	assert_string_equal(report.hook, "tcx");
	assert_true(report.live && report.guide);
	assert_int_equal(report.top_rows, 1);
	assert_int_equal(report.top_bits[TOP_SERVER][FAMILY_IPV4], 24);
	assert_int_equal(report.advice_count, 0);
	assert_string_equal(report.rcodes[1].name, "SERVFAIL");
	assert_string_equal(report.rcodes[1].description, "Server failure");
}

static void lists_gather_until_they_are_reported(void **state)
{
	const struct top_list *list;

	(void)state;
	gather(0, 'a', 3);
	gather(0, 'a', 4);
	next(0, 1, 1);
	list = &report.top->list[TOP_ZONE];
	assert_int_equal(list->count, 1);
	assert_int_equal(list->rows[0].count, 7);
	assert_string_equal(list->rows[0].rcode_name, "NXDOMAIN");
	assert_int_equal(list->total, 7);
	next(1, 1, 1);
	assert_int_equal(report.top->list[TOP_ZONE].count, 0);
	report_series_clear_lists(&series);
	gather(0, 'b', 2);
	next(0, 1, 2);
	assert_int_equal(list->count, 1);
	assert_int_equal(list->rows[0].key[1], 'b');
	assert_int_equal(list->total, 2);
}

/* docs/advice.md: 90 % referrals, and a hundred at least; "since" is where it began. */
/* What is an alert is said since it is one, at the same point alone. */
static void advice_is_remembered_by_point(void **state)
{
	const struct alert_view view = {.report = {&report}};

	(void)state;
	report_series_begin(&series, 100 * NS_PER_S, 0);
	now.counters.answers[ANSWER_REFERRAL] = 200;
	next(0, 200, 1);
	assert_int_equal(report.advice_count, 1);
	assert_string_equal(report.advice[0].words->id, "lame-referrals");
	assert_true(report.advice[0].since_ns == 100 * NS_PER_S);
	assert_int_equal(alerts_look(&alerts, &view), 0);
	now.counters.answers[ANSWER_REFERRAL] = 400;
	next(0, 400, 2);
	assert_int_equal(report.advice_count, 1);
	assert_true(report.advice[0].since_ns == 100 * NS_PER_S);
	now.counters.answers[ANSWER_REFERRAL] = 0;
	next(1, 400, 2);
	assert_int_equal(report.advice_count, 0);
}

static void rare_values_can_begin_anew(void **state)
{
	(void)state;
	assert_int_equal(snapshot_rare_add(&now, RARE_QTYPE, 65280, 9, NULL), 0);
	next(0, 0, 1);
	assert_int_equal(report.qtypes[0].count, 9);
	report_series_renew_rares(&series);
	snapshot_free(&now);
	assert_int_equal(snapshot_rare_add(&now, RARE_QTYPE, 65280, 10, NULL), 0);
	next(0, 0, 2);
	assert_int_equal(report.qtypes[0].count, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(figures_are_those_since_the_last_report, start,
						end),
		cmocka_unit_test_setup_teardown(a_report_says_where_it_is_from, start, end),
		cmocka_unit_test_setup_teardown(lists_gather_until_they_are_reported, start, end),
		cmocka_unit_test_setup_teardown(advice_is_remembered_by_point, start, end),
		cmocka_unit_test_setup_teardown(rare_values_can_begin_anew, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
