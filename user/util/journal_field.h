/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Fields of the journal's native protocol, which is stable and documented by systemd (JOURNAL_NATIVE_PROTOCOL): NAME=value and a
 * newline; or, of a value with newlines, NAME, a newline, the length in 8 bytes, the value and a newline.
 */
#ifndef RCODEWATCH_JOURNAL_FIELD_H
#define RCODEWATCH_JOURNAL_FIELD_H

#include <stddef.h>

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* A name has 64 bytes at most: A-Z, 0-9 and _. */
#define JOURNAL_NAME_MAX 64u
#define JOURNAL_HEAD_MAX (JOURNAL_NAME_MAX + 1 + 8)

/* What stands before @value of @length bytes in the field called @name; behind the value is a newline. Gives its length. */
size_t journal_field_head(char head[JOURNAL_HEAD_MAX], const char *name, const char *value,
			  size_t length);

#endif
