/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The hash of a domain name, and of each of its suffixes.
 *
 * What is hashed are the octets of the wire format without compression, A to Z as a to z (RFC 4343: no
 * other octet has a case; lengths, which are below 64, are none of these). They are taken by 8 from the
 * right, so that a suffix is the same words, up to its first, which is cut.
 *
 * It is NH of UMAC (RFC 4418 section 5.2; Black et al., CRYPTO 1999), a sum of products of keyed halves
 * of words, and a product of the length: two names that are not alike have the same hash with
 * probability 2^-32 over the keys, whatever they are; who does not know the keys cannot choose them so.
 */
#ifndef RCODEWATCH_NAME_HASH_H
#define RCODEWATCH_NAME_HASH_H

#include "dns_wire.h"
#include "pkt_ctx.h"

_Static_assert(NAME_WORDS * 8u > DNS_NAME_MAX, "a key for each word");

#define EACH_BYTE(x) (0x0101010101010101ULL * (x))

/* @word with those of its bytes that are A to Z made a to z. */
PKT_INLINE __u64 name_lower(__u64 word)
{
	__u64 low = word & EACH_BYTE(0x7f);
	__u64 from_a = low + EACH_BYTE(0x80 - 'A'), past_z = low + EACH_BYTE(0x7f - 'Z');
	__u64 upper = (from_a ^ past_z) & ~word & EACH_BYTE(0x80);

	return word | upper >> 2; /* 0x80 >> 2 is the difference between cases */
}

/* The same, sooner where no byte is from 0x40 to 0x5f: bit 6 set and bit 5 not. So are most names. */
PKT_INLINE __u64 name_fold(__u64 word)
{
	return unlikely(word & ~(word << 1) & EACH_BYTE(0x40)) ? name_lower(word) : word;
}

/* What a word adds to the hash. */
PKT_INLINE __u64 name_word(__u64 word, __u64 key)
{
	return (__u64)((__u32)word + (__u32)key) * ((__u32)(word >> 32) + (__u32)(key >> 32));
}

/* The last @octets of @word, 1 to 7, of which the others are to be forgotten. */
PKT_INLINE __u64 name_cut(__u64 word, __u32 octets)
{
	return word >> (64 - 8 * octets);
}

/* All bits of the result depend on all of @x: the finalizer of SplitMix64 (Steele et al., 2014). */
PKT_INLINE __u64 name_mix(__u64 x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

#endif
