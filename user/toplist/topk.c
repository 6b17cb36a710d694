// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "toplist/topk.h"

#include <errno.h>
#include <stdlib.h>

#define ROOM_FIRST 64u

void topk_begin(struct topk *topk, size_t keep)
{
	topk->count = 0;
	topk->keep = keep;
	topk->absent_high = 0;
	topk->cut = false;
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

static void leave_out(struct topk *topk, const struct top_found *found)
{
	if (found->high > topk->absent_high)
		topk->absent_high = found->high;
}

/* To best->keep, which is more than 0 and less than there are. */
static void cut(struct topk *topk)
{
	select_first(topk->found, topk->count, topk->keep);
	for (size_t i = topk->keep; i < topk->count; i++)
		leave_out(topk, &topk->found[i]);
	topk->count = topk->keep;
	topk->cut = true;
	topk->least = topk->found[0];
	for (size_t i = 1; i < topk->count; i++)
		if (by_count(&topk->found[i], &topk->least) > 0)
			topk->least = topk->found[i];
}

/* Room for one more. 0 or -ENOMEM, with all as it was. */
static int reserve(struct topk *topk)
{
	size_t room = topk->room ? topk->room * 2 : ROOM_FIRST;
	struct top_found *found;

	if (topk->count < topk->room)
		return 0;
	found = reallocarray(topk->found, room, sizeof(*found));
	if (!found)
		return -ENOMEM;
	topk->found = found;
	topk->room = room;
	return 0;
}

int topk_offer(struct topk *topk, const struct top_found *found)
{
	int err;

	if (!topk->keep || (topk->cut && by_count(found, &topk->least) >= 0)) {
		leave_out(topk, found);
		return 0;
	}
	err = reserve(topk);
	if (err)
		return err;
	topk->found[topk->count++] = *found;
	if (topk->count / 2 >= topk->keep)
		cut(topk);
	return 0;
}

void topk_end(struct topk *topk)
{
	if (topk->count > topk->keep)
		cut(topk);
	if (topk->count)
		qsort(topk->found, topk->count, sizeof(*topk->found), by_count);
}

void topk_free(struct topk *topk)
{
	free(topk->found);
	*topk = (struct topk){0};
}
