// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "ledger.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

void ledger_free(struct ledger *ledger)
{
	free(ledger->line);
	*ledger = (struct ledger){0};
}

void ledger_add(struct ledger *ledger, uint64_t count, const char *format, ...)
{
	struct ledger_line *line;
	va_list args;

	if (!count)
		return;
	if (ledger->count == ledger->room) {
		ledger->room = ledger->room ? ledger->room * 2 : 1024;
		ledger->line = reallocarray(ledger->line, ledger->room, sizeof(*line));
		if (!ledger->line)
			build_failed("no memory for %zu lines", ledger->room);
	}
	line = &ledger->line[ledger->count++];
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

static void add_message(struct ledger *ledger, const struct expect *expect, uint64_t count)
{
	static const char *const flags[] = {"aa", "tc", "ra", "ad", "cd"};

	ledger_add(ledger, count, "responses");
	ledger_add(ledger, count, "rcode.%u", expect->rcode);
	ledger_add(ledger, count, "family.ipv%u", expect->family);
	ledger_add(ledger, count, "transport.%s", expect->transport);
	for (unsigned int i = 0; i < expect->edes; i++)
		if (i == 0)
			ledger_add(ledger, count, "ede.%u.%u", expect->rcode, expect->ede[i]);
		else
			ledger_add(ledger, count, "ede_further.%u", expect->ede[i]);
	if (expect->qtype >= 0)
		ledger_add(ledger, count, "qtype.%d", expect->qtype);
	if (expect->answer)
		ledger_add(ledger, count, "answers.%s", expect->answer);
	for (unsigned int i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (expect->flags & 1u << i)
			ledger_add(ledger, count, "flags.%s", flags[i]);
	if (expect->incomplete)
		ledger_add(ledger, count, "incomplete.%s", expect->incomplete);
}

void ledger_packets(struct ledger *ledger, const struct expect *expect, uint64_t count)
{
	ledger_add(ledger, count, "packets");
	if (is_outcome(expect->outcome))
		ledger_add(ledger, count, "accounting.%s", expect->outcome);
	else
		ledger_add(ledger, count, "accounting.unparsed.%s", expect->outcome);
	if (strcmp(expect->outcome, "response_packets") != 0)
		return;
	for (; expect; expect = expect->also)
		add_message(ledger, expect, count);
}

static int by_key(const void *a, const void *b)
{
	const struct ledger_line *left = a, *right = b;

	return strverscmp(left->key, right->key);
}

int ledger_print(struct ledger *ledger, FILE *to)
{
	if (!ledger->count)
		return 0;
	qsort(ledger->line, ledger->count, sizeof(*ledger->line), by_key);
	for (size_t i = 0; i < ledger->count;) {
		const char *key = ledger->line[i].key;
		uint64_t sum = 0;

		for (; i < ledger->count && !strcmp(ledger->line[i].key, key); i++)
			sum += ledger->line[i].count;
		if (fprintf(to, "%s %" PRIu64 "\n", key, sum) < 0)
			return -1;
	}
	return 0;
}
