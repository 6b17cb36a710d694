// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/txn_rows.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PLACES     8192u
#define ROOM_FIRST 64u

_Static_assert((PLACES & (PLACES - 1)) == 0 && PLACES >= 2 * TXN_ROWS_MAX && PLACES <= UINT16_MAX,
	       "a power of two, half of which stays free");
_Static_assert(sizeof(struct txn_key) == TXN_NAME_TAIL + 16 + 2 && TXN_NAME_TAIL % 8 == 0,
	       "keys are compared and hashed as bytes");

void txn_rows_init(struct txn_rows *rows, uint64_t seed)
{
	*rows = (struct txn_rows){.seed = seed};
}

void txn_rows_free(struct txn_rows *rows)
{
	free(rows->row);
	free(rows->place);
	txn_rows_init(rows, rows->seed);
}

void txn_rows_clear(struct txn_rows *rows)
{
	if (rows->rows)
		memset(rows->place, 0, PLACES * sizeof(*rows->place));
	rows->rows = 0;
	rows->other_unanswered = rows->other_answered = 0;
}

/* A keyed sum of products, as name_hash.h has it: who does not know the seed cannot aim. */
static size_t place_of(const struct txn_rows *rows, const struct txn_key *key)
{
	uint64_t hash = rows->seed ^ ((uint64_t)key->zone_size << 8 | key->server_size);

	for (size_t i = 0; i < TXN_NAME_TAIL + 16; i += 8) {
		uint64_t word;

		memcpy(&word, i < TXN_NAME_TAIL ? key->zone + i : key->server + (i - TXN_NAME_TAIL),
		       sizeof(word));
		hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
		hash = (hash ^ hash >> 29) + rows->seed;
	}
	return hash >> 32 & (PLACES - 1);
}

/* The place of the row of @key, or where that belongs. */
static uint16_t *find(const struct txn_rows *rows, const struct txn_key *key)
{
	size_t place = place_of(rows, key);

	while (rows->place[place] &&
	       memcmp(&rows->row[rows->place[place] - 1].key, key, sizeof(*key)) != 0)
		place = (place + 1) & (PLACES - 1);
	return &rows->place[place];
}

struct txn_row *txn_rows_find(const struct txn_rows *rows, const struct txn_key *key)
{
	const uint16_t *place = rows->rows ? find(rows, key) : NULL;

	return place && *place ? &rows->row[*place - 1] : NULL;
}

/* Room for one more row. 0 or -ENOMEM. */
static int make_room(struct txn_rows *rows)
{
	size_t room = rows->room ? rows->room * 2 : ROOM_FIRST;
	struct txn_row *row;

	if (!rows->place)
		rows->place = calloc(PLACES, sizeof(*rows->place));
	if (!rows->place)
		return -ENOMEM;
	if (rows->rows < rows->room)
		return 0;
	row = realloc(rows->row, room * sizeof(*row));
	if (!row)
		return -ENOMEM;
	rows->row = row;
	rows->room = room;
	return 0;
}

static void add_to(struct txn_row *to, const struct txn_row *row)
{
	if (row->unanswered || !to->unanswered)
		to->qtype = row->qtype;
	to->unanswered += row->unanswered;
	to->answered += row->answered;
	for (size_t i = 0; i < TXN_RESULT_COUNT; i++)
		to->result[i] += row->result[i];
	to->timed += row->timed;
	to->sum += row->sum;
	if (row->longest > to->longest)
		to->longest = row->longest;
	if (row->asked_ns > to->asked_ns)
		to->asked_ns = row->asked_ns;
	if (row->answered_ns > to->answered_ns)
		to->answered_ns = row->answered_ns;
}

void txn_rows_add_other(struct txn_rows *rows, const struct txn_row *row)
{
	rows->other_unanswered += row->unanswered;
	rows->other_answered += txn_row_answered(row);
}

int txn_rows_add(struct txn_rows *rows, const struct txn_row *row)
{
	bool is_well = !row->unanswered && !txn_row_failures(row);
	uint16_t *place;
	int err;

	err = make_room(rows);
	if (err)
		return err;
	place = find(rows, &row->key);
	if (*place) {
		add_to(&rows->row[*place - 1], row);
		return 0;
	}
	if (rows->rows >= (is_well ? TXN_ROWS_WELL : TXN_ROWS_MAX)) {
		txn_rows_add_other(rows, row);
		return 0;
	}
	rows->row[rows->rows++] = *row;
	*place = (uint16_t)rows->rows;
	return 0;
}

int txn_rows_merge(struct txn_rows *to, const struct txn_rows *from)
{
	int err = 0;

	for (size_t i = 0; i < from->rows && !err; i++)
		err = txn_rows_add(to, &from->row[i]);
	to->other_unanswered += from->other_unanswered;
	to->other_answered += from->other_answered;
	return err;
}

uint64_t txn_row_answered(const struct txn_row *row)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < TXN_RESULT_COUNT; i++)
		sum += row->result[i];
	return sum;
}

uint64_t txn_row_failures(const struct txn_row *row)
{
	return row->result[TXN_RESULT_REFUSED] + row->result[TXN_RESULT_FAILED];
}

/* How much of @order the row has. */
static double weight_of(const struct txn_row *row, enum txn_order order)
{
	switch (order) {
	case TXN_BY_UNANSWERED: return (double)row->unanswered;
	case TXN_BY_FAILURES: return (double)txn_row_failures(row);
	case TXN_BY_QUERIES: return (double)(row->unanswered + txn_row_answered(row));
	case TXN_BY_TIME: break;
	}
	return row->timed < TXN_TIMED_MIN ? 0 : (double)row->sum / (double)row->timed;
}

/* Whether @row comes before @other. */
static bool is_before(const struct txn_row *row, const struct txn_row *other, enum txn_order order)
{
	double weight = weight_of(row, order), of_other = weight_of(other, order);

	if (weight > of_other || weight < of_other)
		return weight > of_other;
	return memcmp(&row->key, &other->key, sizeof(row->key)) < 0;
}

size_t txn_rows_top(const struct txn_rows *rows, enum txn_order order, struct txn_row *top,
		    size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < rows->rows && max; i++) {
		const struct txn_row *row = &rows->row[i];
		size_t at = count < max ? count : max - 1;

		if (!(weight_of(row, order) > 0) ||
		    (count == max && !is_before(row, &top[max - 1], order)))
			continue;
		while (at && is_before(row, &top[at - 1], order)) {
			top[at] = top[at - 1];
			at--;
		}
		top[at] = *row;
		count += count < max;
	}
	return count;
}
