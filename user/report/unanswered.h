/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How many queries stayed unanswered, by server or by zone: exact for each row from the moment that it has one. What finds
 * no room is counted together.
 */
#ifndef RCODEWATCH_UNANSWERED_H
#define RCODEWATCH_UNANSWERED_H

#include <stddef.h>
#include <stdint.h>

#include "abi.h"

#define UNANSWERED_ROWS     512u
#define UNANSWERED_KEY_SIZE TXN_NAME_TAIL

struct unanswered_row {
	/* An address as on the wire, or a name, in lower case and without compression. Zeros behind it. */
	uint8_t key[UNANSWERED_KEY_SIZE];
	uint8_t size;           /* bytes of it; of an address 4 or 16; 0: no row */
	uint16_t qtype;         /* of the latest */
	const char *qtype_name; /* of a report's rows: the catalogue's; NULL: it has none */
	uint64_t unanswered;
	uint64_t
		answered; /* of queries sent in the same time, those whose notes were still there */
};

struct unanswered {
	struct unanswered_row *row; /* open addressing, twice UNANSWERED_ROWS; NULL: none yet */
	uint64_t seed;
	size_t rows;
	uint64_t other; /* unanswered, of what has no row */
};

/* All zero but a random @seed: nobody must be able to aim at a place. Free with unanswered_free(). */
void unanswered_init(struct unanswered *table, uint64_t seed);
void unanswered_free(struct unanswered *table);
/* Forget all rows. */
void unanswered_clear(struct unanswered *table);

/* Add @row, of which only the seed's place is chosen here. 0 or -ENOMEM. */
int unanswered_add(struct unanswered *table, const struct unanswered_row *row);
/* Count an answered query of @row's key, if it has a row. */
void unanswered_note_answered(struct unanswered *table, const struct unanswered_row *row);
/* Add all of @from. 0 or -ENOMEM. */
int unanswered_merge(struct unanswered *to, const struct unanswered *from);
/* The rows with most unanswered queries, at most @max, the most first; the order of equal ones is that of keys. */
size_t unanswered_top(const struct unanswered *table, struct unanswered_row *rows, size_t max);

#endif
