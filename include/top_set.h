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

#include "name_hash.h"

/* The octets of tags that have ways, each with its highest bit. */
#define TOP_TAGS (0x8080808080808080ULL >> 8 * (8 - TOP_WAYS))

/*
 * The hash by which a key is placed, from one of what it is: @key is odd, so that nothing of @hash is
 * lost, and random, so that nobody outside knows the set.
 */
PKT_INLINE __u64 top_place(__u64 hash, __u64 key)
{
	hash *= key;
	return hash ^ hash >> 32;
}

#define TOP_USED 0x80000000u /* set in every fingerprint: a free way has none */

/*
 * The fingerprint by which a way is found again: 31 bits of the key's hash. Two keys of one set share it
 * with probability 2^-31 and are then one.
 */
PKT_INLINE __u32 top_fingerprint(__u64 place)
{
	return (__u32)place | TOP_USED;
}

/* The set, of @sets, that a key belongs to: by the bits that the fingerprint has least of. */
PKT_INLINE __u32 top_set_of(__u64 place, __u32 sets)
{
	return (__u32)((place >> 32) * sets >> 32);
}

/* Make @set that of epoch @generation: what an earlier epoch left is void. */
PKT_INLINE void top_renew(struct top_set *set, __u32 generation)
{
	if (likely(set->generation == generation))
		return;
	set->generation = generation;
	set->unattributed = 0;
	set->tags = 0;
	PKT_UNROLLED
	for (__u32 way = 0; way < TOP_WAYS; way++) {
		set->fingerprint[way] = 0;
		set->count[way] = 0;
	}
}

/* The way of the key with @fingerprint, or TOP_WAYS: by looking at one after the other. */
PKT_INLINE __u32 top_search(const struct top_set *set, __u32 fingerprint)
{
	PKT_UNROLLED
	for (__u32 way = 0; way < TOP_WAYS; way++)
		if (set->fingerprint[way] == fingerprint)
			return way;
	return TOP_WAYS;
}

/*
 * The first way whose tag is that of @fingerprint, or TOP_WAYS. All tags are compared at once: a loop
 * over ways ends at another one for each packet, which the processor foresees badly.
 */
PKT_INLINE __u32 top_tagged(const struct top_set *set, __u32 fingerprint)
{
	__u64 unlike = set->tags ^ EACH_BYTE(fingerprint & 0xffu);
	__u64 alike = (unlike - EACH_BYTE(1)) & ~unlike & TOP_TAGS;

	if (!alike) /* exact; and the lowest bit that is set is that of an octet that is alike */
		return TOP_WAYS;
	alike &= -alike;
	/* From 2^(8 way + 7): the multiplier's octets are the ways, from the highest. */
	return (__u32)((alike >> 7) * 0x0001020304050607ULL >> 56) & 7u;
}

/* The lesser of two numbers below 2^63, by arithmetic. */
PKT_INLINE __u64 lesser(__u64 a, __u64 b)
{
	__s64 difference = (__s64)(a - b);

	return b + ((__u64)difference & (__u64)(difference >> 63));
}

/*
 * The way that has counted least. Not by comparing and going on one way or the other: under a flood all
 * ways have counted about as much, and the processor would foresee none of it.
 */
PKT_INLINE __u32 top_least(const struct top_set *set)
{
	__u64 least = (__u64)set->count[0] << 3;

	PKT_UNROLLED
	for (__u32 way = 1; way < TOP_WAYS; way++)
		least = lesser(least, (__u64)set->count[way] << 3 | way);
	return (__u32)least & 7u;
}

/*
 * Whether a key that has no way is to be given @way, of those that have counted least. @random: 32 bits
 * that nobody outside can foresee.
 */
PKT_INLINE bool top_admits(const struct top_set *set, __u32 way, __u32 random)
{
	return ((__u64)random * ((__u64)set->count[way] + 1)) >> 32 == 0;
}

/* Give @way to the key with @fingerprint, which has just arrived. */
PKT_INLINE void top_give(struct top_set *set, struct top_meta *row_meta, __u32 way,
			 __u32 fingerprint)
{
	__u32 count = set->count[way];

	row_meta->before[way] = set->unattributed;
	if (count) /* an empty way has nothing to give up, and inherited[] of an earlier epoch */
		set->unattributed += count - row_meta->inherited[way];
	row_meta->inherited[way] = count;
	set->fingerprint[way] = fingerprint;
	set->count[way] = count + 1;
	set->tags = (set->tags & ~(0xffULL << 8 * way)) | (__u64)(fingerprint & 0xffu) << 8 * way;
}

#endif
