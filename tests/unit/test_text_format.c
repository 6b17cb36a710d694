// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/text_format.h"

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

static void numbers_are_readable(void **state)
{
	static const struct {
		uint64_t count;
		const char *text;
	} counts[] = {
		{0, "0"},
		{7, "7"},
		{999, "999"},
		{1000, "1,000"},
		{12352, "12,352"},
		{100000, "100,000"},
		{1234567, "1,234,567"},
		{UINT64_MAX, "18,446,744,073,709,551,615"},
	};
	static const struct {
		double value;
		const char *text;
	} rates[] =
		{
			{0, "0"},
			{0.001, "<0.01"},
			{0.07, "0.07"},
			{0.7, "0.70"},
			{9.99, "9.99"},
			{9.996, "10.0"},
			{34.5, "34.5"},
			{999.94, "999.9"},
			{999.96, "1,000"},
			{1235.2, "1,235"},
			{9999999.9, "10,000,000"},
			{1e30, "1e+30"},
		},
	  shares[] = {
		  {0, "0%"},          {0.00001, "<0.01%"}, {0.0001, "0.01%"},
		  {0.9715, "97.15%"}, {0.99999, "99.99%"}, {1, "100%"},
	  };
	char buf[TEXT_NUMBER_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(counts); i++)
		assert_string_equal(text_count(buf, counts[i].count), counts[i].text);
	for (size_t i = 0; i < COUNT_OF(rates); i++)
		assert_string_equal(text_rate(buf, rates[i].value), rates[i].text);
	for (size_t i = 0; i < COUNT_OF(shares); i++)
		assert_string_equal(text_share(buf, shares[i].value), shares[i].text);
}

static void expect_put(const char *bytes, size_t length, size_t columns, bool utf8,
		       const char *expected, size_t used)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(text_put(out, bytes, length, columns, utf8), used);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void text_is_cut_by_columns(void **state)
{
	(void)state;
	expect_put("plain", 5, 5, false, "plain", 5);
	expect_put("plains", 6, 5, false, "pl...", 5);
	expect_put("plains", 6, 5, true, "plai…", 5);
	expect_put("plains", 6, 2, false, "..", 2);
	expect_put("plains", 6, 0, true, "", 0);
	expect_put("a\\b", 3, 10, false, "a\\x5cb", 6);
	expect_put("a\0b", 3, 10, true, "a\\x00b", 6);
	expect_put("caf\xc3\xa9", 5, 10, true, "caf\xc3\xa9", 4);
	expect_put("caf\xc3\xa9", 5, 20, false, "caf\\xc3\\xa9", 11);
	/* An escape is never cut in two. */
	expect_put("ab\x1b\x1b", 4, 9, false, "ab\\x1b...", 9);
	expect_put("ab\x1b\x1b", 4, 8, false, "ab...", 5);
	/* Two columns a character. */
	expect_put("\xe6\x97\xa5\xe6\x9c\xac", 6, 4, true, "\xe6\x97\xa5\xe6\x9c\xac", 4);
	expect_put("\xe6\x97\xa5\xe6\x9c\xac", 6, 3, true, "\xe6\x97\xa5…", 3);
	/* A hyphen that is not seen, which has a width, and a direction mark, which has none. */
	expect_put("\xc2\xad\xe2\x80\x8f", 5, 20, true, "\\xc2\\xad\\xe2\\x80\\x8f", 20);
	/* Width 0: a combining mark would change its neighbour. */
	expect_put("e\xcc\x81", 3, 20, true, "e\\xcc\\x81", 9);
}

static int use_utf8(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_readable),
		cmocka_unit_test(text_is_cut_by_columns),
	};

	return cmocka_run_group_tests_name("text_format", tests, use_utf8, NULL);
}
