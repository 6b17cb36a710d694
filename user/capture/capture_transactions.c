// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "capture/capture_transactions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "parser/txn_table.h"
#include "util/clock.h"
#include "util/log.h"

int capture_transactions_open(struct capture_transactions *transactions,
			      struct capture_counter *counter, const __u64 *suffixes)
{
	int err;

	*transactions = (struct capture_transactions){0};
	err = txn_counts_init(&transactions->counts);
	if (err)
		return err;
	transactions->names = calloc(1, sizeof(*transactions->names));
	err = transactions->names
		      ? host_share_transactions(counter->store[SIDE_RX], counter->store[SIDE_TX],
						counter->config)
		      : -ENOMEM;
	if (err) {
		log_error("cannot set up matching of queries with responses: %s", strerror(-err));
		txn_counts_free(&transactions->counts);
		free(transactions->names);
		return err;
	}
	transactions->names->suffixes = suffixes;
	transactions->counter = counter;
	return 0;
}

void capture_transactions_close(struct capture_transactions *transactions)
{
	if (!transactions->counter)
		return;
	txn_counts_free(&transactions->counts);
	host_store_free(transactions->names);
	free(transactions->names);
	*transactions = (struct capture_transactions){0};
}

static int sweep(struct capture_transactions *transactions, int64_t ns)
{
	const struct host_store *store = transactions->counter->store[SIDE_RX];
	const struct txn_table table = {
		.bucket = store->txn_buckets,
		.note = store->txn_details,
		.config = transactions->counter->config,
		.names = transactions->names,
	};
	int64_t gap = transactions->swept_ns ? ns - transactions->swept_ns : 0;

	transactions->swept_ns = ns;
	return txn_table_sweep(&table, ns, gap, &transactions->counts);
}

int capture_transactions_packet(struct capture_transactions *transactions, int64_t ns)
{
	struct capture_counter *counter = transactions->counter;
	int err = 0;

	if (!counter)
		return 0;
	if (!transactions->swept_ns)
		transactions->swept_ns = ns;
	/* Silence in a capture is silence: what waited has been unanswered since, however long it lasted. */
	while (ns - transactions->swept_ns > TXN_SWEEP_EVERY && !err) {
		int64_t ahead = ns - transactions->swept_ns;
		/* By then nothing waits. */
		bool all = ahead > 2 * TXN_TIMEOUT_MAX_S * NS_PER_S;
		int64_t at = transactions->swept_ns + TXN_SWEEP_EVERY;

		err = sweep(transactions, at);
		if (all && !transactions->counts.side[TXN_CLIENTS].outstanding &&
		    !transactions->counts.side[TXN_UPSTREAM].outstanding)
			transactions->swept_ns = ns;
	}
	for (size_t side = 0; side < LOCAL_SIDES; side++)
		counter->store[side]->now_ns = ns;
	return err;
}

int capture_transactions_end(struct capture_transactions *transactions, int64_t ns)
{
	struct capture_counter *counter = transactions->counter;

	if (!counter)
		return 0;
	for (size_t side = 0; side < SIDE_NEITHER; side++) {
		const __u64 *now = counter->store[side]->counts.counters.txn;

		txn_counts_add_events(&transactions->counts, (enum direction)side,
				      transactions->before[side], now);
		memcpy(transactions->before[side], now, sizeof(transactions->before[side]));
	}
	txn_counts_add_times(&transactions->counts, counter->store[SIDE_RX]->txn_times);
	return sweep(transactions, ns > transactions->swept_ns ? ns : transactions->swept_ns);
}

void capture_transactions_begin(struct capture_transactions *transactions)
{
	if (transactions->counter)
		txn_counts_clear(&transactions->counts);
}
