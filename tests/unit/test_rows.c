// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Rows and events byte by byte as docs/json.md has them, typed by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "format/json_lines.h"
#include "sample_report.h"
#include "format/formatter.h"
#include "format/rows.h"
#include "util/clock.h"

#define HEAD(type, labels)                                                         \
	"{\"schema\":\"rcodewatch/1\",\"type\":\"" type "\","                      \
	"\"start\":\"2026-11-23T02:31:00.000004Z\","                               \
	"\"end\":\"2026-11-23T02:31:10.000123Z\",\"interval_s\":10.000000,"        \
	"\"host\":\"res1\",\"instance\":\"0f6c8d0e-6b0c-4a57-9a39-0c1f6d8c1b11\"," \
	"\"seq\":812," labels "\"interface\":\"eth0\",\"direction\":\"rx\","       \
	"\"hook\":\"xdp_native\","

static char *rows_of(const struct report *report)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	rows_write(out, report);
	assert_int_equal(fclose(out), 0);
	return text;
}

static struct report busy_by_path(void)
{
	struct report r = sample_busy();

	r.by_path[0][FAMILY_IPV4][TRANSPORT_UDP] = 11600;
	r.by_path[0][FAMILY_IPV6][TRANSPORT_UDP] = 355;
	r.by_path[0][FAMILY_IPV6][TRANSPORT_TCP] = 45;
	r.by_path[3][FAMILY_IPV4][TRANSPORT_UDP] = 345;
	/* Code 24 of the sample made a rare one. */
	r.rcodes[5].code = 4095;
	return r;
}

static void rows_are_as_documented(void **state)
{
	static const char expected[] =
		HEAD("counts",
		     "") "\"rcode\":0,\"rcode_name\":\"NOERROR\",\"family\":\"ipv4\","
			 "\"transport\":\"udp\",\"count\":11600}\n" HEAD(
				 "counts",
				 "") "\"rcode\":0,\"rcode_name\":\"NOERROR\",\"family\":\"ipv6\","
				     "\"transport\":\"udp\",\"count\":355}\n" HEAD(
					     "counts",
					     "") "\"rcode\":0,\"rcode_name\":\"NOERROR\","
						 "\"family\":"
						 "\"ipv6\","
						 "\"transport\":\"tcp\",\"count\":45}\n" HEAD(
							 "counts",
							 "") "\"rcode\":3,\"rcode_name\":"
							     "\"NXDOMAIN\","
							     "\"family\":\"ipv4\","
							     "\"transport\":\"udp\",\"count\":345}"
							     "\n" HEAD(
								     "counts",
								     "") "\"rcode\":4095,"
									 "\"rcode_name\":"
									 "\"RCODE4095\","
									 "\"count\":47}"
									 "\n" HEAD("counts", "") "\"count\":8}\n" HEAD(
										 "ede",
										 "") "\"rcod"
										     "e\":2,"
										     "\"rcod"
										     "e_"
										     "name\""
										     ":\"SER"
										     "VFAIL"
										     "\","
										     "\"info"
										     "_code"
										     "\":7,"
										     "\"info"
										     "_name"
										     "\":"
										     "\"Sign"
										     "ature "
										     "Expire"
										     "d\","
										     "\"coun"
										     "t\":6}"
										     "\n" HEAD(
											     "ede",
											     "") "\"rcode\":3,\"rcode_name\":\"NXDOMAIN\",\"info_code\":9999,"
												 "\"info_name\":\"EDE9999\",\"count\":2}\n" HEAD(
													 "ede_further",
													 "") "\"info_code\":22,\"info_name\":\"No Reachable Authority\","
													     "\"count\":3}\n" HEAD("qtypes", "") "\"qtype\":1,\"qtype_name\":\"A\",\"count\":9000}\n" HEAD("qtypes", "") "\"qtype\":65280,\"qtype_name\":\"TYPE65280\",\"count\":2}\n" HEAD(
														     "interval",
														     "") "\"responses\":12400,\"packets\":20000,\"response_packets\":12399,\"queries\":100,"
															 "\"tcp_no_message\":55,\"wrong_direction\":0,\"encrypted\":900,\"not_dns\":6491,"
															 "\"unparsed_truncated_frame\":0,\"unparsed_vlan_depth\":0,"
															 "\"unparsed_bad_ip_header\":0,\"unparsed_extension_depth\":0,"
															 "\"unparsed_later_fragment\":3,\"unparsed_bad_udp_length\":0,"
															 "\"unparsed_bad_tcp_header\":0,\"unparsed_truncated_header\":52,"
															 "\"unparsed_no_cpu_slot\":0,\"unparsed_other_link\":0,\"unparsed_unknown_interface\":0,\"incomplete_opt_beyond_fragment\":2,"
															 "\"incomplete_opt_beyond_segment\":0,\"incomplete_opt_beyond_reach\":0,"
															 "\"incomplete_walk_bound\":0,\"incomplete_option_bound\":0,"
															 "\"incomplete_malformed\":0,\"tcp_gap\":4,\"tcp_resynchronised\":0,"
															 "\"tcp_evicted\":0,\"tcp_contended\":0,\"tcp_unfollowed\":0,\"udp_trailing\":0,\"udp_unsplit\":0,\"answers_data\":11000,"
															 "\"answers_nodata\":900,\"answers_referral\":99,\"answers_truncated\":1,"
															 "\"answers_empty\":0,\"flags_aa\":0,\"flags_tc\":3,\"flags_ra\":12345,"
															 "\"flags_ad\":400,\"flags_cd\":0,\"other_ede\":1,\"other_ede_further\":0,"
															 "\"other_qtypes\":4,\"rare_lost\":5,\"rare_retired\":0,\"ede_texts_lost\":0,\"nic_lost\":73,\"nic_source\":\"ethtool\",\"total_responses\":99012400,"
															 "\"total_packets\":120033111,\"rows\":12}\n";
	struct report report = busy_by_path();
	char *text = rows_of(&report);

	(void)state;
	assert_string_equal(text, expected);
	free(text);
}

/* A code that no response has takes no row, and no more has one without a zone. */
static void zones_that_fail_have_rows(void **state)
{
	static const char expected[] =
		HEAD("failing_zones",
		     "") "\"rcode_name\":\"SERVFAIL\",\"rcode\":2,\"count\":7,\"zones_low\":1,"
			 "\"zones_high\":1,"
			 "\"name\":\".\",\"low\":7,\"high\":7}\n" HEAD(
				 "failing_zones",
				 "") "\"rcode_name\":\"NXDOMAIN\",\"rcode\":3,\"count\":345,"
				     "\"zones_low\":1,\"zones_high\":46}\n" HEAD("interval", "");
	struct report report = sample_busy();
	char *text;

	(void)state;
	sample_lists(&report);
	report.failing[1].largest = NULL;
	text = rows_of(&report);
	if (!strstr(text, expected))
		fail_msg("%s\nis not in\n%s", expected, text);
	free(text);
}

/* All lists full, a host's and an interface's name that grow sixfold, the longest labels. */
static void rows_stay_short(void **state)
{
	struct report report = sample_worst();
	static struct labels labels;
	char name[256], *text, why[OPTION_WHY_MAX], label[512];
	size_t lines = 0, longest = 0;

	(void)state;
	memset(name, 0xff, sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	report.interface = report.host = name;
	for (char c = 'a'; c < 'a' + LABELS_MAX; c++) {
		memset(label, c, 63);
		label[63] = '=';
		memset(label + 64, '"', 256);
		label[64 + 256] = '\0';
		assert_int_equal(labels_add(&labels, label, why), 0);
	}
	report.labels = &labels;
	report.top_rows = 10; /* the default */
	text = rows_of(&report);
	for (const char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		size_t length = (size_t)(end - line) + 1;

		longest = length > longest ? length : longest;
		lines++;
	}
	print_message("%zu rows, the longest has %zu bytes\n", lines, longest);
	assert_in_range(longest, 16 * (63 + 512), 16384);
	assert_true(lines > 3 * 64 && strlen(text) < 1u << 22);
	free(text);
}

static void labels_and_events(void **state)
{
	static const struct labels labels = {
		.label = {{"site", "fra1"}, {"role", "\"x\\\""}},
		.count = 2,
	};
	static const char attached[] =
		"{\"schema\":\"rcodewatch/1\",\"type\":\"event\","
		"\"time\":\"2026-11-23T02:31:00.000004Z\",\"host\":\"res1\",\"instance\":\"i\","
		"\"labels\":{\"site\":\"fra1\",\"role\":\"\\\"x\\\\\\\"\"},\"event\":\"attached\","
		"\"interface\":\"eth0\",\"direction\":\"tx\",\"hook\":\"tcx\"}\n";
	static const char lost[] =
		"{\"schema\":\"rcodewatch/1\",\"type\":\"event\","
		"\"time\":\"2026-11-23T02:31:00.000004Z\",\"host\":\"res1\",\"instance\":\"i\","
		"\"event\":\"sink_lost\",\"sink\":\"json:\\u001b[m\",\"lost\":3,"
		"\"reason\":\"no\\u000ause\"}\n";
	struct event event = {
		.kind = EVENT_ATTACHED,
		.time_ns = 1795401060 * NS_PER_S + 4999,
		.host = "res1",
		.instance = "i",
		.labels = &labels,
		.interface = "eth0",
		.direction = "tx",
		.hook = "tcx",
	};
	struct report report = sample_quiet();
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	json_line_event(out, &event);
	fclose(out);
	assert_string_equal(text, attached);
	free(text);

	event = (struct event){.kind = EVENT_SINK_LOST,
			       .time_ns = event.time_ns,
			       .host = "res1",
			       .instance = "i",
			       .sink = "json:\x1b[m",
			       .lost = 3,
			       .reason = "no\nuse"};
	out = open_memstream(&text, &size);
	json_line_event(out, &event);
	fclose(out);
	assert_string_equal(text, lost);
	free(text);

	report.labels = &labels;
	text = rows_of(&report);
	assert_non_null(strstr(text, HEAD("interval", "\"labels\":{\"site\":\"fra1\","
						      "\"role\":\"\\\"x\\\\\\\"\"},")));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_as_documented),
		cmocka_unit_test(zones_that_fail_have_rows),
		cmocka_unit_test(rows_stay_short),
		cmocka_unit_test(labels_and_events),
	};

	return cmocka_run_group_tests_name("sink_rows", tests, NULL, NULL);
}
