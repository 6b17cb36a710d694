/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From two snapshots to what happened between them. */
#ifndef RCODEWATCH_RATES_H
#define RCODEWATCH_RATES_H

#include "report/report.h"
#include "report/snapshot.h"

/*
 * Fill the figures of @report from @before and @now, start, end and interval included: a pure
 * function of the two. The fields that name host, instance, seq, interface, direction and hook are
 * the caller's and stay as they are. A zeroed @before stands for the time when the source was made.
 *
 * Without elapsed time all rates are 0. Counters of one source only grow: where one of @now is below
 * its value in @before, the two are not of the same source, and all counts of the interval are 0
 * (the totals are those of @now).
 */
void rates_report(const struct snapshot *before, const struct snapshot *now, struct report *report);

#endif
