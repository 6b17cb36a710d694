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

PKT_INLINE __u64 store_txn_now(pkt_ctx *ctx)
{
	__u64 ns = bpf_jiffies64() * pkt_config(ctx)->txn_tick_ns +
		   pkt_config(ctx)->txn_tick_offset;

	return ns >> TXN_UNIT_SHIFT & TXN_TIME_MASK;
}

#ifdef PKT_TXN_LOCKS
/*
 * Whether @from is a word that user space may be taking out, which it does without a lock. It announces that a grace period before it
 * begins, and takes the announcement back a grace period after its end.
 */
PKT_INLINE bool txn_is_swept(pkt_ctx *ctx, __u64 from)
{
	__u32 sweeping = *(const volatile __u32 *)&txn_control.sweeping;

	if (likely(sweeping == TXN_SWEEPS_NONE) || !(from & TXN_PENDING))
		return false;
	return sweeping == TXN_SWEEPS_ALL || !txn_waits(ctx, from, store_txn_now(ctx));
}
#endif

/* Of objects without transactions nothing calls this. */
PKT_INLINE bool store_txn_swap(pkt_ctx *ctx, __u32 bucket, __u64 *word, __u64 from, __u64 to)
{
#if defined(PKT_TXN_LOCKS)
	__u32 index = bucket & (TXN_LOCKS - 1);
	struct txn_lock *lock = bpf_map_lookup_elem(&txn_locks, &index);
	volatile __u64 *at = word;
	bool same;

	if (!lock || txn_is_swept(ctx, from))
		return false;
	bpf_spin_lock(&lock->lock);
	same = *at == from;
	if (same)
		*at = to;
	bpf_spin_unlock(&lock->lock);
	return same;
#elif defined(PKT_TRANSACTIONS)
	return __sync_val_compare_and_swap(word, from, to) == from;
#else
	return false;
#endif
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
