/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Members of an answer that came from elsewhere: each may be missing, or something else than it should be. */
#ifndef RCODEWATCH_CONTROL_JSON_READ_H
#define RCODEWATCH_CONTROL_JSON_READ_H

#include <stdint.h>
#include <stdio.h>

typedef struct json_t json_t; /* jansson's */

/* The string; "" if it is none. Belongs to @object. */
const char *json_read_string(const json_t *object, const char *key);
/* A whole number from 0 on; else 0. */
uint64_t json_read_count(const json_t *object, const char *key);
/* Any number that is not negative; else 0. */
double json_read_number(const json_t *object, const char *key);
/* A time of RFC 3339 in UTC, in ns since 1970; 0 if it is none. */
int64_t json_read_time(const json_t *object, const char *key);

/* Write @value in one line, with our own escapes: no terminal takes it for anything but text. */
void json_read_write(FILE *out, const json_t *value);

#endif
