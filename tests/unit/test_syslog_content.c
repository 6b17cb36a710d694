// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What reports, rows of lists and events say as syslog messages. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sample_report.h"
#include "sample_alert.h"
#include "syslog_messages.h"

/* ---- contents ---------------------------------------------------------------------------------- */

static void summary(void **state)
{
	struct report busy = sample_busy();
	const char *text;

	(void)state;
	syslog_report(&record, &busy, true);
	text = only_rfc5424();
	assert_non_null(strstr(
		text,
		"<29>1 " STAMP " res1.example rcodewatch 4711 REPORT " ORIGIN
		"[meta sequenceId=\"1\"][report@32473 "
		"instance=\"0f6c8d0e-6b0c-4a57-9a39-0c1f6d8c1b11\" seq=\"812\" "
		"interface=\"eth0\" direction=\"rx\" start=\"2026-11-23T02:31:00.000004Z\" "
		"end=\"" STAMP "\" interval_s=\"10.000\" hook=\"xdp_native\" "
		"responses=\"12400\" rate=\"1240.000\" rcode_NOERROR=\"12000\" "
		"rcode_SERVFAIL=\"7\" rcode_NXDOMAIN=\"345\" rcode_REFUSED=\"0\" "
		"rcode_RCODE24=\"47\" rcode_other=\"1\" answers_data=\"11000\" "
		"answers_nodata=\"900\" answers_referral=\"99\" answers_truncated=\"1\" "
		"packets=\"20000\" response_packets=\"12399\" queries=\"100\" "
		"tcp_no_message=\"55\" encrypted=\"900\" not_dns=\"6491\" unparsed=\"55\" "
		"incomplete=\"2\" rare_lost=\"5\" nic_lost=\"73\" total_responses=\"99012400\" "
		"total_packets=\"120033111\" ede_SERVFAIL_7=\"6\" ede_NXDOMAIN_9999=\"2\" "
		"ede_other=\"1\"]"));
	assert_non_null(strstr(text, "] eth0 rx: 12400 responses in 10.0 s, 1240.0/s: NOERROR "
				     "96.77 %, NXDOMAIN 2.78 %, RCODE24 0.38 %, SERVFAIL 0.06 %; "
				     "55 packets could not be read"));
}

static void whole_report(void **state)
{
	static const char *const fields[] = {
		" total_rcode_NOERROR=\"99000000\"",
		" total_rcode_other=\"5\"",
		" ede_SERVFAIL_7_text=\"expired \\\"yesterday\\\"\"",
		" ede_further_22=\"3\"",
		" qtype_A=\"9000\"",
		" qtype_TYPE65280=\"2\"",
		" qtype_other=\"4\"",
		" family_ipv4=\"12000\"",
		" transport_tcp=\"45\"",
		" flags_ra=\"12345\"",
		" tcp_gap=\"4\"",
		" unparsed_later_fragment=\"3\"",
		" incomplete_opt_beyond_fragment=\"2\"",
	};
	struct report busy = sample_busy();
	const char *text;

	(void)state;
	syslog_report(&record, &busy, false);
	text = only_rfc5424();
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (!strstr(text, fields[i]))
			fail_msg("no%s in %s", fields[i], text);
}

/* Everything at its most finds its place, and over UDP as well as to the journal. */
static void worst_report(void **state)
{
	struct report worst = sample_worst();
	static struct labels labels;

	(void)state;
	labels.count = LABELS_MAX;
	for (size_t i = 0; i < LABELS_MAX; i++) {
		memset(labels.label[i].key, 'k', sizeof(labels.label[i].key) - 1);
		memset(labels.label[i].value, '"', sizeof(labels.label[i].value) - 1);
	}
	worst.labels = &labels;
	syslog_report(&record, &worst, false);
	assert_false(record.full);
	assert_int_equal(write_all(&syslog_rfc5424, 1180), 0);
	for (size_t i = 0; i < messages; i++)
		assert_true(size[i] <= 1180);
	clear_messages(NULL);
	assert_int_equal(write_all(&syslog_cee, 8192), 0);
	for (size_t i = 0; i < messages; i++)
		assert_true(size[i] <= 8192);
	clear_messages(NULL);
	assert_int_equal(write_all(&syslog_journal, 1), 0);
	/* What a socket takes in one datagram where net.core.wmem_max is the least usual. */
	assert_true(size[0] < 128u * 1024);
}

/* Fields as docs/sinks.md has them, typed by hand. */
static void advice_is_logged(void **state)
{
	struct report busy = sample_busy();
	struct advice advice = {
		.words = catalog_advice_find("expired-signatures"),
		.count = 7,
		.share = 0.5,
		.since_ns = busy.start_ns,
	};
	const char *text;

	(void)state;
	sample_lists(&busy);
	advice.zone = &busy.top->list[TOP_ZONE].rows[0];
	advice.server = &busy.top->list[TOP_SERVER].rows[0];
	syslog_advice(&record, &busy, &advice);
	text = only_rfc5424();
	assert_non_null(strstr(text, "<28>1 " STAMP " res1.example rcodewatch 4711 ADVICE "));
	assert_non_null(strstr(text, "[advice@32473 instance="));
	assert_non_null(strstr(text, " id=\"expired-signatures\" explain=\"ede:7\" "
				     "since=\"2026-11-23T02:31:00.000004Z\" count=\"7\" "
				     "share=\"0.500\" zone=\"victim.example\" "
				     "server=\"192.0.2.53\" "
				     "check=\"delv +vtrace victim.example SOA\"]"));
	assert_non_null(strstr(text, "] eth0 rx: SERVFAIL with EDE 7 from one zone (50.00% of "
				     "responses): signatures in victim.example have expired, "
				     "since 2026-11-23T02:31:00.000004Z"));
	/* The longest name, in the line and in the command. */
	clear_messages(NULL);
	busy = sample_worst();
	syslog_advice(&record, &busy, &busy.advice[0]);
	assert_false(record.full);
}

static void the_guide_is_beside(void **state)
{
	struct report busy = sample_busy();
	const char *text;

	(void)state;
	syslog_report(&record, &busy, true);
	assert_null(strstr(only_rfc5424(), "guide"));
	clear_messages(NULL);
	busy.guide = true;
	syslog_report(&record, &busy, true);
	text = only_rfc5424();
	assert_non_null(strstr(text, " guide_rcode_NOERROR=\"200 No error\" "
				     "guide_rcode_SERVFAIL=\"202 Server failure\" "
				     "guide_rcode_NXDOMAIN=\"204 Name error: domain does not "
				     "exist\" guide_answers_nodata=\"206 Name error: domain name "
				     "not found\" guide_ede_SERVFAIL_7=\"214 Name error: domain "
				     "not found: DNSSEC validation failed: time not valid\""));
}

/* The table of docs/sinks.md. */
static void severities(void **state)
{
	struct report r = sample_busy();
	struct event event = {.instance = "i", .interface = "eth0", .sink = "s"};
	static const int of_events[EVENT_KIND_COUNT] = {
		[EVENT_ATTACHED] = 5,         [EVENT_DETACHED] = 4,
		[EVENT_SINK_LOST] = 4,        [EVENT_SINK_BACK] = 5,
		[EVENT_LOSS_BEGAN] = 3,       [EVENT_LOSS_ENDED] = 5,
		[EVENT_CONFIG_RELOADED] = 5,  [EVENT_CONFIG_REFUSED] = 4,
		[EVENT_CONFIG_LAST_GOOD] = 4, [EVENT_ATTACHER_ENDED] = 4,
	};

	(void)state;
	r.rare_lost = 0;
	syslog_report(&record, &r, true);
	assert_int_equal(record.severity, 5);
	r.nic_lost = 0;
	syslog_report(&record, &r, true);
	assert_int_equal(record.severity, 6);
	r.rare_lost = 1;
	syslog_report(&record, &r, true);
	assert_int_equal(record.severity, 5);
	r.rcodes[2].share = 0.1;
	syslog_report(&record, &r, true);
	assert_int_equal(record.severity, 4);
	r.rcodes[2].share = 0.5;
	syslog_report(&record, &r, true);
	assert_int_equal(record.severity, 3);
	r.responses = 99;
	r.rare_lost = 0;
	syslog_report(&record, &r, true);
	assert_int_equal(record.severity, 6);
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		event.kind = (enum event_kind)kind;
		syslog_event(&record, &event);
		assert_int_equal(record.severity, of_events[kind]);
	}
}

static void events(void **state)
{
	static struct labels labels;
	const struct event event = {
		.kind = EVENT_LOSS_BEGAN,
		.time_ns = TIME,
		.instance = "i",
		.labels = &labels,
		.sink = "json:/a\n]\\",
		.lost = 3,
		.reason = "why",
	};
	char why[OPTION_WHY_MAX];

	(void)state;
	assert_int_equal(labels_add(&labels, "site=a\"b", why), 0);
	assert_int_equal(labels_add(&labels, "k23456789012345678901234567=v", why), 0);
	syslog_event(&record, &event);
	assert_string_equal(strstr(only_rfc5424(), "[event@"),
			    "[event@32473 instance=\"i\" event=\"loss_began\" "
			    "sink=\"json:/a\\\\010\\]\\\\\\\\\" lost=\"3\" reason=\"why\" "
			    "label_site=\"a\\\"b\" label_2=\"k23456789012345678901234567=v\"] "
			    "loss_began: json:/a\\010]\\\\: why: 3 messages lost so far");
}

static void alerts(void **state)
{
	struct alert alert = sample_attack();

	(void)state;
	alert.since_ns = TIME;
	alert.finding.servers = (struct alert_parties){
		.listed = true,
		.count = 1,
		.bits = {32, 128},
		.party[0] = {.family = FAMILY_IPV4, .address = "\xc0\0\2\65"},
	};
	alert.finding.clients.count = 0;
	syslog_alert(&record, &alert);
	assert_int_equal(record.severity, 3);
	assert_non_null(
		strstr(only_rfc5424(),
		       " rule=\"random-subdomain\" state=\"begin\" severity=\"critical\" "
		       "subject=\"victim.example\" subject_type=\"zone\" since=\"" STAMP
		       "\" value=\"1180.240\" threshold=\"50.000\" unit=\"per_second\" "
		       "count=\"12640\" rate=\"1264.000\" share=\"0.934\" "
		       "distinct_names=\"11802\" rcode=\"NXDOMAIN\" "
		       "check=\"unbound-control dump_requestlist | grep -F -e victim.example\" "
		       "server_1=\"192.0.2.53\"] "
		       "eth0 rx: alert: random subdomains of victim.example: ~1,180 names/s, "
		       "above 50.0"));
	alert.state = ALERT_ENDS;
	syslog_alert(&record, &alert);
	assert_int_equal(record.severity, 5);
}

static void top_rows(void **state)
{
	/* A label of ] " \ . and 255, and one of 63 bytes. */
	static struct top_row row = {
		.count = 300,
		.low = 299,
		.high = 301,
		.rcode = 2,
		.rcode_name = "SERVFAIL",
		.qtype = 28,
		.qtype_name = "AAAA",
		.ede = 7,
		.key = "\5]\"\\.\xff\7example",
	};
	static struct top_lists lists = {.listed = 1u << TOP_NAME};
	struct report r = sample_busy();

	(void)state;
	lists.list[TOP_NAME] = (struct top_list){.rows = &row, .count = 1, .total = 300};
	r.top = &lists;
	r.top_rows = 10;
	syslog_top_row(&record, &r, TOP_NAME, 0);
	assert_non_null(
		strstr(only_rfc5424(),
		       " list=\"names\" rank=\"1\" "
		       "name=\"\\]\\\"\\\\\\\\\\\\.\\\\255.example\" rcode=\"SERVFAIL\" "
		       "count=\"300\" low=\"299\" high=\"301\" rate=\"30.000\" ede=\"7\" "
		       "qtype=\"AAAA\"] eth0 rx: name ]\"\\\\\\.\\255.example: SERVFAIL 300 "
		       "times in 10.0 s"));
	assert_int_equal(record.severity, 4);
}

/* The longest header that there can be leaves room at the least size. */
static void longest_header(void **state)
{
	struct report worst = sample_worst();

	(void)state;
	memset(origin.hostname, 'h', sizeof(origin.hostname) - 1);
	memset(origin.app_name, 'a', sizeof(origin.app_name) - 1);
	origin.pid = 4194304;
	origin.facility = 23;
	worst.seq = UINT64_MAX;
	worst.interface = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
	syslog_report(&record, &worst, false);
	assert_int_equal(write_all(&syslog_rfc5424, 1024), 0);
	assert_true(messages > 10);
	/* And where there is none that is said, not written. */
	assert_int_equal(write_all(&syslog_rfc5424, 300), -EMSGSIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(longest_header, clear_messages),
		cmocka_unit_test_setup(summary, clear_messages),
		cmocka_unit_test_setup(whole_report, clear_messages),
		cmocka_unit_test_setup(advice_is_logged, clear_messages),
		cmocka_unit_test_setup(the_guide_is_beside, clear_messages),
		cmocka_unit_test_setup(worst_report, clear_messages),
		cmocka_unit_test_setup(severities, clear_messages),
		cmocka_unit_test_setup(events, clear_messages),
		cmocka_unit_test_setup(top_rows, clear_messages),
		cmocka_unit_test_setup(alerts, clear_messages),
	};

	return cmocka_run_group_tests(tests, NULL, clear_messages);
}
