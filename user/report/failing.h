/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One zone or this host: whether the responses with a code are of one zone or of many. */
#ifndef RCODEWATCH_FAILING_H
#define RCODEWATCH_FAILING_H

#include "report/report.h"

/*
 * Fill report->failing from the counts of @report and its list of zones, whose rows have their names: of each of
 * top_code_rcode[] whose responses are all listed. None without that list.
 */
void report_failing_fill(struct report *report);

/* That of @rcode; NULL: it is not known of which zones its responses are. */
const struct report_failing *report_failing_find(const struct report *report, uint16_t rcode);

#endif
