/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Queries of a capture matched with their responses, by one thread and by the clock of the capture. */
#ifndef RCODEWATCH_CAPTURE_TRANSACTIONS_H
#define RCODEWATCH_CAPTURE_TRANSACTIONS_H

#include "capture/capture_counter.h"
#include "report/transactions.h"

struct capture_transactions {
	struct capture_counter *counter; /* not owned; NULL: none are followed */
	struct txn_counts counts;        /* since the last report */
	__u64 before[LOCAL_SIDES][TXN_EVENT_COUNT];
	struct host_store *names; /* for the zones of notes */
	int64_t swept_ns;         /* capture time; 0: never */
};

/*
 * @counter is open, has one thread and points by local addresses, and its configuration follows transactions. 0 or a negative
 * errno, logged. Free with capture_transactions_close(), before the counter.
 */
int capture_transactions_open(struct capture_transactions *transactions,
			      struct capture_counter *counter, const __u64 *suffixes);
void capture_transactions_close(struct capture_transactions *transactions);

/* A packet of @ns is going to be counted. 0 or -ENOMEM. */
int capture_transactions_packet(struct capture_transactions *transactions, int64_t ns);
/*
 * An interval ends at @ns: add what came in it to transactions->counts, which capture_transactions_begin() clears. 0 or
 * -ENOMEM.
 */
int capture_transactions_end(struct capture_transactions *transactions, int64_t ns);
void capture_transactions_begin(struct capture_transactions *transactions);

#endif
