// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/listing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static double larger(double a, double b)
{
	return a > b ? a : b;
}

static void join_parts(struct model_row *row, const struct model_row *other)
{
	for (size_t i = 0; i < other->parts; i++) {
		size_t at = 0;

		while (at < row->parts && strcmp(row->part[at].name, other->part[i].name) != 0)
			at++;
		if (at == MODEL_PARTS)
			continue;
		if (at == row->parts)
			row->part[row->parts++] = other->part[i];
		else
			row->part[at].rate = larger(row->part[at].rate, other->part[i].rate);
	}
}

/* A failure that reaches a client has most often come from upstream: adding both would count it twice. */
static void join(struct model_row *row, const struct model_row *other)
{
	join_parts(row, other);
	row->failing = larger(row->failing, other->failing);
	row->denied = larger(row->denied, other->denied);
	row->other = larger(row->other, other->other);
	row->names = larger(row->names, other->names);
	row->unanswered = larger(row->unanswered, other->unanswered);
	row->asked = larger(row->asked, other->asked);
	row->bad = larger(row->bad, other->bad);
	if (row->ede == MODEL_NO_EDE)
		row->ede = other->ede;
	if (!row->qtype[0])
		model_word(row->qtype, other->qtype);
	if (!row->timed && other->timed) {
		row->timed = true;
		row->mean_s = other->mean_s;
		row->max_s = other->max_s;
	}
}

enum view_sides listing_sides(enum view_sides sides, enum model_list list)
{
	if (sides != VIEW_BOTH || list == MODEL_ZONES || list == MODEL_NAMES)
		return sides;
	return list == MODEL_SERVERS ? VIEW_UPSTREAM : VIEW_CLIENTS;
}

static bool is_wanted(enum view_sides sides, enum model_side_name side)
{
	return sides == VIEW_BOTH ||
	       (sides == VIEW_CLIENTS ? side == MODEL_CLIENTS : side == MODEL_UPSTREAM);
}

/* Whether clients have no answer for @key though no server leaves queries for it unanswered: so it is when a resolver hangs. */
static bool is_silent_here(const struct model *model, enum model_list list, const char *key)
{
	const struct model_row *asked = model_row_find(model, MODEL_CLIENTS, list, key);
	const struct model_row *passed = model_row_find(model, MODEL_UPSTREAM, list, key);

	return model->side[MODEL_CLIENTS].followed && asked && asked->unanswered > 0 &&
	       !(passed && passed->unanswered > 0);
}

bool listing_row(const struct model *model, enum view_sides sides, enum model_list list,
		 const char *key, struct model_row *row)
{
	bool found = false;

	for (enum model_side_name side = 0; side < MODEL_SIDES; side++) {
		const struct model_row *one = is_wanted(sides, side)
						      ? model_row_find(model, side, list, key)
						      : NULL;

		if (!one)
			continue;
		if (found)
			join(row, one);
		else
			*row = *one;
		found = true;
	}
	if (found && row->unanswered > 0)
		row->here = is_silent_here(model, list, key);
	/* That part is of queries to servers: it says nothing of failures that clients alone see. */
	if (found && row->bad >= 0 && row->bad * row->asked < (row->failing + row->unanswered) / 2)
		row->bad = -1;
	return found;
}

static double sort_value(const struct model_row *row, enum view_sort sort)
{
	switch (sort) {
	case VIEW_BY_UNANSWERED: return row->unanswered;
	case VIEW_BY_DENIED: return row->denied;
	case VIEW_BY_TIME: return row->timed ? row->mean_s : 0;
	case VIEW_BY_FAILING:
	case VIEW_BY_NAME:
	case VIEW_SORTS: break;
	}
	return row->failing + row->unanswered;
}

static int compare(const void *a, const void *b, void *context)
{
	enum view_sort sort = *(const enum view_sort *)context;
	const struct model_row *x = a, *y = b;
	double p = sort_value(x, sort), q = sort_value(y, sort);

	/* What is nobody's fault but this host's stands behind what is. */
	if (sort == VIEW_BY_FAILING && x->here != y->here)
		return x->here ? 1 : -1;
	if (sort != VIEW_BY_NAME && p < q)
		return 1;
	if (sort != VIEW_BY_NAME && p > q)
		return -1;
	if (sort != VIEW_BY_NAME && x->denied + x->other < y->denied + y->other)
		return 1;
	if (sort != VIEW_BY_NAME && x->denied + x->other > y->denied + y->other)
		return -1;
	return strcmp(x->key, y->key);
}

static void add_row(struct listing *listing, const struct view *view, const struct model_row *row)
{
	bool fails = row->failing + row->unanswered > 0;

	listing->failing += fails;
	if (view->filter[0] && !strcasestr(row->key, view->filter)) {
		listing->filtered++;
		return;
	}
	if (!fails && !view->all && sort_value(row, view->sort) <= 0) {
		listing->hidden++;
		return;
	}
	listing->row[listing->rows++] = *row;
}

int listing_make(struct listing *listing, const struct model *model, const struct view *view,
		 enum view_sides sides, enum model_list list)
{
	enum view_sort sort = view->sort;

	*listing = (struct listing){.row = calloc(MODEL_SIDES * MODEL_ROWS, sizeof(*listing->row))};
	if (!listing->row)
		return -ENOMEM;
	sides = listing_sides(sides, list);
	for (enum model_side_name side = 0; side < MODEL_SIDES; side++)
		for (size_t i = 0; i < model->side[side].rows[list]; i++) {
			const char *key = model->side[side].row[list][i].key;
			struct model_row row;

			if (!is_wanted(sides, side))
				break;
			/* Both sides' rows are joined where the first one is. */
			if (sides == VIEW_BOTH && side > 0 &&
			    model_row_find(model, MODEL_CLIENTS, list, key))
				continue;
			if (listing_row(model, sides, list, key, &row))
				add_row(listing, view, &row);
		}
	qsort_r(listing->row, listing->rows, sizeof(*listing->row), compare, &sort);
	return 0;
}

void listing_free(struct listing *listing)
{
	free(listing->row);
	*listing = (struct listing){0};
}

size_t listing_chosen(const struct listing *listing, const struct view *view)
{
	for (size_t i = 0; i < listing->rows; i++)
		if (strcmp(listing->row[i].key, view->chosen) == 0)
			return i;
	return 0;
}

/* ---- codes --------------------------------------------------------------------------------- */

enum model_side_name listing_code_side(const struct model *model, enum view_sides sides)
{
	if (sides == VIEW_UPSTREAM || (sides == VIEW_BOTH && !model->side[MODEL_CLIENTS].seen))
		return MODEL_UPSTREAM;
	return MODEL_CLIENTS;
}

static unsigned rank_of(const struct model_code *code)
{
	return code_rank(code->code, code->rate > 0);
}

static int compare_ranks(const void *a, const void *b)
{
	const struct model_code *x = a;
	const struct model_code *y = b;
	unsigned p = rank_of(x), q = rank_of(y);

	if (p != q)
		return p < q ? -1 : 1;
	return x->rate == y->rate ? 0 : x->rate > y->rate ? -1 : 1;
}

static int compare_places(const void *a, const void *b)
{
	uint32_t x = code_place(((const struct model_code *)a)->code);
	uint32_t y = code_place(((const struct model_code *)b)->code);

	return (x > y) - (x < y);
}

size_t listing_codes(const struct model_side *side, bool all, struct model_code codes[],
		     size_t count)
{
	struct model_code order[MODEL_CODES + 1] = {0};
	size_t shown = 0;

	for (size_t i = 0; i < side->codes; i++)
		if (all || side->code[i].rate > 0 || rank_of(&side->code[i]) < CODE_RANK_ABSENT)
			order[shown++] = side->code[i];
	qsort(order, shown, sizeof(order[0]), compare_ranks);
	shown = shown < count ? shown : count;
	qsort(order, shown, sizeof(order[0]), compare_places);
	memcpy(codes, order, shown * sizeof(order[0]));
	return shown;
}
