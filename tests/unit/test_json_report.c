// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* JSON lines as the documents promise them; tests/validate_json.py is the judge, and judged too. */
#include <dlfcn.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sample_report.h"
#include "report/labels.h"
#include "format/formatter.h"

#define SKIPPED 77

/* Stands in front of the C library's, so that memory can run short when a test says so. */
static bool memory_is_short;

FILE *open_memstream(char **data, size_t *size)
{
	FILE *(*real)(char **, size_t *);

	if (memory_is_short) {
		errno = ENOMEM;
		return NULL;
	}
	*(void **)&real = dlsym(RTLD_NEXT, "open_memstream");
	return real(data, size);
}

/* The line of @report, to be freed. */
static char *line_of(const struct report *report)
{
	char *line = NULL;
	size_t size = 0;
	struct json_formatter formatter = {.out = open_memstream(&line, &size)};

	assert_non_null(formatter.out);
	assert_int_equal(json_report_write(&formatter, report), 0);
	fclose(formatter.out);
	assert_int_equal(strlen(line), size);
	return line;
}

/* Beside this file, whether the compiler was given its whole path or not. */
static const char *validator(void)
{
	static char path[PATH_MAX];
	char source[] = __FILE__, exe[PATH_MAX] = "";
	ssize_t length;

	snprintf(path, sizeof(path), "%s/../validate_json.py", dirname(source));
	if (access(path, R_OK) == 0)
		return path;
	/* BUILD/tests/unit/NAME, when run from elsewhere. */
	length = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	assert_true(length > 0);
	for (int i = 0; i < 4; i++)
		dirname(exe);
	snprintf(path, sizeof(path), "%.4000s/tests/validate_json.py", exe);
	assert_int_equal(access(path, R_OK), 0);
	return path;
}

/* The validator's exit status for @lines; what it says goes into @said. */
static int validate(const char *lines, char *said, size_t size)
{
	FILE *in = tmpfile(), *out = tmpfile();
	size_t length;
	int status;
	pid_t pid;

	assert_non_null(in);
	assert_non_null(out);
	fputs(lines, in);
	rewind(in);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		dup2(fileno(in), STDIN_FILENO);
		dup2(fileno(out), STDOUT_FILENO);
		dup2(fileno(out), STDERR_FILENO);
		execl("/usr/bin/python3", "python3", "-I", validator(), (char *)NULL);
		execlp("python3", "python3", "-I", validator(), (char *)NULL);
		_exit(SKIPPED);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	rewind(out);
	length = fread(said, 1, size - 1, out);
	said[length] = '\0';
	fclose(in);
	fclose(out);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == SKIPPED) {
		print_message("skipped: no python3 with jsonschema\n");
		skip();
	}
	return WEXITSTATUS(status);
}

static void expect_valid(const char *lines)
{
	char said[1024];

	if (validate(lines, said, sizeof(said)) != 0)
		fail_msg("%s", said);
}

/* Byte by byte what docs/json.md says, typed by hand. */
static void a_line_is_as_documented(void **state)
{
	static const char expected[] =
		"{\"schema\":\"rcodewatch/1\",\"type\":\"report\","
		"\"start\":\"2026-11-23T02:31:00.000004Z\",\"end\":\"2026-11-23T02:31:10.000123Z\","
		"\"interval_s\":10.000000,\"host\":\"res1\","
		"\"instance\":\"0f6c8d0e-6b0c-4a57-9a39-0c1f6d8c1b11\",\"seq\":812,"
		"\"interface\":\"eth0\",\"direction\":\"rx\",\"hook\":\"xdp_native\","
		"\"responses\":12400,\"rate\":1240.000,\"rcodes\":["
		"{\"code\":0,\"name\":\"NOERROR\",\"description\":\"No error\",\"count\":12000,"
		"\"rate\":1200.000,\"share\":0.967742,\"total\":99000000},"
		"{\"code\":1,\"name\":\"FORMERR\",\"description\":\"Format error\",\"count\":0,"
		"\"rate\":0.000,\"share\":0.000000,\"total\":3},"
		"{\"code\":2,\"name\":\"SERVFAIL\",\"description\":\"Server failure\",\"count\":7,"
		"\"rate\":0.700,\"share\":0.000565,\"total\":10000},"
		"{\"code\":3,\"name\":\"NXDOMAIN\",\"description\":\"Non-existent domain\","
		"\"count\":345,\"rate\":34.500,\"share\":0.027823,\"total\":2345},"
		"{\"code\":5,\"name\":\"REFUSED\",\"description\":\"Query refused\",\"count\":0,"
		"\"rate\":0.000,\"share\":0.000000,\"total\":0},"
		"{\"code\":24,\"name\":\"RCODE24\",\"description\":\"Unassigned extended code\","
		"\"count\":47,\"rate\":4.700,\"share\":0.003790,\"total\":47}],"
		"\"other_rcodes\":{\"codes\":2,\"count\":1,\"total\":5},"
		"\"answers\":{\"data\":11000,\"nodata\":900,\"referral\":99,\"truncated\":1,"
		"\"empty\":0},"
		"\"ede\":[{\"code\":7,\"name\":\"Signature Expired\",\"rcode\":\"SERVFAIL\","
		"\"rcode_code\":2,\"count\":6,\"rate\":0.600,\"text\":\"expired "
		"\\\"yesterday\\\"\"},"
		"{\"code\":9999,\"name\":\"EDE9999\",\"rcode\":\"NXDOMAIN\",\"rcode_code\":3,"
		"\"count\":2,\"rate\":0.200}],\"other_ede\":{\"count\":1},"
		"\"ede_further\":[{\"code\":22,\"name\":\"No Reachable Authority\",\"count\":3}],"
		"\"other_ede_further\":{\"count\":0},"
		"\"qtypes\":[{\"type\":1,\"name\":\"A\",\"count\":9000},"
		"{\"type\":65280,\"name\":\"TYPE65280\",\"count\":2}],"
		"\"other_qtypes\":{\"count\":4},"
		"\"family\":{\"ipv4\":12000,\"ipv6\":400},\"transport\":{\"udp\":12355,\"tcp\":45},"
		"\"flags\":{\"aa\":0,\"tc\":3,\"ra\":12345,\"ad\":400,\"cd\":0},"
		"\"accounting\":{\"packets\":20000,\"response_packets\":12399,\"queries\":100,"
		"\"tcp_no_message\":55,\"wrong_direction\":0,\"encrypted\":900,\"not_dns\":6491,"
		"\"unparsed\":{\"later_fragment\":3,\"truncated_header\":52}},"
		"\"incomplete\":{\"opt_beyond_fragment\":2},\"tcp\":{\"gap\":4},\"udp\":{},"
		"\"paths\":{\"fast\":19700,\"slow\":300},"
		"\"nic\":{\"lost\":73,\"source\":\"ethtool\"},"
		"\"rare_lost\":5,\"rare_retired\":0,\"ede_texts_lost\":0,"
		"\"total\":{\"responses\":99012400,\"packets\":120033111}}\n";
	struct report report = sample_busy();
	char *line = line_of(&report);

	(void)state;
	assert_string_equal(line, expected);
	free(line);
}

static void a_quiet_line_is_short_and_valid(void **state)
{
	struct report report = sample_quiet();
	char *line = line_of(&report);

	(void)state;
	assert_non_null(strstr(line, "\"ede\":[],"));
	assert_non_null(strstr(line, "\"qtypes\":[],"));
	assert_non_null(strstr(line, "\"unparsed\":{}},\"incomplete\":{},"));
	expect_valid(line);
	free(line);
}

static const struct labels *the_longest_labels(void)
{
	static struct labels labels;
	char label[512], why[OPTION_WHY_MAX];

	for (char c = 'a'; labels.count < LABELS_MAX; c++) {
		memset(label, c, 63);
		label[63] = '=';
		memset(label + 64, '"', 256);
		label[64 + 256] = '\0';
		assert_int_equal(labels_add(&labels, label, why), 0);
	}
	return &labels;
}

static void the_longest_line_is_valid_and_below_its_limit(void **state)
{
	struct report report = sample_worst();
	char name[256], *line;

	(void)state;
	/* A file's name may have 255 bytes, each of them anything. */
	memset(name, 0xff, sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	report.interface = report.host = name;
	report.labels = the_longest_labels();
	line = line_of(&report);
	print_message("longest line: %zu bytes\n", strlen(line));
	assert_true(strlen(line) > 64 * 400 && strlen(line) < JSON_LINE_MAX);
	expect_valid(line);
	free(line);
}

/* Written down by hand from the contract; 45 and so on are what is left of 352. */
static void lists_are_as_documented(void **state)
{
	static const char expected[] =
		"\"top\":{\"zones\":[{\"name\":\"victim.example\",\"source\":\"soa\",\"rcode\":"
		"\"NXDOMAIN\",\"count\":300,\"low\":300,\"high\":300,\"rate\":30.000,"
		"\"distinct_names\":1,\"qtype\":\"A\"},"
		"{\"name\":\".\",\"source\":\"psl\",\"rcode\":\"SERVFAIL\",\"count\":7,"
		"\"low\":7,\"high\":7,\"rate\":0.700,\"distinct_names\":0,\"ede\":7}],"
		"\"names\":[{\"name\":\"a\\\\.b.victim.example\",\"rcode\":\"NXDOMAIN\","
		"\"count\":20,\"low\":19,\"high\":21,\"rate\":2.000},"
		"{\"name\":\"long-one-that-does-not-fit-in-any-column-of-80-and-is-cut.test\","
		"\"rcode\":\"NXDOMAIN\",\"count\":9,\"low\":2,\"high\":9,\"rate\":0.900}],"
		"\"servers\":[{\"address\":\"192.0.2.53\",\"rcode\":\"SERVFAIL\",\"count\":7,"
		"\"low\":7,\"high\":7,\"rate\":0.700}]},"
		"\"top_rest\":{\"zones\":{\"absent_high\":3,\"count\":45,\"low\":45,"
		"\"high\":45},\"names\":{\"absent_high\":8,\"count\":323,\"low\":322,"
		"\"high\":331},\"servers\":{\"absent_high\":0,\"count\":0,\"low\":0,"
		"\"high\":0}},\"failing_zones\":[{\"rcode\":\"SERVFAIL\",\"rcode_code\":2,"
		"\"count\":7,\"zones_low\":1,\"zones_high\":1,\"share\":1.000000,"
		"\"share_high\":1.000000,\"zone\":\".\",\"zone_low\":7,\"zone_high\":7},"
		"{\"rcode\":\"NXDOMAIN\",\"rcode_code\":3,\"count\":345,\"zones_low\":1,"
		"\"zones_high\":46,\"share\":0.869565,\"share_high\":0.869565,"
		"\"zone\":\"victim.example\",\"zone_low\":300,\"zone_high\":300}],";
	struct report report = sample_busy();
	char *line;

	(void)state;
	sample_lists(&report);
	line = line_of(&report);
	if (!strstr(line, expected))
		fail_msg("%s\nis not in\n%s", expected, line);
	free(line);
	report.top_hll_at = true;
	report.top_rows = 1;
	line = line_of(&report);
	assert_non_null(strstr(line, "\"registers\":\"AAAAAAAAABAAA"));
	assert_non_null(strstr(line, "\"top_rest\":{\"zones\":{\"absent_high\":7,\"count\":52,"));
	free(line);
	report.top = NULL;
	line = line_of(&report);
	assert_null(strstr(line, "\"top"));
	assert_null(strstr(line, "\"failing_zones"));
	free(line);
}

static void times_are_cut_not_rounded(void **state)
{
	/* Seconds from `date -u -d TIME +%s`. */
	static const struct {
		int64_t ns;
		const char *text;
	} times[] = {
		{0, "\"1970-01-01T00:00:00.000000Z\""},
		{999, "\"1970-01-01T00:00:00.000000Z\""},
		{-1, "\"1969-12-31T23:59:59.999999Z\""},
		{-1000000000, "\"1969-12-31T23:59:59.000000Z\""},
		{1709251199999999999, "\"2024-02-29T23:59:59.999999Z\""},
		{INT64_MAX, "\"2262-04-11T23:47:16.854775Z\""},
		{INT64_MIN, "\"1677-09-21T00:12:43.145224Z\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct report report = sample_quiet();
		char *line;

		report.end_ns = times[i].ns;
		line = line_of(&report);
		assert_non_null(strstr(line, "\"end\":"));
		assert_memory_equal(strstr(line, "\"end\":") + 6, times[i].text,
				    strlen(times[i].text));
		free(line);
	}
}

static void expect_text(const char *bytes, size_t length, const char *expected)
{
	struct report report = sample_busy();
	char *line;

	sample_text(&report.edes[0].text, bytes, length);
	line = line_of(&report);
	if (!strstr(line, expected))
		fail_msg("%s is not in %s", expected, line);
	free(line);
}

static void texts_are_cut_between_characters(void **state)
{
	char text[EDE_TEXT_MAX + 8];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text + EDE_TEXT_MAX - 1, "\xc3\xa9", 2);
	expect_text(text, sizeof(text), "xxx\",\"text_cut\":true}");
	/* The same bytes as a whole text: what is broken is shown to be. */
	expect_text(text, EDE_TEXT_MAX, "xxx\\ufffd\"}");
	expect_text("", 0, "\"rate\":0.600},");
	expect_text("\0\n\x1b\xff", 4, "\"text\":\"\\u0000\\u000a\\u001b\\ufffd\"}");
	expect_text("caf\xc3\xa9", 5, "\"text\":\"caf\xc3\xa9\"}");

	struct report report = sample_busy();

	/* A length that lies. */
	memset(report.edes[0].text.text, 'y', EDE_TEXT_MAX);
	report.edes[0].text.length = 1000000;
	char *line = line_of(&report);

	assert_int_equal(strspn(strchr(strstr(line, "\"text\":"), 'y'), "y"), EDE_TEXT_MAX);
	free(line);
}

/* @line with the one place that reads @from made to read @to. */
static char *changed(const char *line, const char *from, const char *to)
{
	size_t size = strlen(line) + strlen(to) + 1;
	const char *at = strstr(line, from);
	char *new = malloc(size);

	assert_non_null(at);
	assert_non_null(new);
	snprintf(new, size, "%.*s%s%s", (int)(at - line), line, to, at + strlen(from));
	return new;
}

/* Every promise that the validator holds us to, broken once. */
static void the_validator_sees_what_is_broken(void **state)
{
	static const struct {
		const char *from, *to, *reason;
	} cases[] = {
		{"{\"schema\"", "{\"schema", "not JSON"},
		{"\"host\":", "\"schema\":", "twice"},
		{"rcodewatch/1", "rcodewatch/2", "schema: /schema"},
		{"\"rare_lost\":5,", "", "rare_lost"},
		{"\"rare_lost\":5,", "\"rare_lots\":5,\"rare_lost\":5,", "rare_lots"},
		{"\"source\":\"ethtool\"", "\"source\":\"guess\"", "schema: /nic/source"},
		{"\"lost\":73,", "", "lost"},
		{"\"later_fragment\":3", "\"later_fragments\":3", "later_fragments"},
		{"\"later_fragment\":3", "\"later_fragment\":3,\"vlan_depth\":0", "vlan_depth"},
		{"00.000004Z", "00Z", "schema: /start"},
		{"\"seq\":812", "\"seq\":-1", "schema: /seq"},
		{"\"seq\":812", "\"seq\":NaN", "NaN"},
		{"res1", "res\xff", "not UTF-8"},
		{"res1", "res\x7f", "raw control"},
		{"res1", "res\xe2\x80\x8f", "raw direction mark"},
		{"\"queries\":100", "\"queries\":101", "packets 20000, but outcomes 19946"},
		{"\"responses\":12400", "\"responses\":12399", "rcodes 12399 and others 1"},
		{"\"responses\":99012400", "\"responses\":99012401", "totals of rcodes"},
		{"\"code\":1,\"name\":\"FORMERR\"", "\"code\":25,\"name\":\"FORMERR\"",
		 "not in order"},
		{"\"code\":5,\"name\":\"REFUSED\"", "\"code\":4,\"name\":\"REFUSED\"",
		 "always listed"},
		{"\"rate\":34.500", "\"rate\":34.510", "NXDOMAIN: rate"},
		{"\"rate\":1240.000", "\"rate\":124.000", "responses: rate"},
		{"\"share\":0.027823", "\"share\":0.027825", "NXDOMAIN: share"},
		{"\"data\":11000", "\"data\":11001", "more answers than NOERROR"},
		{"\"ipv6\":400", "\"ipv6\":401", "family adds up to 12401"},
		{"\"tcp\":45", "\"tcp\":46", "transport adds up"},
		{"\"count\":6,\"rate\":0.600", "\"count\":1,\"rate\":0.100", "ede is not in order"},
		{"\"count\":6,\"rate\":0.600", "\"count\":8,\"rate\":0.800",
		 "more EDEs than responses"},
		{"\"ra\":12345", "\"ra\":12401", "more responses with ra"},
		{"\"type\":65280", "\"type\":0", ""},
		{"\"count\":9000", "\"count\":1", "qtypes is not in order"},
		{"\"other_qtypes\":{\"count\":4}", "\"other_qtypes\":{\"count\":9999}",
		 "more types"},
		{"\"opt_beyond_fragment\":2", "\"opt_beyond_fragment\":12401", "more incomplete"},
		{"}\n", "}", "no end"},
	};
	struct report report = sample_busy();
	char *line = line_of(&report), said[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *broken = changed(line, cases[i].from, cases[i].to);
		bool harmless = !*cases[i].reason;

		if (validate(broken, said, sizeof(said)) != !harmless ||
		    !strstr(said, cases[i].reason))
			fail_msg("%s for %s: %s", cases[i].to, cases[i].from, said);
		free(broken);
	}
	assert_int_equal(validate("", said, sizeof(said)), 1);
	free(line);
}

/* Two reports as a stream: totals and numbers have to follow one another. */
static void a_stream_is_checked_as_one(void **state)
{
	struct report report = sample_busy();
	char *first = line_of(&report), *second, *both = NULL, said[1024];

	(void)state;
	report.seq++;
	report.start_ns = report.end_ns;
	report.end_ns += 10000000000;
	for (size_t i = 0; i < report.rcode_count; i++)
		report.rcodes[i].total += report.rcodes[i].count;
	report.other_rcode_total += report.other_rcode_count;
	report.total_responses += report.responses;
	report.total_packets += report.packets;
	second = line_of(&report);
	assert_true(asprintf(&both, "%s%s", first, second) > 0);
	expect_valid(both);
	free(both);
	free(second);

	report.total_packets++;
	second = line_of(&report);
	assert_true(asprintf(&both, "%s%s", first, second) > 0);
	assert_int_equal(validate(both, said, sizeof(said)), 1);
	assert_non_null(strstr(said, "line 2: total of packets"));
	free(both);
	assert_true(asprintf(&both, "%s%s", first, first) > 0);
	assert_int_equal(validate(both, said, sizeof(said)), 1);
	assert_non_null(strstr(said, "line 2: seq 812 follows 812"));
	free(both);
	free(second);
	free(first);
}

static void failures_to_write_are_told(void **state)
{
	struct report report = sample_busy();
	struct json_formatter formatter = {.out = fopen("/dev/full", "w")};
	int ends[2];

	(void)state;
	assert_non_null(formatter.out);
	assert_int_equal(json_report_write(&formatter, &report), -ENOSPC);
	assert_int_equal(json_report_write(&formatter, &report), -ENOSPC);
	fclose(formatter.out);

	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	formatter.out = fdopen(ends[1], "w");
	assert_int_equal(json_report_write(&formatter, &report), -EPIPE);
	fclose(formatter.out);

	formatter.out = tmpfile();
	memory_is_short = true;
	assert_int_equal(json_report_write(&formatter, &report), -ENOMEM);
	memory_is_short = false;
	assert_int_equal(ftell(formatter.out), 0);
	/* And once there is memory again, all is well. */
	assert_int_equal(json_report_write(&formatter, &report), 0);
	assert_true(ftell(formatter.out) > 1000);
	fclose(formatter.out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_as_documented),
		cmocka_unit_test(a_quiet_line_is_short_and_valid),
		cmocka_unit_test(the_longest_line_is_valid_and_below_its_limit),
		cmocka_unit_test(lists_are_as_documented),
		cmocka_unit_test(times_are_cut_not_rounded),
		cmocka_unit_test(texts_are_cut_between_characters),
		cmocka_unit_test(the_validator_sees_what_is_broken),
		cmocka_unit_test(a_stream_is_checked_as_one),
		cmocka_unit_test(failures_to_write_are_told),
	};

	return cmocka_run_group_tests_name("json_report", tests, NULL, NULL);
}
