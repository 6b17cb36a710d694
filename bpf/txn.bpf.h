/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The functions of transactions that txn.h declares, on maps. */
#ifndef RCODEWATCH_TXN_BPF_H
#define RCODEWATCH_TXN_BPF_H

#include "maps.bpf.h"
#include "txn.h"

PKT_INLINE struct txn_bucket *store_txn_bucket(pkt_ctx *ctx, __u32 index)
{
	return bpf_map_lookup_elem(&txn_buckets, &index);
}

PKT_INLINE struct txn_note *store_txn_note(pkt_ctx *ctx, __u32 index)
{
	return bpf_map_lookup_elem(&txn_details, &index);
}

/* Of objects for kernels that have no compare-and-swap for programs (before 5.12) nothing calls this. */
PKT_INLINE bool store_txn_swap(pkt_ctx *ctx, __u64 *word, __u64 from, __u64 to)
{
#ifdef PKT_TRANSACTIONS
	return __sync_val_compare_and_swap(word, from, to) == from;
#else
	return false;
#endif
}

PKT_INLINE __u64 store_txn_now(pkt_ctx *ctx)
{
	__u64 ns = bpf_jiffies64() * pkt_config(ctx)->txn_tick_ns +
		   pkt_config(ctx)->txn_tick_offset;

	return ns >> TXN_UNIT_SHIFT & TXN_TIME_MASK;
}

PKT_INLINE __u64 store_txn_precise(pkt_ctx *ctx)
{
	return bpf_ktime_get_ns() >> TXN_UNIT_SHIFT & TXN_TIME_MASK;
}

PKT_INLINE __u32 store_txn_every(pkt_ctx *ctx)
{
	return *(const volatile __u32 *)&txn_control.every;
}

PKT_INLINE bool store_txn_settling(pkt_ctx *ctx)
{
	return *(const volatile __u32 *)&txn_control.settling;
}

PKT_INLINE struct txn_histograms *store_txn_histograms(pkt_ctx *ctx, __u64 meta)
{
	__u32 index = META_CPU(meta) * 2 + META_EPOCH(meta);

	return bpf_map_lookup_elem(&txn_histograms, &index);
}

#endif
