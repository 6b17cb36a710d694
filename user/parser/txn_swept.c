// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "parser/txn_table.h"

/* The entries of a side are one half of the table. */
static __u64 *count_of(struct txn_swept *swept, const struct hook_config *config, __u64 at)
{
	__u64 half = (__u64)config->txn_buckets / 2 * (1 + TXN_WAYS);

	return &swept->count[at < half ? TXN_CLIENTS : TXN_UPSTREAM];
}

void txn_swept_begin(struct txn_swept *swept, const struct hook_config *config, size_t at,
		     __u64 word)
{
	swept->word = word;
	swept->after = *count_of(swept, config, at) + 1;
	__atomic_store_n(&swept->at, at + 1, __ATOMIC_SEQ_CST);
}

void txn_swept_end(struct txn_swept *swept, const struct hook_config *config, bool done)
{
	if (done)
		__atomic_store_n(count_of(swept, config, swept->at - 1), swept->after,
				 __ATOMIC_SEQ_CST);
	__atomic_store_n(&swept->at, 0, __ATOMIC_SEQ_CST);
}

void txn_swept_resume(struct txn_swept *swept, const struct hook_config *config,
		      const struct txn_bucket *bucket)
{
	__u64 at = swept->at - 1;

	if (!swept->at)
		return;
	/* Its word is another if it was swapped, or if a query has got the place since, which then was most likely free. */
	txn_swept_end(swept, config,
		      at < (__u64)config->txn_buckets * (1 + TXN_WAYS) &&
			      bucket[at / (1 + TXN_WAYS)].word[at % (1 + TXN_WAYS)] != swept->word);
}
