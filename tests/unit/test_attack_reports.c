// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What reports say of attacks: written by hand after docs/attacks.md and docs/json.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sample_report.h"
#include "format/formatter.h"
#include "analysis/subdomain.h"

#define HEAD                                                                                  \
	"{\"schema\":\"rcodewatch/"                                                           \
	"1\",\"type\":\"alert\",\"start\":\"2026-11-23T02:31:00.000004Z\","                   \
	"\"end\":\"2026-11-23T02:31:10.000123Z\",\"interval_s\":10.000000,\"host\":\"res1\"," \
	"\"instance\":\"0f6c8d0e-6b0c-4a57-9a39-0c1f6d8c1b11\",\"seq\":812,\"interface\":"    \
	"\"eth0\","                                                                           \
	"\"direction\":\"rx\",\"hook\":\"xdp_native\",\"rule\":\"random-subdomain\","

static struct top_row clients[3];
static struct top_lists lists;
static struct attack attacks[4];
static struct report report;

static int sample(void **state)
{
	static const uint8_t bits[FAMILY_COUNT] = {24, 56};

	(void)state;
	memset(attacks, 0, sizeof(attacks));
	memset(clients, 0, sizeof(clients));
	report = sample_quiet();
	memcpy(clients[0].key, "\xc0\x00\x02\x00", 4);
	clients[0].rcode = 2;
	memcpy(clients[1].key, "\xc6\x33\x64\x00", 4);
	clients[1].rcode = 3;
	memcpy(clients[2].key, "\x20\x01\x0d\xb8", 4);
	clients[2].kind = FAMILY_IPV6;
	clients[2].rcode = 3;
	lists = (struct top_lists){.listed = 1u << TOP_CLIENT | 1u << TOP_ZONE};
	lists.list[TOP_CLIENT].rows = clients;
	lists.list[TOP_CLIENT].count = 3;
	report.top = &lists;
	memcpy(report.top_bits[TOP_CLIENT], bits, sizeof(bits));
	attacks[0] = (struct attack){
		.state = ATTACK_BEGINS,
		.news = true,
		.rcode = 3,
		.rcode_name = "NXDOMAIN",
		.names = 11802.4,
		.count = 12640,
		.value = 1180.24,
		.threshold = 50,
		.since_ns = report.start_ns,
	};
	memcpy(attacks[0].zone, "\6victim\7example", 16);
	report.attacks = attacks;
	report.attack_count = 1;
	return 0;
}

static char *written(int width)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct text_formatter to_text = {.out = out, .width = width};
	struct json_formatter to_json = {.out = out};

	assert_non_null(out);
	assert_int_equal(width ? text_report_write(&to_text, &report)
			       : json_report_write(&to_json, &report),
			 0);
	fclose(out);
	return text;
}

static void has(const char *text, const char *words)
{
	if (!strstr(text, words))
		fail_msg("<%s> is not in:\n%s", words, text);
}

static void test_text(void **state)
{
	char *page = written(80);

	(void)state;
	has(page, "\n\nATTACK  victim.example\n"
		  "        random subdomains since 02:31:00 UTC\n"
		  "        ~1,180 names/s in 1,264 denials/s, most NXDOMAIN; alarm from 50.0/s\n"
		  "        clients 198.51.100.0/24, 2001:db8::/56\n\nCODE ");
	free(page);
}

static void test_text_end(void **state)
{
	char *page;

	(void)state;
	attacks[0].state = ATTACK_ENDS;
	page = written(80);
	has(page, "\n\nATTACK  victim.example\n"
		  "        random subdomains since 02:31:00 UTC, ended\n\nCODE ");
	free(page);
}

/* Names that do all they can to a terminal stay in their line. */
static void test_text_narrow(void **state)
{
	char *page;

	(void)state;
	memset(attacks[0].zone, 0, sizeof(attacks[0].zone));
	for (int label = 0; label < 3; label++) {
		attacks[0].zone[label * 64] = 63;
		memset(attacks[0].zone + label * 64 + 1, 0x1b, 63);
	}
	for (int i = 1; i < 4; i++)
		attacks[i] = attacks[0];
	report.attack_count = 4;
	page = written(56);
	has(page, "ATTACK  ...");
	has(page, "ATTACK  and 1 more\n");
	assert_null(strchr(page, 0x1b));
	for (char *line = strstr(page, "ATTACK"); line && strncmp(line, "CODE", 4);
	     line = strchr(line, '\n') + 1)
		if (strcspn(line, "\n") > 56)
			fail_msg("too long: %.*s", (int)strcspn(line, "\n"), line);
	free(page);
}

static void test_json(void **state)
{
	char *lines = written(0), *alert = strchr(lines, '\n') + 1;

	(void)state;
	assert_string_equal(alert, HEAD
			    "\"state\":\"begin\",\"subject\":\"victim.example\","
			    "\"since\":\"2026-11-23T02:31:00.000004Z\",\"value\":1180.240,"
			    "\"threshold\":50.000,\"count\":12640,\"rate\":1264.000,"
			    "\"distinct_names\":11802,\"share\":0.933734,\"rcode\":\"NXDOMAIN\","
			    "\"clients\":[\"198.51.100.0/24\",\"2001:db8::/56\"]}\n");
	free(lines);
}

/* What goes on is published once a minute; an end without denials has no code and no clients. */
static void test_json_end(void **state)
{
	char *lines;

	(void)state;
	attacks[1] = attacks[0];
	attacks[0].state = ATTACK_GOES_ON;
	attacks[0].news = false;
	attacks[1].state = ATTACK_ENDS;
	attacks[1].names = attacks[1].value = 0;
	attacks[1].count = 0;
	report.attack_count = 2;
	lines = written(0);
	assert_string_equal(strchr(lines, '\n') + 1,
			    HEAD "\"state\":\"end\",\"subject\":\"victim.example\","
				 "\"since\":\"2026-11-23T02:31:00.000004Z\",\"value\":0.000,"
				 "\"threshold\":50.000,\"count\":0,\"rate\":0.000,"
				 "\"distinct_names\":0,\"share\":0.000000,\"clients\":[]}\n");
	free(lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_text, sample),
		cmocka_unit_test_setup(test_text_end, sample),
		cmocka_unit_test_setup(test_text_narrow, sample),
		cmocka_unit_test_setup(test_json, sample),
		cmocka_unit_test_setup(test_json_end, sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
