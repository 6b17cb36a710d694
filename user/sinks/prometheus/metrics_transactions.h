/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Metrics of queries and their responses, by side. */
#ifndef RCODEWATCH_METRICS_TRANSACTIONS_H
#define RCODEWATCH_METRICS_TRANSACTIONS_H

#include "report/transactions.h"
#include "sinks/prometheus/metrics_page.h"

/* What reports of a side add up to since the listener was opened. */
struct metrics_transactions {
	uint64_t event[TXN_EVENT_COUNT];
	uint64_t unanswered;
	uint64_t outstanding; /* as of the last report */
	struct txn_time_counts times[TRANSPORT_COUNT][2];
};

void metrics_transactions_add(struct metrics_transactions totals[TXN_SIDES],
			      const struct txn_report *reports);
/* All families. @reports: of the last interval, for rates of @top zones and servers. */
void metrics_put_transactions(struct metrics_page *page,
			      const struct metrics_transactions totals[TXN_SIDES],
			      const struct txn_report *reports, size_t top);

#endif
