/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a monitor must have counted after packets with known expectations: lines "KEY COUNT" that a
 * shell script can compare with a report. Keys are paths as in a report's JSON: packets,
 * responses, accounting.NAME (outcomes), accounting.unparsed.NAME, incomplete.NAME, rcode.N,
 * ede.RCODE.N (first EDE of a message), ede_further.N, qtype.N, answers.NAME, flags.NAME,
 * family.ipv4, family.ipv6, transport.udp, transport.tcp. What was not sent has no line.
 */
#ifndef RCODEWATCH_TESTS_EXPECTED_COUNTS_H
#define RCODEWATCH_TESTS_EXPECTED_COUNTS_H

#include <stdint.h>
#include <stdio.h>

#include "cases.h"

struct expected_counts_line {
	char key[56];
	uint64_t count;
};

/* All zero is a file without lines; expected_counts_free() frees what it holds. */
struct expected_counts {
	struct expected_counts_line *line;
	size_t count, room;
};

void expected_counts_free(struct expected_counts *expected_counts);
/* Add @count to a line. Aborts if there is no memory. */
void expected_counts_add(struct expected_counts *expected_counts, uint64_t count,
			 const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Add @count packets of which each is to be counted as @expect says. */
void expected_counts_packets(struct expected_counts *expected_counts, const struct expect *expect,
			     uint64_t count);
/* Print sorted lines, each key once. 0, or -1 with errno set. */
int expected_counts_print(struct expected_counts *expected_counts, FILE *to);

#endif
