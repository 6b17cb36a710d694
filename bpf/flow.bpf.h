/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The flow functions that tcp_flow.h and tcp_stream.h declare, on maps. */
#ifndef RCODEWATCH_FLOW_BPF_H
#define RCODEWATCH_FLOW_BPF_H

#include "flow_bucket.h"
#include "maps.bpf.h"

PKT_INLINE struct flow_scratch *store_flow_scratch(pkt_ctx *ctx)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&flow_scratch, &zero);
}

PKT_INLINE struct flow_bucket *bucket_of(__u64 id)
{
	__u32 index = (__u32)(id >> 32) & (hook_config.flow_buckets - 1);

	return bpf_map_lookup_elem(&flows, &index);
}

PKT_INLINE enum flow_found store_flow_acquire(pkt_ctx *ctx, __u64 id, bool create)
{
	struct flow_scratch *scratch = store_flow_scratch(ctx);
	struct flow_bucket *bucket = bucket_of(id);
	enum flow_found found;

	if (!scratch || !bucket)
		return FLOW_ABSENT;
	scratch_clear(scratch);
	bpf_spin_lock(&bucket->lock);
	found = bucket_acquire(bucket, scratch, id, create);
	bpf_spin_unlock(&bucket->lock);
	if (found == FLOW_NEW)
		scratch_new(scratch, id);
	return found;
}

PKT_INLINE bool store_flow_pass(pkt_ctx *ctx, __u64 id, __u32 position, __u32 length)
{
	struct flow_bucket *bucket = bucket_of(id);
	bool passed;

	if (!bucket)
		return false;
	bpf_spin_lock(&bucket->lock);
	passed = bucket_pass(bucket, id, position, length);
	bpf_spin_unlock(&bucket->lock);
	return passed;
}

PKT_INLINE void store_flow_put(pkt_ctx *ctx, bool keep)
{
	struct flow_scratch *scratch = store_flow_scratch(ctx);
	struct flow_bucket *bucket;

	if (!scratch)
		return;
	scratch->flow.busy = 0;
	bucket = bucket_of(scratch->flow.id);
	if (!bucket)
		return;
	bpf_spin_lock(&bucket->lock);
	bucket_put(bucket, scratch, keep);
	bpf_spin_unlock(&bucket->lock);
}

#endif
