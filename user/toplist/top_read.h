/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From the tables of an epoch (include/top_set.h) to the lists of that epoch. */
#ifndef RCODEWATCH_TOP_READ_H
#define RCODEWATCH_TOP_READ_H

#include "toplist/top_list.h"
#include "toplist/top_tables.h"

/* Tables that nobody writes to any more. */
struct top_source {
	const struct top_tables *tables;
	const struct hook_config *config;
	uint32_t cpus;  /* CPUs' tables of one epoch */
	uint32_t epoch; /* its number; its lowest bit says which of the two */
	int texts_fd;   /* of a map that has tables->texts where these are NULL */
};

/* What a point counted in the epoch, of what lists are about. */
struct top_totals {
	uint64_t offending, unlisted; /* as in struct pkt_counters */
	uint64_t nodata; /* counted by zone, though not offending: OFFENDING_NODATA_ZONES */
};

/* @counters: of any time. */
struct top_totals top_totals_of(const struct hook_config *config,
				const struct pkt_counters *counters);
/* What came from @before to @now. */
struct top_totals top_totals_since(const struct top_totals *now, const struct top_totals *before);

/*
 * Read the lists of all points of source->config: @lists[point] gets those that its top_point[point] asks
 * for, cut to lists[point].keep rows, with @totals[point], and nodata_zones likewise. What the tables hold is checked: a row that
 * cannot be is left out, and counts among what is absent. 0, or a negative errno with @lists in
 * between: -ENOMEM, or what the kernel says where names are in a map.
 */
int top_read(const struct top_source *source, const struct top_totals *totals,
	     struct top_lists *lists);

#endif
