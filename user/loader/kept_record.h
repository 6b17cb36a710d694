/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How far reports had come: written with each, so that the next run's first report follows the last one. A sudden
 * end while it is written leaves the record before.
 */
#ifndef RCODEWATCH_KEPT_RECORD_H
#define RCODEWATCH_KEPT_RECORD_H

#include "loader/kept.h"
#include "loader/read_maps.h"

/*
 * @now, which @source has given, is about to be reported. Nothing if nothing is kept.
 */
void kept_record_write(struct kept *kept, const struct read_maps *source,
		       const struct snapshot_set *now);
/* The last report of those with this interval. */
void kept_record_number(struct kept *kept, int64_t interval_ns, uint64_t seq);
uint64_t kept_record_numbered(const struct kept *kept, int64_t interval_ns);
/*
 * Let @source, which is open and has read nothing, go on where the last run has ended, and give what had been reported
 * in @before, of all points. *@lists: those of the interval are whole. 0 or a negative errno.
 */
int kept_record_resume(struct kept *kept, struct read_maps *source, struct snapshot_set *before,
		       bool *lists);

#endif
