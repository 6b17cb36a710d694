// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What reports say of alerts: written by hand after docs/alerts.md and docs/json.md. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "format/alert_text.h"
#include "format/formatter.h"
#include "sample_alert.h"

#define HEAD                                                                                  \
	"{\"schema\":\"rcodewatch/"                                                           \
	"1\",\"type\":\"alert\",\"start\":\"2026-11-23T02:31:00.000004Z\","                   \
	"\"end\":\"2026-11-23T02:31:10.000123Z\",\"interval_s\":10.000000,\"host\":\"res1\"," \
	"\"instance\":\"0f6c8d0e-6b0c-4a57-9a39-0c1f6d8c1b11\",\"seq\":812,"

static struct alert alerts[8];
static struct report report;

static int sample(void **state)
{
	(void)state;
	report = sample_quiet();
	alerts[0] = sample_attack();
	return 0;
}

static char *page_of(size_t count, int width, size_t lines)
{
	const struct report *reports[] = {&report};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct text_formatter to_text = {
		.out = out, .width = width, .lines = lines, .alerts = alerts, .alert_count = count};

	assert_non_null(out);
	assert_int_equal(text_report_write_all(&to_text, reports, 1), 0);
	fclose(out);
	return text;
}

static char *line_of(const struct alert *alert)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct json_formatter to_json = {.out = out};

	assert_non_null(out);
	assert_int_equal(json_alert_write(&to_json, alert), 0);
	fclose(out);
	return text;
}

static void has(const char *text, const char *words)
{
	if (!strstr(text, words))
		fail_msg("<%s> is not in:\n%s", words, text);
}

static void a_page_says_what_is_wrong_first(void **state)
{
	char *page = page_of(1, 80, 0);

	(void)state;
	has(page,
	    "SERVFAIL\n"
	    "UPSTREAM (rx)                   0     not known                     0%\n\n"
	    "!! 02:31:00 random subdomains of victim.example: ~1,180 names/s, above 50.0\n"
	    "            clients 198.51.100.0/24, 2001:db8::/56\n"
	    "            unbound-control dump_requestlist | grep -F -e victim.example\n\neth0 rx");
	free(page);
}

/* As many as the line has room for. */
static void a_narrow_page_names_fewer(void **state)
{
	char *page;

	(void)state;
	alerts[0].finding.clients.party[2] = alerts[0].finding.clients.party[1];
	memset(alerts[0].finding.clients.party[2].address + 4, 0xee, 3);
	alerts[0].finding.clients.count = 3;
	page = page_of(1, 80, 0);
	has(page,
	    "\n            clients 198.51.100.0/24, 2001:db8::/56, 2001:db8:eeee:ee00::/56\n");
	free(page);
	page = page_of(1, 60, 0);
	has(page, "\n            clients 198.51.100.0/24, 2001:db8::/56\n");
	free(page);
}

static void what_has_ended_has_no_command(void **state)
{
	char *page;

	(void)state;
	alerts[0].state = ALERT_ENDS;
	page = page_of(1, 80, 0);
	has(page,
	    "\n\n   02:31:00 random subdomains of victim.example: ~1,180 names/s, above 50.0,\n"
	    "            ended\n\neth0 rx");
	free(page);
}

/* Names that do all they can to a terminal stay in their lines, and many alerts stay few. */
static void hostile_names_harm_no_terminal(void **state)
{
	char *page;

	(void)state;
	for (int label = 0; label < 3; label++) {
		alerts[0].finding.subject.key[label * 64] = 63;
		memset(alerts[0].finding.subject.key + label * 64 + 1, 0x1b, 63);
	}
	for (int i = 1; i < 5; i++) {
		alerts[i] = alerts[0];
		alerts[i].finding.subject.key[1] = (uint8_t)i; /* what is one zone is said once */
	}
	page = page_of(5, 56, 400);
	has(page, "\n! and 2 more\n");
	assert_null(strchr(page, 0x1b));
	for (char *line = page; strncmp(line, "eth0 rx", 7) != 0; line = strchr(line, '\n') + 1)
		if (strcspn(line, "\n") > 56 && !strstr(line, "unbound-control"))
			fail_msg("too long: %.*s", (int)strcspn(line, "\n"), line);
	free(page);
}

static void a_line_of_json_has_all(void **state)
{
	char *line = line_of(&alerts[0]);

	(void)state;
	assert_string_equal(
		line, HEAD
		"\"interface\":\"eth0\",\"direction\":\"rx\",\"hook\":\"xdp_native\","
		"\"rule\":\"random-subdomain\",\"state\":\"begin\",\"severity\":\"critical\","
		"\"subject\":\"victim.example\",\"subject_type\":\"zone\","
		"\"since\":\"2026-11-23T02:31:00.000004Z\",\"value\":1180.240000,"
		"\"threshold\":50.000000,\"unit\":\"per_second\",\"count\":12640,\"rate\":1264.000,"
		"\"share\":0.933734,\"distinct_names\":11802,\"rcode\":\"NXDOMAIN\","
		"\"text\":\"random subdomains of victim.example: ~1,180 names/s, above 50.0\","
		"\"check\":\"unbound-control dump_requestlist | grep -F -e victim.example\","
		"\"clients\":[\"198.51.100.0/24\",\"2001:db8::/56\"]}\n");
	free(line);
}

static void a_side_has_no_interface(void **state)
{
	struct alert alert = sample_attack();
	char *line;

	(void)state;
	alert.finding = (struct alert_finding){.rule = RULE_UPSTREAM_SILENT,
					       .place = ALERT_AT_SIDE + TXN_UPSTREAM,
					       .value = 0.66,
					       .threshold = 0.2,
					       .count = 120,
					       .share = 0.66,
					       .blame = "whoever"};
	alert.rule = alert_rule_default(RULE_UPSTREAM_SILENT);
	alert.interface = alert.direction = alert.hook = NULL;
	alert.side = "upstream";
	line = line_of(&alert);
	has(line, "\"side\":\"upstream\",\"rule\":\"upstream-silent\",\"state\":\"begin\","
		  "\"severity\":\"critical\",\"since\":");
	has(line, "\"unit\":\"share\",\"count\":120,\"rate\":12.000,\"share\":0.660000,\"text\":"
		  "\"the way out ");
	has(line, "\"blame\":\"whoever\"}");
	assert_null(strstr(line, "interface"));
	free(line);
}

/* One that answers by itself is asked, not the resolver that fails; a zone is named by its own name. */
static void who_is_to_blame_is_asked(void **state)
{
	struct alert alert = sample_attack();
	struct alert_subject zone = alert.finding.subject,
			     server = {.kind = ALERT_OF_SERVER, .row_kind = FAMILY_IPV4};
	char command[ALERT_TEXT_SIZE];

	(void)state;
	inet_pton(AF_INET, "192.0.2.7", server.key);
	alert.finding.rule = RULE_ZONE_FAILING;
	alert.rule = alert_rule_default(RULE_ZONE_FAILING);
	assert_string_equal(alert_command(&alert, command), "dig +nssearch victim.example");
	alert.finding.other = server;
	assert_string_equal(alert_command(&alert, command),
			    "dig +norecurse +tries=1 victim.example SOA @192.0.2.7");
	alert.finding.rule = RULE_REFUSING_SERVER;
	alert.rule = alert_rule_default(RULE_REFUSING_SERVER);
	alert.finding.subject = server;
	alert.finding.other = zone;
	assert_string_equal(alert_command(&alert, command),
			    "dig +norecurse SOA victim.example @192.0.2.7");
}

/* Whatever rule, cause and subject: words are there, and none is left to fill in. */
static void all_rules_have_words(void **state)
{
	(void)state;
	for (enum alert_rule_id rule = 0; rule < ALERT_RULES; rule++) {
		struct alert alert = sample_attack();
		char line[ALERT_TEXT_SIZE], command[ALERT_TEXT_SIZE];

		alert.finding.rule = rule;
		alert.rule = alert_rule_default(rule);
		alert_line(&alert, line);
		alert_command(&alert, command);
		assert_true(line[0] && command[0]);
		assert_null(strchr(line, '{'));
		assert_null(strchr(command, '{'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_to_blame_is_asked),
		cmocka_unit_test_setup(a_page_says_what_is_wrong_first, sample),
		cmocka_unit_test_setup(a_narrow_page_names_fewer, sample),
		cmocka_unit_test_setup(what_has_ended_has_no_command, sample),
		cmocka_unit_test_setup(hostile_names_harm_no_terminal, sample),
		cmocka_unit_test_setup(a_line_of_json_has_all, sample),
		cmocka_unit_test_setup(a_side_has_no_interface, sample),
		cmocka_unit_test_setup(all_rules_have_words, sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
