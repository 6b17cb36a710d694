// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Alerts over a restart: what the file in the state directory has, and what is made of one that is damaged or an enemy's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/alerts.h"
#include "analysis/alerts_file.h"
#include "analysis/alerts_store.h"
#include "util/clock.h"
#include "util/state_header.h"
#include "util/wire_name.h"

/* 2026-11-23 00:00:00 UTC. */
#define MONDAY_NS (1795392000LL * NS_PER_S)
#define MINUTE_NS (60 * NS_PER_S)

static struct alert_rules rules;
static struct attack_settings settings;
static struct suffixes suffixes;
static struct attacks attacks;
static struct alerts alerts;
static struct report report;
static struct txn_report sides[TXN_SIDES];
static struct txn_counts counts;
static int64_t now_ns;
static const char *interface;

static void open_alerts(void)
{
	assert_int_equal(attacks_open(&attacks, &settings, 50, true, &suffixes, 1), 0);
	assert_int_equal(alerts_open(&alerts, &rules, &attacks), 0);
}

static void close_alerts(void)
{
	alerts_free(&alerts);
	attacks_free(&attacks);
}

static int start(void **state)
{
	(void)state;
	attack_settings_init(&settings);
	alert_rules_init(&rules);
	now_ns = MONDAY_NS;
	interface = "eth0";
	open_alerts();
	return txn_counts_init(&counts);
}

static int end(void **state)
{
	(void)state;
	close_alerts();
	attack_settings_free(&settings);
	txn_counts_free(&counts);
	return 0;
}

/* An evaluation of @seconds: truncated responses or not, and servers that are silent upstream or not. */
static void tick_of(double seconds, bool truncated, bool silent)
{
	const struct alert_view view = {
		.report = {NULL, NULL, NULL, &report},
		.side = sides,
		.counts = &counts,
		.whole_s = 10,
	};

	now_ns += (int64_t)(seconds * (double)NS_PER_S);
	report = (struct report){
		.start_ns = now_ns - (int64_t)(seconds * (double)NS_PER_S),
		.end_ns = now_ns,
		.interval_s = seconds,
		.host = "res1",
		.instance = "i",
		.interface = interface,
		.direction = "tx",
		.hook = "tcx",
		.responses = 1000,
		.packets = 1000,
		.rate = 1000 / seconds,
		.flags = {[FLAG_TC] = truncated ? 500 : 0},
	};
	sides[TXN_UPSTREAM] = (struct txn_report){.interval_s = seconds, .side = "upstream"};
	sides[TXN_UPSTREAM].unanswered = silent ? 900 : 0;
	sides[TXN_UPSTREAM].event[TXN_NEW] = 1000;
	sides[TXN_UPSTREAM].event[TXN_ANSWERED] = silent ? 100 : 1000;
	assert_int_equal(alerts_look(&alerts, &view), 0);
}

static void tick(bool truncated, bool silent)
{
	tick_of(10, truncated, silent);
}

/* Both are under way. */
static void both_wrong(void)
{
	for (int i = 0; i < 4; i++)
		tick(true, true);
	assert_int_equal(alerts.engine.alerts, 2);
}

/* Of @rule; NULL: there is none. */
static const struct alert *find(enum alert_rule_id rule)
{
	for (size_t i = 0; i < alerts.engine.alerts; i++)
		if (alerts.engine.alert[i].finding.rule == rule)
			return &alerts.engine.alert[i];
	return NULL;
}

static struct alert the(enum alert_rule_id rule)
{
	static const struct alert nothing;
	const struct alert *alert = find(rule);

	if (!alert)
		fail_msg("no %s", alert_rule_default(rule)->name);
	return alert ? *alert : nothing;
}

static enum alert_state state_of(enum alert_rule_id rule)
{
	return the(rule).state;
}

static void restart(int64_t away_ns)
{
	char *data;
	size_t size;

	assert_int_equal(alerts_encode(&alerts, &data, &size), 0);
	close_alerts();
	now_ns += away_ns;
	open_alerts();
	assert_int_equal(alerts_decode(&alerts, (const uint8_t *)data, size), 0);
	free(data);
}

static void it_goes_on_as_if_nothing_had_been(void **state)
{
	uint64_t seq;

	(void)state;
	both_wrong();
	seq = alerts.engine.seq;
	restart(9 * MINUTE_NS);
	tick(true, true);
	assert_int_equal(alerts.engine.alerts, 2);
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_GOES_ON);
	assert_int_equal(state_of(RULE_UPSTREAM_SILENT), ALERT_GOES_ON);
	assert_true(the(RULE_TRUNCATION).since_ns == MONDAY_NS);
	assert_true(the(RULE_UPSTREAM_SILENT).since_ns == MONDAY_NS);
	assert_string_equal(the(RULE_TRUNCATION).interface, "eth0");
	assert_string_equal(the(RULE_TRUNCATION).hook, "tcx");
	assert_string_equal(the(RULE_UPSTREAM_SILENT).side, "upstream");
	assert_int_equal(the(RULE_UPSTREAM_SILENT).severity, ALERT_CRITICAL);
	assert_int_equal(alerts.engine.seq, seq + 1);
}

/* A minute after it was last news, as without a restart. */
static void it_is_news_as_often_as_before(void **state)
{
	(void)state;
	both_wrong(); /* truncation began 30 s ago */
	restart(10 * NS_PER_S);
	tick(true, true);
	assert_false(the(RULE_TRUNCATION).news);
	tick(true, true);
	assert_true(the(RULE_TRUNCATION).news);
}

static void what_ended_meanwhile_ends_once(void **state)
{
	int ends = 0;

	(void)state;
	both_wrong();
	restart(MINUTE_NS);
	for (int i = 0; i < 10; i++) {
		tick(false, true);
		assert_int_equal(state_of(RULE_UPSTREAM_SILENT), ALERT_GOES_ON);
		if (!find(RULE_TRUNCATION))
			continue;
		ends += state_of(RULE_TRUNCATION) == ALERT_ENDS;
		assert_true(the(RULE_TRUNCATION).since_ns == MONDAY_NS);
	}
	assert_int_equal(ends, 1);
	restart(0);
	tick(false, true);
	assert_null(find(RULE_TRUNCATION));
}

/* One of two evaluations that it takes to end was before. */
static void what_was_about_to_end_is_nearer_to_it(void **state)
{
	(void)state;
	both_wrong();
	tick(false, true);
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_GOES_ON);
	restart(0);
	tick(false, true);
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_ENDS);
}

/* Who was told that it began is told that it is not followed any more; what is still wrong begins anew. */
static void after_long_absence_all_ends_at_once(void **state)
{
	(void)state;
	both_wrong();
	restart(10 * MINUTE_NS - 10 * NS_PER_S);
	tick(true, true); /* to its end it is just ten minutes */
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_GOES_ON);
	restart(10 * MINUTE_NS - 9 * NS_PER_S);
	tick(true, true);
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_ENDS);
	assert_int_equal(state_of(RULE_UPSTREAM_SILENT), ALERT_ENDS);
	assert_true(the(RULE_TRUNCATION).since_ns == MONDAY_NS);
	tick(true, true);
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_BEGINS);
	assert_true(the(RULE_TRUNCATION).since_ns > MONDAY_NS + 15 * MINUTE_NS);
}

static void a_clock_that_was_set_back(void **state)
{
	(void)state;
	both_wrong();
	restart(-5 * MINUTE_NS);
	tick(true, true);
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_GOES_ON);
	restart(0); /* what began later than now is written so that it can be read */
	tick(true, true);
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_GOES_ON);
	restart(-11 * MINUTE_NS);
	tick(true, true);
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_ENDS);
}

/* Where it was seen is not watched any more. Whoever waits for its end is told of which interface it was. */
static void an_interface_that_does_not_come_back(void **state)
{
	(void)state;
	both_wrong();
	restart(0);
	interface = "eth1";
	tick(true, true);
	assert_int_equal(alerts.engine.alerts, 3);
	restart(0);
	tick(false, true);
	for (size_t i = 0; i < alerts.engine.alerts; i++) {
		const struct alert *alert = &alerts.engine.alert[i];

		if (alert->finding.rule != RULE_TRUNCATION || !strcmp(alert->interface, "eth1"))
			continue;
		assert_string_equal(alert->interface, "eth0");
		assert_string_equal(alert->direction, "tx");
		assert_string_equal(alert->hook, "none");
		assert_int_equal(alert->state, ALERT_ENDS);
		return;
	}
	fail_msg("eth0's has not ended");
}

/* Nor without a restart. */
static void an_interface_that_goes(void **state)
{
	static struct report other;
	const struct alert_view view = {.report = {&other}};

	(void)state;
	both_wrong();
	other = report;
	other.interface = "eth1";
	other.flags[FLAG_TC] = 0;
	for (int i = 0; i < 2; i++) {
		other.end_ns += 10 * NS_PER_S;
		assert_int_equal(alerts_look(&alerts, &view), 0);
	}
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_ENDS);
	assert_string_equal(the(RULE_TRUNCATION).interface, "eth0");
	assert_string_equal(the(RULE_TRUNCATION).hook, "none");
	assert_string_equal(the(RULE_UPSTREAM_SILENT).side, "upstream");
}

/* Under another number the interface is the same. */
static void an_interface_at_another_place(void **state)
{
	struct alert_view view = {.report = {&report}, .side = sides, .counts = &counts};

	(void)state;
	both_wrong();
	restart(0);
	now_ns += 10 * NS_PER_S;
	report.end_ns = now_ns;
	assert_int_equal(alerts_look(&alerts, &view), 0);
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_GOES_ON);
	assert_int_equal(the(RULE_TRUNCATION).finding.place, 0);
}

/* Less than half of an evaluation has too little of anything. */
static void a_short_evaluation_ends_nothing(void **state)
{
	(void)state;
	both_wrong();
	for (int i = 0; i < 10; i++)
		tick_of(4.9, false, false);
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_GOES_ON);
	tick_of(5, false, false);
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_GOES_ON);
	tick_of(5, false, false);
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_ENDS);
}

static void add_silent(struct alert_silent *silent, const char *zone)
{
	struct alert_silent_row *row = &silent->row[silent->rows++];
	uint8_t wire[DNS_NAME_MAX];
	size_t length = wire_name(zone, strlen(zone), wire);

	*row = (struct alert_silent_row){.unanswered = 4.25, .answered = 0.5, .idle = 7};
	memcpy(row->key.zone, wire, length);
	row->key.zone_size = (uint8_t)length;
	silent->unanswered += 8.5;
}

static void silent_servers_are_remembered(void **state)
{
	struct alert_silent_row zone, server;

	(void)state;
	tick(false, false);
	add_silent(&alerts.silent_zones, "dead.example");
	zone = alerts.silent_zones.row[0];
	server = (struct alert_silent_row){
		.key = {.server = {0x20, 1, 0xd, 0xb8, [15] = 1}, .server_size = 16},
		.unanswered = 3,
	};
	alerts.silent_servers.row[0] = server;
	alerts.silent_servers.rows = 1;
	alerts.silent_servers.unanswered = 3;
	restart(MINUTE_NS);
	assert_int_equal(alerts.silent_zones.rows, 1);
	assert_memory_equal(&alerts.silent_zones.row[0].key, &zone.key, sizeof(zone.key));
	assert_true(alerts.silent_zones.row[0].unanswered == 4.25);
	assert_true(alerts.silent_zones.row[0].answered == 0.5);
	assert_int_equal(alerts.silent_zones.row[0].idle, 7);
	assert_true(alerts.silent_zones.unanswered == 8.5);
	assert_int_equal(alerts.silent_servers.rows, 1);
	assert_memory_equal(&alerts.silent_servers.row[0].key, &server.key, sizeof(server.key));
	/* Of long ago they are worth nothing. */
	tick(false, false);
	assert_int_equal(alerts.silent_zones.rows, 1);
	restart(11 * MINUTE_NS);
	tick(false, false);
	assert_int_equal(alerts.silent_zones.rows, 0);
	assert_int_equal(alerts.silent_servers.rows, 0);
}

/* ---- files that are not right ---------------------------------------------------------- */

static char *data;
static size_t size;

/* Of an evaluation with one alert of a zone, and a zone that is silent. */
static void make_file(void)
{
	tick(true, false);
	assert_int_equal(alerts.engine.latches, 1);
	alerts.engine.latch[0].finding.subject.kind = ALERT_OF_ZONE;
	wire_name("dead.example", 12, alerts.engine.latch[0].finding.subject.key);
	add_silent(&alerts.silent_zones, "dead.example");
	assert_int_equal(alerts_encode(&alerts, &data, &size), 0);
	close_alerts();
	open_alerts();
}

static int decode(size_t length)
{
	state_header_put(data, length, "rcwalrt\n", ALERTS_FILE_VERSION);
	return alerts_decode(&alerts, (const uint8_t *)data, length);
}

static void assert_refused(size_t length)
{
	assert_int_equal(decode(length), -EBADMSG);
	assert_int_equal(alerts.engine.latches, 0);
	assert_int_equal(alerts.engine.under_way[RULE_TRUNCATION], 0);
	assert_int_equal(alerts.silent_zones.rows, 0);
	assert_true(alerts.kept_ns == 0);
}

static size_t find_bytes(const char *bytes, size_t length)
{
	for (size_t i = STATE_HEADER_SIZE; i + length <= size; i++)
		if (memcmp(data + i, bytes, length) == 0)
			return i;
	fail_msg("not in the file");
	return 0;
}

static void no_part_of_a_file_is_taken(void **state)
{
	(void)state;
	make_file();
	for (size_t length = STATE_HEADER_SIZE; length < size; length++)
		assert_refused(length);
	data = realloc(data, size + 1);
	data[size] = 0;
	assert_refused(size + 1);
	data[size - 1] ^= 1;
	assert_int_equal(alerts_decode(&alerts, (const uint8_t *)data, size), -EBADMSG);
	assert_int_equal(alerts_decode(&alerts, (const uint8_t *)data, 5), -EBADMSG);
	free(data);
}

/* Each byte by itself, to what may hurt: nothing but what is right is taken, and that is bounded. */
static void no_byte_leads_astray(void **state)
{
	static const uint8_t hostile[] = {0, 1, 0x40, 0x7f, 0x80, 0xff};

	(void)state;
	make_file();
	for (size_t i = STATE_HEADER_SIZE; i < size; i++)
		for (size_t h = 0; h < sizeof(hostile); h++) {
			char was = data[i];

			data[i] = (char)hostile[h];
			if (decode(size) == 0) {
				assert_true(alerts.engine.latches <= 1);
				for (int k = 0; k < 4; k++)
					tick(false, false);
				assert_int_equal(alerts.engine.latches, 0);
			}
			data[i] = was;
			close_alerts();
			open_alerts();
		}
	free(data);
}

static void what_cannot_be_is_refused(void **state)
{
	size_t rule, place, since;
	char was[8];

	(void)state;
	make_file();
	assert_int_equal(decode(size), 0);
	assert_int_equal(alerts.engine.latches, 1);
	close_alerts();
	open_alerts();
	/* Behind the rule's name and its NUL. */
	rule = find_bytes("truncation", 11);
	place = rule + 11;
	data[place] = 1; /* a point that is not in the list */
	assert_refused(size);
	data[place] = 0;
	/* Behind the zone: usual, threshold, streak. */
	since = find_bytes("\4dead\7example", 14) + 14 + 1 + 8 + 8 + 4;
	data[since + 7] ^= 0x20; /* later than the last evaluation */
	assert_refused(size);
	data[since + 7] ^= 0x20;
	data[since - 1] = 1; /* so many evaluations said that it is over that one more is none */
	assert_refused(size);
	data[since - 1] = 0;
	data[since - 5] = (char)0xff; /* a threshold below 0 */
	assert_refused(size);
	data[since - 5] = 0x3f;
	/* At the end: the queries of the silent zone, and then the answered ones, evaluations, and no server. */
	memcpy(was, data + size - 32, sizeof(was));
	memset(data + size - 32, 0, sizeof(was));
	assert_refused(size);
	memcpy(data + size - 32, was, sizeof(was));
	data[find_bytes("eth0", 4)] = '/';
	assert_refused(size);
	data[find_bytes("/th0", 4)] = 'e';
	data[find_bytes("\4dead\7example", 14)] = 0x3f;
	assert_refused(size);
	data[find_bytes("\77dead\7example", 14)] = 4;
	/* No rule of this version: it alone is left out. */
	data[rule] = 'T';
	assert_int_equal(decode(size), 0);
	assert_int_equal(alerts.engine.latches, 0);
	assert_int_equal(alerts.silent_zones.rows, 1);
	free(data);
}

static void the_same_twice_is_refused(void **state)
{
	(void)state;
	tick(true, false);
	add_silent(&alerts.silent_zones, "dead.example");
	add_silent(&alerts.silent_zones, "dead.example");
	assert_int_equal(alerts_encode(&alerts, &data, &size), 0);
	assert_refused(size);
	free(data);
	close_alerts();
	open_alerts();
	tick(true, false);
	alert_engine_resume(&alerts.engine, &alerts.engine.latch[0]);
	assert_int_equal(alerts_encode(&alerts, &data, &size), 0);
	assert_refused(size);
	free(data);
}

static void as_many_as_can_be_followed_fit(void **state)
{
	struct alert_latch latch;

	(void)state;
	tick(true, false);
	latch = alerts.engine.latch[0];
	latch.finding.subject.kind = ALERT_OF_ZONE;
	for (size_t i = 0; i < 4; i++) {
		latch.finding.subject.key[64 * i] = i == 3 ? 61 : 63;
		memset(latch.finding.subject.key + 64 * i + 1, 'a', i == 3 ? 61 : 63);
	}
	for (size_t i = 1; i < 2 * ALERT_FOLLOWED; i++) {
		snprintf((char *)latch.finding.subject.key + 1, 6, "%05zu", i);
		latch.finding.subject.key[6] = 'a';
		alert_engine_resume(&alerts.engine, &latch);
	}
	assert_int_equal(alerts_encode(&alerts, &data, &size), 0);
	assert_true(size < ALERTS_FILE_MAX);
	close_alerts();
	open_alerts();
	assert_int_equal(decode(size), 0);
	assert_int_equal(alerts.engine.latches, ALERT_FOLLOWED);
	assert_int_equal(alerts.engine.under_way[RULE_TRUNCATION], ALERT_FOLLOWED);
	free(data);
}

/* ---- the file in its directory ------------------------------------------------------------ */

static char folder[] = "/tmp/test_alerts_file.XXXXXX", path[sizeof(folder) + 16];
static struct alerts_store *store;

static void open_store(void)
{
	assert_int_equal(alerts_store_open(&store, &alerts, folder), 0);
	assert_int_equal(alerts_store_start(store), 0);
}

static void restart_store(void)
{
	alerts_store_close(store);
	close_alerts();
	open_alerts();
	open_store();
}

/* Whether the file has come, or has been replaced, in ten seconds. */
static bool is_written(void)
{
	bool there = false;

	for (int i = 0; i < 1000 && !there; i++, usleep(10000))
		there = access(path, F_OK) == 0;
	return there;
}

static void it_is_written_with_the_news(void **state)
{
	struct stat is;

	(void)state;
	strcpy(folder, "/tmp/test_alerts_file.XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/alerts", folder);
	open_store();
	tick(false, false);
	alerts_store_save(store);
	assert_int_equal(access(path, F_OK), -1); /* there is nothing to say */
	tick(true, false);
	alerts_store_save(store);
	assert_true(is_written()); /* a process that is killed now has it */
	assert_int_equal(stat(path, &is), 0);
	assert_int_equal(is.st_mode & 07777, 0600);
	restart_store();
	tick(true, false);
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_GOES_ON);
	/* Without an evaluation it stays as it was. */
	restart_store();
	restart_store();
	tick(true, false);
	assert_int_equal(state_of(RULE_TRUNCATION), ALERT_GOES_ON);
	alerts_store_close(store);
	/* One that is damaged, or another's, costs what was under way. */
	assert_int_equal(truncate(path, 30), 0);
	close_alerts();
	open_alerts();
	open_store();
	assert_int_equal(alerts.engine.latches, 0);
	tick(true, false);
	restart_store();
	assert_int_equal(alerts.engine.latches, 1);
	alerts_store_close(store);
	assert_int_equal(chmod(path, 0622), 0);
	close_alerts();
	open_alerts();
	open_store();
	assert_int_equal(alerts.engine.latches, 0);
	alerts_store_close(store);
	unlink(path);
	assert_int_equal(rmdir(folder), 0);
}

static void without_a_directory_nothing_is_kept(void **state)
{
	struct alerts_store *none;

	(void)state;
	assert_int_equal(alerts_store_open(&none, &alerts, ""), 0);
	assert_int_equal(alerts_store_start(none), 0);
	tick(true, false);
	alerts_store_save(none);
	alerts_store_close(none);
	alerts_store_close(NULL);
	assert_true(alerts_store_open(&none, &alerts, "/nonexistent/folder") < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_goes_on_as_if_nothing_had_been, start, end),
		cmocka_unit_test_setup_teardown(it_is_news_as_often_as_before, start, end),
		cmocka_unit_test_setup_teardown(what_ended_meanwhile_ends_once, start, end),
		cmocka_unit_test_setup_teardown(what_was_about_to_end_is_nearer_to_it, start, end),
		cmocka_unit_test_setup_teardown(after_long_absence_all_ends_at_once, start, end),
		cmocka_unit_test_setup_teardown(a_clock_that_was_set_back, start, end),
		cmocka_unit_test_setup_teardown(an_interface_that_does_not_come_back, start, end),
		cmocka_unit_test_setup_teardown(an_interface_that_goes, start, end),
		cmocka_unit_test_setup_teardown(an_interface_at_another_place, start, end),
		cmocka_unit_test_setup_teardown(a_short_evaluation_ends_nothing, start, end),
		cmocka_unit_test_setup_teardown(silent_servers_are_remembered, start, end),
		cmocka_unit_test_setup_teardown(no_part_of_a_file_is_taken, start, end),
		cmocka_unit_test_setup_teardown(no_byte_leads_astray, start, end),
		cmocka_unit_test_setup_teardown(what_cannot_be_is_refused, start, end),
		cmocka_unit_test_setup_teardown(the_same_twice_is_refused, start, end),
		cmocka_unit_test_setup_teardown(as_many_as_can_be_followed_fit, start, end),
		cmocka_unit_test_setup_teardown(it_is_written_with_the_news, start, end),
		cmocka_unit_test_setup_teardown(without_a_directory_nothing_is_kept, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
