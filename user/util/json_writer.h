/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A writer of one-line JSON (RFC 8259) onto a stdio stream. Commas, quoting and escaping are its
 * job; nesting is the caller's: every begin has its end. Output is always valid UTF-8: bytes that
 * are not become U+FFFD. Errors are the stream's (ferror() after the last call).
 */
#ifndef RCODEWATCH_JSON_WRITER_H
#define RCODEWATCH_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool comma; /* the next value follows another in the same container */
};

/* Begin a document on @out, which stays the caller's. */
void json_init(struct json *j, FILE *out);

/* @key is NULL inside arrays and at the top; elsewhere a member's name. */
void json_object_begin(struct json *j, const char *key);
void json_object_end(struct json *j);
void json_array_begin(struct json *j, const char *key);
void json_array_end(struct json *j);
/* libjansson has a function of this name: hidden, this one is not taken for that. */
__attribute__((visibility("hidden"))) void json_string(struct json *j, const char *key,
						       const char *value);
/*
 * As json_string(), for what readers tell things apart by: a byte that is not UTF-8 is written as the four
 * characters \xNN (utf8_escape()), and no two names become one.
 */
void json_name(struct json *j, const char *key, const char *value);
/* As json_string(), for @len bytes that may hold NUL. */
void json_string_n(struct json *j, const char *key, const char *value, size_t len);
/* A number that is text already: RFC 8259 section 6. */
void json_number(struct json *j, const char *key, const char *number, size_t len);
void json_u64(struct json *j, const char *key, uint64_t value);
void json_bool(struct json *j, const char *key, bool value);
/* @decimals places after the point; infinities and NaN, which JSON lacks, become null. */
void json_double(struct json *j, const char *key, double value, int decimals);

#endif
