/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The transactions of each interval, by side. For reporter.c. */
#ifndef RCODEWATCH_REPORTER_TRANSACTIONS_H
#define RCODEWATCH_REPORTER_TRANSACTIONS_H

#include "cli/reporter_state.h"

/* Add those of a reading to what each group has gathered. 0 or -ENOMEM. */
int reporter_gather_transactions(struct reporter *reports, const struct txn_counts *now);
/*
 * Make the reports of both sides, beside @part, in reports->transactions. They are valid until
 * reporter_clear_transactions(). How many: 0 if none are followed.
 */
size_t reporter_make_transactions(struct reporter *reports, struct report_group *group,
				  const struct report *part);
/* All of the interval are reported: begin the next one. */
void reporter_clear_transactions(struct report_group *group);

#endif
