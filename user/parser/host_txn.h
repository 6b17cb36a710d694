/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The functions of transactions that txn.h declares, on the host's memory. */
#ifndef RCODEWATCH_HOST_TXN_H
#define RCODEWATCH_HOST_TXN_H

#include <errno.h>
#include <stdlib.h>

#include "parser/host_memory.h"
#include "txn.h"

static void host_txn_free(struct host_store *store)
{
	if (!store->txn_borrowed) {
		free(store->txn_buckets);
		free(store->txn_details);
		free(store->txn_times);
	}
	store->txn_buckets = NULL;
	store->txn_details = NULL;
	store->txn_times = NULL;
}

/* 0 or -ENOMEM. */
static int host_txn_make(struct host_store *store, const struct hook_config *config)
{
	size_t buckets = config->txn_buckets;

	store->txn_buckets = aligned_alloc(64, buckets * sizeof(*store->txn_buckets));
	store->txn_details = calloc(buckets * (1 + TXN_WAYS), sizeof(*store->txn_details));
	store->txn_times = calloc(1, sizeof(*store->txn_times));
	if (store->txn_buckets && store->txn_details && store->txn_times) {
		memset(store->txn_buckets, 0, buckets * sizeof(*store->txn_buckets));
		return 0;
	}
	host_txn_free(store);
	return -ENOMEM;
}

/* Gives whether there is a table. */
static bool host_txn_table(pkt_ctx *ctx)
{
	struct host_store *store = ctx->store;

	if (!store->txn_times && host_txn_make(store, ctx->config) < 0)
		store->error = -ENOMEM;
	return store->txn_times;
}

PKT_INLINE struct txn_bucket *store_txn_bucket(pkt_ctx *ctx, __u32 index)
{
	return host_txn_table(ctx) ? &ctx->store->txn_buckets[index] : NULL;
}

PKT_INLINE struct txn_note *store_txn_note(pkt_ctx *ctx, __u32 index)
{
	return &ctx->store->txn_details[index];
}

/* Atomic, as threads of tests share a table. */
PKT_INLINE bool store_txn_swap(pkt_ctx *ctx, __u32 bucket, __u64 *word, __u64 from, __u64 to)
{
	(void)ctx;
	(void)bucket;
	return __atomic_compare_exchange_n(word, &from, to, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST);
}

PKT_INLINE __u64 store_txn_now(pkt_ctx *ctx)
{
	return (__u64)ctx->store->now_ns >> TXN_UNIT_SHIFT & TXN_TIME_MASK;
}

PKT_INLINE __u64 store_txn_precise(pkt_ctx *ctx)
{
	return store_txn_now(ctx);
}

PKT_INLINE __u32 store_txn_every(pkt_ctx *ctx)
{
	(void)ctx;
	return 1;
}

PKT_INLINE bool store_txn_settling(pkt_ctx *ctx)
{
	return ctx->store->txn_settling;
}

PKT_INLINE struct txn_histograms *store_txn_histograms(pkt_ctx *ctx, __u64 meta)
{
	(void)meta;
	return ctx->store->txn_times;
}

#endif
