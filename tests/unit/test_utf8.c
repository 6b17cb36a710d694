// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/utf8.h"

/* The encoding as the table of RFC 3629 section 3 says it. */
static size_t encode(uint32_t code, char out[4])
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

static void every_code_point_is_known(void **state)
{
	(void)state;
	for (uint32_t code = 0; code < 0x200000; code++) {
		char bytes[5] = "....";
		size_t length = encode(code, bytes);
		int valid = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);

		if (utf8_length(bytes, sizeof(bytes)) != (valid ? length : 0))
			fail_msg("U+%04X has length %zu", code, utf8_length(bytes, sizeof(bytes)));
		if (valid && utf8_code_point(bytes, length) != code)
			fail_msg("U+%04X is taken for U+%04X", code,
				 utf8_code_point(bytes, length));
		/* One byte short, it is no sequence. */
		if (valid && length > 1 && utf8_length(bytes, length - 1))
			fail_msg("U+%04X passes without its end", code);
	}
}

/* How many strings of each length the ABNF of RFC 3629 section 4 derives: no other may pass. */
static void nothing_else_passes(void **state)
{
	static const char tails[] = {0x7f, (char)0x80, (char)0xbf, (char)0xc0};
	size_t one = 0, two = 0, three = 0, four = 0;

	(void)state;
	for (int a = 0; a < 256; a++) {
		char s[4] = {(char)a};

		one += utf8_length(s, 1) == 1;
		for (int b = 0; b < 256; b++) {
			s[1] = (char)b;
			two += utf8_length(s, 2) == 2;
			for (size_t c = 0; c < sizeof(tails); c++) {
				s[2] = tails[c];
				three += utf8_length(s, 3) == 3;
				for (size_t d = 0; d < sizeof(tails); d++) {
					s[3] = tails[d];
					four += utf8_length(s, 4) == 4;
				}
			}
		}
	}
	assert_int_equal(one, 128);
	assert_int_equal(two, 30 * 64);
	/* E0: 32 second bytes, ED: 32, the other 14: 64; two of the four tails are tails. */
	assert_int_equal(three, (32 + 32 + 14 * 64) * 2);
	/* F0: 48, F1 to F3: 64, F4: 16. */
	assert_int_equal(four, (48 + 3 * 64 + 16) * 2 * 2);
}

static void a_cut_sequence_is_trimmed(void **state)
{
	static const struct {
		const char *bytes;
		size_t keeps;
	} cases[] = {
		{"", 0},
		{"abc", 3},
		{"caf\xc3\xa9", 5},
		{"caf\xc3", 3},
		{"x\xe2\x82", 1},
		{"x\xe2", 1},
		{"x\xe2\x82\xac", 4},
		{"x\xf0\x9f\x98", 1},
		{"x\xf0\x9f", 1},
		{"x\xf0", 1},
		{"x\xf0\x9f\x98\x80", 5},
		{"\xf0\x9f\x98", 0},
		/* These could not go on to be right: they stay to be seen. */
		{"x\x80", 2},
		{"x\xff", 2},
		{"x\xe0\x80", 3},
		{"x\xed\xa0", 3},
		{"x\xc0", 2},
		{"\x80\x80\x80\x80", 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (utf8_trim(cases[i].bytes, strlen(cases[i].bytes)) != cases[i].keeps)
			fail_msg("case %zu keeps %zu", i,
				 utf8_trim(cases[i].bytes, strlen(cases[i].bytes)));
}

/* ECMA-48 has C0 and C1, UAX #9 section 2 and UAX #44 (Bidi_Control) the directions. */
static void controls_are_not_harmless(void **state)
{
	static const uint32_t bidi[] = {0x61c,  0x200e, 0x200f, 0x202a, 0x202b, 0x202c,
					0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069};
	static const uint32_t text[] = {' ', '~', 0xa0, 0xe4, 0x20ac, 0x5d0, 0x628, 0x1f600};

	(void)state;
	for (uint32_t code = 0; code < 0x20; code++) {
		assert_false(utf8_harmless(code));
		assert_false(utf8_harmless(0x80 + code));
	}
	assert_false(utf8_harmless(0x7f));
	for (size_t i = 0; i < sizeof(bidi) / sizeof(bidi[0]); i++)
		assert_false(utf8_harmless(bidi[i]));
	assert_false(utf8_harmless(0x2028));
	assert_false(utf8_harmless(0x2029));
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		assert_true(utf8_harmless(text[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_is_known),
		cmocka_unit_test(nothing_else_passes),
		cmocka_unit_test(a_cut_sequence_is_trimmed),
		cmocka_unit_test(controls_are_not_harmless),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
