/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The largest of many keys, and a bound of all others: a list in the making. A flood brings tens of
 * thousands of keys of which some hundreds are kept, and nearly all are done with by one comparison.
 */
#ifndef RCODEWATCH_TOPK_H
#define RCODEWATCH_TOPK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"

/* A key that has been put together from the ways of all CPUs. */
struct top_found {
	uint64_t count, low, high;
	const struct top_set *set; /* one that has it */
	uint32_t index;            /* of that among all sets */
	uint32_t way;              /* in that */
	uint32_t number;           /* of the set in its table, the same for each CPU */
};

struct topk {
	struct top_found *found; /* room for twice as many as are kept, so as to cut seldom */
	size_t count, room;
	size_t keep;            /* so many at most, in the end */
	uint64_t absent_high;   /* of all that were left out */
	bool cut;               /* once at least: */
	struct top_found least; /* of those that were kept then */
};

/* Empty, to keep @keep; what is allocated stays. @topk is zeroed or was used before. */
void topk_begin(struct topk *topk, size_t keep);
/* One more key: kept if it is among the largest by count and, where that is equal, by high. 0 or -ENOMEM. */
int topk_offer(struct topk *topk, const struct top_found *found);
/* No more are offered: keep best->keep of them at most, in order, the largest first. */
void topk_end(struct topk *topk);
void topk_free(struct topk *topk);

#endif
