// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/rates.h"

/* Large, and zeroed before each test. */
static struct snapshot before, now;
static struct report report;

static int start(void **state)
{
	(void)state;
	snapshot_free(&before);
	snapshot_free(&now);
	memset(&report, 0xa5, sizeof(report));
	before.mono_ns = 5000000000;
	now.mono_ns = 15000000000;
	return 0;
}

static int end(void **state)
{
	(void)state;
	snapshot_free(&before);
	snapshot_free(&now);
	return 0;
}

static void rare(struct snapshot *snapshot, uint16_t kind, uint32_t value, uint64_t count,
		 const char *string)
{
	struct ede_text text = {0};

	if (string) {
		text.length = (uint32_t)strlen(string);
		memcpy(text.text, string, text.length);
	}
	assert_int_equal(snapshot_rare_add(snapshot, kind, value, count, string ? &text : NULL), 0);
}

static void near(double value, double expected)
{
	double error = value - expected;

	if (error > 1e-12 || error < -1e-12)
		fail_msg("%.15g is not %.15g", value, expected);
}

static const struct report_rcode *row_of(uint16_t code)
{
	static const struct report_rcode none;

	for (size_t i = 0; i < report.rcode_count; i++)
		if (report.rcodes[i].code == code)
			return &report.rcodes[i];
	fail_msg("RCODE %u has no row", code);
	return &none;
}

static void an_interval_is_the_difference(void **state)
{
	(void)state;
	before.wall_ns = 1000;
	now.wall_ns = 900; /* the clock was set back: no matter */
	before.counters.rcode[0][FAMILY_IPV4][TRANSPORT_UDP] = 1000;
	before.counters.rcode[2][FAMILY_IPV4][TRANSPORT_UDP] = 7;
	before.counters.rcode[1][FAMILY_IPV4][TRANSPORT_UDP] = 3;
	now.counters.rcode[0][FAMILY_IPV4][TRANSPORT_UDP] = 1050;
	now.counters.rcode[0][FAMILY_IPV6][TRANSPORT_TCP] = 25;
	now.counters.rcode[2][FAMILY_IPV4][TRANSPORT_UDP] = 27;
	now.counters.rcode[2][FAMILY_IPV6][TRANSPORT_UDP] = 5;
	now.counters.rcode[1][FAMILY_IPV4][TRANSPORT_UDP] = 3;
	rates_report(&before, &now, &report);

	assert_int_equal(report.start_ns, 1000);
	assert_int_equal(report.end_ns, 900);
	near(report.interval_s, 10);
	assert_int_equal(report.responses, 100);
	near(report.rate, 10);
	assert_int_equal(report.total_responses, 1110);
	assert_int_equal(report.rcode_count, 5);
	for (uint16_t i = 0; i < 4; i++)
		assert_int_equal(report.rcodes[i].code, i);
	assert_int_equal(report.rcodes[4].code, 5);
	assert_int_equal(row_of(0)->count, 75);
	assert_int_equal(row_of(0)->total, 1075);
	near(row_of(0)->rate, 7.5);
	near(row_of(0)->share, 0.75);
	assert_int_equal(row_of(1)->count, 0);
	assert_int_equal(row_of(1)->total, 3);
	assert_int_equal(row_of(2)->count, 25);
	assert_int_equal(row_of(3)->total, 0);
	assert_int_equal(report.other_rcode_codes, 0);
	assert_int_equal(report.other_rcode_count, 0);
	assert_int_equal(report.other_rcode_total, 0);
	assert_int_equal(report.family[FAMILY_IPV4], 70);
	assert_int_equal(report.family[FAMILY_IPV6], 30);
	assert_int_equal(report.transport[TRANSPORT_UDP], 75);
	assert_int_equal(report.transport[TRANSPORT_TCP], 25);
}

static void nothing_gives_the_four_codes_and_zeroes(void **state)
{
	static const uint16_t four[] = {0, 2, 3, 5};

	(void)state;
	rates_report(&before, &now, &report);
	assert_int_equal(report.rcode_count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(report.rcodes[i].code, four[i]);
		assert_int_equal(report.rcodes[i].count, 0);
		near(report.rcodes[i].share, 0);
	}
	assert_int_equal(report.responses, 0);
	near(report.rate, 0);
	assert_int_equal(report.ede_count + report.further_ede_count + report.qtype_count, 0);
	assert_int_equal(report.other_ede_count, 0);
	assert_int_equal(report.other_further_ede_count, 0);
	assert_int_equal(report.other_qtype_count, 0);
	assert_int_equal(report.packets, 0);
	assert_int_equal(report.rare_lost, 0);
}

static void without_time_there_are_no_rates(void **state)
{
	(void)state;
	now.counters.rcode[0][0][0] = 5;
	now.counters.ede[0][3] = 5;
	now.mono_ns = before.mono_ns;
	rates_report(&before, &now, &report);
	near(report.interval_s, 0);
	near(report.rate, 0);
	near(report.rcodes[0].rate, 0);
	near(report.rcodes[0].share, 1);
	near(report.edes[0].rate, 0);
	now.mono_ns = before.mono_ns - 1;
	rates_report(&before, &now, &report);
	near(report.interval_s, 0);
	near(report.rate, 0);
}

/* Code c was seen c + 1 times, so that the 60 highest and the four always are listed. */
static void the_rarest_codes_are_summed(void **state)
{
	uint64_t sum = 0, low = 0;

	(void)state;
	for (uint32_t code = 0; code < RCODE_MAX; code++) {
		if (code < RCODE_DIRECT)
			now.counters.rcode[code][code % 2][code / 2 % 2] = code + 1;
		else
			now.rcode_rest.count[code - RCODE_DIRECT] = code + 1;
		if (code >= RCODE_DIRECT)
			now.counters.rcode[RCODE_DIRECT][0][0] += code + 1;
		sum += code + 1;
		if (code < RCODE_MAX - 60 && code != 0 && code != 2 && code != 3 && code != 5)
			low += code + 1;
	}
	rates_report(&before, &now, &report);
	assert_int_equal(report.responses, sum);
	assert_int_equal(report.rcode_count, 64);
	assert_int_equal(report.rcodes[0].code, 0);
	assert_int_equal(report.rcodes[1].code, 2);
	assert_int_equal(report.rcodes[2].code, 3);
	assert_int_equal(report.rcodes[3].code, 5);
	for (uint16_t i = 4; i < 64; i++) {
		assert_int_equal(report.rcodes[i].code, RCODE_MAX - 64 + i);
		assert_int_equal(report.rcodes[i].count, RCODE_MAX - 64 + i + 1);
	}
	assert_int_equal(report.other_rcode_codes, RCODE_MAX - 64);
	assert_int_equal(report.other_rcode_count, low);
	assert_int_equal(report.other_rcode_total, low);
}

/* 70 codes as frequent as one another in the interval: the totals decide, then the number. */
static void ties_fall_to_the_total_and_the_code(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 70; i++) {
		uint64_t total = i < 5 ? 1000 : 50;

		before.rcode_rest.count[i] = total;
		now.rcode_rest.count[i] = total + 1;
	}
	rates_report(&before, &now, &report);
	assert_int_equal(report.rcode_count, 64);
	/* Four always, then RCODE 32 and up: 5 by their total, 55 by their number. */
	for (uint16_t i = 4; i < 64; i++)
		assert_int_equal(report.rcodes[i].code, 32 + i - 4);
	assert_int_equal(report.other_rcode_codes, 10);
	assert_int_equal(report.other_rcode_count, 10);
	assert_int_equal(report.other_rcode_total, 10 * 51);

	/* A high code with a large total beats them all. */
	before.rcode_rest.count[4063] = 2000;
	now.rcode_rest.count[4063] = 2001;
	rates_report(&before, &now, &report);
	assert_int_equal(report.rcodes[63].code, 4095);
	assert_int_equal(report.rcodes[62].code, 32 + 58);
	/* Without a count in the interval it does not. */
	before.rcode_rest.count[4063] = 2001;
	rates_report(&before, &now, &report);
	assert_int_equal(report.rcodes[63].code, 32 + 59);
}

static void responses_without_their_code_are_among_the_others(void **state)
{
	(void)state;
	now.counters.rcode[RCODE_DIRECT][0][1] = 10;
	now.rcode_rest.count[8] = 7;
	rates_report(&before, &now, &report);
	assert_int_equal(report.responses, 10);
	assert_int_equal(row_of(40)->count, 7);
	assert_int_equal(report.other_rcode_codes, 0);
	assert_int_equal(report.other_rcode_count, 3);
	assert_int_equal(report.other_rcode_total, 3);

	now.rcode_rest.count[8] = 12;
	rates_report(&before, &now, &report);
	assert_int_equal(report.responses, 12);
	assert_int_equal(report.other_rcode_count, 0);
}

static void expect_ede(size_t at, uint16_t rcode, uint16_t info_code, uint64_t count,
		       const char *text)
{
	const struct report_ede *row = &report.edes[at];

	assert_true(at < report.ede_count);
	assert_int_equal(row->rcode, rcode);
	assert_int_equal(row->info_code, info_code);
	assert_int_equal(row->count, count);
	near(row->rate, (double)count / 10);
	assert_int_equal(row->text.length, text ? strlen(text) : 0);
	if (text)
		assert_memory_equal(row->text.text, text, strlen(text));
}

static void errors_are_joint_with_their_rcode(void **state)
{
	(void)state;
	before.counters.ede[2][7] = 4;
	now.counters.ede[2][7] = 10;
	now.counters.ede[0][3] = 2;
	now.counters.ede[31][39] = 2;
	before.counters.ede[5][18] = 9; /* nothing since */
	now.counters.ede[5][18] = 9;
	/* From here on through the table of rare values: 5 + 3 of 9 in the last column, 1 in the
	 * last row; one value found the table full. */
	now.counters.ede[2][EDE_DIRECT] = 9;
	now.counters.ede[RCODE_DIRECT][6] = 1;
	rare(&before, RARE_EDE, 2u << 16 | 40, 3, NULL);
	before.counters.ede[2][EDE_DIRECT] = 3;
	now.counters.ede[2][EDE_DIRECT] += 3;
	rare(&now, RARE_EDE, 2u << 16 | 40, 3 + 5, "forty");
	rare(&now, RARE_EDE, 2u << 16 | 65535, 3, NULL);
	rare(&now, RARE_EDE, 4095u << 16 | 6, 1, "bogus");
	/* A text alone, for codes with counters; were its count not 0, it would count twice. */
	rare(&now, RARE_EDE, 2u << 16 | 7, 0, "expired");
	rare(&now, RARE_EDE, 9u << 16 | 9, 0, "of an error not seen now");
	now.rare_lost = 1;
	rates_report(&before, &now, &report);

	assert_int_equal(report.ede_count, 6);
	expect_ede(0, 2, 7, 6, "expired");
	expect_ede(1, 2, 40, 5, "forty");
	expect_ede(2, 2, 65535, 3, NULL);
	expect_ede(3, 0, 3, 2, NULL);
	expect_ede(4, 31, 39, 2, NULL);
	expect_ede(5, 4095, 6, 1, "bogus");
	assert_int_equal(report.other_ede_count, 1);
	assert_int_equal(report.rare_lost, 1);
}

static void the_rarest_errors_are_summed(void **state)
{
	uint64_t low = 0;

	(void)state;
	/* 100 errors with 1 to 100 messages, every third through the table of rare values. */
	for (uint32_t i = 1; i <= 100; i++) {
		if (i % 3 == 0) {
			rare(&now, RARE_EDE, (i % 5) << 16 | (1000 + i), i, NULL);
			now.counters.ede[i % 5][EDE_DIRECT] += i;
		} else {
			now.counters.ede[i / 30][i % 30] = i;
		}
		low += i <= 36 ? i : 0;
	}
	rates_report(&before, &now, &report);
	assert_int_equal(report.ede_count, 64);
	for (uint32_t i = 0; i < 64; i++)
		assert_int_equal(report.edes[i].count, 100 - i);
	assert_int_equal(report.other_ede_count, low);
}

static void further_errors_and_types_have_lists_of_their_own(void **state)
{
	(void)state;
	now.counters.ede_further[22] = 5;
	now.counters.ede_further[EDE_DIRECT] = 7;
	rare(&now, RARE_EDE_FURTHER, 49152, 6, NULL);
	now.counters.qtype[1] = 100;
	now.counters.qtype[71] = 1;
	now.counters.qtype[72] = 2;  /* 248, the first of the block around ANY */
	now.counters.qtype[79] = 50; /* 255 */
	now.counters.qtype[87] = 3;  /* 263, its last */
	now.counters.qtype[QTYPE_DIRECT] = 20;
	rare(&now, RARE_QTYPE, 264, 4, NULL);
	rare(&now, RARE_QTYPE, 72, 4, NULL);
	rare(&now, RARE_QTYPE, 65535, 9, NULL);
	rates_report(&before, &now, &report);

	assert_int_equal(report.further_ede_count, 2);
	assert_int_equal(report.further_edes[0].info_code, 49152);
	assert_int_equal(report.further_edes[0].count, 6);
	assert_int_equal(report.further_edes[1].info_code, 22);
	assert_int_equal(report.other_further_ede_count, 1);
	assert_int_equal(report.ede_count, 0);

	static const struct report_qtype types[] = {
		{1, 100, "A"},   {255, 50, "ANY"}, {65535, 9, NULL}, {72, 4, NULL},
		{264, 4, "IPN"}, {263, 3, "CLA"},  {248, 2, NULL},   {71, 1, NULL},
	};

	assert_int_equal(report.qtype_count, 8);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(report.qtypes[i].type, types[i].type);
		assert_int_equal(report.qtypes[i].count, types[i].count);
		if (types[i].name)
			assert_string_equal(report.qtypes[i].name, types[i].name);
		else
			assert_null(report.qtypes[i].name);
	}
	assert_int_equal(report.other_qtype_count, 3);
}

static void lists_end_at_their_limits(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 200; i++) {
		rare(&now, RARE_QTYPE, 1000 + i, 1, NULL);
		rare(&now, RARE_EDE_FURTHER, 1000 + i, 1, NULL);
	}
	now.counters.qtype[QTYPE_DIRECT] = 200;
	now.counters.ede_further[EDE_DIRECT] = 200;
	rates_report(&before, &now, &report);
	assert_int_equal(report.qtype_count, 64);
	assert_int_equal(report.qtypes[63].type, 1063);
	assert_int_equal(report.other_qtype_count, 136);
	assert_int_equal(report.further_ede_count, 64);
	assert_int_equal(report.other_further_ede_count, 136);
}

static void the_rest_is_copied_field_by_field(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < PKT_OUTCOMES; i++) {
		before.counters.outcome[i] = 1;
		now.counters.outcome[i] = 101 + i;
		now.counters.packets += 100 + i;
	}
	for (uint32_t i = 0; i < INCOMPLETE_COUNT; i++)
		now.counters.incomplete[i] = 200 + i;
	for (uint32_t i = 0; i < ANSWER_COUNT; i++)
		now.counters.answers[i] = 300 + i;
	/* AA and RA; TC, AD and CD: RFC 1035 section 4.1.1, RFC 4035 section 3.1.6. */
	now.counters.flags[FLAG_SET(0x0480)] = 400;
	now.counters.flags[FLAG_SET(0x0230)] = 30;
	now.counters.flags[FLAG_SET(0x0400)] = 5;
	now.counters.flags[FLAG_SET(0xfb4f)] = 7000; /* all but AA, RA, AD and CD */
	before.counters.packets = 1;
	now.counters.packets++;
	rates_report(&before, &now, &report);
	for (uint32_t i = 0; i < PKT_OUTCOMES; i++)
		assert_int_equal(report.outcome[i], 100 + i);
	for (uint32_t i = 0; i < INCOMPLETE_COUNT; i++)
		assert_int_equal(report.incomplete[i], 200 + i);
	for (uint32_t i = 0; i < ANSWER_COUNT; i++)
		assert_int_equal(report.answers[i], 300 + i);
	assert_int_equal(report.flags[FLAG_AA], 405);
	assert_int_equal(report.flags[FLAG_TC], 7030);
	assert_int_equal(report.flags[FLAG_RA], 400);
	assert_int_equal(report.flags[FLAG_AD], 30);
	assert_int_equal(report.flags[FLAG_CD], 30);
	/* 100 + 101 + ... */
	assert_int_equal(report.packets,
			 PKT_OUTCOMES * 100 + PKT_OUTCOMES * (PKT_OUTCOMES - 1) / 2);
	assert_int_equal(report.total_packets, report.packets + 1);
}

static void what_the_interface_lost(void **state)
{
	(void)state;
	rates_report(&before, &now, &report);
	assert_null(report.nic_source);
	assert_int_equal(report.nic_lost, 0);
	before.nic.lost = 100;
	now.nic.lost = 142;
	now.nic.source = NIC_LINK;
	rates_report(&before, &now, &report);
	assert_int_equal(report.nic_lost, 42);
	assert_string_equal(report.nic_source, "link");
	now.nic.lost = 99;
	rates_report(&before, &now, &report);
	assert_int_equal(report.nic_lost, 0);
}

static void what_shrank_gives_zeroes(void **state)
{
	(void)state;
	before.counters.packets = 10;
	before.counters.outcome[OUTCOME_RESPONSE] = 10;
	before.counters.rcode[0][0][0] = 10;
	now.counters.packets = 12;
	now.counters.outcome[OUTCOME_RESPONSE] = 5;
	now.counters.outcome[OUTCOME_QUERY] = 7;
	now.counters.rcode[0][0][0] = 2;
	now.counters.rcode[3][0][0] = 3;
	now.counters.ede[3][3] = 3;
	now.counters.qtype[1] = 5;
	rare(&before, RARE_QTYPE, 999, 50, NULL);
	rare(&now, RARE_QTYPE, 999, 60, NULL);
	before.rare_lost = 9;
	rates_report(&before, &now, &report);
	assert_int_equal(report.responses, 0);
	assert_int_equal(report.packets, 0);
	assert_int_equal(report.outcome[OUTCOME_QUERY], 0);
	assert_int_equal(report.ede_count, 0);
	assert_int_equal(report.qtype_count, 0);
	assert_int_equal(report.other_qtype_count, 0);
	assert_int_equal(report.rare_lost, 0);
	assert_int_equal(report.rcode_count, 4);
	assert_int_equal(row_of(3)->count, 0);
	assert_int_equal(row_of(3)->total, 3);
	assert_int_equal(report.other_rcode_count, 0);
	assert_int_equal(report.total_responses, 5);
	assert_int_equal(report.total_packets, 12);

	/* The rare part alone. */
	start(NULL);
	before.rcode_rest.count[0] = 2;
	now.rcode_rest.count[0] = 1;
	now.counters.rcode[0][0][0] = 4;
	rates_report(&before, &now, &report);
	assert_int_equal(report.responses, 0);

	start(NULL);
	rare(&before, RARE_EDE, 40, 5, NULL);
	rare(&now, RARE_EDE, 40, 4, NULL);
	now.counters.rcode[0][0][0] = 4;
	rates_report(&before, &now, &report);
	assert_int_equal(report.ede_count, 0);
	assert_int_equal(report.responses, 4);
}

static void the_callers_fields_stay(void **state)
{
	(void)state;
	report.host = "h";
	report.instance = "i";
	report.interface = "j";
	report.direction = "rx";
	report.hook = "tcx";
	report.seq = 42;
	rates_report(&before, &now, &report);
	assert_string_equal(report.host, "h");
	assert_string_equal(report.instance, "i");
	assert_string_equal(report.interface, "j");
	assert_string_equal(report.direction, "rx");
	assert_string_equal(report.hook, "tcx");
	assert_int_equal(report.seq, 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_interval_is_the_difference, start, end),
		cmocka_unit_test_setup_teardown(nothing_gives_the_four_codes_and_zeroes, start,
						end),
		cmocka_unit_test_setup_teardown(without_time_there_are_no_rates, start, end),
		cmocka_unit_test_setup_teardown(the_rarest_codes_are_summed, start, end),
		cmocka_unit_test_setup_teardown(ties_fall_to_the_total_and_the_code, start, end),
		cmocka_unit_test_setup_teardown(responses_without_their_code_are_among_the_others,
						start, end),
		cmocka_unit_test_setup_teardown(errors_are_joint_with_their_rcode, start, end),
		cmocka_unit_test_setup_teardown(the_rarest_errors_are_summed, start, end),
		cmocka_unit_test_setup_teardown(further_errors_and_types_have_lists_of_their_own,
						start, end),
		cmocka_unit_test_setup_teardown(lists_end_at_their_limits, start, end),
		cmocka_unit_test_setup_teardown(the_rest_is_copied_field_by_field, start, end),
		cmocka_unit_test_setup_teardown(what_shrank_gives_zeroes, start, end),
		cmocka_unit_test_setup_teardown(what_the_interface_lost, start, end),
		cmocka_unit_test_setup_teardown(the_callers_fields_stay, start, end),
	};

	return cmocka_run_group_tests_name("rates", tests, NULL, NULL);
}
