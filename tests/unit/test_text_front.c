// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What stands in front of the pages of text: both sides, and what is wrong; and what codes are compared with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns_wire.h"
#include "format/code_cells.h"
#include "format/formatter.h"
#include "format/text_problems.h"
#include "report/code_history.h"
#include "sample_alert.h"
#include "sample_report.h"

static char *page_of(struct text_formatter formatter, const struct report *const *reports,
		     size_t count)
{
	char *page = NULL;
	size_t size = 0;

	formatter.out = open_memstream(&page, &size);
	formatter.width = formatter.width ? formatter.width : 80;
	assert_non_null(formatter.out);
	assert_int_equal(text_report_write_all(&formatter, reports, count), 0);
	fclose(formatter.out);
	return page;
}

static void begins(const char *page, const char *text)
{
	if (strncmp(page, text, strlen(text)) != 0)
		fail_msg("<%s> is not at the beginning of:\n%s", text, page);
}

static void has(const char *page, const char *text)
{
	if (!strstr(page, text))
		fail_msg("<%s> is not in:\n%s", text, page);
}

static void has_not(const char *page, const char *text)
{
	if (strstr(page, text))
		fail_msg("<%s> is in:\n%s", text, page);
}

static struct report report_of(const char *interface, const char *direction, double rate)
{
	struct report report = sample_quiet();

	report.interface = interface;
	report.direction = direction;
	report.rate = rate;
	report.responses = (uint64_t)(rate * 10);
	report.rcodes[1].rate = rate / 4;
	report.rcodes[1].count = report.responses / 4;
	return report;
}

/* 300 queries a second, 276 answered, 24 not: 8 % of 300. Of 276 responses a quarter are SERVFAIL. */
static void both_sides(void **state)
{
	struct report tx = report_of("eth0", "tx", 270), lo = report_of("lo", "tx", 6);
	struct report rx = report_of("eth0", "rx", 74);
	const struct report *reports[] = {&rx, &tx, &lo};
	struct txn_report transactions[TXN_SIDES] = {
		[TXN_CLIENTS] = {.interval_s = 10,
				 .side = "clients",
				 .unanswered = 240,
				 .all = {.sampled = 9, .p50 = 0.0002, .p95 = 1.87}},
		[TXN_UPSTREAM] = {.interval_s = 10, .side = "upstream", .one_sided = true},
	};
	char *page;

	(void)state;
	transactions[TXN_CLIENTS].event[TXN_NEW] = 3000;
	transactions[TXN_CLIENTS].event[TXN_ANSWERED] = 2760;
	page = page_of((struct text_formatter){.transactions = transactions, .sides = TXN_SIDES},
		       reports, 3);
	begins(page, "res1 eth0 lo  02:31:10Z  mean of 10 s\n"
		     "               ASKED/S ANSWERED/S     NO ANSWER  p50 / p95 ms SERVFAIL\n"
		     "CLIENTS  (tx)    300.0      276.0   24.0   8.0%    0.2 / 1870    25.0%\n"
		     "UPSTREAM (rx)                74.0     one-sided                  25.0%\n"
		     "\n"
		     "eth0 tx  ");
	/* Clients first. */
	assert_true(strstr(page, "\nlo tx  ") < strstr(page, "\neth0 rx  "));
	free(page);
	page = page_of((struct text_formatter){.width = 60}, reports, 3);
	has(page, "\n          ASKED/S     NO ANSWER SERVFAIL\n"
		  "CLIENTS               not known    25.0%\n");
	free(page);
	/* Of a capture directions are not told apart, and its pages say it all. */
	tx.direction = "both";
	page = page_of((struct text_formatter){0}, (const struct report *[]){&tx}, 1);
	begins(page, "eth0 both  ");
	free(page);
}

static struct catalog_advice words = {
	.id = "test", .text = "{share} of responses say so", .check = "dig SOA {zone}"};

/* Alerts and advice in one list, the worst first; what is said twice is said once. */
static void one_list(void **state)
{
	struct report tx = report_of("eth0", "tx", 100), lo = report_of("lo", "tx", 100);
	const struct report *reports[] = {&tx, &lo};
	struct advice advice = {
		.words = &words, .share = 0.5, .since_ns = tx.start_ns - 60 * NS_PER_S};
	struct alert alerts[2] = {sample_attack(), sample_attack()};
	struct text_formatter formatter = {.alerts = alerts, .alert_count = 2};
	char *page;

	(void)state;
	tx.advice = lo.advice = &advice;
	tx.advice_count = lo.advice_count = 1;
	alerts[1].state = ALERT_ENDS;
	page = page_of(formatter, reports, 2);
	has(page, "\n!! 02:31:00 random subdomains of victim.example: ~1,180 names/s, above 50.0\n"
		  "            clients 198.51.100.0/24, 2001:db8::/56\n"
		  "            unbound-control dump_requestlist | grep -F -e victim.example\n"
		  "-  02:30:00 50.00% of responses say so\n"
		  "            dig SOA ZONE\n"
		  "   02:31:00 random subdomains of victim.example: ~1,180 names/s, above 50.0,\n"
		  "            ended\n\n");
	assert_null(strstr(strstr(page, "say so") + 1, "say so"));
	free(page);
	/* Advice that an alert says better. */
	words.id = "random-subdomain";
	page = page_of(formatter, reports, 2);
	has_not(page, "say so");
	free(page);
	words.id = "test";
	/* Where lines are few, one for seven of them. */
	formatter.lines = 13;
	page = page_of(formatter, reports, 2);
	has(page, "\n! and 1 more\n");
	has_not(page, "say so");
	free(page);
}

/* What has ended is nothing that the usual has to be kept from. */
static void ended_alerts_are_not_wrong(void **state)
{
	struct report report = report_of("eth0", "tx", 100);
	const struct report *reports[] = {&report};
	struct alert alert = sample_attack();
	const struct text_formatter formatter = {.alerts = &alert, .alert_count = 1};

	(void)state;
	alert.since_ns = report.end_ns - 600 * NS_PER_S;
	assert_true(text_window(&formatter, reports, 1).wrong_ns == alert.since_ns);
	alert.state = ALERT_ENDS;
	assert_true(text_window(&formatter, reports, 1).wrong_ns == 0);
}

/* A failure is bad from twice the usual on; without a usual always. What comes stands before what does not. */
static void tones_and_ranks_of_codes(void **state)
{
	(void)state;
	assert_int_equal(code_tone(DNS_RCODE_SERVFAIL, 10, 5), TONE_WARNING);
	assert_int_equal(code_tone(DNS_RCODE_SERVFAIL, 10.1, 5), TONE_BAD);
	assert_int_equal(code_tone(DNS_RCODE_SERVFAIL, 0.1, -1), TONE_BAD);
	assert_int_equal(code_tone(DNS_RCODE_SERVFAIL, 0, 5), TONE_PLAIN);
	assert_int_equal(code_tone(DNS_RCODE_NXDOMAIN, 1000, 1), TONE_PLAIN);
	assert_true(code_rank(DNS_RCODE_REFUSED, true) < code_rank(DNS_RCODE_SERVFAIL, false));
	assert_true(code_rank(DNS_RCODE_SERVFAIL, true) < code_rank(DNS_RCODE_NOERROR, true));
}

/* Ten minutes at 2 a second, then trouble at 50 that goes on: it does not become the usual. */
static void trouble_is_not_the_usual(void **state)
{
	static struct code_history history;
	struct report report = report_of("eth0", "tx", 200);
	struct advice advice = {.words = &words, .share = 0.5};
	const struct report *reports[] = {&report};
	struct text_formatter formatter = {.history = &history};
	int64_t end_ns = report.end_ns;
	char *page;

	(void)state;
	code_history_init(&history, 10 * NS_PER_S);
	for (int i = 240; i >= 0; i--) {
		report.start_ns = end_ns - (i + 1) * 10 * NS_PER_S;
		report.end_ns = end_ns - i * 10 * NS_PER_S;
		report.rcodes[1].rate = i > 180 ? 2 : 50;
		report.rcodes[1].count = i > 180 ? 20 : 500;
		report.by_path[2][FAMILY_IPV4][TRANSPORT_UDP] = report.rcodes[1].count;
		assert_int_equal(code_history_add(&history, &report), 0);
	}
	page = page_of(formatter, reports, 1);
	has(page, " VS 15m ");
	has(page, "\nSERVFAIL        50.0   25.0%       =  ");
	free(page);
	report.advice = &advice;
	report.advice_count = 1;
	advice.since_ns = end_ns - 1810 * NS_PER_S;
	page = page_of(formatter, reports, 1);
	has(page, "\nSERVFAIL        50.0   25.0%    x 25  ");
	free(page);
	code_history_free(&history);
	/* Nothing is known of the past, or the monitor has none. */
	code_history_init(&history, 10 * NS_PER_S);
	page = page_of(formatter, reports, 1);
	has(page, "\nSERVFAIL        50.0   25.0%       -  ");
	free(page);
	formatter.history = NULL;
	page = page_of(formatter, reports, 1);
	has_not(page, "VS 15m");
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_sides),
		cmocka_unit_test(one_list),
		cmocka_unit_test(ended_alerts_are_not_wrong),
		cmocka_unit_test(tones_and_ranks_of_codes),
		cmocka_unit_test(trouble_is_not_the_usual),
	};

	return cmocka_run_group_tests_name("text_front", tests, NULL, NULL);
}
