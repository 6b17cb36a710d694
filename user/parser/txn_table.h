/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of transactions, the kernel's or the host's: queries whose time is over are taken out, each once. */
#ifndef RCODEWATCH_TXN_TABLE_H
#define RCODEWATCH_TXN_TABLE_H

#include "parser/host_memory.h"
#include "report/transactions.h"

/* A table is swept at least so often: times in it wrap after 17 s, of which the timeout may take 10. */
#define TXN_SWEEP_EVERY (4 * NS_PER_S)

/*
 * How many queries have been swept out of a table, ever, by side: in memory that outlives the process, and exact whenever that
 * ends. Zeroed with the table.
 */
struct txn_swept {
	__u64 count[TXN_SIDES];
	/* The entry that is being swept, plus one; 0: none. Then what its word was, and what count[] is to be. */
	__u64 at, word, after;
};

struct txn_table {
	struct txn_bucket
		*bucket; /* config->txn_buckets of them; the kernel may change them meanwhile */
	struct txn_note *note; /* by bucket * (1 + TXN_WAYS) + way; likewise */
	const struct hook_config *config;
	struct host_store *names; /* for the zones of notes */
	int64_t ahead_ns; /* of the clock of the table, before that of struct txn_counts.now_ns */
	struct txn_swept *swept; /* is kept up to date; NULL: nobody wants to know */
	/* Of struct txn_counts.now_ns, for a table into which queries come while it is swept; NULL: none do. */
	int64_t (*clock)(void);
};

/* Whether times in the table have come round if the last sweep was @gap_ns ago: then all that waits is taken for unanswered. */
bool txn_table_came_round(const struct hook_config *config, int64_t gap_ns);
/*
 * Take out what was sent before the timeout at @now_ns, by the clock of struct txn_counts.now_ns, and add to @counts what stayed
 * unanswered, with its servers and zones, responses from upstream that have not been seen before, and how much waits. The sweep
 * before was @gap_ns ago. 0 or -ENOMEM.
 */
int txn_table_sweep(const struct txn_table *table, int64_t now_ns, int64_t gap_ns,
		    struct txn_counts *counts);

/* Before the swap of an entry whose word is @word, and after it: @done is whether it succeeded. */
void txn_swept_begin(struct txn_swept *swept, const struct hook_config *config, size_t at,
		     __u64 word);
void txn_swept_end(struct txn_swept *swept, const struct hook_config *config, bool done);
/* The process that swept the table at @bucket has ended, between any two of its instructions: count what it had not. */
void txn_swept_resume(struct txn_swept *swept, const struct hook_config *config,
		      const struct txn_bucket *bucket);

#endif
