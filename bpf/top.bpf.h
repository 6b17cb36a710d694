/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The functions of the lists that top_count.h and what it includes declare, on maps. */
#ifndef RCODEWATCH_TOP_BPF_H
#define RCODEWATCH_TOP_BPF_H

#include "maps.bpf.h"
#include "top_count.h"

PKT_INLINE struct top_set *store_top_set(pkt_ctx *ctx, __u32 index)
{
	return bpf_map_lookup_elem(&top_sets, &index);
}

PKT_INLINE struct top_meta *store_top_meta(pkt_ctx *ctx, __u32 index)
{
	return bpf_map_lookup_elem(&top_meta, &index);
}

/* The place of set @index in an array that has, of each CPU's sets, only the first @kept. */
PKT_INLINE __u32 kept_index(__u64 meta, __u32 index, __u32 kept)
{
	__u32 all = hook_config.top_first[TOP_DIMENSIONS];

	return index - (META_CPU(meta) * 2 + META_EPOCH(meta)) * (all - kept);
}

PKT_INLINE __u8 *store_top_name(pkt_ctx *ctx, __u64 meta, __u32 index, __u32 way)
{
	__u32 at = kept_index(meta, index, hook_config.top_first[TOP_SERVER]);
	struct top_texts *texts = bpf_map_lookup_elem(&top_texts, &at);

	return texts ? texts->name[pkt_clamp(way, TOP_WAYS - 1)] : NULL;
}

PKT_INLINE __u8 *store_top_hll(pkt_ctx *ctx, __u64 meta, __u32 index, __u32 way)
{
	__u32 at = kept_index(meta, index, hook_config.top_first[TOP_NAME]);
	struct top_hll *denied = bpf_map_lookup_elem(&top_hll, &at);

	return denied ? denied->reg[pkt_clamp(way, TOP_WAYS - 1)] : NULL;
}

/*
 * The control word is read a second time here, and may have changed since: by one, as it is not
 * changed again before the packet's program has ended. What the packet counts into stays the same.
 */
PKT_INLINE __u32 store_epoch(pkt_ctx *ctx, __u64 meta)
{
	__u32 epoch = *(const volatile __u32 *)&control.epoch;

	return (epoch & 1) == META_EPOCH(meta) ? epoch : epoch - 1;
}

PKT_INLINE __u64 store_suffix(pkt_ctx *ctx, __u32 index)
{
	__u64 *entry;

	index &= hook_config.suffixes - 1;
	entry = bpf_map_lookup_elem(&suffixes, &index);
	return entry ? *entry : 0;
}

#endif
