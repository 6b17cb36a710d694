// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Transactions as pages for people, as JSON lines and as metrics, against what was drawn up by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "format/formatter.h"
#include "format/json_lines.h"
#include "format/text_transactions.h"
#include "sinks/prometheus/metrics_transactions.h"
#include "util/clock.h"
#include "sinks/syslog/syslog_transactions.h"

static const struct txn_time_counts none[TRANSPORT_COUNT][2];

static struct txn_report quiet(const char *side)
{
	return (struct txn_report){
		/* date -u -d 2026-11-23T02:31:00 +%s */
		.start_ns = 1795401060 * NS_PER_S + 4999,
		.end_ns = 1795401070 * NS_PER_S + 123000,
		.interval_s = 10,
		.host = "res1",
		.instance = "0f6c8d0e-6b0c-4a57-9a39-0c1f6d8c1b11",
		.seq = 812,
		.side = side,
		.upstream = strcmp(side, "upstream") == 0,
		.timeout_s = 5,
		.every = 1,
		.times = none,
	};
}

static struct txn_row zone(const char *wire, size_t size, uint64_t unanswered)
{
	struct txn_row row = {.key.zone_size = (uint8_t)size,
			      .qtype = 1,
			      .qtype_name = "A",
			      .unanswered = unanswered,
			      .answered = 1};

	memcpy(row.key.zone, wire, size);
	return row;
}

static struct txn_row server(const char *wire, size_t size, uint64_t unanswered)
{
	struct txn_row row = zone("", 0, unanswered);

	row.key.server_size = (uint8_t)size;
	memcpy(row.key.server, wire, size);
	return row;
}

/* Of responses that were seen: one server that refuses, with its zone, and another one that is slow. */
static void add_lists(struct txn_report *r)
{
	struct txn_list *list = r->list;

	r->result[TXN_RESULT_FINE] = 500;
	r->result[TXN_RESULT_REFERRAL] = 30;
	r->result[TXN_RESULT_REFUSED] = 12;
	r->result[TXN_RESULT_FAILED] = 8;
	list[TXN_LIST_ERROR_SERVERS].row[0] = server("\xc0\0\2\x07", 4, 0);
	list[TXN_LIST_ERROR_SERVERS].row[0].result[TXN_RESULT_FINE] = 28;
	list[TXN_LIST_ERROR_SERVERS].row[0].result[TXN_RESULT_REFUSED] = 12;
	list[TXN_LIST_ERROR_SERVERS].rows = 1;
	list[TXN_LIST_ERROR_ZONES].row[0] = zone("\1d\4test", 8, 5);
	list[TXN_LIST_ERROR_ZONES].row[0].result[TXN_RESULT_REFUSED] = 1;
	list[TXN_LIST_ERROR_ZONES].row[0].result[TXN_RESULT_FAILED] = 2;
	list[TXN_LIST_ERROR_ZONES].rows = 1;
	/* 4 of 1 s in all, the longest of half a second; 3 of 0.1 s each. */
	list[TXN_LIST_SLOW_SERVERS].row[0] = server("\xc0\0\2\x09", 4, 0);
	list[TXN_LIST_SLOW_SERVERS].row[0].timed = 4;
	list[TXN_LIST_SLOW_SERVERS].row[0].sum = 976563;
	list[TXN_LIST_SLOW_SERVERS].row[0].longest = 488281;
	list[TXN_LIST_SLOW_SERVERS].row[0].result[TXN_RESULT_FINE] = 4;
	list[TXN_LIST_SLOW_SERVERS].row[1] = server("\xc0\0\2\x0a", 4, 0);
	list[TXN_LIST_SLOW_SERVERS].row[1].timed = 3;
	list[TXN_LIST_SLOW_SERVERS].row[1].sum = 292969;
	list[TXN_LIST_SLOW_SERVERS].rows = 2;
	list[TXN_LIST_SLOW_ZONES].rows = 0;
}

/* 1,200 new queries, of which 1,100 were answered and 60 were not; one of all events that there are. */
static struct txn_report busy(const char *side)
{
	/* UDP: 2 of 5 to 5.5 ms, 1 of 1.1 to 1.2 s; TCP and failed: 1 of 0.1 to 0.11 s. */
	static const struct txn_time_counts times[TRANSPORT_COUNT][2] = {
		[TRANSPORT_UDP][0] = {.sum = 1130000, .bin = {[3 * 32 + 22] = 2, [6 * 32 + 1] = 1}},
		[TRANSPORT_TCP][1] = {.sum = 102539, .bin = {[5 * 32] = 1}},
	};
	struct txn_report r = quiet(side);

	r.times = times;
	for (size_t i = 0; i < TXN_EVENT_COUNT; i++)
		r.event[i] = i + 1;
	r.event[TXN_NEW] = 1200;
	r.event[TXN_ANSWERED] = 1100;
	r.queries = 1214;
	r.responses = 1170;
	r.unanswered = 60;
	r.outstanding = 25;
	r.found = 275; /* a quarter of those answered */
	r.uncertain = true;
	r.all = (struct txn_quantiles){
		.sampled = 4, .p50 = 0.00525, .p90 = 1.15, .p95 = 1.15, .p99 = 1.15, .max = 1.15};
	r.server[0] = server("\xc0\x00\x02\x35", 4, 50);
	r.server[1] = server(" \x01\r\xb8\0\0\0\0\0\0\0\0\0\0\0\x53", 16, 3);
	r.server[1].qtype = 65280;
	r.server[1].qtype_name = NULL;
	r.servers = 2;
	r.other_servers = 7;
	r.zone[0] = zone("\7example\3org", 13, 24);
	r.zone[1] = zone("", 1, 12);
	r.zone[2] = zone("\3a.b\4\0\"\xff\n\4test", 15, 6);
	r.zone[3] = zone("\1d\4test", 8, 5);
	r.zones = 4;
	r.other_zones = 13;
	if (r.upstream) {
		add_lists(&r);
		r.server[0].result[TXN_RESULT_FAILED] = 2;
		r.server[0].timed = 1;
		/* Half of the 1,100 responses were seen: 120 are 240, of 1,160 that ended. */
		r.client_queries = 12000;
		r.busy.row[0] = zone("\4busy\4test", 11, 50);
		r.busy.row[0].result[TXN_RESULT_FINE] = 120;
		r.busy.rows = 1;
		r.server[0].sum = r.server[0].longest = 1000;
	}
	return r;
}

/* ---- pages ------------------------------------------------------------------------------------- */

static char *page_of(const struct txn_report *reports, size_t sides, int width, bool colour)
{
	char *text = NULL;
	size_t size;
	struct page page = {
		.out = open_memstream(&text, &size), .width = (size_t)width, .colour = colour};

	assert_non_null(page.out);
	page_put_transactions(&page, reports, sides);
	fclose(page.out);
	return text;
}

static void pages_read_well(void **state)
{
	static const char expected[] =
		"clients     60 unanswered  (5.11%)  1,100 answered  25 waiting  p50 5.25 ms\n"
		"            p99 1.15 s  max 1.15 s  2 retries  7 late  8 duplicate  9 mismatched\n"
		"            10 unsolicited  13 to queries before the start\n"
		"            15 forgotten, the table being full  uncertain\n"
		"  zones     example.org 24 of ~28 A  . 12 of ~16 A\n"
		"            a\\.b.\\000\"\\255\\010.test 6 of ~10 A  18 of others\n"
		"upstream    60 unanswered  (5.11%)  1,100 answered  25 waiting  p50 5.25 ms\n"
		"            p99 1.15 s  max 1.15 s  2 retries  7 late  8 duplicate  9 mismatched\n"
		"            10 unsolicited  13 to queries before the start\n"
		"            15 forgotten, the table being full  uncertain\n"
		"  servers   192.0.2.53 50 of ~54 A  2001:db8::53 3 of ~7 TYPE65280  7 of others\n"
		"  zones     example.org 24 of ~28 A  . 12 of ~16 A\n"
		"            a\\.b.\\000\"\\255\\010.test 6 of ~10 A  18 of others\n"
		"  failing   192.0.2.7 12 of 40 REFUSED  d.test 3 of 3 failed\n"
		"  slow      192.0.2.9 mean 250 ms max 500 ms\n"
		"  work      0.10 queries for each of clients  busy.test 25.00%\n"
		"\n";
	struct txn_report both[TXN_SIDES] = {busy("clients"), busy("upstream")};
	char *page = page_of(both, TXN_SIDES, 80, false);

	(void)state;
	assert_string_equal(page, expected);
	free(page);
}

static void quiet_sides_are_not_shown(void **state)
{
	struct txn_report both[TXN_SIDES] = {quiet("clients"), quiet("upstream")};
	char *page = page_of(both, TXN_SIDES, 80, false);

	(void)state;
	assert_string_equal(page, "");
	free(page);
	both[1].queries = both[1].event[TXN_NEW] = both[1].outstanding = 3;
	page = page_of(both, TXN_SIDES, 80, false);
	assert_string_equal(page, "upstream    0 unanswered  3 waiting\n\n");
	free(page);
	both[1].one_sided = true;
	both[1].unanswered = 3;
	page = page_of(both, TXN_SIDES, 80, true);
	assert_non_null(strstr(page, "one-sided: no response has been seen yet"));
	assert_null(strstr(page, "\033[31m")); /* of one direction nobody's fault */
	both[1].one_sided = false;
	free(page);
	page = page_of(both, TXN_SIDES, 80, true);
	assert_non_null(strstr(page, "\033[31m3 unanswered"));
	free(page);
}

/* Names of the longest kinds and figures of many digits. */
static void pages_keep_to_their_width(void **state)
{
	struct txn_report both[TXN_SIDES] = {busy("clients"), busy("upstream")};

	(void)state;
	for (size_t s = 0; s < TXN_SIDES; s++) {
		struct txn_report *r = &both[s];

		for (size_t i = 0; i < 4; i++) {
			memset(r->zone[i].key.zone, i % 2 ? 'z' : 0xfe, 39);
			r->zone[i].key.zone[0] = 38;
			r->zone[i].key.zone[39] = 0;
			r->zone[i].key.zone_size = 40;
			r->zone[i].unanswered = 10000000;
			r->zone[i].qtype = 65280;
			r->zone[i].qtype_name = NULL;
		}
		memset(r->server[0].key.server, 0xfd, 16);
		r->server[0].key.server_size = 16;
		r->server[0].unanswered = 10000000;
	}
	for (int width = 56; width <= 160; width++) {
		char *page = page_of(both, TXN_SIDES, width, false);

		for (char *line = strtok(page, "\n"); line; line = strtok(NULL, "\n"))
			if (strlen(line) > (size_t)width)
				fail_msg("%zu columns of %d: %s", strlen(line), width, line);
		free(page);
		page = page_of(both, TXN_SIDES, width, false);
		assert_non_null(strstr(page, "4\\254 10,000,000 of ~10,000,004 TYPE65280"));
		free(page);
	}
}

/* ---- JSON --------------------------------------------------------------------------------------- */

static char *line_of(const struct txn_report *report)
{
	char *line = NULL;
	size_t size;
	struct json_formatter formatter = {.out = open_memstream(&line, &size)};

	assert_non_null(formatter.out);
	assert_int_equal(json_transactions_write(&formatter, report), 0);
	fclose(formatter.out);
	return line;
}

static void lines_are_as_documented(void **state)
{
	static const char expected[] =
		"{\"schema\":\"rcodewatch/1\",\"type\":\"transactions\","
		"\"start\":\"2026-11-23T02:31:00.000004Z\",\"end\":\"2026-11-23T02:31:10.000123Z\","
		"\"interval_s\":10.000000,\"host\":\"res1\","
		"\"instance\":\"0f6c8d0e-6b0c-4a57-9a39-0c1f6d8c1b11\",\"seq\":812,"
		"\"side\":\"upstream\",\"timeout_s\":5.000,\"one_sided\":false,\"uncertain\":true,"
		"\"queries\":{\"new\":1200,\"retry\":2,\"resent\":3,\"untracked\":4,\"contended\":"
		"5},"
		"\"responses\":{\"answered\":1100,\"late\":7,\"duplicate\":8,\"mismatched\":9,"
		"\"unsolicited\":10,\"untracked\":11,\"contended\":12,\"before_start\":13},"
		"\"ambiguous\":14,\"unanswered\":60,\"evicted\":15,\"outstanding\":25,"
		"\"response_time\":{\"every\":1,\"sampled\":4,\"p50_s\":0.005250000,\"p90_s\":1."
		"150000000,"
		"\"p95_s\":1.150000000,\"p99_s\":1.150000000,\"max_s\":1.150000000,\"by\":["
		"{\"transport\":\"udp\",\"failed\":false,\"sampled\":3,\"p50_s\":0.005250000,"
		"\"p90_s\":1.150000000,\"p95_s\":1.150000000,\"p99_s\":1.150000000,\"max_s\":1."
		"150000000,"
		"\"sum_s\":1.157120,\"bins\":[[118,2],[193,1]]},"
		"{\"transport\":\"tcp\",\"failed\":true,\"sampled\":1,\"p50_s\":0.105000000,"
		"\"p90_s\":0.105000000,\"p95_s\":0.105000000,\"p99_s\":0.105000000,\"max_s\":0."
		"105000000,"
		"\"sum_s\":0.105000,\"bins\":[[160,1]]}]},"
		"\"unanswered_servers\":[{\"address\":\"192.0.2.53\",\"unanswered\":50,"
		"\"queries_estimate\":54,\"qtype\":\"A\","
		"\"answers\":{\"fine\":0,\"referral\":0,\"refused\":0,\"failed\":2},"
		"\"response_time\":{\"sampled\":1,\"mean_s\":0.001024000,"
		"\"max_s\":0.001024000}},"
		"{\"address\":\"2001:db8::53\",\"unanswered\":3,\"queries_estimate\":7,"
		"\"qtype\":\"TYPE65280\","
		"\"answers\":{\"fine\":0,\"referral\":0,\"refused\":0,\"failed\":0},"
		"\"response_time\":{\"sampled\":0}}],"
		"\"other_unanswered_servers\":7,"
		"\"unanswered_zones\":[{\"name\":\"example.org\",\"unanswered\":24,"
		"\"queries_estimate\":28,\"qtype\":\"A\","
		"\"answers\":{\"fine\":0,\"referral\":0,\"refused\":0,\"failed\":0},"
		"\"response_time\":{\"sampled\":0}},"
		"{\"name\":\".\",\"unanswered\":12,\"queries_estimate\":16,\"qtype\":\"A\","
		"\"answers\":{\"fine\":0,\"referral\":0,\"refused\":0,\"failed\":0},"
		"\"response_time\":{\"sampled\":0}},"
		"{\"name\":\"a\\\\.b.\\\\000\\\"\\\\255\\\\010.test\",\"unanswered\":6,"
		"\"queries_estimate\":10,\"qtype\":\"A\","
		"\"answers\":{\"fine\":0,\"referral\":0,\"refused\":0,\"failed\":0},"
		"\"response_time\":{\"sampled\":0}},"
		"{\"name\":\"d.test\",\"unanswered\":5,\"queries_estimate\":9,\"qtype\":\"A\","
		"\"answers\":{\"fine\":0,\"referral\":0,\"refused\":0,\"failed\":0},"
		"\"response_time\":{\"sampled\":0}}],"
		"\"other_unanswered_zones\":13,"
		"\"answers\":{\"fine\":500,\"referral\":30,\"refused\":12,\"failed\":8},"
		"\"error_servers\":["
		"{\"address\":\"192.0.2.7\",\"unanswered\":0,\"queries_estimate\":80,\"qtype\":"
		"\"A\","
		"\"answers\":{\"fine\":28,\"referral\":0,\"refused\":12,\"failed\":0},"
		"\"response_time\":{\"sampled\":0}}],"
		"\"error_zones\":["
		"{\"name\":\"d.test\",\"unanswered\":5,\"queries_estimate\":9,\"qtype\":\"A\","
		"\"answers\":{\"fine\":0,\"referral\":0,\"refused\":1,\"failed\":2},"
		"\"response_time\":{\"sampled\":0}}],"
		"\"slow_servers\":["
		"{\"address\":\"192.0.2.9\",\"unanswered\":0,\"queries_estimate\":8,\"qtype\":"
		"\"A\","
		"\"answers\":{\"fine\":4,\"referral\":0,\"refused\":0,\"failed\":0},"
		"\"response_time\":{\"sampled\":4,\"mean_s\":0.250000128,"
		"\"max_s\":0.499999744}},"
		"{\"address\":\"192.0.2.10\",\"unanswered\":0,\"queries_estimate\":0,\"qtype\":"
		"\"A\","
		"\"answers\":{\"fine\":0,\"referral\":0,\"refused\":0,\"failed\":0},"
		"\"response_time\":{\"sampled\":3,\"mean_s\":0.100000085,"
		"\"max_s\":0.000000000}}],"
		"\"slow_zones\":[],\"work\":{\"client_queries\":12000,\"queries\":1200,"
		"\"per_client_query\":0.100000,\"zones\":["
		"{\"name\":\"busy.test\",\"queries_estimate\":290,\"share\":0.250000}]}}\n";
	struct txn_report report = busy("upstream");
	char *line = line_of(&report);

	(void)state;
	assert_string_equal(line, expected);
	free(line);
	report = quiet("clients");
	line = line_of(&report);
	assert_non_null(strstr(line, "\"response_time\":{\"every\":1,\"sampled\":0,\"by\":[]},"
				     "\"unanswered_servers\":[],\"other_unanswered_servers\":0,"));
	assert_null(strstr(line, "answers")); /* of upstream alone */
	assert_null(strstr(line, "slow_servers"));
	assert_null(strstr(line, "work"));
	free(line);
}

/* ---- metrics -------------------------------------------------------------------------------------- */

static char *metrics_of(const struct metrics_transactions totals[TXN_SIDES],
			const struct txn_report *reports, size_t top, bool openmetrics)
{
	char *text = NULL;
	size_t size;
	struct metrics_page page = {.out = open_memstream(&text, &size),
				    .openmetrics = openmetrics};

	assert_non_null(page.out);
	metrics_put_transactions(&page, totals, reports, top);
	fclose(page.out);
	return text;
}

static void has(const char *text, const char *line)
{
	if (!strstr(text, line))
		fail_msg("<%s> is not in:\n%s", line, text);
}

#define KIND "rcodewatch_response_time_seconds"

/* Reports add up, and buckets to themselves, from the first edge of the side on. */
static void metrics_are_sums_of_reports(void **state)
{
	static struct metrics_transactions totals[TXN_SIDES];
	struct txn_report both[TXN_SIDES] = {busy("clients"), busy("upstream")};
	char *text;

	(void)state;
	metrics_transactions_add(totals, both);
	both[TXN_UPSTREAM].outstanding = 24;
	metrics_transactions_add(totals, both);
	for (int openmetrics = 0; openmetrics < 2; openmetrics++) {
		text = metrics_of(totals, both, 1, openmetrics);
		has(text, "\nrcodewatch_transaction_queries_total{side=\"clients\",event=\"new\"} "
			  "2400\n");
		has(text, "\nrcodewatch_transaction_responses_total{side=\"upstream\",event=\""
			  "answered\"} 2200\n");
		has(text, "\nrcodewatch_unanswered_queries_total{side=\"upstream\"} 120\n");
		has(text, "\nrcodewatch_evicted_queries_total{side=\"upstream\"} 30\n");
		has(text, "\nrcodewatch_outstanding_queries{side=\"upstream\"} 24\n");
		has(text, "# TYPE " KIND " histogram\n");
		has(text, "\n" KIND "_bucket{side=\"clients\",transport=\"udp\",failed=\"false\","
			  "le=\"2e-05\"} 0\n");
		has(text, "\n" KIND "_bucket{side=\"upstream\",transport=\"udp\",failed=\"false\","
			  "le=\"0.001\"} 0\n");
		has(text, "\n" KIND "_bucket{side=\"upstream\",transport=\"udp\",failed=\"false\","
			  "le=\"0.005\"} 0\n");
		has(text, "\n" KIND "_bucket{side=\"upstream\",transport=\"udp\",failed=\"false\","
			  "le=\"0.01\"} 4\n");
		has(text, "\n" KIND "_bucket{side=\"upstream\",transport=\"udp\",failed=\"false\","
			  "le=\"1.0\"} 4\n");
		has(text, "\n" KIND "_bucket{side=\"upstream\",transport=\"udp\",failed=\"false\","
			  "le=\"2.0\"} 6\n");
		has(text,
		    "\n" KIND "_bucket{side=\"upstream\",transport=\"udp\",failed=\"false\","
		    "le=\"+Inf\"} 6\n" KIND
		    "_sum{side=\"upstream\",transport=\"udp\",failed=\"false\"} 2.31424\n" KIND
		    "_count{side=\"upstream\",transport=\"udp\",failed=\"false\"} 6\n");
		has(text, "\n" KIND "_bucket{side=\"clients\",transport=\"tcp\",failed=\"true\","
			  "le=\"0.1\"} 0\n");
		has(text, "\n" KIND "_bucket{side=\"clients\",transport=\"tcp\",failed=\"true\","
			  "le=\"0.2\"} 2\n");
		has(text, "\nrcodewatch_top_unanswered_queries_per_second{side=\"upstream\","
			  "list=\"servers\",name=\"192.0.2.53\"} 5\n");
		has(text, "\nrcodewatch_top_unanswered_queries_per_second{side=\"upstream\","
			  "list=\"zones\",name=\"example.org\"} 2.4\n");
		has(text, "\nrcodewatch_top_asked_queries_per_second{side=\"upstream\","
			  "list=\"servers\",name=\"192.0.2.53\"} 5.4\n");
		assert_null(strstr(text, "2001:db8::53")); /* one of each was asked for */
		assert_null(
			strstr(text, "upstream\",transport=\"udp\",failed=\"false\",le=\"0.0005"));
		free(text);
	}
	text = metrics_of(totals, NULL, 3, false);
	assert_null(strstr(text, "rcodewatch_top"));
	free(text);
}

/* Every bucket is of the samples that are not above its edge, wherever in the scale these are. */
static void buckets_are_exact(void **state)
{
	static const double edges[] = {2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2,
				       2e-2, 5e-2, .1,   .2,   .5,   1,    2,    5};

	(void)state;
	for (size_t bin = 0; bin < TXN_BINS; bin++) {
		static struct metrics_transactions totals[TXN_SIDES];
		uint64_t low, high;
		size_t k = 0;
		char *text;

		memset(totals, 0, sizeof(totals));
		totals[TXN_CLIENTS].times[TRANSPORT_UDP][0].bin[bin] = 1;
		txn_bin_limits(bin, &low, &high);
		text = metrics_of(totals, NULL, 0, true);
		for (const char *at = text; (at = strstr(at, "{side=\"clients\",transport=\"udp\","
							     "failed=\"false\",le=\""));
		     k++) {
			double le;
			int count;

			at = strstr(at, "le=\"") + 4;
			if (k == sizeof(edges) / sizeof(edges[0])) {
				has(at, "+Inf\"} 1\n");
				continue;
			}
			assert_int_equal(sscanf(at, "%lf\"} %d\n", &le, &count), 2);
			if (le != edges[k] || count != ((double)high / 1e9 <= le * 1.0000001))
				fail_msg("bin %zu, up to %g s: %d", bin, le, count);
		}
		assert_int_equal(k, sizeof(edges) / sizeof(edges[0]) + 1);
		free(text);
	}
}

/* ---- syslog -------------------------------------------------------------------------------------- */

static const char *field_of(const struct syslog_record *record, const char *name, char text[512])
{
	for (size_t i = 0; i < record->count; i++) {
		const struct syslog_field *field = &record->field[i];

		if (strcmp(field->name, name) == 0) {
			snprintf(text, 512, "%.*s", (int)field->length, record->values + field->at);
			return text;
		}
	}
	return NULL;
}

static void syslog_says_the_same(void **state)
{
	static struct syslog_record record;
	struct txn_report r = busy("upstream");
	char text[512];

	(void)state;
	syslog_transactions(&record, &r);
	assert_false(record.full);
	assert_string_equal(record.msgid, "TRANSACTIONS");
	/* 60 of 1,160: not a tenth; but uncertain. */
	assert_int_equal(record.severity, SYSLOG_NOTICE);
	assert_int_equal(record.heads, 3);
	assert_string_equal(field_of(&record, "side", text), "upstream");
	assert_string_equal(field_of(&record, "unanswered", text), "60");
	assert_string_equal(field_of(&record, "new", text), "1200");
	assert_string_equal(field_of(&record, "evicted", text), "15");
	assert_null(field_of(&record, "expired", text));
	assert_string_equal(field_of(&record, "p99_ms", text), "1150.000");
	assert_string_equal(field_of(&record, "server_1", text), "192.0.2.53 50/54");
	assert_string_equal(field_of(&record, "zone_1", text), "example.org 24/28");
	assert_non_null(strstr(record.text, "upstream: 60 queries unanswered, 5.17 %"));
	r.unanswered = 1100;
	syslog_transactions(&record, &r);
	assert_int_equal(record.severity, SYSLOG_ERR);
	r.one_sided = true;
	syslog_transactions(&record, &r);
	assert_int_equal(record.severity, SYSLOG_NOTICE);
	r = quiet("clients");
	r.event[TXN_ANSWERED] = 180;
	r.unanswered = 20;
	syslog_transactions(&record, &r);
	assert_int_equal(record.severity, SYSLOG_WARNING);
	assert_string_equal(field_of(&record, "sampled", text), "0");
	assert_null(field_of(&record, "p50_ms", text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_read_well),
		cmocka_unit_test(quiet_sides_are_not_shown),
		cmocka_unit_test(pages_keep_to_their_width),
		cmocka_unit_test(lines_are_as_documented),
		cmocka_unit_test(metrics_are_sums_of_reports),
		cmocka_unit_test(syslog_says_the_same),
		cmocka_unit_test(buckets_are_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
