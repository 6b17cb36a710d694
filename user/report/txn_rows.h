/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How queries ended, by server, by zone, or by zone and server: how many stayed unanswered, exact for each row from the
 * moment that it has one, and what the responses were that were seen. What finds no room is counted together.
 */
#ifndef RCODEWATCH_TXN_ROWS_H
#define RCODEWATCH_TXN_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "abi.h"

#define TXN_ROWS_MAX 3072u
/* Once there are so many rows, a new one needs an unanswered query or a failure. */
#define TXN_ROWS_WELL 2048u

/* Zeros behind each and where there is none: rows are compared as a whole. */
struct txn_key {
	uint8_t zone[TXN_NAME_TAIL]; /* a name, in lower case and without compression */
	uint8_t server[16];          /* an address as on the wire */
	uint8_t zone_size;   /* bytes, with the root; 0: the row is about all zones of the server */
	uint8_t server_size; /* 4 or 16; 0: the row is about all servers of the zone */
};

struct txn_row {
	struct txn_key key;
	uint16_t qtype;         /* of the latest, of an unanswered query if there is one */
	const char *qtype_name; /* of a report's rows: the catalogue's; NULL: it has none */
	uint64_t unanswered;
	uint64_t
		answered; /* of queries sent in the same time as those, the answered ones that were still to be seen */
	/* Of responses that were seen, each once: upstream only. */
	uint64_t result[TXN_RESULT_COUNT];
	uint64_t timed;        /* how many of them have a response time */
	uint64_t sum, longest; /* of these times, in units of TXN_UNIT_SHIFT */
	int64_t asked_ns,
		answered_ns; /* the latest of what was seen, by the clock of struct txn_counts.now_ns; 0: none */
};

struct txn_rows {
	struct txn_row *row; /* of all that there are, in no order; NULL: none yet */
	size_t rows;
	uint64_t other_unanswered, other_answered; /* of what has no row */
	/* How a row is found: */
	size_t room;
	uint16_t *place; /* by open addressing: a row's number from 1 on; 0: free */
	uint64_t seed;
};

/* All zero but a random @seed: nobody must be able to aim at a place. Free with txn_rows_free(). */
void txn_rows_init(struct txn_rows *rows, uint64_t seed);
void txn_rows_free(struct txn_rows *rows);
void txn_rows_clear(struct txn_rows *rows);

/* Add @row's figures to the row of its key. 0 or -ENOMEM. */
int txn_rows_add(struct txn_rows *rows, const struct txn_row *row);
/* The same of what has no key. */
void txn_rows_add_other(struct txn_rows *rows, const struct txn_row *row);
/* The row of @key; NULL: there is none. */
struct txn_row *txn_rows_find(const struct txn_rows *rows, const struct txn_key *key);
/* Add all of @from. 0 or -ENOMEM. */
int txn_rows_merge(struct txn_rows *to, const struct txn_rows *from);

/* Responses of @row that were seen, and those of them that failed. */
uint64_t txn_row_answered(const struct txn_row *row);
uint64_t txn_row_failures(const struct txn_row *row);

enum txn_order {
	TXN_BY_UNANSWERED,
	TXN_BY_FAILURES,
	TXN_BY_QUERIES, /* unanswered, and answered by a response that was seen */
	TXN_BY_TIME,    /* the mean of those that have TXN_TIMED_MIN times */
};
#define TXN_TIMED_MIN 3u
/*
 * The first @max rows in @order, the most first, of those that have any of it; the order of equal ones is that of keys. Gives how
 * many.
 */
size_t txn_rows_top(const struct txn_rows *rows, enum txn_order order, struct txn_row *top,
		    size_t max);

#endif
