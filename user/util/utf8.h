/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF. */
#ifndef RCODEWATCH_UTF8_H
#define RCODEWATCH_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the well-formed sequence at @s, where @left > 0 bytes are; 0 if there is none. */
size_t utf8_length(const char *s, size_t left);

/* The code point of the sequence at @s, whose length utf8_length() gave. */
uint32_t utf8_code_point(const char *s, size_t length);

/*
 * For names that must stay apart when they are written as UTF-8: the character at @s, where @left > 0
 * bytes are. Gives its bytes, with @escape empty; or 1, with "\\xNN" in @escape to be written instead:
 * for a byte of no well-formed sequence, and for a backslash before an x, so that no two names become one.
 */
#define UTF8_ESCAPE_SIZE 5
size_t utf8_escape(const char *s, size_t left, char escape[static UTF8_ESCAPE_SIZE]);

/*
 * Whether @code is text in a line: no control character (C0, DEL, C1: ECMA-48), no end of a line or
 * paragraph, nothing that turns the writing direction (UAX #9) or is not seen.
 */
bool utf8_harmless(uint32_t code);

/*
 * What remains of @len bytes at @s without a sequence that their end cuts off: for text that is
 * known to have gone on. A malformed tail that could not be a beginning stays.
 */
size_t utf8_trim(const char *s, size_t len);

#endif
