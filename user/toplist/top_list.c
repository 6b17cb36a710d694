// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "toplist/top_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "toplist/hll.h"
#include "dns_wire.h"

#define KEEP_LEAST 512u

size_t top_keep(size_t rows)
{
	return rows * 2 > KEEP_LEAST ? rows * 2 : KEEP_LEAST;
}

const uint16_t top_code_rcode[TOP_CODES] = {
	[TOP_SERVFAIL] = DNS_RCODE_SERVFAIL,
	[TOP_NXDOMAIN] = DNS_RCODE_NXDOMAIN,
	[TOP_REFUSED] = DNS_RCODE_REFUSED,
};

enum top_code top_code_of(uint16_t rcode)
{
	enum top_code code = 0;

	while (code < TOP_CODES && top_code_rcode[code] != rcode)
		code++;
	return code;
}

static void clear(struct top_list *list)
{
	*list = (struct top_list){.rows = list->rows, .room = list->room};
}

void top_lists_clear(struct top_lists *lists)
{
	for (size_t d = 0; d < TOP_DIMENSIONS; d++)
		clear(&lists->list[d]);
	clear(&lists->nodata_zones);
	memset(lists->zones_seen, 0, sizeof(lists->zones_seen));
	lists->listed = 0;
}

void top_lists_free(struct top_lists *lists)
{
	for (size_t d = 0; d < TOP_DIMENSIONS; d++)
		free(lists->list[d].rows);
	free(lists->nodata_zones.rows);
	*lists = (struct top_lists){0};
}

int top_list_reserve(struct top_list *list, size_t count)
{
	struct top_row *rows;

	if (count <= list->room)
		return 0;
	rows = reallocarray(list->rows, count, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	list->rows = rows;
	list->room = count;
	return 0;
}

size_t top_name_length(const uint8_t name[TOP_NAME_MAX])
{
	for (size_t at = 0; at < DNS_NAME_MAX; at += 1u + name[at]) {
		if (name[at] == 0)
			return at + 1;
		if (name[at] > DNS_LABEL_MAX)
			return 0;
	}
	return 0;
}

/* ---- order ----------------------------------------------------------------------- */

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static int compare_keys(const struct top_row *a, const struct top_row *b, bool addresses)
{
	if (a->rcode != b->rcode)
		return a->rcode < b->rcode ? -1 : 1;
	if (addresses && a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return memcmp(a->key, b->key, TOP_NAME_MAX);
}

struct reference {
	const struct top_row *row;
};

static int by_address(const void *a, const void *b)
{
	const struct reference *x = a, *y = b;

	return compare_keys(x->row, y->row, true);
}

static int by_name(const void *a, const void *b)
{
	const struct reference *x = a, *y = b;

	return compare_keys(x->row, y->row, false);
}

/* By count, then by the key, so that the order depends on nothing else. */
static int by_count(const void *a, const void *b)
{
	const struct top_row *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return compare_keys(x, y, true);
}

/* ---- merging ----------------------------------------------------------------------- */

/* A key of one list or of both, on its way into the merged one. */
struct pair {
	const struct top_row *a, *b; /* NULL: that list has no row for it */
	uint64_t count, low, high;
};

struct merger {
	const struct top_list *a, *b;
	struct reference *sorted; /* rows of both, those of b behind those of a */
	struct pair *pairs;
	size_t pair_count;
};

static void add_pair(struct merger *m, const struct top_row *a, const struct top_row *b)
{
	struct pair *pair = &m->pairs[m->pair_count++];

	*pair = (struct pair){
		.a = a,
		.b = b,
		.count = (a ? a->count : 0) + (b ? b->count : 0),
		.low = (a ? a->low : 0) + (b ? b->low : 0),
		.high = (a ? a->high : m->a->absent_high) + (b ? b->high : m->b->absent_high),
	};
}

/* Both lists by key, and then side by side. */
static void pair_up(struct merger *m, bool addresses)
{
	struct reference *a = m->sorted, *b = m->sorted + m->a->count;
	size_t i = 0, j = 0;

	for (size_t row = 0; row < m->a->count; row++)
		a[row].row = &m->a->rows[row];
	for (size_t row = 0; row < m->b->count; row++)
		b[row].row = &m->b->rows[row];
	qsort(a, m->a->count, sizeof(*a), addresses ? by_address : by_name);
	qsort(b, m->b->count, sizeof(*b), addresses ? by_address : by_name);
	while (i < m->a->count || j < m->b->count) {
		int order = i == m->a->count ? 1 : -1;

		if (i < m->a->count && j < m->b->count)
			order = compare_keys(a[i].row, b[j].row, addresses);
		add_pair(m, order <= 0 ? a[i].row : NULL, order >= 0 ? b[j].row : NULL);
		i += order <= 0;
		j += order >= 0;
	}
}

static int pair_by_count(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return compare_keys(x->a ? x->a : x->b, y->a ? y->a : y->b, true);
}

static void fill_row(struct top_row *row, const struct pair *pair, uint64_t total, bool addresses)
{
	const struct top_row *later = pair->b ? pair->b : pair->a;

	*row = *later;
	if (pair->a && pair->b) {
		if (later->ede == TOP_NO_EDE)
			row->ede = pair->a->ede;
		if (!addresses && row->kind < pair->a->kind)
			row->kind = pair->a->kind;
		hll_merge(row->hll, pair->a->hll);
	}
	row->low = smaller(pair->low, total);
	row->high = smaller(pair->high, total);
	row->count = smaller(pair->count, row->high);
}

static bool is_address(enum top_dimension dimension)
{
	return dimension == TOP_SERVER || dimension == TOP_CLIENT;
}

static int merge(struct merger *m, struct top_list *out, bool addresses, size_t keep)
{
	size_t most = m->a->count + m->b->count;
	size_t kept;

	m->sorted = calloc(most, sizeof(*m->sorted));
	m->pairs = calloc(most, sizeof(*m->pairs));
	if (!m->sorted || !m->pairs)
		return -ENOMEM;
	pair_up(m, addresses);
	qsort(m->pairs, m->pair_count, sizeof(*m->pairs), pair_by_count);
	kept = m->pair_count < keep ? m->pair_count : keep;
	if (top_list_reserve(out, kept) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < m->pair_count; i++) {
		if (i < kept)
			fill_row(&out->rows[i], &m->pairs[i], out->total, addresses);
		else
			out->absent_high = larger(out->absent_high, m->pairs[i].high);
	}
	out->count = kept;
	return 0;
}

/* The first of several needs no merging: nothing came before. */
static int copy_list(struct top_list *acc, const struct top_list *more)
{
	if (top_list_reserve(acc, more->count) < 0)
		return -ENOMEM;
	if (more->count)
		memcpy(acc->rows, more->rows, more->count * sizeof(*more->rows));
	acc->count = more->count;
	acc->total = more->total;
	acc->absent_high = more->absent_high;
	return 0;
}

int top_list_merge(struct top_list *acc, const struct top_list *more, enum top_dimension dimension,
		   size_t keep)
{
	struct merger m = {.a = acc, .b = more};
	struct top_list out = {
		.total = acc->total + more->total,
		.absent_high = acc->absent_high + more->absent_high,
	};
	int err = 0;

	if (!acc->count && !acc->total && !acc->absent_high && more->count <= keep)
		return copy_list(acc, more);
	if (acc->count + more->count)
		err = merge(&m, &out, is_address(dimension), keep);
	free(m.sorted);
	free(m.pairs);
	if (err) {
		free(out.rows);
		return err;
	}
	out.absent_high = smaller(out.absent_high, out.total);
	free(acc->rows);
	*acc = out;
	return 0;
}

int top_lists_merge(struct top_lists *acc, const struct top_lists *more)
{
	for (size_t d = 0; d < TOP_DIMENSIONS; d++) {
		int err = 0;

		if (more->listed >> d & 1)
			err = top_list_merge(&acc->list[d], &more->list[d], (enum top_dimension)d,
					     acc->keep);
		if (err)
			return err;
	}
	acc->listed |= more->listed;
	for (size_t i = 0; i < TOP_CODES; i++)
		acc->zones_seen[i] = larger(acc->zones_seen[i], more->zones_seen[i]);
	return top_list_merge(&acc->nodata_zones, &more->nodata_zones, TOP_ZONE, acc->keep);
}

/* ---- what is left ------------------------------------------------------------------ */

void top_list_fit(struct top_list *list)
{
	uint64_t sum = 0, excess;

	for (size_t i = 0; i < list->count; i++)
		sum += list->rows[i].count;
	excess = less(sum, list->total);
	for (size_t i = list->count; excess && i-- > 0;) {
		struct top_row *row = &list->rows[i];
		uint64_t give = smaller(excess, less(row->count, row->low));

		row->count -= give;
		excess -= give;
	}
	if (list->count)
		qsort(list->rows, list->count, sizeof(*list->rows), by_count);
}

uint64_t top_row_names(const struct top_row *row)
{
	double estimate = hll_estimate(row->hll) + 0.5;

	return estimate < (double)row->high ? (uint64_t)estimate : row->high;
}

struct top_rest top_list_rest(const struct top_list *list, size_t shown)
{
	uint64_t count = 0, low = 0, high = 0;
	struct top_rest rest = {.absent_high = list->absent_high};

	for (size_t i = 0; i < list->count; i++) {
		const struct top_row *row = &list->rows[i];

		if (i >= shown) {
			rest.absent_high = larger(rest.absent_high, row->high);
			continue;
		}
		count += row->count;
		low += row->low;
		high += row->high;
	}
	rest.low = less(list->total, high);
	rest.high = less(list->total, low);
	rest.count = less(list->total, count);
	rest.absent_high = smaller(rest.absent_high, rest.high);
	return rest;
}
