/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a report says about its lists beside the rows themselves. */
#ifndef RCODEWATCH_REPORT_LISTS_H
#define RCODEWATCH_REPORT_LISTS_H

#include "report/report.h"
#include "toplist/top_settings.h"

/* Set how many rows @report shows, what they are of, which codes are listed, and how much of addresses is kept. */
void report_set_lists(struct report *report, const struct top_settings *top);

#endif
