// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "fast_name.h"

#include <string.h>

bool fast_name_read(struct fast_name *name, const uint8_t *message, size_t at, size_t end)
{
	size_t before = at;

	*name = (struct fast_name){0};
	for (;;) {
		unsigned int first, length;

		if (at >= end)
			return false;
		if (name->reach <= at)
			name->reach = at + 1;
		first = message[at];
		if (first >= 0xc0) {
			if (at + 1 >= end)
				return false;
			at = (first & 0x3fu) << 8 | message[at + 1];
			if (at >= before)
				return false;
			before = at;
			name->pointers++;
			continue;
		}
		length = first & 0x3fu;
		if (first != length || name->length + 1 + length + (length != 0) > FAST_NAME_MAX ||
		    at + 1 + length > end)
			return false;
		name->wire[name->length++] = (uint8_t)length;
		for (unsigned int i = 1; i <= length; i++) {
			uint8_t octet = message[at + i];

			name->wire[name->length++] = octet >= 'A' && octet <= 'Z'
							     ? (uint8_t)(octet | 0x20)
							     : octet;
		}
		if (!length)
			return true;
		name->labels++;
		at += 1 + length;
	}
}

const uint8_t *fast_name_suffix(const struct fast_name *name, size_t labels)
{
	const uint8_t *at = name->wire;

	for (size_t left = name->labels; left > labels; left--)
		at += 1 + *at;
	return at;
}

static size_t suffix_length(const struct fast_name *name, size_t labels)
{
	return name->length - (size_t)(fast_name_suffix(name, labels) - name->wire);
}

bool fast_name_above(const struct fast_name *owner, const struct fast_name *name)
{
	return owner->labels <= name->labels &&
	       suffix_length(name, owner->labels) == owner->length &&
	       !memcmp(fast_name_suffix(name, owner->labels), owner->wire, owner->length);
}

/* The rule's name without a wildcard. */
static void read_rule(struct fast_name *name, const char *rule)
{
	*name = (struct fast_name){0};
	while (*rule) {
		size_t length = strcspn(rule, ".");

		name->wire[name->length++] = (uint8_t)length;
		memcpy(name->wire + name->length, rule, length);
		name->length += length;
		name->labels++;
		rule += length + (rule[length] == '.');
	}
	name->wire[name->length++] = 0;
}

/*
 * https://publicsuffix.org/list/, "Algorithm". The label that a wildcard stands for may be any, and
 * what is below a wildcard is taken for a suffix too.
 */
size_t fast_name_registrable(const struct fast_name *name, const char *const *rules)
{
	size_t suffix = 1, exception = 0;

	for (; *rules; rules++) {
		const char *text = *rules + (**rules == '!') + 2 * (size_t)(**rules == '*');
		struct fast_name rule;
		size_t labels;

		read_rule(&rule, text);
		labels = rule.labels;
		if (!fast_name_above(&rule, name))
			continue;
		if (**rules == '!')
			exception = labels - 1;
		else if (**rules == '*' && name->labels > labels)
			labels++;
		if (**rules != '!' && labels > suffix)
			suffix = labels;
	}
	if (exception)
		suffix = exception;
	return name->labels > suffix ? suffix + 1 : name->labels;
}
