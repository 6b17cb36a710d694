// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "toplist/topk.h"

#include <errno.h>
#include <stdlib.h>

#define ROOM_FIRST 64u

void top_best_begin(struct top_best *best, size_t keep)
{
	best->count = 0;
	best->keep = keep;
	best->absent_high = 0;
	best->cut = false;
}

/* Above 0 if @a comes after @b. */
static int by_count(const void *a, const void *b)
{
	const struct top_found *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return (x->high < y->high) - (x->high > y->high);
}

static void swap(struct top_found *a, struct top_found *b)
{
	struct top_found c = *a;

	*a = *b;
	*b = c;
}

/* Bring the @keep first of @count by by_count() to the front: selection (Hoare, 1961). */
static void select_first(struct top_found *found, size_t count, size_t keep)
{
	ptrdiff_t low = 0, high = (ptrdiff_t)count - 1, last = (ptrdiff_t)keep - 1;

	while (low < high) {
		struct top_found pivot = found[low + (high - low) / 2];
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
}

static void leave_out(struct top_best *best, const struct top_found *found)
{
	if (found->high > best->absent_high)
		best->absent_high = found->high;
}

/* To best->keep, which is more than 0 and less than there are. */
static void cut(struct top_best *best)
{
	select_first(best->found, best->count, best->keep);
	for (size_t i = best->keep; i < best->count; i++)
		leave_out(best, &best->found[i]);
	best->count = best->keep;
	best->cut = true;
	best->least = best->found[0];
	for (size_t i = 1; i < best->count; i++)
		if (by_count(&best->found[i], &best->least) > 0)
			best->least = best->found[i];
}

/* Room for one more. 0 or -ENOMEM, with all as it was. */
static int reserve(struct top_best *best)
{
	size_t room = best->room ? best->room * 2 : ROOM_FIRST;
	struct top_found *found;

	if (best->count < best->room)
		return 0;
	found = reallocarray(best->found, room, sizeof(*found));
	if (!found)
		return -ENOMEM;
	best->found = found;
	best->room = room;
	return 0;
}

int top_best_offer(struct top_best *best, const struct top_found *found)
{
	int err;

	if (!best->keep || (best->cut && by_count(found, &best->least) >= 0)) {
		leave_out(best, found);
		return 0;
	}
	err = reserve(best);
	if (err)
		return err;
	best->found[best->count++] = *found;
	if (best->count / 2 >= best->keep)
		cut(best);
	return 0;
}

void top_best_end(struct top_best *best)
{
	if (best->count > best->keep)
		cut(best);
	if (best->count)
		qsort(best->found, best->count, sizeof(*best->found), by_count);
}

void top_best_free(struct top_best *best)
{
	free(best->found);
	*best = (struct top_best){0};
}
