/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of transactions of an earlier generation, mapped. For one thread at a time. */
#ifndef RCODEWATCH_KEPT_TABLE_H
#define RCODEWATCH_KEPT_TABLE_H

#include "parser/txn_table.h"

/* Their maps: the table, its notes and what user space writes. */
#define KEPT_TXN_MAPS 3u
extern const char *const kept_txn_maps[KEPT_TXN_MAPS];

/* A table that is mapped; no program uses it any more. */
struct kept_txn {
	struct txn_bucket *bucket; /* NULL: there is none */
	struct txn_note *note;
	__u32 buckets;
};

/* Take what waits in @txn for unanswered: as txn_table_sweep(), with the zones of @names. 0 or -ENOMEM. */
int kept_txn_sweep(const struct kept_txn *txn, const struct hook_config *config,
		   struct host_store *names, int64_t ahead_ns, int64_t now_ns,
		   struct txn_counts *counts);
void kept_txn_close(struct kept_txn *txn);

#endif
