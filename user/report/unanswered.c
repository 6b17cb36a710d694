// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/unanswered.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PLACES (2u * UNANSWERED_ROWS)

_Static_assert((PLACES & (PLACES - 1)) == 0, "a power of two");

void unanswered_init(struct unanswered *table, uint64_t seed)
{
	*table = (struct unanswered){.seed = seed};
}

void unanswered_free(struct unanswered *table)
{
	free(table->row);
	*table = (struct unanswered){.seed = table->seed};
}

void unanswered_clear(struct unanswered *table)
{
	if (table->rows)
		memset(table->row, 0, PLACES * sizeof(*table->row));
	table->rows = 0;
	table->other = 0;
}

/* A keyed sum of products, as name_hash.h has it: who does not know the seed cannot aim. */
static size_t place_of(const struct unanswered *table, const struct unanswered_row *row)
{
	uint64_t hash = table->seed ^ row->size;

	for (size_t i = 0; i < UNANSWERED_KEY_SIZE; i += 8) {
		uint64_t word;

		memcpy(&word, row->key + i, sizeof(word));
		hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
		hash = (hash ^ hash >> 29) + table->seed;
	}
	return hash >> 32 & (PLACES - 1);
}

/* The row of that key, or the place where it belongs; half of all are free. */
static struct unanswered_row *find(const struct unanswered *table, const struct unanswered_row *row)
{
	size_t place = place_of(table, row);

	while (table->row[place].size &&
	       (table->row[place].size != row->size ||
		memcmp(table->row[place].key, row->key, UNANSWERED_KEY_SIZE) != 0))
		place = (place + 1) & (PLACES - 1);
	return &table->row[place];
}

int unanswered_add(struct unanswered *table, const struct unanswered_row *row)
{
	struct unanswered_row *to;

	if (!table->row)
		table->row = calloc(PLACES, sizeof(*table->row));
	if (!table->row)
		return -ENOMEM;
	to = find(table, row);
	if (!to->size && table->rows == UNANSWERED_ROWS) {
		table->other += row->unanswered;
		return 0;
	}
	if (!to->size) {
		memcpy(to->key, row->key, sizeof(to->key));
		to->size = row->size;
		table->rows++;
	}
	to->qtype = row->qtype;
	to->unanswered += row->unanswered;
	to->answered += row->answered;
	return 0;
}

void unanswered_note_answered(struct unanswered *table, const struct unanswered_row *row)
{
	struct unanswered_row *to = table->rows ? find(table, row) : NULL;

	if (to && to->size)
		to->answered++;
}

int unanswered_merge(struct unanswered *to, const struct unanswered *from)
{
	int err = 0;

	for (size_t i = 0; from->rows && i < PLACES && !err; i++)
		if (from->row[i].size)
			err = unanswered_add(to, &from->row[i]);
	to->other += from->other;
	return err;
}

/* Most first. */
static int compare(const void *a, const void *b)
{
	const struct unanswered_row *one = a, *other = b;

	if (one->unanswered != other->unanswered)
		return one->unanswered < other->unanswered ? 1 : -1;
	return memcmp(one->key, other->key, sizeof(one->key));
}

size_t unanswered_top(const struct unanswered *table, struct unanswered_row *rows, size_t max)
{
	struct unanswered_row all[UNANSWERED_ROWS];
	size_t count = 0;

	for (size_t i = 0; table->rows && i < PLACES; i++)
		if (table->row[i].size)
			all[count++] = table->row[i];
	if (count)
		qsort(all, count, sizeof(*all), compare);
	if (count > max)
		count = max;
	if (count)
		memcpy(rows, all, count * sizeof(*rows));
	return count;
}
