// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "expected_counts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

void expected_counts_free(struct expected_counts *expected_counts)
{
	free(expected_counts->line);
	*expected_counts = (struct expected_counts){0};
}

void expected_counts_add(struct expected_counts *expected_counts, uint64_t count,
			 const char *format, ...)
{
	struct expected_counts_line *line;
	va_list args;

	if (!count)
		return;
	if (expected_counts->count == expected_counts->room) {
		expected_counts->room = expected_counts->room ? expected_counts->room * 2 : 1024;
		expected_counts->line = reallocarray(expected_counts->line, expected_counts->room,
						     sizeof(*line));
		if (!expected_counts->line)
			build_failed("no memory for %zu lines", expected_counts->room);
	}
	line = &expected_counts->line[expected_counts->count++];
	line->count = count;
	va_start(args, format);
	vsnprintf(line->key, sizeof(line->key), format, args);
	va_end(args);
}

static bool is_outcome(const char *outcome)
{
	static const char *const outcomes[] = {"response_packets", "queries",   "tcp_no_message",
					       "wrong_direction",  "encrypted", "not_dns"};

	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (!strcmp(outcome, outcomes[i]))
			return true;
	return false;
}

static void add_message(struct expected_counts *expected_counts, const struct expect *expect,
			uint64_t count)
{
	static const char *const flags[] = {"aa", "tc", "ra", "ad", "cd"};

	expected_counts_add(expected_counts, count, "responses");
	expected_counts_add(expected_counts, count, "rcode.%u", expect->rcode);
	expected_counts_add(expected_counts, count, "family.ipv%u", expect->family);
	expected_counts_add(expected_counts, count, "transport.%s", expect->transport);
	for (unsigned int i = 0; i < expect->edes; i++)
		if (i == 0)
			expected_counts_add(expected_counts, count, "ede.%u.%u", expect->rcode,
					    expect->ede[i]);
		else
			expected_counts_add(expected_counts, count, "ede_further.%u",
					    expect->ede[i]);
	if (expect->qtype >= 0)
		expected_counts_add(expected_counts, count, "qtype.%d", expect->qtype);
	if (expect->answer)
		expected_counts_add(expected_counts, count, "answers.%s", expect->answer);
	for (unsigned int i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (expect->flags & 1u << i)
			expected_counts_add(expected_counts, count, "flags.%s", flags[i]);
	if (expect->incomplete)
		expected_counts_add(expected_counts, count, "incomplete.%s", expect->incomplete);
	if (expect->trailing && !strcmp(expect->transport, "udp"))
		expected_counts_add(expected_counts, count, "udp.trailing");
}

void expected_counts_packets(struct expected_counts *expected_counts, const struct expect *expect,
			     uint64_t count)
{
	expected_counts_add(expected_counts, count, "packets");
	if (is_outcome(expect->outcome))
		expected_counts_add(expected_counts, count, "accounting.%s", expect->outcome);
	else
		expected_counts_add(expected_counts, count, "accounting.unparsed.%s",
				    expect->outcome);
	if (strcmp(expect->outcome, "response_packets") != 0)
		return;
	for (; expect; expect = expect->also)
		add_message(expected_counts, expect, count);
}

static int by_key(const void *a, const void *b)
{
	const struct expected_counts_line *left = a, *right = b;

	return strverscmp(left->key, right->key);
}

int expected_counts_print(struct expected_counts *expected_counts, FILE *to)
{
	if (!expected_counts->count)
		return 0;
	qsort(expected_counts->line, expected_counts->count, sizeof(*expected_counts->line),
	      by_key);
	for (size_t i = 0; i < expected_counts->count;) {
		const char *key = expected_counts->line[i].key;
		uint64_t sum = 0;

		for (; i < expected_counts->count && !strcmp(expected_counts->line[i].key, key);
		     i++)
			sum += expected_counts->line[i].count;
		if (fprintf(to, "%s %" PRIu64 "\n", key, sum) < 0)
			return -1;
	}
	return 0;
}
