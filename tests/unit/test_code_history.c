// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The history of codes: what it keeps, for how long, and what it makes of a file. Sums are done by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/code_history_file.h"
#include "util/clock.h"

/* 2026-11-20 00:00:00 UTC, by date -u +%s. */
#define MIDNIGHT 1795132800

static struct code_history history, other;

static int start(void **state)
{
	(void)state;
	code_history_init(&history, NS_PER_S);
	code_history_init(&other, NS_PER_S);
	return 0;
}

static int end(void **state)
{
	(void)state;
	code_history_free(&history);
	code_history_free(&other);
	return 0;
}

/* A second of an interface that received @noerrors, @servfails and one response of RCODE 3841. */
static void second(const char *interface, const char *direction, int64_t s, uint64_t noerrors,
		   uint64_t servfails)
{
	static struct report report;

	report.interface = interface;
	report.direction = direction;
	report.start_ns = s * NS_PER_S;
	report.end_ns = report.start_ns + NS_PER_S;
	report.interval_s = 1;
	report.by_path[0][FAMILY_IPV4][TRANSPORT_UDP] = noerrors - 1;
	report.by_path[0][FAMILY_IPV6][TRANSPORT_TCP] = 1;
	report.by_path[2][FAMILY_IPV4][TRANSPORT_UDP] = servfails;
	report.by_path[RCODE_DIRECT][FAMILY_IPV4][TRANSPORT_UDP] = 1;
	report.responses = noerrors + servfails + 1;
	report.packets = 3 * report.responses;
	assert_int_equal(code_history_add(&history, &report), 0);
}

static size_t rows_since(const struct code_history *of, enum code_history_resolution resolution,
			 int64_t s)
{
	size_t at = 0, count = 0;

	while (code_history_next(of, 0, resolution, s * NS_PER_S, &at))
		count++;
	return count;
}

static const struct code_history_row *first(enum code_history_resolution resolution)
{
	size_t at = 0;
	const struct code_history_row *row = code_history_next(&history, 0, resolution, INT64_MIN,
							       &at);

	assert_non_null(row);
	return row;
}

static void seconds_become_minutes_and_hours(void **state)
{
	const struct code_history_row *row;

	(void)state;
	for (int64_t s = 0; s < 2 * 3600; s++)
		second("eth0", "rx", MIDNIGHT + 50 * 60 + s, 10, s < 600 ? 2 : 0);
	assert_int_equal(rows_since(&history, CODE_HISTORY_FULL, 0), 900);
	assert_int_equal(rows_since(&history, CODE_HISTORY_FULL, MIDNIGHT + 2 * 3600 + 49 * 60),
			 60);
	row = first(CODE_HISTORY_FULL);
	assert_true(row->start_ns == (MIDNIGHT + 2 * 3600 + 35 * 60) * NS_PER_S);
	assert_int_equal(row->codes[0], 10);
	assert_int_equal(row->responses, 11);
	assert_int_equal(row->packets, 33);

	assert_int_equal(rows_since(&history, CODE_HISTORY_MINUTES, 0), 120);
	row = first(CODE_HISTORY_MINUTES);
	assert_true(row->start_ns == (MIDNIGHT + 50 * 60) * NS_PER_S);
	assert_true(row->length_ns == 60 * NS_PER_S);
	assert_int_equal(row->codes[0], 600);
	assert_int_equal(row->codes[2], 120);
	assert_int_equal(row->codes[RCODE_DIRECT], 60);
	assert_int_equal(row->responses, 780);

	/* From 00:50 to 02:50: ten minutes, an hour and fifty minutes. */
	assert_int_equal(rows_since(&history, CODE_HISTORY_HOURS, 0), 3);
	row = first(CODE_HISTORY_HOURS);
	assert_true(row->start_ns == MIDNIGHT * NS_PER_S);
	assert_int_equal(row->codes[2], 1200);
	assert_int_equal(row->responses, 6000 + 1200 + 600);
	assert_true(row->length_ns == 600 * NS_PER_S);
}

static void what_is_kept_is_bounded(void **state)
{
	(void)state;
	/* A row a minute for 15 days. */
	for (int64_t m = 0; m < 15 * 24 * 60; m++)
		second("eth0", "rx", MIDNIGHT + 60 * m, 1, 0);
	assert_int_equal(rows_since(&history, CODE_HISTORY_FULL, 0), 900);
	assert_int_equal(rows_since(&history, CODE_HISTORY_MINUTES, 0), 1440);
	assert_int_equal(rows_since(&history, CODE_HISTORY_HOURS, 0), 14 * 24);
	assert_true(first(CODE_HISTORY_HOURS)->start_ns == (MIDNIGHT + 24 * 3600) * NS_PER_S);
	assert_true(code_history_bytes(&history) < 1000000);
	code_history_init(&other, NS_PER_S / 10);
	assert_int_equal(other.full_rows, 9000);
	code_history_init(&other, 10 * NS_PER_S);
	assert_int_equal(other.full_rows, 90);
}

/* A reload can change the interval: what was kept stays, as far as there is room. */
static void intervals_change(void **state)
{
	(void)state;
	for (int64_t s = 0; s < 1000; s++)
		second("eth0", "rx", MIDNIGHT + s, 1, 0);
	code_history_step(&history, NS_PER_S / 10);
	assert_int_equal(rows_since(&history, CODE_HISTORY_FULL, 0), 900);
	assert_true(first(CODE_HISTORY_FULL)->start_ns == (MIDNIGHT + 100) * NS_PER_S);
	for (int64_t s = 1000; s < 10000; s++)
		second("eth0", "rx", MIDNIGHT + s, 1, 0);
	assert_int_equal(rows_since(&history, CODE_HISTORY_FULL, 0), 9000);
	code_history_step(&history, 10 * NS_PER_S);
	assert_int_equal(rows_since(&history, CODE_HISTORY_FULL, 0), 90);
	assert_true(first(CODE_HISTORY_FULL)->start_ns == (MIDNIGHT + 9910) * NS_PER_S);
}

static void points_are_told_apart(void **state)
{
	char name[CODE_HISTORY_NAME_MAX];

	(void)state;
	second("eth0", "rx", MIDNIGHT, 1, 0);
	second("eth0", "tx", MIDNIGHT + 1, 1, 0);
	second("eth0", "rx", MIDNIGHT + 2, 1, 0);
	assert_int_equal(code_history_find(&history, "eth0", DIRECTION_RX), 0);
	assert_int_equal(code_history_find(&history, "eth0", DIRECTION_TX), 1);
	assert_int_equal(code_history_find(&history, "eth1", DIRECTION_RX), -1);
	assert_int_equal(rows_since(&history, CODE_HISTORY_FULL, 0), 2);
	/* More than there are places: the one that has been quiet for longest goes. */
	for (unsigned int i = 2; i <= POINTS_MAX; i++) {
		snprintf(name, sizeof(name), "veth%u", i);
		second(name, "rx", MIDNIGHT + 7200, 1, 0);
	}
	assert_int_equal(code_history_find(&history, "eth0", DIRECTION_RX), -1);
	assert_int_equal(code_history_find(&history, "eth0", DIRECTION_TX), 1);
}

/* A clock that is set back an hour, again and again, makes rows and no endless one. */
static void clocks_are_set(void **state)
{
	char *data;
	size_t size;

	(void)state;
	for (int64_t s = 0; s < 3 * 7200; s++)
		second("eth0", "rx", MIDNIGHT + s % 3000, 1, 0);
	assert_int_equal(rows_since(&history, CODE_HISTORY_HOURS, 0), 3);
	assert_int_equal(code_history_encode(&history, &data, &size), 0);
	assert_int_equal(code_history_decode(&other, (const uint8_t *)data, size), 0);
	free(data);
}

static void expect_same(size_t point)
{
	for (size_t r = 0; r < CODE_HISTORY_RESOLUTIONS; r++) {
		enum code_history_resolution resolution = (enum code_history_resolution)r;
		const struct code_history_row *a, *b;
		size_t at = 0, other_at = 0;

		do {
			a = code_history_next(&history, point, resolution, INT64_MIN, &at);
			b = code_history_next(&other, point, resolution, INT64_MIN, &other_at);
			assert_int_equal(!a, !b);
			if (a && b)
				assert_memory_equal(a, b, sizeof(*a));
		} while (a && b);
	}
}

static void a_file_has_all_of_it(void **state)
{
	char *data;
	size_t size;

	(void)state;
	for (int64_t s = 0; s < 3000; s++) {
		second("eth0", "rx", MIDNIGHT + s, 1 + (uint64_t)s * 1000003, (uint64_t)s % 3);
		second("a-long-name-15b", "tx", MIDNIGHT + s, UINT64_C(1) << 40, 0);
	}
	assert_int_equal(code_history_encode(&history, &data, &size), 0);
	/* 30 bytes a row: docs/run.md. */
	assert_in_range(size, 1, 30 * 2 * (900 + 50 + 1));
	assert_int_equal(code_history_decode(&other, (const uint8_t *)data, size), 0);
	expect_same(0);
	expect_same(1);
	free(data);
}

/* The bytes of a file with one row, written by hand from the description of the format. */
static const uint8_t by_hand[] = {
	'r',  'c',  'w',  'h',  'i',  's', 't', '\n', 1, 0, 0, 0, 0xf2,
	0xc4, 0x1a, 0xce, 28,   0,    0,   0,   0,    0, 0, 0, 1, /* a point */
	2,    'l',  'o',  0,                                      /* received by lo */
	1,                                                        /* a row in full: */
	0x80, 0xa8, 0xd6, 0xb9, 7,    /* 1 s, its double: 2,000,000,000 */
	0x80, 0x94, 0xeb, 0xdc, 3,    /* for 1 s */
	9,                            /* packets */
	0x85, 0x80, 0x80, 0x80, 0x10, /* RCODEs 0, 2 and those from 32 on: */
	0xac, 2,    1,    4,          /* 300, 1, 4 */
	0,    0,                      /* no minutes, no hours */
};

static void the_format_is_as_described(void **state)
{
	const struct code_history_row *row;
	size_t at = 0;

	(void)state;
	assert_int_equal(code_history_decode(&history, by_hand, sizeof(by_hand)), 0);
	row = code_history_next(&history, 0, CODE_HISTORY_FULL, 0, &at);
	assert_non_null(row);
	assert_string_equal(history.point[0].interface, "lo");
	assert_true(row->start_ns == NS_PER_S && row->length_ns == NS_PER_S);
	assert_int_equal(row->packets, 9);
	assert_int_equal(row->codes[0], 300);
	assert_int_equal(row->codes[2], 1);
	assert_int_equal(row->codes[RCODE_DIRECT], 4);
	assert_int_equal(row->responses, 305);
}

static void damage_is_seen(void **state)
{
	uint8_t bytes[sizeof(by_hand)];

	(void)state;
	for (size_t i = 0; i < 8 * sizeof(bytes); i++) {
		memcpy(bytes, by_hand, sizeof(bytes));
		bytes[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_int_equal(code_history_decode(&history, bytes, sizeof(bytes)), -EBADMSG);
	}
	for (size_t size = 0; size < sizeof(by_hand); size++)
		assert_int_equal(code_history_decode(&history, by_hand, size), -EBADMSG);
	assert_int_equal(code_history_find(&history, "lo", DIRECTION_RX), -1);
}

static void lies_are_refused(void **state)
{
	static const struct {
		const char *what;
		uint8_t rows[24];
		size_t size;
	} lies[] = {
		{"31 points", {31}, 1},
		{"no name", {1, 0, 0, 0, 0, 0}, 6},
		{"a name of 16 bytes",
		 {1,   16,  'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a',
		  'a', 'a', 'a', 'a', 'a', 'a', 'a', 0,   0,   0,   0},
		 22},
		{"a slash", {1, 1, '/', 0, 0, 0, 0}, 7},
		{"a third direction", {1, 1, 'a', 2, 0, 0, 0}, 7},
		{"a name twice", {2, 1, 'a', 0, 0, 0, 0, 1, 'a', 0, 0, 0, 0}, 13},
		{"336 + 1 hours", {1, 1, 'a', 0, 0, 0, 0xd1, 2}, 8},
		{"before 1970", {1, 1, 'a', 0, 1, 1, 0, 0, 0, 0, 0}, 11},
		{"a count of 0", {1, 1, 'a', 0, 1, 2, 0, 0, 1, 0, 0, 0}, 12},
		{"a 34th code",
		 {1, 1, 'a', 0, 1, 2, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x20, 1, 0, 0},
		 16},
		{"more behind it", {1, 1, 'a', 0, 0, 0, 0, 0}, 8},
	};
	static const uint8_t right[] = {1, 1, 'a', 0, 1, 2, 0, 0, 1, 1, 0, 0};

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
		if (code_history_decode_rows(&history, lies[i].rows, lies[i].size) != -EBADMSG)
			fail_msg("%s is not refused", lies[i].what);
	assert_int_equal(code_history_decode_rows(&history, right, sizeof(right)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(seconds_become_minutes_and_hours, start, end),
		cmocka_unit_test_setup_teardown(what_is_kept_is_bounded, start, end),
		cmocka_unit_test_setup_teardown(intervals_change, start, end),
		cmocka_unit_test_setup_teardown(points_are_told_apart, start, end),
		cmocka_unit_test_setup_teardown(clocks_are_set, start, end),
		cmocka_unit_test_setup_teardown(a_file_has_all_of_it, start, end),
		cmocka_unit_test_setup_teardown(the_format_is_as_described, start, end),
		cmocka_unit_test_setup_teardown(damage_is_seen, start, end),
		cmocka_unit_test_setup_teardown(lies_are_refused, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
