/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of response codes, cell by cell: which codes, how they are against what is usual, and why they come. */
#ifndef RCODEWATCH_CODE_CELLS_H
#define RCODEWATCH_CODE_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/tone.h"

/* NOERROR without data, which is no code on the wire. */
#define CODE_NODATA 65536u

#define CODE_NAME_COLUMNS 11u /* with a blank behind it */
/* Flush right, with what stands in front of it. */
enum code_cell { CODE_PER_S, CODE_SHARE, CODE_COMPARED, CODE_CELLS };
extern const struct code_column {
	const char *title;
	int columns;
} code_columns[CODE_CELLS];

/* Of what has no such room no reason is given. */
#define CODE_WHY_MIN 12

/* Whether a code is a failure: any but NOERROR, NODATA and NXDOMAIN. */
bool code_fails(uint32_t code);
/* How much people look for @code, whatever its rate: 0 most. What @came stands before some that did not. */
unsigned int code_rank(uint32_t code, bool came);
/* From this rank on a code that did not come has no line. */
#define CODE_RANK_ABSENT 15u
/* For the order of lines: NODATA stands behind NOERROR, of which it is a part. */
uint32_t code_place(uint32_t code);
/* Of @rate a second, and of what is usual; negative: not known. */
enum tone code_tone(uint32_t code, double rate, double usual);

/* Why responses have a code: the Extended DNS Error that most of them carry, or else the zone that most are of. */
struct code_why {
	const char *ede_name; /* NULL: none carries one */
	uint32_t ede;
	double ede_part;  /* what part carries it, 0 to 1 */
	const char *zone; /* NULL: not known */
	double zone_part;
	uint64_t zones_low, zones_high; /* of how many zones they are; 0: not known */
};

#define CODE_WORDS_SIZE 160
#define CODE_TAIL_SIZE  72
/*
 * "EDE 6 DNSSEC Bogus" and " 100%, 1 zone"; "shop.example" and " 98%, 3+ zones"; "640+ zones" and "" where no zone has a tenth. The first is to be cut
 * where both have no room: a zone (@text->is_zone) in front, as its end says most. Of @room columns; how many zones there are is the first thing to go.
 */
struct code_why_text {
	const char *head; /* @words, or the zone; NULL: there is nothing to say */
	bool is_zone;
	char words[CODE_WORDS_SIZE], tail[CODE_TAIL_SIZE];
};
void code_why_text(struct code_why_text *text, const struct code_why *why, size_t room);

#endif
