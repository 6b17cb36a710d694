// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/reporter_transactions.h"

#include "util/clock.h"

int reporter_gather_transactions(struct reporter *reports, const struct txn_counts *now)
{
	int err = 0;

	if (!now)
		return 0;
	reports->follows = true;
	for (size_t g = 0; g < reports->groups && !err; g++)
		err = txn_counts_add(&reports->group[g].txn, now);
	return err;
}

size_t reporter_make_transactions(struct reporter *reports, struct report_group *group,
				  const struct report *part)
{
	if (!reports->follows)
		return 0;
	for (enum txn_side side = 0; side < TXN_SIDES; side++) {
		struct txn_report *report = &reports->transactions[side];

		txn_report_begin(report, part, side, clock_seconds(reports->settings->timeout_ns));
		txn_report_make(report, &group->txn, side, reports->settings->top.rows);
		group->queries[side] += report->queries;
		group->responses[side] += report->responses;
		report->one_sided = !group->queries[side] != !group->responses[side];
	}
	return TXN_SIDES;
}

void reporter_clear_transactions(struct report_group *group)
{
	txn_counts_clear(&group->txn);
}
