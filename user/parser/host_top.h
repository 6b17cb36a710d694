/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The functions of the lists that top_count.h and what it includes declare, on the host's memory. */
#ifndef RCODEWATCH_HOST_TOP_H
#define RCODEWATCH_HOST_TOP_H

#include "parser/host_memory.h"
#include "top_count.h"

PKT_INLINE struct msg_scratch *store_scratch(pkt_ctx *ctx, __u32 cpu_slot)
{
	(void)cpu_slot;
	return &ctx->store->message;
}

/* Memory is got when the first offending response comes: most captures of tests have none. */
PKT_INLINE struct top_set *store_top_set(pkt_ctx *ctx, __u32 index)
{
	struct host_store *store = ctx->store;

	if (!store->top.sets) {
		struct top_sizes sizes = top_tables_sizes(ctx->config, 1);

		if (top_tables_alloc(&store->top, &sizes) < 0) {
			store->error = -ENOMEM;
			return NULL;
		}
	}
	return &store->top.sets[index];
}

PKT_INLINE struct top_meta *store_top_meta(pkt_ctx *ctx, __u32 index)
{
	return &ctx->store->top.row_meta[index];
}

/* top_tables_text() and top_tables_hll(), where it is known whose set it is: without a division. */
PKT_INLINE __u32 kept_index(pkt_ctx *ctx, __u64 meta, __u32 index, __u32 kept)
{
	__u32 all = ctx->config->top_first[TOP_DIMENSIONS];

	return index - top_base(META_CPU(meta), META_EPOCH(meta), all - kept);
}

PKT_INLINE __u8 *store_top_name(pkt_ctx *ctx, __u64 meta, __u32 index, __u32 way)
{
	__u32 at = kept_index(ctx, meta, index, ctx->config->top_first[TOP_SERVER]);

	return ctx->store->top.texts[at].name[way];
}

PKT_INLINE __u8 *store_top_hll(pkt_ctx *ctx, __u64 meta, __u32 index, __u32 way)
{
	__u32 at = kept_index(ctx, meta, index, ctx->config->top_first[TOP_NAME]);

	return ctx->store->top.hlls[at].reg[way];
}

PKT_INLINE __u32 store_epoch(pkt_ctx *ctx, __u64 meta)
{
	(void)meta;
	return ctx->store->epoch;
}

PKT_INLINE __u64 store_suffix(pkt_ctx *ctx, __u32 index)
{
	const __u64 *suffixes = ctx->store->suffixes;

	return suffixes ? suffixes[index & (ctx->config->suffixes - 1)] : 0;
}

#endif
