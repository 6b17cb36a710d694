// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "distinct.h"

/* A way of a CPU's table. */
struct cell {
	const struct top_set *set;
	uint32_t index; /* of the set among all, and of its texts and registers */
	uint32_t way;
};

/* A key that has been put together from the ways of all CPUs. */
struct found {
	uint64_t count, low, high;
	uint32_t slot;
	uint32_t set;      /* of the dimension's */
	struct cell first; /* one of its ways */
};

struct reader {
	const struct top_source *source;
	enum top_dimension dimension;
	struct cell *cells; /* of one set, of all CPUs */
	size_t cell_count;
	uint64_t unattributed;      /* likewise */
	uint64_t unattributed_most; /* of all sets */
	struct found *found;
	size_t found_count, found_room;
};

static bool has_names(enum top_dimension dimension)
{
	return dimension == TOP_ZONE || dimension == TOP_NAME;
}

static const uint8_t *name_of(const struct reader *r, const struct cell *cell)
{
	return r->source->tables->texts[cell->index].name[cell->way];
}

static const struct top_key *key_of(const struct cell *cell)
{
	return &cell->set->key[cell->way];
}

static uint32_t fingerprint_of(const struct cell *cell)
{
	return cell->set->fingerprint[cell->way];
}

static uint64_t low_of(const struct cell *cell)
{
	uint32_t count = cell->set->count[cell->way], inherited = cell->set->inherited[cell->way];

	return count > inherited ? count - inherited : 0;
}

static uint64_t high_of(const struct cell *cell)
{
	return low_of(cell) + cell->set->before[cell->way];
}

/*
 * Two ways of one set that share a fingerprint are one key, as they are in the kernel: names are not
 * compared, for most of them need not be fetched at all.
 */
static bool same_key(const struct reader *r, const struct cell *a, const struct cell *b)
{
	const struct top_key *x = key_of(a), *y = key_of(b);

	if (fingerprint_of(a) != fingerprint_of(b) || x->rcode != y->rcode || x->slot != y->slot)
		return false;
	return has_names(r->dimension) ||
	       (x->kind == y->kind && !memcmp(x->address, y->address, sizeof(x->address)));
}

static int by_fingerprint(const void *a, const void *b)
{
	uint32_t x = fingerprint_of(a), y = fingerprint_of(b);

	return (x > y) - (x < y);
}

/* Set @number of every CPU: its ways that are in use, and what no way accounts for. */
static void gather(struct reader *r, uint32_t number)
{
	const struct hook_config *config = r->source->config;
	uint32_t sets = config->top_sets[r->dimension];

	r->cell_count = 0;
	r->unattributed = 0;
	if (!r->cells)
		return;
	for (uint32_t cpu = 0; cpu < r->source->cpus; cpu++) {
		uint32_t index = number + top_index(config->top_first[r->dimension], cpu,
						    r->source->epoch & 1, sets);
		const struct top_set *set = &r->source->tables->sets[index];

		if (set->generation != r->source->epoch)
			continue;
		r->unattributed += set->unattributed;
		for (uint32_t way = 0; way < TOP_WAYS; way++)
			if (set->count[way] && set->key[way].slot < config->slots)
				r->cells[r->cell_count++] = (struct cell){set, index, way};
	}
	if (r->unattributed > r->unattributed_most)
		r->unattributed_most = r->unattributed;
}

static struct found *add_found(struct reader *r)
{
	if (r->found_count == r->found_room) {
		size_t room = r->found_room ? r->found_room * 2 : 1024;
		struct found *found = reallocarray(r->found, room, sizeof(*found));

		if (!found)
			return NULL;
		r->found = found;
		r->found_room = room;
	}
	return &r->found[r->found_count++];
}

/*
 * Put the ways of one set together, key by key. A CPU whose table has no way for the key has counted
 * the key's arrivals, if any, among its set's unattributed ones.
 */
static int join(struct reader *r, uint32_t number)
{
	if (r->cell_count)
		qsort(r->cells, r->cell_count, sizeof(*r->cells), by_fingerprint);
	for (size_t i = 0; i < r->cell_count; i++) {
		uint64_t here = 0;
		struct found *key;

		if (!r->cells[i].set)
			continue;
		key = add_found(r);
		if (!key)
			return -ENOMEM;
		*key = (struct found){
			.slot = key_of(&r->cells[i])->slot,
			.set = number,
			.first = r->cells[i],
		};
		for (size_t j = i; j < r->cell_count; j++) {
			struct cell *cell = &r->cells[j];

			if (!cell->set)
				continue;
			if (fingerprint_of(cell) != fingerprint_of(&key->first))
				break;
			if (!same_key(r, &key->first, cell) && j != i)
				continue;
			key->count += cell->set->count[cell->way];
			key->low += low_of(cell);
			key->high += high_of(cell);
			here += cell->set->unattributed;
			cell->set = NULL; /* taken */
		}
		key->high += r->unattributed > here ? r->unattributed - here : 0;
	}
	return 0;
}

static int by_count(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return (x->high < y->high) - (x->high > y->high);
}

static void swap(struct found *a, struct found *b)
{
	struct found c = *a;

	*a = *b;
	*b = c;
}

/*
 * Bring the @keep first of @count by by_count() to the front, in order. By selection (Hoare, 1961), for
 * sorting all of a table that a flood has filled takes longer than all else.
 */
static void first_ones(struct found *found, size_t count, size_t keep)
{
	ptrdiff_t low = 0, high = (ptrdiff_t)count - 1, last = (ptrdiff_t)keep - 1;

	while (keep < count && low < high) {
		struct found pivot = found[low + (high - low) / 2];
		ptrdiff_t i = low, j = high;

		while (i <= j) {
			while (by_count(&found[i], &pivot) < 0)
				i++;
			while (by_count(&found[j], &pivot) > 0)
				j--;
			if (i <= j)
				swap(&found[i++], &found[j--]);
		}
		if (last <= j)
			high = j;
		else if (last >= i)
			low = i;
		else
			break;
	}
	if (count)
		qsort(found, keep < count ? keep : count, sizeof(*found), by_count);
}

/* ---- rows ------------------------------------------------------------------------ */

/* What the ways of a key say beside their counts: the latest, as far as one can tell. */
static void note_cells(struct reader *r, const struct found *key, struct top_row *row)
{
	uint32_t most = 0;

	gather(r, key->set);
	for (size_t i = 0; i < r->cell_count; i++) {
		const struct cell *cell = &r->cells[i];
		const struct top_key *k = key_of(cell);

		if (!same_key(r, &key->first, cell))
			continue;
		if (cell->set->count[cell->way] > most) {
			most = cell->set->count[cell->way];
			row->qtype = k->qtype;
			row->ede = k->ede == TOP_NO_EDE ? row->ede : k->ede;
		}
		if (row->ede == TOP_NO_EDE)
			row->ede = k->ede;
		if (row->kind < k->kind)
			row->kind = k->kind;
		if (r->dimension != TOP_ZONE)
			continue;
		distinct_merge(row->registers,
			       r->source->tables->distincts[cell->index].reg[cell->way]);
	}
}

/* False if it is no name. */
static bool fill_row(struct reader *r, const struct found *key, const struct top_totals *totals,
		     struct top_row *row)
{
	*row = (struct top_row){
		.rcode = key_of(&key->first)->rcode,
		.ede = TOP_NO_EDE,
		.count = key->count,
		.low = key->low,
		.high = key->high + totals->unlisted,
	};
	if (has_names(r->dimension)) {
		const uint8_t *name = name_of(r, &key->first);
		size_t length = top_name_length(name);

		if (!length)
			return false;
		memcpy(row->key, name, length);
	} else {
		memcpy(row->key, key_of(&key->first)->address, TOP_ADDRESS_SIZE);
	}
	note_cells(r, key, row);
	if (row->high > totals->offending)
		row->high = totals->offending;
	if (row->count > row->high)
		row->count = row->high;
	return true;
}

/* The list of a slot from the @count keys that were found there. */
static int fill_list(struct reader *r, struct found *found, size_t count,
		     const struct top_totals *totals, struct top_list *list, size_t keep)
{
	uint64_t absent = r->unattributed_most;
	int err = top_list_reserve(list, count < keep ? count : keep);

	if (err)
		return err;
	first_ones(found, count, keep);
	for (size_t i = 0; i < count; i++) {
		if (i < keep && fill_row(r, &found[i], totals, &list->rows[list->count]))
			list->count++;
		else if (found[i].high > absent)
			absent = found[i].high;
	}
	absent += totals->unlisted;
	list->total = totals->offending;
	list->absent_high = absent < list->total ? absent : list->total;
	top_list_settle(list);
	return 0;
}

static int read_dimension(struct reader *r, const struct top_totals *totals,
			  struct top_lists *lists)
{
	const struct hook_config *config = r->source->config;
	size_t begin = 0, end = 0;
	uint64_t most;
	int err = 0;

	r->found_count = 0;
	r->unattributed_most = 0;
	for (uint32_t set = 0; set < config->top_sets[r->dimension] && !err; set++) {
		gather(r, set);
		err = join(r, set);
	}
	most = r->unattributed_most;
	for (uint32_t slot = 0; slot < config->slots && !err; slot++, begin = end) {
		for (size_t i = begin; i < r->found_count; i++)
			if (r->found[i].slot == slot)
				swap(&r->found[i], &r->found[end++]);
		if (!(config->top_slot[slot] >> r->dimension & 1))
			continue;
		r->unattributed_most = most;
		/* No memory is got before the first is found, and nothing may be added to no pointer. */
		err = fill_list(r, r->found ? &r->found[begin] : NULL, end - begin, &totals[slot],
				&lists[slot].list[r->dimension], lists[slot].keep);
		lists[slot].listed |= 1u << r->dimension;
	}
	return err;
}

int top_read(const struct top_source *source, const struct top_totals *totals,
	     struct top_lists *lists)
{
	struct reader r = {.source = source};
	int err = 0;

	for (uint32_t slot = 0; slot < source->config->slots; slot++)
		top_lists_clear(&lists[slot]);
	if (source->tables->sets) {
		r.cells = calloc((size_t)source->cpus * TOP_WAYS, sizeof(*r.cells));
		if (!r.cells)
			return -ENOMEM;
	}
	for (uint32_t d = 0; d < TOP_DIMENSIONS && !err; d++) {
		if (source->config->top_sets[d] == 0)
			continue;
		r.dimension = (enum top_dimension)d;
		err = read_dimension(&r, totals, lists);
	}
	free(r.cells);
	free(r.found);
	return err;
}
