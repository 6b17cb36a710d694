// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "toplist/top_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dns_wire.h"
#include "toplist/hll.h"
#include "util/map_mmap.h"
#include "toplist/topk.h"

struct top_totals top_totals_of(const struct hook_config *config,
				const struct pkt_counters *counters)
{
	bool by_zone = config->offending & OFFENDING_NODATA_ZONES;

	return (struct top_totals){
		.offending = counters->offending,
		.unlisted = counters->unlisted,
		.nodata = by_zone ? counters->answers[ANSWER_NODATA] : 0,
	};
}

struct top_totals top_totals_since(const struct top_totals *now, const struct top_totals *before)
{
	return (struct top_totals){
		.offending = now->offending - before->offending,
		.unlisted = now->unlisted - before->unlisted,
		.nodata = now->nodata - before->nodata,
	};
}

/* A key of one set, in the making. */
struct key {
	struct top_found found;
	uint64_t here; /* unattributed, in the sets of CPUs that have it */
};

struct reader {
	const struct top_source *source;
	enum top_dimension dimension;
	struct key *keys; /* of one set, of all CPUs */
	uint32_t *places; /* of keys by fingerprint: 0, or its number and 1 */
	size_t key_count, place_count;
	uint64_t unattributed_most; /* of all sets */
	struct topk
		*topk; /* by point; behind these, by point, of zones of NODATA that is in no list */
	struct top_lists *lists;  /* by point */
	struct map_mmap *windows; /* by CPU: the texts of its table, mapped when needed */
};

static bool has_names(enum top_dimension dimension)
{
	return dimension == TOP_ZONE || dimension == TOP_NAME;
}

/* Set @number of a CPU's table and its @index among all; NULL if it was not used in the epoch. */
static const struct top_set *set_of(const struct reader *r, uint32_t cpu, uint32_t number,
				    uint32_t *index)
{
	const struct hook_config *config = r->source->config;
	const struct top_set *set;

	*index = number + top_tables_first(config, r->dimension, cpu, r->source->epoch & 1);
	set = &r->source->tables->sets[*index];
	return set->generation == r->source->epoch ? set : NULL;
}

/* What is beside @set. */
static const struct top_meta *meta_of_set(const struct reader *r, const struct top_set *set)
{
	return &r->source->tables->row_meta[set - r->source->tables->sets];
}

/* Whether a way is in use, and for a point that there is. */
static bool in_use(const struct reader *r, const struct top_set *set, uint32_t way)
{
	return set->count[way] && meta_of_set(r, set)->key[way].point < r->source->config->points;
}

/*
 * Two ways of one set that share a fingerprint are one key, as they are in the kernel: names are not
 * compared, for most of them need not be fetched at all.
 */
static bool is_key(const struct reader *r, const struct top_found *found, const struct top_set *set,
		   uint32_t way)
{
	const struct top_key *x = &meta_of_set(r, found->set)->key[found->way];
	const struct top_key *y = &meta_of_set(r, set)->key[way];

	if (found->set->fingerprint[found->way] != set->fingerprint[way] || x->rcode != y->rcode ||
	    x->point != y->point)
		return false;
	return has_names(r->dimension) ||
	       (x->kind == y->kind && !memcmp(x->address, y->address, sizeof(x->address)));
}

/* The key that a way of set @number belongs to, with nothing counted if it is the first. */
static struct key *key_of(struct reader *r, uint32_t number, const struct top_set *set,
			  uint32_t index, uint32_t way)
{
	size_t place = set->fingerprint[way] & (r->place_count - 1);
	struct key *key;

	for (; r->places[place]; place = (place + 1) & (r->place_count - 1)) {
		key = &r->keys[r->places[place] - 1];
		if (is_key(r, &key->found, set, way))
			return key;
	}
	key = &r->keys[r->key_count++];
	r->places[place] = (uint32_t)r->key_count;
	*key = (struct key){
		.found = {.set = set, .index = index, .way = way, .number = number},
	};
	return key;
}

/* Add a way to the key that it belongs to. */
static void add_way(struct reader *r, uint32_t number, const struct top_set *set, uint32_t index,
		    uint32_t way)
{
	const struct top_meta *row_meta = meta_of_set(r, set);
	uint32_t count = set->count[way], inherited = row_meta->inherited[way];
	uint32_t low = count > inherited ? count - inherited : 0;
	struct key *key = key_of(r, number, set, index, way);

	key->found.count += count;
	key->found.low += low;
	key->found.high += (uint64_t)low + row_meta->before[way];
	key->here += set->unattributed;
}

/* Where the best of what @found is one of are kept. */
static struct topk *topk_of(const struct reader *r, const struct top_found *found)
{
	const struct hook_config *config = r->source->config;
	const struct top_key *key = &meta_of_set(r, found->set)->key[found->way];
	bool nodata = r->dimension == TOP_ZONE && key->rcode == DNS_RCODE_NOERROR &&
		      config->offending & OFFENDING_NODATA_ZONES;

	return &r->topk[nodata ? config->points + key->point : key->point];
}

/* A zone, if it is sure that it had one of the responses whose zones are counted. */
static void count_zone(const struct reader *r, const struct top_found *found)
{
	const struct top_key *key = &meta_of_set(r, found->set)->key[found->way];
	enum top_code code = top_code_of(key->rcode);

	if (r->dimension == TOP_ZONE && found->low && code < TOP_CODES)
		r->lists[key->point].zones_seen[code]++;
}

/*
 * Put set @number of all CPUs together, key by key. A CPU whose table has no way for the key has
 * counted the key's arrivals, if any, among its set's unattributed ones.
 */
static int join(struct reader *r, uint32_t number)
{
	uint64_t unattributed = 0;
	int err = 0;

	r->key_count = 0;
	for (uint32_t cpu = 0; cpu < r->source->cpus; cpu++) {
		uint32_t index;
		const struct top_set *set = set_of(r, cpu, number, &index);

		if (!set)
			continue;
		if (!r->key_count)
			memset(r->places, 0, r->place_count * sizeof(*r->places));
		unattributed += set->unattributed;
		for (uint32_t way = 0; way < TOP_WAYS; way++)
			if (in_use(r, set, way))
				add_way(r, number, set, index, way);
	}
	if (unattributed > r->unattributed_most)
		r->unattributed_most = unattributed;
	for (size_t i = 0; i < r->key_count && !err; i++) {
		struct key *key = &r->keys[i];

		key->found.high += unattributed > key->here ? unattributed - key->here : 0;
		count_zone(r, &key->found);
		err = topk_offer(topk_of(r, &key->found), &key->found);
	}
	return err;
}

/* ---- rows ------------------------------------------------------------------------ */

static const struct top_hll *hll_of(const struct reader *r, uint32_t index)
{
	return &r->source->tables->hlls[top_tables_hll(r->source->config, index)];
}

/* What the ways of a key say beside their counts: the latest, as far as one can tell. */
static void note_paths(const struct reader *r, const struct top_found *found, struct top_row *row)
{
	uint32_t most = 0;

	for (uint32_t cpu = 0; cpu < r->source->cpus; cpu++) {
		uint32_t index;
		const struct top_set *set = set_of(r, cpu, found->number, &index);

		for (uint32_t way = 0; set && way < TOP_WAYS; way++) {
			const struct top_key *k = &meta_of_set(r, set)->key[way];

			if (!in_use(r, set, way) || !is_key(r, found, set, way))
				continue;
			if (set->count[way] > most) {
				most = set->count[way];
				row->qtype = k->qtype;
				row->ede = k->ede == TOP_NO_EDE ? row->ede : k->ede;
			}
			if (row->ede == TOP_NO_EDE)
				row->ede = k->ede;
			if (row->kind < k->kind)
				row->kind = k->kind;
			if (r->dimension == TOP_ZONE)
				hll_merge(row->hll, hll_of(r, index)->reg[way]);
		}
	}
}

/* The names of set @index. 0 or a negative errno. */
static int texts_of(struct reader *r, uint32_t index, const struct top_texts **texts)
{
	const struct hook_config *config = r->source->config;
	uint32_t cpu = index / (2 * config->top_first[TOP_DIMENSIONS]);
	uint32_t table = top_tables_first(config, r->dimension, cpu, r->source->epoch & 1);
	uint32_t first = top_tables_text(config, table), at = top_tables_text(config, index);
	struct map_mmap *window = &r->windows[cpu];
	int err = 0;

	if (!r->source->tables->texts && !window->memory)
		err = map_mmap_open(window, r->source->texts_fd, sizeof(**texts), first,
				    config->top_sets[r->dimension]);
	if (!err)
		*texts = r->source->tables->texts
				 ? &r->source->tables->texts[at]
				 : (const struct top_texts *)window->first + (at - first);
	return err;
}

/* The key itself into a new row: 1, 0 if it is no name, or a negative errno. */
static int fill_key(struct reader *r, const struct top_found *found, struct top_row *row)
{
	const struct top_texts *texts;
	size_t length;
	int err;

	if (!has_names(r->dimension)) {
		memcpy(row->key, meta_of_set(r, found->set)->key[found->way].address,
		       TOP_ADDRESS_SIZE);
		return 1;
	}
	err = texts_of(r, found->index, &texts);
	if (err)
		return err;
	length = top_name_length(texts->name[found->way]);
	memcpy(row->key, texts->name[found->way], length);
	return length > 0;
}

/* As fill_key(). */
static int fill_row(struct reader *r, const struct top_found *found,
		    const struct top_totals *totals, struct top_row *row)
{
	int filled;

	*row = (struct top_row){
		.rcode = meta_of_set(r, found->set)->key[found->way].rcode,
		.ede = TOP_NO_EDE,
		.count = found->count,
		.low = found->low,
		.high = found->high + totals->unlisted,
	};
	filled = fill_key(r, found, row);
	if (filled <= 0)
		return filled;
	note_paths(r, found, row);
	if (row->high > totals->offending)
		row->high = totals->offending;
	if (row->count > row->high)
		row->count = row->high;
	return filled;
}

/* The list of a point from the best keys that were found there. */
static int fill_list(struct reader *r, struct topk *topk, const struct top_totals *totals,
		     struct top_list *list)
{
	uint64_t absent = r->unattributed_most;
	int err = top_list_reserve(list, topk->count);

	if (err)
		return err;
	topk_end(topk);
	if (topk->absent_high > absent)
		absent = topk->absent_high;
	for (size_t i = 0; i < topk->count; i++) {
		int filled = fill_row(r, &topk->found[i], totals, &list->rows[list->count]);

		if (filled < 0)
			return filled;
		if (filled)
			list->count++;
		else if (topk->found[i].high > absent)
			absent = topk->found[i].high;
	}
	absent += totals->unlisted;
	list->total = totals->offending;
	list->absent_high = absent < list->total ? absent : list->total;
	top_list_fit(list);
	return 0;
}

/* The list of zones of NODATA of a point. How many of these are in no table is not known. */
static int fill_nodata_zones(struct reader *r, uint32_t point, const struct top_totals *totals,
			     struct top_lists *lists)
{
	const struct top_totals nodata = {.offending = totals->nodata, .unlisted = totals->nodata};

	return fill_list(r, &r->topk[r->source->config->points + point], &nodata,
			 &lists->nodata_zones);
}

static int read_dimension(struct reader *r, const struct top_totals *totals,
			  struct top_lists *lists)
{
	const struct hook_config *config = r->source->config;
	int err = 0;

	r->unattributed_most = 0;
	for (uint32_t point = 0; point < config->points; point++) {
		topk_begin(&r->topk[point], lists[point].keep);
		topk_begin(&r->topk[config->points + point], lists[point].keep);
	}
	for (uint32_t set = 0; set < config->top_sets[r->dimension] && !err; set++)
		err = join(r, set);
	for (uint32_t point = 0; point < config->points && !err; point++) {
		if (!(config->top_point[point] >> r->dimension & 1))
			continue;
		err = fill_list(r, &r->topk[point], &totals[point],
				&lists[point].list[r->dimension]);
		if (!err && r->dimension == TOP_ZONE)
			err = fill_nodata_zones(r, point, &totals[point], &lists[point]);
		lists[point].listed |= 1u << r->dimension;
	}
	for (uint32_t cpu = 0; cpu < r->source->cpus; cpu++)
		map_mmap_close(&r->windows[cpu]);
	return err;
}

static int reader_open(struct reader *r, const struct top_source *source, struct top_lists *lists)
{
	size_t ways = (size_t)source->cpus * TOP_WAYS;

	*r = (struct reader){.source = source, .lists = lists, .place_count = 1};
	while (r->place_count < 2 * ways)
		r->place_count *= 2;
	r->keys = calloc(ways, sizeof(*r->keys));
	r->places = calloc(r->place_count, sizeof(*r->places));
	r->topk = calloc(2 * (size_t)source->config->points, sizeof(*r->topk));
	r->windows = calloc(source->cpus, sizeof(*r->windows));
	return r->keys && r->places && r->topk && r->windows ? 0 : -ENOMEM;
}

static void reader_close(struct reader *r)
{
	for (uint32_t i = 0; r->topk && i < 2 * r->source->config->points; i++)
		topk_free(&r->topk[i]);
	free(r->windows);
	free(r->topk);
	free(r->places);
	free(r->keys);
}

int top_read(const struct top_source *source, const struct top_totals *totals,
	     struct top_lists *lists)
{
	struct reader r;
	int err;

	for (uint32_t point = 0; point < source->config->points; point++)
		top_lists_clear(&lists[point]);
	if (!source->tables->sets || !source->config->points)
		return 0;
	err = reader_open(&r, source, lists);
	for (uint32_t d = 0; d < TOP_DIMENSIONS && !err; d++) {
		if (source->config->top_sets[d] == 0)
			continue;
		r.dimension = (enum top_dimension)d;
		err = read_dimension(&r, totals, lists);
	}
	reader_close(&r);
	return err;
}
