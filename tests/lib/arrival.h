/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An arrival at one set of a table of heavy hitters, as count_top() of include/top_count.h counts it. */
#ifndef RCODEWATCH_TESTS_ARRIVAL_H
#define RCODEWATCH_TESTS_ARRIVAL_H

#include "top_set.h"

/* What came of it. */
struct arrival {
	__u32 way; /* TOP_WAYS: none */
	bool admitted;
};

/* @random: 32 bits. */
static inline struct arrival count_arrival(struct top_set *set, struct top_meta *row_meta,
					   __u32 epoch, __u64 place, __u32 random)
{
	__u32 fingerprint = top_fingerprint(place), way;

	top_renew(set, epoch);
	way = top_tagged(set, fingerprint);
	if (way < TOP_WAYS && set->fingerprint[way] != fingerprint)
		way = top_search(set, fingerprint);
	if (way < TOP_WAYS) {
		set->count[way]++;
		return (struct arrival){way, false};
	}
	way = top_least(set);
	if (!top_admits(set, way, random)) {
		set->unattributed++;
		return (struct arrival){TOP_WAYS, false};
	}
	top_give(set, row_meta, way, fingerprint);
	return (struct arrival){way, true};
}

#endif
