/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a monitor must have counted after packets with known expectations: lines "KEY COUNT" that a
 * shell script can compare with a report. Keys are paths as in a report's JSON: packets,
 * responses, accounting.NAME (outcomes), accounting.unparsed.NAME, incomplete.NAME, rcode.N,
 * ede.RCODE.N (first EDE of a message), ede_further.N, qtype.N, answers.NAME, flags.NAME,
 * family.ipv4, family.ipv6, transport.udp, transport.tcp. What was not sent has no line.
 */
#ifndef RCODEWATCH_TESTS_LEDGER_H
#define RCODEWATCH_TESTS_LEDGER_H

#include <stdint.h>
#include <stdio.h>

#include "cases.h"

struct ledger_line {
	char key[56];
	uint64_t count;
};

/* All zero is an empty ledger; ledger_free() frees what it holds. */
struct ledger {
	struct ledger_line *line;
	size_t count, room;
};

void ledger_free(struct ledger *ledger);
/* Add @count to a line. Aborts if there is no memory. */
void ledger_add(struct ledger *ledger, uint64_t count, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Add @count packets of which each is to be counted as @expect says. */
void ledger_packets(struct ledger *ledger, const struct expect *expect, uint64_t count);
/* Print sorted lines, each key once. 0, or -1 with errno set. */
int ledger_print(struct ledger *ledger, FILE *to);

#endif
