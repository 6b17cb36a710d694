// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/journal_field.h"

#include <stdint.h>
#include <string.h>

size_t journal_field_head(char head[JOURNAL_HEAD_MAX], const char *name, const char *value,
			  size_t length)
{
	size_t used = strnlen(name, JOURNAL_NAME_MAX);

	memcpy(head, name, used);
	if (!memchr(value, '\n', length)) {
		head[used++] = '=';
		return used;
	}
	head[used++] = '\n';
	for (size_t i = 0; i < 8; i++)
		head[used++] = (char)(uint8_t)((uint64_t)length >> 8 * i);
	return used;
}
