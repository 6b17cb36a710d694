// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Advice at the edges of its rules, which are typed here from docs/advice.md, and over intervals.
 * tests/cli/advice.sh has each of them on packets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "format/advice_text.h"
#include "sample_report.h"
#include "util/clock.h"

static struct alert_rules rules;
static struct alert_engine engine;
static const struct advice_settings settings = {.engine = &engine};

/* An adviser beside an engine that remembers nothing. */
static struct adviser fresh(void)
{
	alert_engine_free(&engine);
	alert_rules_init(&rules);
	assert_int_equal(alert_engine_init(&engine, &rules), 0);
	return (struct adviser){0};
}

/* 10000 responses, @count of them with @rcode, and with @ede unless that is negative. */
static struct report mix_of(uint16_t rcode, int ede, uint64_t count)
{
	struct report r = sample_quiet();

	r.responses = 10000;
	r.rcode_count = 0;
	r.rcodes[r.rcode_count++] = (struct report_rcode){.code = 0, .count = 10000 - count};
	r.rcodes[r.rcode_count++] = (struct report_rcode){.code = rcode, .count = count};
	if (ede >= 0)
		r.edes[r.ede_count++] = (struct report_ede){
			.rcode = rcode, .info_code = (uint16_t)ede, .count = count};
	return r;
}

/* A list of one row in the report, with @low responses of a zone or a server. */
static void list_one(struct report *r, enum top_dimension dimension, const char *key,
		     uint16_t rcode, int ede, uint64_t low)
{
	static struct top_row rows[TOP_DIMENSIONS];
	static struct top_lists lists;

	if (!r->top)
		lists = (struct top_lists){0};
	rows[dimension] = sample_row(key, rcode, low, low, low);
	rows[dimension].ede = ede < 0 ? TOP_NO_EDE : (uint16_t)ede;
	lists.list[dimension] = (struct top_list){&rows[dimension], 1, 1, 0, low};
	lists.listed |= 1u << dimension;
	r->top = &lists;
	r->top_rows = 10;
	memset(r->top_bits, 128, sizeof(r->top_bits));
}

#define ZONE   "\4shop\7example"
#define SERVER "\300\1\2\65"

/* The id of the only advice, "" if there is none. The engine is told of it afterwards, as in `read`. */
static const char *said(struct adviser *adviser, struct report *report)
{
	advice_look(adviser, &settings, 0, report);
	alert_engine_begin(&engine, report->end_ns,
			   clock_seconds(report->end_ns - report->start_ns));
	advice_see(&settings, &engine, 0, report);
	alert_engine_end(&engine);
	assert_ptr_equal(report->advice, adviser->advice);
	assert_true(report->advice_count <= 1);
	return report->advice_count ? report->advice[0].words->id : "";
}

/* Begins with @count of ten thousand, not with one less. */
static void check_threshold(const char *id, uint16_t rcode, int ede, uint64_t count)
{
	for (uint64_t less = 0; less < 2; less++) {
		struct report r = mix_of(rcode, ede, count - less);
		struct adviser adviser = fresh();

		list_one(&r, TOP_ZONE, ZONE, rcode, ede, count - less);
		list_one(&r, TOP_SERVER, SERVER, rcode, ede, count - less);
		assert_string_equal(said(&adviser, &r), less ? "" : id);
	}
}

static void rules_begin_where_documented(void **state)
{
	static const int bogus[] = {5, 6, 10, 11, 12, 25};

	(void)state;
	check_threshold("expired-signatures", 2, 7, 100);
	check_threshold("signatures-not-yet-valid", 2, 8, 100);
	check_threshold("key-mismatch", 2, 9, 100);
	for (size_t i = 0; i < sizeof(bogus) / sizeof(bogus[0]); i++)
		check_threshold("dnssec-bogus", 2, bogus[i], 100);
	check_threshold("unreachable-authority", 2, 22, 100);
	check_threshold("unreachable-authority", 2, 23, 100);
	check_threshold("not-authoritative", 9, 20, 100);
	check_threshold("not-authoritative", 5, 20, 100);
	check_threshold("refusing-server", 5, -1, 100);
	check_threshold("edns-format-errors", 1, -1, 100);
	check_threshold("edns-version", 16, -1, 50);
	check_threshold("cookie-storm", 23, -1, 500);
}

static void few_responses_say_nothing(void **state)
{
	struct adviser adviser = fresh();
	struct report r = mix_of(2, 7, 19);

	(void)state;
	r.responses = 19;
	list_one(&r, TOP_ZONE, ZONE, 2, 7, 19);
	assert_string_equal(said(&adviser, &r), "");
	r.responses = r.rcodes[1].count = r.edes[0].count = 20;
	assert_string_equal(said(&adviser, &r), "expired-signatures");
	r.responses = 0;
	assert_string_equal(said(&adviser, &r), "");
}

/* Half of them, by what is certain. */
static void a_zone_or_a_server_must_have_most(void **state)
{
	static const struct {
		enum top_dimension dimension;
		uint16_t rcode;
		int ede;
	} cases[] = {{TOP_ZONE, 2, 7}, {TOP_SERVER, 5, -1}, {TOP_SERVER, 1, -1}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct adviser adviser = fresh();
		struct report r = mix_of(cases[i].rcode, cases[i].ede, 1000);

		assert_string_equal(said(&adviser, &r), "");
		list_one(&r, cases[i].dimension, ZONE, cases[i].rcode, cases[i].ede, 499);
		r.top->list[cases[i].dimension].rows[0].count = 1000;
		r.top->list[cases[i].dimension].rows[0].high = 1000;
		assert_string_equal(said(&adviser, &r), "");
		r.top->list[cases[i].dimension].rows[0].low = 500;
		assert_string_not_equal(said(&adviser, &r), "");
		/* A row of another code is none of it. */
		adviser = fresh();
		r.top->list[cases[i].dimension].rows[0].rcode = 3;
		assert_string_equal(said(&adviser, &r), "");
	}
}

static void flags_and_referrals_count(void **state)
{
	struct report r = mix_of(0, -1, 0);
	struct adviser adviser = fresh();

	(void)state;
	r.flags[FLAG_TC] = 499;
	assert_string_equal(said(&adviser, &r), "");
	r.flags[FLAG_TC] = 500;
	assert_string_equal(said(&adviser, &r), "truncation");
	adviser = fresh();
	r.flags[FLAG_TC] = 0;
	r.answers[ANSWER_REFERRAL] = 8999;
	assert_string_equal(said(&adviser, &r), "");
	r.answers[ANSWER_REFERRAL] = 9000;
	assert_string_equal(said(&adviser, &r), "lame-referrals");
	/* A server of a top-level domain. */
	adviser = fresh();
	r.direction = "tx";
	assert_string_equal(said(&adviser, &r), "");
}

static bool is_shop(void *context, const uint8_t *zone, size_t length)
{
	assert_string_equal(context, "of the caller");
	return length == sizeof(ZONE) && memcmp(zone, ZONE, length) == 0;
}

static void generated_names_are_many_and_not_exempt(void **state)
{
	static char context[] = "of the caller";
	const struct advice_settings exempting = {is_shop, context, &engine};
	struct report r = mix_of(3, -1, 2000);
	struct adviser adviser = fresh();
	struct top_row *row;

	(void)state;
	list_one(&r, TOP_ZONE, ZONE, 3, -1, 2000);
	row = r.top->list[TOP_ZONE].rows;
	assert_string_equal(said(&adviser, &r), "");
	/* Registers as thousands of names leave them: no estimate is above the count. */
	memset(row->hll, 12, sizeof(row->hll));
	assert_string_equal(said(&adviser, &r), "random-names");
	adviser = fresh();
	advice_look(&adviser, &exempting, 0, &r);
	assert_int_equal(r.advice_count, 0);
	/* 999 are less than a tenth. */
	row->low = 999;
	assert_string_equal(said(&adviser, &r), "");
	row->low = 1000;
	assert_string_equal(said(&adviser, &r), "random-names");
}

/* REFUSED with EDE 20 is one thing and not two; REFUSED of another server is another. */
static void what_is_said_already_is_not_said_again(void **state)
{
	struct report r = mix_of(5, 20, 1000);
	struct adviser adviser = fresh();

	(void)state;
	list_one(&r, TOP_SERVER, SERVER, 5, 20, 1000);
	assert_string_equal(said(&adviser, &r), "not-authoritative");
}

static void at(struct report *r, int second)
{
	r->start_ns = second * NS_PER_S;
	r->end_ns = r->start_ns + 1000000000;
}

static void since_is_remembered(void **state)
{
	struct report bad = mix_of(2, 7, 100), good = mix_of(2, -1, 0);
	struct adviser adviser = fresh();

	(void)state;
	list_one(&bad, TOP_ZONE, ZONE, 2, 7, 100);
	at(&bad, 1);
	assert_string_equal(said(&adviser, &bad), "expired-signatures");
	assert_int_equal(bad.advice[0].since_ns, 1000000000);
	/* Half of what it takes to begin is enough to go on, less is not. */
	bad.edes[0].count = 50;
	at(&bad, 2);
	assert_string_equal(said(&adviser, &bad), "expired-signatures");
	assert_int_equal(bad.advice[0].since_ns, 1000000000);
	bad.edes[0].count = 49;
	at(&bad, 3);
	assert_string_equal(said(&adviser, &bad), "");
	/* One interval without it is a pause. */
	bad.edes[0].count = 100;
	at(&bad, 4);
	assert_string_equal(said(&adviser, &bad), "expired-signatures");
	assert_int_equal(bad.advice[0].since_ns, 1000000000);
	/* Two are its end. */
	assert_string_equal(said(&adviser, &good), "");
	assert_string_equal(said(&adviser, &good), "");
	at(&bad, 7);
	assert_string_equal(said(&adviser, &bad), "expired-signatures");
	assert_int_equal(bad.advice[0].since_ns, 7000000000);
	/* Another zone begins anew, and needs what it takes to begin. */
	list_one(&bad, TOP_ZONE, "\5other\7example", 2, 7, 100);
	at(&bad, 8);
	assert_string_equal(said(&adviser, &bad), "expired-signatures");
	assert_int_equal(bad.advice[0].since_ns, 8000000000);
}

static void the_heaviest_come_first(void **state)
{
	struct report r = mix_of(2, 7, 900);
	struct adviser adviser = fresh();

	(void)state;
	list_one(&r, TOP_ZONE, ZONE, 2, 7, 900);
	for (uint16_t i = 0; i < 2; i++) {
		r.rcodes[r.rcode_count++] = (struct report_rcode){.code = i ? 16 : 23,
								  .count = 600u + i};
	}
	r.flags[FLAG_TC] = 5000;
	r.answers[ANSWER_REFERRAL] = 10000;
	advice_look(&adviser, &settings, 0, &r);
	assert_int_equal(r.advice_count, 5);
	assert_string_equal(r.advice[0].words->id, "lame-referrals");
	assert_string_equal(r.advice[1].words->id, "truncation");
	assert_string_equal(r.advice[2].words->id, "expired-signatures");
	assert_string_equal(r.advice[3].words->id, "edns-version");
	assert_string_equal(r.advice[4].words->id, "cookie-storm");
	/* All rules of zones and servers too: six stay, these five before a lesser one. */
	r.edes[r.ede_count++] = (struct report_ede){.rcode = 2, .info_code = 8, .count = 100};
	advice_look(&adviser, &settings, 0, &r);
	assert_int_equal(r.advice_count, 5); /* the row's hint says EDE 7 */
}

/* Whatever rule holds: its line names who it is about, and has no word left to fill in. */
static void lines_are_whole(void **state)
{
	static const struct {
		uint16_t rcode;
		int ede;
	} cases[] = {{2, 7},  {2, 8},  {2, 9},  {2, 6},   {2, 22},
		     {5, 20}, {5, -1}, {1, -1}, {16, -1}, {23, -1}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct report r = mix_of(cases[i].rcode, cases[i].ede, 5000);
		struct adviser adviser = fresh();
		char line[ADVICE_TEXT_SIZE];

		list_one(&r, TOP_ZONE, ZONE, cases[i].rcode, cases[i].ede, 5000);
		list_one(&r, TOP_SERVER, SERVER, cases[i].rcode, cases[i].ede, 5000);
		assert_string_not_equal(said(&adviser, &r), "");
		advice_line(&r, &r.advice[0], line);
		assert_non_null(strstr(line, "50.00%"));
		assert_null(strstr(line, "ZONE"));
		assert_null(strstr(line, "SERVER"));
		advice_command(&r, &r.advice[0], line);
		assert_true(strlen(line) > 0);
		assert_null(strstr(line, "ZONE"));
		assert_null(strstr(line, "SERVER"));
	}
}

/* The longest name there is, each byte of it in need of an escape: it still fits. */
static void the_longest_names_fit(void **state)
{
	struct report r = mix_of(2, 7, 5000);
	struct adviser adviser = fresh();
	char line[ADVICE_TEXT_SIZE];
	uint8_t *key;

	(void)state;
	for (int quote = 0; quote < 2; quote++) {
		list_one(&r, TOP_ZONE, ZONE, 2, 7, 5000);
		key = r.top->list[TOP_ZONE].rows[0].key;
		memset(key, quote ? '\'' : 0xff, 255);
		key[0] = key[64] = key[128] = 63;
		key[192] = 61;
		key[254] = key[255] = 0;
		assert_string_equal(said(&adviser, &r), "expired-signatures");
		advice_command(&r, &r.advice[0], line);
		/* 250 bytes of four characters each, the dots, the quotes around. */
		assert_int_equal(strlen(line), strlen("delv +vtrace '' SOA") + 250 * 4 + 3);
		advice_line(&r, &r.advice[0], line);
		assert_true(strlen(line) > 250);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_begin_where_documented),
		cmocka_unit_test(few_responses_say_nothing),
		cmocka_unit_test(a_zone_or_a_server_must_have_most),
		cmocka_unit_test(flags_and_referrals_count),
		cmocka_unit_test(generated_names_are_many_and_not_exempt),
		cmocka_unit_test(what_is_said_already_is_not_said_again),
		cmocka_unit_test(since_is_remembered),
		cmocka_unit_test(the_heaviest_come_first),
		cmocka_unit_test(lines_are_whole),
		cmocka_unit_test(the_longest_names_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
