// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Metrics of what was counted: sums, names, and that nobody on the wire can make series. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/advice.h"
#include "sinks/prometheus/metrics_dns.h"

static struct snapshot snapshot;
static char *text;

static void render(const struct metrics_part *parts, size_t count, size_t top)
{
	size_t size;
	struct metrics_page page = {.out = open_memstream(&text, &size)};

	assert_non_null(page.out);
	metrics_put_dns(&page, parts, count, top);
	assert_int_equal(fclose(page.out), 0);
}

/* The value of the series that begins so; -1: there is none. */
static long long value_of(const char *series)
{
	const char *at = strstr(text, series);

	return at ? atoll(strchr(at, '}') + 1) : -1;
}

/* The sum, which may wrap, of all series with @part in them, of @family; and how many they are. */
static unsigned long long sum_of(const char *family, const char *part, size_t *count)
{
	unsigned long long sum = 0;

	*count = 0;
	for (char *line = text, *end; *line; line = end + 1) {
		char *found = strstr(line, part), *value;

		end = strchr(line, '\n');
		if (strncmp(line, family, strlen(family)) != 0 || line[strlen(family)] != '{' ||
		    !found || found > end)
			continue;
		for (value = end; *value != ' ';)
			value--;
		sum += strtoull(value, NULL, 10);
		++*count;
	}
	return sum;
}

static int reset(void **state)
{
	(void)state;
	snapshot_free(&snapshot);
	free(text);
	text = NULL;
	return 0;
}

static const struct metrics_part eth0 = {
	.device = "eth0",
	.direction = DIRECTION_RX,
	.hook = "xdp_native",
	.attached = true,
	.now = &snapshot,
};

#define RESPONSES "rcodewatch_dns_responses_total"
#define ERRORS    "rcodewatch_dns_extended_errors_total"

/* Nothing counted yet: the common RCODEs are there, and all outcomes, reasons and kinds. */
static void from_the_start(void **state)
{
	static const char *const common[] = {"NOERROR",  "FORMERR", "SERVFAIL",
					     "NXDOMAIN", "NOTIMP",  "REFUSED"};
	struct metrics_part part = eth0;
	char series[200];
	size_t count;

	(void)state;
	part.now = NULL;
	render(&part, 1, 0);
	for (size_t i = 0; i < 6; i++) {
		snprintf(series, sizeof(series),
			 RESPONSES
			 "{device=\"eth0\",direction=\"rx\",family=\"ipv6\",transport=\"tcp"
			 "\",rcode=\"%s\"}",
			 common[i]);
		assert_int_equal(value_of(series), 0);
	}
	assert_int_equal(sum_of(RESPONSES, "", &count), 0);
	assert_int_equal(count, 6 * 4);
	assert_int_equal(sum_of("rcodewatch_packets_total", "hook=\"xdp\"", &count), 0);
	assert_int_equal(count, 7);
	sum_of("rcodewatch_unparsed_packets_total", "", &count);
	assert_int_equal(count, UNPARSED_COUNT);
	sum_of("rcodewatch_dns_noerror_answers_total", "", &count);
	assert_int_equal(count, 5);
	assert_int_equal(
		value_of("rcodewatch_attached{device=\"eth0\",hook=\"xdp\",mode=\"native\"}"), 1);
}

/*
 * Every RCODE that there can be, once. IANA's registry: 0 to 11 and 16 to 23 assigned, 3841 to 4095
 * private use, the rest unassigned.
 */
static void every_rcode(void **state)
{
	size_t count;

	(void)state;
	for (size_t code = 0; code < 32; code++)
		snapshot.counters.rcode[code][FAMILY_IPV6][TRANSPORT_TCP] = 1;
	snapshot.counters.rcode[32][FAMILY_IPV4][TRANSPORT_UDP] = 4096 - 32;
	for (size_t code = 32; code < 4096; code++)
		snapshot.rcode_rest.count[code - 32] = 1;
	render(&eth0, 1, 0);
	assert_int_equal(sum_of(RESPONSES, "", &count), 4096);
	assert_in_range(count, 20, 60);
	assert_int_equal(sum_of(RESPONSES, "rcode=\"private\"", &count), 4095 - 3841 + 1);
	assert_int_equal(count, 1);
	assert_int_equal(sum_of(RESPONSES, "rcode=\"unassigned\"", &count), 4 + 3840 - 24 + 1);
	assert_int_equal(count, 2);
	assert_int_equal(sum_of(RESPONSES, "rcode=\"BADCOOKIE\"", &count), 1);
	assert_int_equal(count, 1);
}

/*
 * EDEs: 0 to 35 assigned (as of the catalogue), 49152 to 65535 private use. What the table of rare
 * values had no room for is counted all the same.
 */
static void every_kind_of_ede(void **state)
{
	size_t count;

	(void)state;
	snapshot.counters.ede[2][7] = 10;
	snapshot.counters.ede[2][38] = 3;
	snapshot.counters.ede[2][EDE_DIRECT] = 100;
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 2u << 16 | 50000, 60, NULL), 0);
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 2u << 16 | 60000, 1, NULL), 0);
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 2u << 16 | 1000, 20, NULL), 0);
	/* a private RCODE with a known and a private EDE; an unassigned one with a known EDE */
	snapshot.counters.ede[RCODE_DIRECT][7] = 6;
	snapshot.counters.ede[RCODE_DIRECT][EDE_DIRECT] = 5;
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 4000u << 16 | 7, 4, NULL), 0);
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 100u << 16 | 7, 2, NULL), 0);
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 4000u << 16 | 65535, 5, NULL), 0);
	/* texts of codes with a counter of their own have rows without a count */
	assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE, 2u << 16 | 7, 0, NULL), 0);
	render(&eth0, 1, 0);
	assert_int_equal(sum_of(ERRORS, "rcode=\"SERVFAIL\",info_code=\"7\"", &count), 10);
	assert_int_equal(sum_of(ERRORS, "rcode=\"SERVFAIL\",info_code=\"private\"", &count), 61);
	assert_int_equal(sum_of(ERRORS, "rcode=\"SERVFAIL\",info_code=\"unassigned\"", &count),
			 3 + 100 - 61);
	assert_int_equal(sum_of(ERRORS, "rcode=\"private\",info_code=\"7\"", &count), 4);
	assert_int_equal(sum_of(ERRORS, "rcode=\"unassigned\",info_code=\"7\"", &count), 2);
	assert_int_equal(sum_of(ERRORS, "rcode=\"private\",info_code=\"private\"", &count), 5);
	assert_int_equal(sum_of(ERRORS, "", &count), 124);
	assert_int_equal(count, 6);
}

/* Whatever has been counted: within the bound that docs/prometheus.md gives. */
static void bounded(void **state)
{
	size_t count;

	(void)state;
	memset(&snapshot.counters, 1, sizeof(snapshot.counters));
	memset(&snapshot.rcode_rest, 1, sizeof(snapshot.rcode_rest));
	for (uint32_t i = 0; i < RARE_ENTRIES; i++)
		assert_int_equal(snapshot_rare_add(&snapshot, RARE_EDE,
						   (i * 7919u % 4096) << 16 | (i * 104729u % 65536),
						   1, NULL),
				 0);
	render(&eth0, 1, 0);
	sum_of(RESPONSES, "", &count);
	assert_int_equal(count, 86);
	sum_of(ERRORS, "", &count);
	assert_in_range(count, 700, 836);
}

/* Outcomes add up to packets, "unparsed" being the sum of its reasons. */
static void outcomes(void **state)
{
	size_t count;

	(void)state;
	for (size_t i = 0; i < PKT_OUTCOMES; i++)
		snapshot.counters.outcome[i] = 1ull << i;
	render(&eth0, 1, 0);
	assert_int_equal(sum_of("rcodewatch_packets_total", "", &count), (1 << PKT_OUTCOMES) - 1);
	assert_int_equal(sum_of("rcodewatch_packets_total", "\"unparsed\"", &count),
			 (1 << PKT_OUTCOMES) - (1 << OUTCOME_COUNT));
	assert_int_equal(sum_of("rcodewatch_unparsed_packets_total", "", &count),
			 (1 << PKT_OUTCOMES) - (1 << OUTCOME_COUNT));
}

/* Two directions of a device, whatever their hooks, are two series. */
static void hooks(void **state)
{
	static const struct {
		const char *hook;
		enum direction direction;
		const char *label;
	} expected[] = {
		{"xdp_native", DIRECTION_RX, "xdp"}, {"xdp_generic", DIRECTION_RX, "xdp"},
		{"tcx", DIRECTION_RX, "ingress"},    {"clsact", DIRECTION_TX, "egress"},
		{"none", DIRECTION_RX, "ingress"},   {"none", DIRECTION_TX, "egress"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		assert_string_equal(metrics_hook(expected[i].hook, expected[i].direction),
				    expected[i].label);
}

/* A row of a list is a gauge by the second; a private RCODE has its own number there. */
static void lists(void **state)
{
	static struct top_row rows[2];
	static struct top_lists top;
	struct report report = {.interval_s = 10, .top = &top, .top_rows = 10};
	struct metrics_part part = eth0;
	size_t count;

	(void)state;
	rows[0] = (struct top_row){.count = 30, .low = 30, .high = 30, .rcode = 3};
	memcpy(rows[0].key,
	       "\x03"
	       "a\"b"
	       "\x07"
	       "example",
	       13);
	rows[1] = (struct top_row){.count = 5, .low = 5, .high = 5, .rcode = 4000};
	top.listed = 1u << TOP_ZONE;
	top.list[TOP_ZONE] = (struct top_list){
		.rows = rows, .count = 2, .room = 2, .absent_high = 1, .total = 36};
	top_lists_name(&top, 2);
	part.report = &report;
	render(&part, 1, 0);
	assert_null(strstr(text, "rcodewatch_top_responses"));
	assert_null(strstr(text, "rcodewatch_top_absent"));
	reset(state);
	render(&part, 1, 2);
	assert_non_null(strstr(text,
			       "rcodewatch_top_responses_per_second{device=\"eth0\",direction="
			       "\"rx\",list=\"zones\",name=\"a\\\"b.example\",rcode=\"NXDOMAIN"
			       "\"} 3\n"));
	assert_non_null(strstr(text, "name=\".\",rcode=\"RCODE4000\"} 0.5\n"));
	assert_non_null(strstr(text, "rcodewatch_top_absent_responses_per_second{device=\"eth0\","
				     "direction=\"rx\",list=\"zones\"} 0.1\n"));
	reset(state);
	render(&part, 1, 1);
	sum_of("rcodewatch_top_responses_per_second", "", &count);
	assert_int_equal(count, 1);
	assert_non_null(strstr(text, "list=\"zones\"} 0.5\n"));
}

/* Advice of the last interval by its id, and no series where there is none. */
static void advice(void **state)
{
	const struct catalog_advice words[] = {{.id = "expired-signatures"}, {.id = "truncation"}};
	const struct advice given[] = {{.words = &words[0]}, {.words = &words[1]}};
	struct report report = {.advice = given, .advice_count = 2};
	struct metrics_part part = eth0;
	size_t count;

	(void)state;
	part.report = &report;
	render(&part, 1, 0);
	assert_int_equal(sum_of("rcodewatch_advice", "", &count), 2);
	assert_int_equal(count, 2);
	assert_int_equal(
		value_of("rcodewatch_advice{device=\"eth0\",direction=\"rx\",id=\"truncation\"}"),
		1);
	reset(NULL);
	report.advice_count = 0;
	render(&part, 1, 0);
	sum_of("rcodewatch_advice", "", &count);
	assert_int_equal(count, 0);
}

/* The certain ends of the bounds; no part of a code that no response has. */
static void one_zone_or_many(void **state)
{
	struct report report = {
		.failing = {{.code = 2,
			     .name = "SERVFAIL",
			     .count = 100,
			     .zones_low = 2,
			     .zones_high = 7,
			     .share = 0.75,
			     .share_high = 0.9},
			    {.code = 5, .name = "REFUSED"}},
		.failing_count = 2,
	};
	struct metrics_part part = eth0;
	size_t count;

	(void)state;
	part.report = &report;
	render(&part, 1, 0);
	assert_non_null(strstr(text, "\nrcodewatch_top_share{device=\"eth0\",direction=\"rx\","
				     "list=\"zones\",rcode=\"SERVFAIL\"} 0.75\n"));
	sum_of("rcodewatch_top_share", "", &count);
	assert_int_equal(count, 1);
	assert_int_equal(value_of("rcodewatch_failing_zones{device=\"eth0\",direction=\"rx\","
				  "rcode=\"SERVFAIL\"}"),
			 2);
	assert_int_equal(value_of("rcodewatch_failing_zones{device=\"eth0\",direction=\"rx\","
				  "rcode=\"REFUSED\"}"),
			 0);
	sum_of("rcodewatch_failing_zones", "", &count);
	assert_int_equal(count, 2);
	reset(NULL);
	report.failing_count = 0;
	render(&part, 1, 0);
	sum_of("rcodewatch_failing_zones", "", &count);
	assert_int_equal(count, 0);
}

/* Where it is not known there is no series. */
static void lost_by_the_device(void **state)
{
	const struct metrics_part *part = &eth0;
	size_t count;

	(void)state;
	render(part, 1, 0);
	sum_of("rcodewatch_nic_lost_packets_total", "", &count);
	assert_int_equal(count, 0);
	free(text);
	snapshot.nic.lost = 1234;
	snapshot.nic.source = NIC_QUEUES;
	render(part, 1, 0);
	assert_int_equal(
		value_of("rcodewatch_nic_lost_packets_total{device=\"eth0\",source=\"queues\"}"),
		1234);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(from_the_start, reset),
		cmocka_unit_test_teardown(every_rcode, reset),
		cmocka_unit_test_teardown(every_kind_of_ede, reset),
		cmocka_unit_test_teardown(bounded, reset),
		cmocka_unit_test_teardown(outcomes, reset),
		cmocka_unit_test_teardown(hooks, reset),
		cmocka_unit_test_teardown(lists, reset),
		cmocka_unit_test_teardown(advice, reset),
		cmocka_unit_test_teardown(one_zone_or_many, reset),
		cmocka_unit_test_teardown(lost_by_the_device, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
