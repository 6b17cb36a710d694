// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What each rule of alerts begins and ends with, in traffic that is made here by plain arithmetic after docs/alerts.md; and that days
 * of ordinary traffic, with crowds, restarts and a weekend, begin none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/alerts.h"
#include "analysis/alerts_file.h"
#include "dns_wire.h"
#include "report/failing.h"
#include "util/clock.h"
#include "util/wire_name.h"

/* 2026-11-23 00:00:00 UTC, a Monday. */
#define MONDAY_NS (1795392000LL * NS_PER_S)
#define TICK_S    10
#define ROWS      16
#define DAY_TICKS (24 * 3600 / TICK_S)

struct failing_zone {
	const char *name;
	uint16_t rcode;
	double rate;
	uint16_t ede; /* 0: none, as no zone here has EDE 0 */
};

/* Of a second. */
struct traffic {
	double noerror, nxdomain, servfail, refused;
	double bogus, fragments, nic_lost;
	struct failing_zone zone[4];
	double asked[TXN_SIDES], unanswered[TXN_SIDES];
	double stray, evicted;           /* upstream */
	double slow_s[TXN_SIDES];        /* the 90th percentile */
	bool silent_zone, silent_server; /* dead.example, 192.1.2.3 */
	bool one_sided, uncertain;
};

/* What a resolver sees on any day: 300 queries a second of clients, a third of them asked upstream. */
static const struct traffic healthy = {
	.noerror = 270,
	.nxdomain = 28,
	.servfail = 2,
	.refused = 0.3,
	.zone = {{"broken.example", DNS_RCODE_SERVFAIL, 0.7, 0},
		 {"gone.example", DNS_RCODE_NXDOMAIN, 3, 0}},
	.asked = {300, 100},
	.unanswered = {0, 2},
	.slow_s = {0.05, 0.06},
};

static struct alert_rules rules;
static struct attack_settings settings;
static struct suffixes suffixes;
static struct attacks attacks;
static struct alerts alerts;
static struct code_history history;
static struct report report;
static struct top_row rows[ROWS];
static struct top_lists lists;
static struct txn_report sides[TXN_SIDES];
static struct txn_counts counts;
static int64_t now_ns;
static uint32_t noise;
static bool not_asked; /* nothing is asked of the zone and the server */
static double
	silent_part; /* of what is unanswered: that of the zone or the server that is silent */

static void open_alerts(void)
{
	attack_settings_init(&settings);
	assert_int_equal(attacks_open(&attacks, &settings, 50, true, &suffixes, 1), 0);
	assert_int_equal(alerts_open(&alerts, &rules, &attacks), 0);
}

static void close_alerts(void)
{
	alerts_free(&alerts);
	attacks_free(&attacks);
	attack_settings_free(&settings);
}

static int start(void **state)
{
	(void)state;
	alert_rules_init(&rules);
	code_history_init(&history, TICK_S * NS_PER_S);
	now_ns = MONDAY_NS;
	noise = 1;
	silent_part = 1;
	open_alerts();
	return txn_counts_init(&counts);
}

static int end(void **state)
{
	(void)state;
	close_alerts();
	code_history_free(&history);
	txn_counts_free(&counts);
	return 0;
}

/* @rate a second in an evaluation, a tenth more or less. */
static uint64_t count(double rate)
{
	noise = noise * 1664525u + 1013904223u;
	return (uint64_t)(rate * TICK_S * (0.9 + 0.2 * (noise >> 8) / 16777216.0) + 0.5);
}

static void add_rcode(uint16_t code, uint64_t responses)
{
	report.rcodes[report.rcode_count++] = (struct report_rcode){.code = code,
								    .count = responses};
	report.by_path[code][FAMILY_IPV4][TRANSPORT_UDP] = responses;
	report.responses += responses;
}

static void add_zone(const struct failing_zone *zone)
{
	struct top_list *list = &lists.list[TOP_ZONE];
	struct top_row *row = &rows[list->count];
	uint64_t responses = (uint64_t)(zone->rate * TICK_S + 0.5);

	if (!zone->name || !responses)
		return;
	*row = (struct top_row){.count = responses,
				.low = responses,
				.high = responses,
				.rcode = zone->rcode,
				.kind = ZONE_SOA,
				.ede = zone->ede ? zone->ede : TOP_NO_EDE};
	assert_true(wire_name(zone->name, strlen(zone->name), row->key) > 0);
	list->count++;
	list->total += responses;
}

static void make_report(const struct traffic *t)
{
	report = (struct report){
		.start_ns = now_ns - TICK_S * NS_PER_S,
		.end_ns = now_ns,
		.interval_s = TICK_S,
		.host = "res1",
		.instance = "i",
		.interface = "eth0",
		.direction = "tx",
		.hook = "tcx",
		.top = &lists,
		.top_rows = ROWS,
		.top_rcodes = 1u << DNS_RCODE_SERVFAIL | 1u << DNS_RCODE_NXDOMAIN,
	};
	lists = (struct top_lists){.listed = 1u << TOP_ZONE, .list[TOP_ZONE].rows = rows};
	add_rcode(DNS_RCODE_NOERROR, count(t->noerror));
	add_rcode(DNS_RCODE_SERVFAIL, count(t->servfail));
	add_rcode(DNS_RCODE_NXDOMAIN, count(t->nxdomain));
	add_rcode(DNS_RCODE_REFUSED, count(t->refused));
	report.rate = (double)report.responses / TICK_S;
	report.packets = report.responses;
	report.nic_lost = (uint64_t)(t->nic_lost * TICK_S);
	report.incomplete[INCOMPLETE_OPT_BEYOND_FRAGMENT] = (uint64_t)(t->fragments * TICK_S);
	if (t->bogus > 0)
		report.edes[report.ede_count++] = (struct report_ede){
			.rcode = DNS_RCODE_SERVFAIL,
			.info_code = 6,
			.count = (uint64_t)(t->bogus * TICK_S)};
	for (size_t i = 0; i < 4; i++)
		add_zone(&t->zone[i]);
	report_failing_fill(&report);
}

/* Of a zone or a server upstream: @unanswered queries, or as many answers where it is well again. */
static void add_row(struct txn_rows *into, struct txn_key *key, uint64_t unanswered)
{
	struct txn_row row = {.key = *key, .unanswered = unanswered};

	row.result[TXN_RESULT_FINE] = unanswered ? 0 : 100;
	assert_int_equal(txn_rows_add(into, &row), 0);
}

/* What has been silent once is asked from then on, too. */
static void add_rows(const struct traffic *t, uint64_t unanswered)
{
	struct txn_side_counts *upstream = &counts.side[TXN_UPSTREAM];
	struct txn_key zone = {.zone_size = 0},
		       server = {.server = {192, 1, 2, 3}, .server_size = 4};
	uint8_t wire[DNS_NAME_MAX];
	size_t length = wire_name("dead.example", 12, wire);

	memcpy(zone.zone, wire, length);
	zone.zone_size = (uint8_t)length;
	upstream->unanswered = unanswered;
	unanswered = (uint64_t)((double)unanswered * silent_part);
	add_row(&upstream->zones, &zone, t->silent_zone ? unanswered : 0);
	add_row(&upstream->servers, &server, t->silent_server ? unanswered : 0);
}

static void make_side(const struct traffic *t, enum txn_side side)
{
	struct txn_report *of = &sides[side];
	uint64_t asked = count(t->asked[side]);
	uint64_t unanswered = (uint64_t)(t->unanswered[side] * TICK_S);

	*of = (struct txn_report){.interval_s = TICK_S, .side = side ? "upstream" : "clients"};
	of->event[TXN_NEW] = asked;
	of->event[TXN_ANSWERED] = asked > unanswered ? asked - unanswered : 0;
	of->unanswered = unanswered;
	of->responses = of->event[TXN_ANSWERED];
	of->all = (struct txn_quantiles){.sampled = asked, .p90 = t->slow_s[side]};
	of->one_sided = t->one_sided;
	if (side != TXN_UPSTREAM)
		return;
	of->event[TXN_UNSOLICITED] = (uint64_t)(t->stray * TICK_S);
	of->responses += of->event[TXN_UNSOLICITED];
	of->event[TXN_EVICTED] = (uint64_t)(t->evicted * TICK_S);
	if (!not_asked)
		add_rows(t, unanswered);
}

/* An evaluation of such traffic. */
static void tick(const struct traffic *t)
{
	struct alert_view view = {
		.report = {&report}, .side = sides, .counts = &counts, .history = &history};

	now_ns += TICK_S * NS_PER_S;
	make_report(t);
	txn_counts_clear(&counts);
	counts.uncertain = t->uncertain;
	for (enum txn_side side = 0; side < TXN_SIDES; side++)
		make_side(t, side);
	assert_int_equal(alerts_look(&alerts, &view), 0);
}

/* The rules of the alerts that are under way, the severest first; those of advice are left out. */
static const char *under_way(void)
{
	static char text[512];
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < alerts.engine.alerts; i++) {
		const struct alert *alert = &alerts.engine.alert[i];

		if (alert->state != ALERT_ENDS && alert->finding.rule < RULE_ADVICE_FIRST)
			at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", at ? " " : "",
					       alert->rule->name);
	}
	return text;
}

static const struct alert *the(enum alert_rule_id rule)
{
	for (size_t i = 0; i < alerts.engine.alerts; i++)
		if (alerts.engine.alert[i].finding.rule == rule)
			return &alerts.engine.alert[i];
	fail_msg("no %s", alert_rule_default(rule)->name);
	return NULL;
}

static void stays_quiet(const struct traffic *t, unsigned int ticks)
{
	for (unsigned int i = 0; i < ticks; i++) {
		tick(t);
		if (under_way()[0])
			fail_msg("%s after %u evaluations", under_way(), i + 1);
	}
}

/* Another process, @away_s later, that has what the file of the last one's state has. */
static void restart(int64_t away_s)
{
	char *data;
	size_t size;

	assert_int_equal(alerts_encode(&alerts, &data, &size), 0);
	close_alerts();
	now_ns += away_s * NS_PER_S;
	open_alerts();
	assert_int_equal(alerts_decode(&alerts, (const uint8_t *)data, size), 0);
	free(data);
}

/* What is under way, @expected, is so over a restart: it neither begins once more nor ends, and is so since then. */
static void goes_on_over_a_restart(const struct traffic *wrong, const char *expected)
{
	int64_t since_ns[ALERT_RULES] = {0};

	for (size_t i = 0; i < alerts.engine.alerts; i++)
		since_ns[alerts.engine.alert[i].finding.rule] = alerts.engine.alert[i].since_ns;
	restart(30);
	for (int tick_number = 0; tick_number < 20; tick_number++) {
		tick(wrong);
		assert_string_equal(under_way(), expected);
		for (size_t i = 0; i < alerts.engine.alerts; i++) {
			const struct alert *alert = &alerts.engine.alert[i];

			if (alert->state != ALERT_GOES_ON ||
			    alert->since_ns != since_ns[alert->finding.rule])
				fail_msg("%s: %s in evaluation %d after a restart",
					 alert->rule->name, alert_state_names[alert->state],
					 tick_number + 1);
		}
	}
}

/* @wrong begins exactly @expected after @late evaluations at most; and health ends it after eight at most. */
static void begins_and_ends(const struct traffic *wrong, const char *expected, unsigned int late)
{
	unsigned int i = 0;

	stays_quiet(&healthy, 20);
	while (tick(wrong), strcmp(under_way(), expected) != 0)
		if (++i >= late)
			fail_msg("'%s' and not '%s' after %u evaluations", under_way(), expected,
				 i);
	for (unsigned int more = 0; more < 12; more++) {
		tick(wrong);
		assert_string_equal(under_way(), expected);
	}
	goes_on_over_a_restart(wrong, expected);
}

static void is_over_within(unsigned int late)
{
	unsigned int i = 0;

	while (tick(&healthy), under_way()[0])
		if (++i >= late)
			fail_msg("'%s' still after %u evaluations", under_way(), i);
	stays_quiet(&healthy, 10);
}

static void a_resolver_that_hangs(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.unanswered[TXN_CLIENTS] = 240;
	begins_and_ends(&t, "host-silent", 3);
	assert_int_equal(the(RULE_HOST_SILENT)->severity, ALERT_CRITICAL);
	assert_string_equal(the(RULE_HOST_SILENT)->side, "clients");
	is_over_within(8);
}

/* Neither queries nor responses any more: the host is out of the anycast, or its link is down. */
static void a_host_that_nobody_asks(void **state)
{
	static const struct traffic nothing = {.noerror = 0};

	(void)state;
	begins_and_ends(&nothing, "host-silent", 3);
	assert_int_equal(the(RULE_HOST_SILENT)->finding.cause, 1);
	assert_true(the(RULE_HOST_SILENT)->finding.usual > 200);
	/* However long it lasts. */
	for (int i = 0; i < 200; i++)
		tick(&nothing);
	assert_string_equal(under_way(), "host-silent");
	is_over_within(4);
}

static void no_way_out(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.unanswered[TXN_UPSTREAM] = 30;
	begins_and_ends(&t, "upstream-silent", 5);
	assert_int_equal(the(RULE_UPSTREAM_SILENT)->severity, ALERT_WARNING);
	t.unanswered[TXN_UPSTREAM] = 80;
	t.silent_zone = true; /* none alone is to blame */
	for (int i = 0; i < 5; i++)
		tick(&t);
	assert_string_equal(under_way(), "upstream-silent");
	assert_int_equal(the(RULE_UPSTREAM_SILENT)->severity, ALERT_CRITICAL);
	is_over_within(8);
}

static void a_zone_whose_servers_all_died(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.unanswered[TXN_UPSTREAM] = 8;
	t.silent_zone = true;
	begins_and_ends(&t, "zone-servers-silent", 3);
	/* SERVFAIL for it towards clients is explained by that. */
	t.servfail += 8;
	t.zone[2] = (struct failing_zone){"dead.example", DNS_RCODE_SERVFAIL, 8, 0};
	for (int i = 0; i < 5; i++)
		tick(&t);
	assert_string_equal(under_way(), "zone-servers-silent");
	/* However much there is. */
	t.servfail += 80;
	t.zone[2].rate += 80;
	for (int i = 0; i < 20; i++)
		tick(&t);
	assert_string_equal(under_way(), "zone-servers-silent");
	is_over_within(8);
}

/* Once nobody asks it any more, it is no more than a notice. */
static void a_dead_zone_that_is_not_asked(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.unanswered[TXN_UPSTREAM] = 8;
	t.silent_zone = true;
	begins_and_ends(&t, "zone-servers-silent", 3);
	not_asked = true;
	for (int i = 0; i < 6; i++) {
		tick(&healthy);
		assert_int_equal(the(RULE_ZONE_SERVERS_SILENT)->severity, ALERT_WARNING);
		assert_int_equal(the(RULE_ZONE_SERVERS_SILENT)->finding.cause, 0);
	}
	tick(&healthy);
	assert_int_equal(the(RULE_ZONE_SERVERS_SILENT)->severity, ALERT_NOTICE);
	assert_int_equal(the(RULE_ZONE_SERVERS_SILENT)->finding.cause, 1);
	not_asked = false;
	is_over_within(8);
}

/* Where a zone has half of what is unanswered, the way out is not to blame. */
static void much_silence_of_one_zone(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.unanswered[TXN_UPSTREAM] = 30;
	t.silent_zone = true;
	begins_and_ends(&t, "zone-servers-silent", 3);
	is_over_within(8);
}

/* A dead server is nothing new on a busy host: it must have a tenth of what is unanswered. */
static void little_silence_of_many(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.unanswered[TXN_UPSTREAM] = 8;
	t.silent_zone = t.silent_server = true;
	silent_part = 0.05;
	stays_quiet(&t, 40);
	silent_part = 0.3;
	for (int i = 0; i < 20; i++)
		tick(&t);
	assert_string_equal(under_way(), "zone-servers-silent server-silent");
}

static void a_dead_server(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.unanswered[TXN_UPSTREAM] = 3;
	t.silent_server = true;
	begins_and_ends(&t, "server-silent", 3);
	is_over_within(12);
	/* Asked for half a minute, and then not for ten minutes, as resolvers do: it is not well by that. */
	for (int i = 0; i < 10; i++)
		tick(&t);
	not_asked = true;
	for (int i = 0; i < 60; i++) {
		assert_string_equal(under_way(), "server-silent");
		tick(&healthy);
	}
	/* Until nobody has asked it for so long that nothing is known. */
	is_over_within(40);
	not_asked = false;
}

static void one_zone_that_fails(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.servfail = 10;
	t.zone[2] = (struct failing_zone){"shop.example", DNS_RCODE_SERVFAIL, 8, 0};
	begins_and_ends(&t, "zone-failing", 3);
	assert_int_equal(the(RULE_ZONE_FAILING)->finding.subject.key[1], 's');
	is_over_within(8);
}

/* What says why is enough: the zone is in it. */
static void one_zone_that_does_not_validate(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.servfail = 12;
	t.bogus = 12;
	t.zone[0].name = NULL;
	t.zone[2] = (struct failing_zone){"shop.example", DNS_RCODE_SERVFAIL, 12, 6};
	stays_quiet(&healthy, 20);
	for (int i = 0; i < 20; i++)
		tick(&t);
	assert_int_equal(alert_engine_level(&alerts.engine, RULE_DNSSEC_BOGUS, 0, NULL),
			 ALERT_UNDER_WAY);
	assert_string_equal(under_way(), "");
}

static void servfail_of_many_zones_is_ours(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.servfail = 60;
	begins_and_ends(&t, "servfail-share", 4);
	assert_int_equal(the(RULE_SERVFAIL_SHARE)->severity, ALERT_CRITICAL);
	is_over_within(8);
	/* Of one zone it is not: that is named instead. */
	t.zone[2] = (struct failing_zone){"shop.example", DNS_RCODE_SERVFAIL, 50, 0};
	begins_and_ends(&t, "zone-failing", 7);
	is_over_within(8);
}

/* The minutes in which one zone failed are not many zones' once it does no more. */
static void a_large_zone_that_is_well_again(void **state)
{
	struct traffic well = healthy, t;

	(void)state;
	well.servfail = 0;
	well.zone[0] = well.zone[1];
	well.zone[1] = (struct failing_zone){.name = NULL};
	t = well;
	t.servfail = 100;
	t.zone[1] = (struct failing_zone){"shop.example", DNS_RCODE_SERVFAIL, 90, 0};
	stays_quiet(&well, 20);
	for (int i = 0; i < 40; i++)
		tick(&t);
	assert_string_equal(under_way(), "zone-failing");
	for (int i = 0; i < 20; i++) {
		tick(&well);
		assert_true(!under_way()[0] || strcmp(under_way(), "zone-failing") == 0);
	}
}

/* 4 % for ten minutes are as much as 5 % for one; a burst of one evaluation is nothing. */
static void servfail_on_two_windows(void **state)
{
	struct traffic slow = healthy, burst = healthy;

	(void)state;
	burst.servfail = 60;
	stays_quiet(&healthy, 60);
	tick(&burst);
	assert_string_equal(under_way(), "");
	stays_quiet(&healthy, 60);
	slow.servfail = 12;
	for (int i = 0; i < 70; i++)
		tick(&slow);
	assert_string_equal(under_way(), "servfail-share");
	is_over_within(12);
}

static void validation_that_fails_everywhere(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.servfail = 14;
	t.bogus = 12;
	begins_and_ends(&t, "bogus", 5);
	is_over_within(9);
	/* It is not said of SERVFAIL once more. */
	t.servfail = 90;
	t.bogus = 80;
	begins_and_ends(&t, "bogus", 5);
	is_over_within(9);
}

static void slow_clients_and_whose_fault_it_is(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.slow_s[TXN_CLIENTS] = 1.5;
	begins_and_ends(&t, "clients-slow", 4);
	assert_int_equal(the(RULE_CLIENTS_SLOW)->finding.cause, 0);
	t.slow_s[TXN_UPSTREAM] = 1.4;
	tick(&t);
	assert_int_equal(the(RULE_CLIENTS_SLOW)->finding.cause, 1);
	is_over_within(5);
}

static void a_flood_of_nxdomain(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.nxdomain = 300;
	begins_and_ends(&t, "nxdomain-flood", 4);
	is_over_within(5);
}

static void spoofed_answers(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.stray = 30;
	begins_and_ends(&t, "spoofing", 5);
	is_over_within(8);
}

static void blindness(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.nic_lost = 20;
	begins_and_ends(&t, "blind", 4);
	assert_int_equal(the(RULE_BLIND)->finding.cause, 1);
	is_over_within(10);
	t = healthy;
	t.evicted = 5;
	begins_and_ends(&t, "blind", 4);
	assert_int_equal(the(RULE_BLIND)->finding.cause, 0);
	is_over_within(8);
	t = healthy;
	t.fragments = 30;
	begins_and_ends(&t, "fragments-lost", 5);
	is_over_within(10);
}

/* Where only one direction is seen, all is unanswered and nothing wrong. */
static void one_sided_traffic_is_silent_of_sides(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.one_sided = true;
	t.unanswered[TXN_CLIENTS] = 300;
	t.unanswered[TXN_UPSTREAM] = 100;
	stays_quiet(&t, 30);
	/* Nor is anything known of queries whose table was not read for long. */
	t.one_sided = false;
	t.uncertain = true;
	stays_quiet(&t, 30);
}

/* Traffic of the hour: from 0.2 at 03:00 to 1.8 at 15:00 UTC, half of it at weekends. */
static double wave(int64_t ns)
{
	double hours = (double)(ns % (24 * 3600 * NS_PER_S)) / (3600.0 * (double)NS_PER_S);
	double from_low = hours < 3 ? 3 - hours : hours < 15 ? hours - 3 : 27 - hours;
	bool weekend = (ns - MONDAY_NS) / (24 * 3600 * NS_PER_S) % 7 >= 5;

	return (0.2 + 1.6 * from_low / 12) * (weekend ? 0.5 : 1);
}

static struct traffic scaled(double factor)
{
	struct traffic t = healthy;

	t.noerror *= factor;
	t.nxdomain *= factor;
	t.servfail *= factor;
	t.refused *= factor;
	for (size_t i = 0; i < 4; i++)
		t.zone[i].rate *= factor;
	for (size_t i = 0; i < TXN_SIDES; i++) {
		t.asked[i] *= factor;
		t.unanswered[i] *= factor;
	}
	return t;
}

/* A tick of ordinary days, which the history is told of. */
static void ordinary_tick(double factor)
{
	const struct traffic t = scaled(factor * wave(now_ns));

	tick(&t);
	if (under_way()[0])
		fail_msg("%s at %lld s", under_way(), (long long)((now_ns - MONDAY_NS) / NS_PER_S));
	assert_int_equal(code_history_add(&history, &report), 0);
}

static void ordinary_days_begin_nothing(void **state)
{
	(void)state;
	for (int i = 0; i < 9 * DAY_TICKS; i++) {
		/* A crowd of five times as many, from one moment to the next, for ten minutes in every seventh hour. */
		ordinary_tick(i % 2520 < 60 ? 5 : 1);
		if (i % 5000 == 4999) { /* a restart: what is under way and the windows are gone */
			close_alerts();
			open_alerts();
		}
	}
}

/* From the fourth day on it is known what is usual at an hour. */
static void what_is_far_from_usual(void **state)
{
	struct traffic t;

	(void)state;
	for (int i = 0; i < 2 * DAY_TICKS; i++)
		ordinary_tick(1);
	t = scaled(wave(now_ns));
	t.refused = 10;
	for (int i = 0; i < 20; i++)
		tick(&t);
	assert_string_equal(under_way(), "");
	for (int i = 0; i < DAY_TICKS + 6 * 360; i++)
		ordinary_tick(1);
	t = scaled(wave(now_ns));
	t.refused *= 5; /* is not ten times */
	for (int i = 0; i < 10; i++)
		tick(&t);
	assert_string_equal(under_way(), "");
	t.refused = 10;
	for (int i = 0; i < 9; i++)
		tick(&t);
	assert_string_equal(under_way(), "unusual");
	assert_int_equal(the(RULE_UNUSUAL)->finding.subject.rcode, DNS_RCODE_REFUSED);
	/* 0.3/s times the wave between six and seven: 0.6 to 0.73. */
	assert_true(the(RULE_UNUSUAL)->finding.usual > 0.3 * 0.55 &&
		    the(RULE_UNUSUAL)->finding.usual < 0.3 * 0.78);
	/* It is over as soon as it is, though the minute still has it. */
	for (int i = 0; i < 4; i++)
		tick(&healthy);
	assert_string_equal(under_way(), "");
}

/* Four days with SERVFAIL at 4 %: that is no alert any more, in no window; twice as much is one. */
static void servfail_of_every_day(void **state)
{
	struct traffic t = healthy;

	(void)state;
	t.servfail = 12.5;
	rules.rule[RULE_SERVFAIL_SHARE].off = true;
	for (int i = 0; i < 4 * DAY_TICKS; i++) {
		tick(&t);
		assert_int_equal(code_history_add(&history, &report), 0);
	}
	rules.rule[RULE_SERVFAIL_SHARE].off = false;
	stays_quiet(&t, 120);
	t.servfail = 20; /* more than the rule's 5 %, and than half of twice the usual */
	stays_quiet(&t, 120);
	t.servfail = 32;
	for (int i = 0; i < 12; i++)
		tick(&t);
	assert_string_equal(under_way(), "servfail-share");
	assert_true(the(RULE_SERVFAIL_SHARE)->finding.threshold > 0.07 &&
		    the(RULE_SERVFAIL_SHARE)->finding.threshold < 0.09);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_resolver_that_hangs, start, end),
		cmocka_unit_test_setup_teardown(a_host_that_nobody_asks, start, end),
		cmocka_unit_test_setup_teardown(no_way_out, start, end),
		cmocka_unit_test_setup_teardown(a_zone_whose_servers_all_died, start, end),
		cmocka_unit_test_setup_teardown(a_dead_zone_that_is_not_asked, start, end),
		cmocka_unit_test_setup_teardown(much_silence_of_one_zone, start, end),
		cmocka_unit_test_setup_teardown(little_silence_of_many, start, end),
		cmocka_unit_test_setup_teardown(a_dead_server, start, end),
		cmocka_unit_test_setup_teardown(one_zone_that_fails, start, end),
		cmocka_unit_test_setup_teardown(one_zone_that_does_not_validate, start, end),
		cmocka_unit_test_setup_teardown(servfail_of_many_zones_is_ours, start, end),
		cmocka_unit_test_setup_teardown(a_large_zone_that_is_well_again, start, end),
		cmocka_unit_test_setup_teardown(servfail_on_two_windows, start, end),
		cmocka_unit_test_setup_teardown(validation_that_fails_everywhere, start, end),
		cmocka_unit_test_setup_teardown(slow_clients_and_whose_fault_it_is, start, end),
		cmocka_unit_test_setup_teardown(a_flood_of_nxdomain, start, end),
		cmocka_unit_test_setup_teardown(spoofed_answers, start, end),
		cmocka_unit_test_setup_teardown(blindness, start, end),
		cmocka_unit_test_setup_teardown(one_sided_traffic_is_silent_of_sides, start, end),
		cmocka_unit_test_setup_teardown(ordinary_days_begin_nothing, start, end),
		cmocka_unit_test_setup_teardown(what_is_far_from_usual, start, end),
		cmocka_unit_test_setup_teardown(servfail_of_every_day, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
