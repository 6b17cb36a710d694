/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One set of a table of heavy hitters, in the kernel and on the host: the algorithm and its memory.
 *
 * A table counts the most frequent keys of a stream in fixed memory. It is divided into sets, and a
 * key belongs to one of them by its hash. A key that has a way counts by plain addition. One that has
 * none is admitted with probability 1 / (m + 1), m being the smallest count in the set, and takes
 * the place of that smallest way (randomized admission, RAP: Ben Basat et al., INFOCOM 2017): under a
 * flood of keys that never come again few are admitted, and the frequent ones stay.
 *
 * What RAP does not give by itself are bounds. Here each set counts its unattributed arrivals U: those
 * that were not admitted, and what a way that had to go had counted itself. A way holds its count c,
 * the m that it began from, and U of the moment when it was admitted. Then for every key with a way
 *
 *     c - m  <=  arrivals of the key  <=  c - m + U(admission)
 *
 * as since its admission each arrival was counted, and each one before it went into U; and a key
 * without a way has arrived U times at most. The sum over ways of c - m, and U, is what arrived.
 *
 * Counts have 32 bits: whoever reads the tables ends the interval before as much can arrive.
 */
#ifndef RCODEWATCH_TOP_SET_H
#define RCODEWATCH_TOP_SET_H

#include "pkt_ctx.h"

#define TOP_DISCARDED 0xffffffffu /* not admitted */
#define TOP_ADMITTED \
	0x100u /* beside the way's number: the key and what goes with it are to be written */

/*
 * The fingerprint by which a way is found again: 32 bits of the key's hash that have no part in
 * choosing the set. Two keys of one set share it with probability 2^-32 and are then one.
 */
PKT_INLINE __u32 top_fingerprint(__u64 hash)
{
	__u32 fingerprint = (__u32)hash;

	return fingerprint ? fingerprint : 1;
}

/* The set, of @sets, that a key with @hash belongs to. */
PKT_INLINE __u32 top_set_of(__u64 hash, __u32 sets)
{
	return (__u32)((hash >> 32) * sets >> 32);
}

/* Make @set that of epoch @generation: what an earlier epoch left is void. */
PKT_INLINE void top_renew(struct top_set *set, __u32 generation)
{
	if (set->generation == generation)
		return;
	set->generation = generation;
	set->unattributed = 0;
#ifdef __bpf__
#pragma clang loop unroll(full)
#endif
	for (__u32 way = 0; way < TOP_WAYS; way++) {
		set->fingerprint[way] = 0;
		set->count[way] = 0;
	}
}

/*
 * Count an arrival of the key with @fingerprint in epoch @generation. @random: 32 bits that nobody
 * outside can foresee. Gives the key's way, with TOP_ADMITTED if it is new there, or TOP_DISCARDED.
 */
PKT_INLINE __u32 top_touch(struct top_set *set, __u32 generation, __u32 fingerprint, __u32 random)
{
	__u32 least = 0, least_count;

	top_renew(set, generation);
#ifdef __bpf__
#pragma clang loop unroll(full)
#endif
	for (__u32 way = 0; way < TOP_WAYS; way++)
		if (set->fingerprint[way] == fingerprint) {
			set->count[way]++;
			return way;
		}
	least_count = set->count[0];
#ifdef __bpf__
#pragma clang loop unroll(full)
#endif
	for (__u32 way = 1; way < TOP_WAYS; way++)
		if (set->count[way] < least_count) {
			least_count = set->count[way];
			least = way;
		}
	if (((__u64)random * ((__u64)least_count + 1)) >> 32 != 0) {
		set->unattributed++;
		return TOP_DISCARDED;
	}
	least = pkt_clamp(least, TOP_WAYS - 1);
	set->before[least] = set->unattributed;
	if (least_count) /* an empty way has nothing to give up, and inherited[] of an earlier epoch */
		set->unattributed += least_count - set->inherited[least];
	set->inherited[least] = least_count;
	set->fingerprint[least] = fingerprint;
	set->count[least] = least_count + 1;
	return least | TOP_ADMITTED;
}

#endif
