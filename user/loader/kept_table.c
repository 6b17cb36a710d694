// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/kept_table.h"

#include <sys/mman.h>

#include "util/clock.h"

/* Longer ago than any time that a table has room for. */
#define LONG_AGO_NS (60 * NS_PER_S)

const char *const kept_txn_maps[KEPT_TXN_MAPS] = {"txn_buckets", "txn_details",
						  ".data.txn_control"};

int kept_txn_sweep(const struct kept_txn *txn, const struct hook_config *config,
		   struct host_store *names, int64_t ahead_ns, int64_t now_ns,
		   struct txn_counts *counts)
{
	struct hook_config theirs = *config;
	const struct txn_table table = {
		.bucket = txn->bucket,
		.note = txn->note,
		.config = &theirs,
		.names = names,
		.ahead_ns = ahead_ns,
	};

	if (!txn->bucket)
		return 0;
	theirs.txn_buckets = txn->buckets;
	return txn_table_sweep(&table, now_ns, LONG_AGO_NS, counts);
}

void kept_txn_close(struct kept_txn *txn)
{
	if (txn->bucket)
		munmap(txn->bucket, txn->buckets * sizeof(*txn->bucket));
	if (txn->note)
		munmap(txn->note, (size_t)txn->buckets * (1 + TXN_WAYS) * sizeof(*txn->note));
	*txn = (struct kept_txn){0};
}
