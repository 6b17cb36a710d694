// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/json_writer.h"

static struct json j;
static char *text;
static size_t size;

static void begin(void)
{
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	json_init(&j, out);
}

/* What was written since begin(), byte by byte. */
static void expect(const char *expected)
{
	assert_int_equal(fclose(j.out), 0);
	assert_string_equal(text, expected);
	assert_int_equal(size, strlen(expected));
	free(text);
	text = NULL;
}

static void expect_quoted(const char *bytes, size_t length, const char *expected)
{
	begin();
	json_string_n(&j, NULL, bytes, length);
	expect(expected);
}

static void commas_stand_between(void **state)
{
	(void)state;
	begin();
	json_object_begin(&j, NULL);
	json_u64(&j, "a", 1);
	json_array_begin(&j, "b");
	json_array_end(&j);
	json_object_begin(&j, "c");
	json_object_end(&j);
	json_array_begin(&j, "d");
	json_u64(&j, NULL, 1);
	json_object_begin(&j, NULL);
	json_bool(&j, "e", true);
	json_bool(&j, "f", false);
	json_object_end(&j);
	json_array_begin(&j, NULL);
	json_string(&j, NULL, "");
	json_string(&j, NULL, "x");
	json_array_end(&j);
	json_array_end(&j);
	json_string(&j, "g\"", "h");
	json_object_end(&j);
	expect("{\"a\":1,\"b\":[],\"c\":{},\"d\":[1,{\"e\":true,\"f\":false},[\"\",\"x\"]],"
	       "\"g\\\"\":\"h\"}");
}

static void numbers_are_exact(void **state)
{
	(void)state;
	begin();
	json_array_begin(&j, NULL);
	json_u64(&j, NULL, 0);
	json_u64(&j, NULL, 9007199254740993u); /* no double holds it */
	json_u64(&j, NULL, UINT64_MAX);
	json_double(&j, NULL, 0, 3);
	json_double(&j, NULL, 1235.25, 1);
	json_double(&j, NULL, 0.0000005, 6);
	json_double(&j, NULL, 1e15, 0);
	json_double(&j, NULL, (double)INFINITY, 3);
	json_double(&j, NULL, -(double)INFINITY, 3);
	json_double(&j, NULL, (double)NAN, 3);
	json_array_end(&j);
	expect("[0,9007199254740993,18446744073709551615,0.000,1235.2,0.000000,1000000000000000,"
	       "null,null,null]");
}

/* RFC 8259 section 7, and what a terminal or a reader of lines would take amiss. */
static void hostile_strings_are_tamed(void **state)
{
	static const struct {
		const char *bytes, *quoted;
	} cases[] = {
		{"", "\"\""},
		{"plain ~", "\"plain ~\""},
		{"\"\\/", "\"\\\"\\\\/\""},
		{"\n\r\t\b\f", "\"\\u000a\\u000d\\u0009\\u0008\\u000c\""},
		{"\x1b[2J\x7f", "\"\\u001b[2J\\u007f\""},
		{"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
		 "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\""},
		/* CSI as a C1 control, line and paragraph separators, right-to-left override. */
		{"\xc2\x9b"
		 "31m",
		 "\"\\u009b31m\""},
		{"\xc2\xa0", "\"\xc2\xa0\""},
		{"\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xae", "\"\\u2028\\u2029\\u202e\""},
		{"\xe2\x81\xa6", "\"\\u2066\""},
		/* Marks of direction, no width, byte order; tags, which need two UTF-16 units. */
		{"\xd8\x9c\xe2\x80\x8f\xe2\x80\x8b\xef\xbb\xbf",
		 "\"\\u061c\\u200f\\u200b\\ufeff\""},
		{"\xf3\xa0\x80\x81\xf3\xa0\x81\xbf", "\"\\udb40\\udc01\\udb40\\udc7f\""},
		{"\xf3\xa0\x82\x80", "\"\xf3\xa0\x82\x80\""}, /* U+E0080 */
		/* Not UTF-8: a lone tail, overlong forms, a surrogate, past the end, cut off. */
		{"a\x80z", "\"a\\ufffdz\""},
		{"\xc0\xaf", "\"\\ufffd\\ufffd\""},
		{"\xe0\x80\xaf", "\"\\ufffd\\ufffd\\ufffd\""},
		{"\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""},
		{"\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
		{"\xff", "\"\\ufffd\""},
		{"\xe2\x82", "\"\\ufffd\\ufffd\""},
		{"\xe2\x82\"", "\"\\ufffd\\ufffd\\\"\""},
		{"\xf0\x9f\\", "\"\\ufffd\\ufffd\\\\\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_quoted(cases[i].bytes, strlen(cases[i].bytes), cases[i].quoted);
	expect_quoted("a\0b", 3, "\"a\\u0000b\"");
	/* The length rules, whatever lies behind it. */
	expect_quoted("\xc3\xa9", 1, "\"\\ufffd\"");
}

static void errors_are_the_streams(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	json_init(&j, full);
	json_string(&j, NULL, "x");
	assert_int_not_equal(fflush(full), 0);
	assert_true(ferror(full));
	fclose(full);
}

/* Names of interfaces and files: different ones stay different, and well-formed ones are as they were. */
static void names_stay_apart(void **state)
{
	static const struct {
		const char *bytes, *member;
	} cases[] = {
		{"eth0", "{\"name\":\"eth0\"}"},
		{"caf\xc3\xa9", "{\"name\":\"caf\xc3\xa9\"}"},
		{"a\x80", "{\"name\":\"a\\\\x80\"}"},
		{"a\xff", "{\"name\":\"a\\\\xff\"}"},
		{"a\\xff", "{\"name\":\"a\\\\x5cxff\"}"},
		{"a\\b\\", "{\"name\":\"a\\\\b\\\\\"}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *line = NULL;
		size_t length;
		FILE *out = open_memstream(&line, &length);
		struct json writer;

		assert_non_null(out);
		json_init(&writer, out);
		json_object_begin(&writer, NULL);
		json_name(&writer, "name", cases[i].bytes);
		json_object_end(&writer);
		fclose(out);
		assert_string_equal(line, cases[i].member);
		free(line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_stand_between),      cmocka_unit_test(numbers_are_exact),
		cmocka_unit_test(hostile_strings_are_tamed), cmocka_unit_test(names_stay_apart),
		cmocka_unit_test(errors_are_the_streams),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
