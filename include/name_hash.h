/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The hash of a domain name, and of each of its suffixes.
 *
 * Each label is hashed by itself, under a secret key, with its length, A to Z as a to z (RFC 4343: no
 * other byte has a case); the hashes are then combined from the right, so that one pass gives the hash
 * of every suffix. A label is read as words of 8 bytes straight from the packet.
 *
 * A label's hash is NH of UMAC (RFC 4418 section 5.2; Black et al., CRYPTO 1999): sums of products of
 * keyed halves of words. Two labels that are not alike have the same one with probability 2^-32 over
 * the keys, whatever they are; who does not know the keys cannot choose them so. What is combined are
 * these, unknown to everybody outside.
 */
#ifndef RCODEWATCH_NAME_HASH_H
#define RCODEWATCH_NAME_HASH_H

#include "dns_wire.h"
#include "pkt_ctx.h"

#define NAME_LABEL_WORDS ((DNS_LABEL_MAX + 7u) / 8u)

_Static_assert(NAME_LABEL_WORDS == NAME_SEED_LENGTH, "a key for each word");

#define EACH_BYTE(x) (0x0101010101010101ULL * (x))

/* @word with those of its bytes that are A to Z made a to z. */
PKT_INLINE __u64 name_fold(__u64 word)
{
	__u64 low = word & EACH_BYTE(0x7f);
	__u64 from_a = low + EACH_BYTE(0x80 - 'A'), past_z = low + EACH_BYTE(0x7f - 'Z');
	__u64 upper = (from_a ^ past_z) & ~word & EACH_BYTE(0x80);

	return word | upper >> 2; /* 0x80 >> 2 is the difference between cases */
}

/* What word @i of a label adds to its hash. */
PKT_INLINE __u64 name_word(__u64 word, __u64 key)
{
	return (__u64)((__u32)word + (__u32)key) * ((__u32)(word >> 32) + (__u32)(key >> 32));
}

/* The hash of a suffix, from that of the label in front and that of the rest. */
PKT_INLINE __u64 name_combine(__u64 rest, __u64 label, __u64 seed)
{
	return (rest ^ rest >> 29) * seed + label;
}

/* All bits of the result depend on all of @x: the finalizer of SplitMix64 (Steele et al., 2014). */
PKT_INLINE __u64 name_mix(__u64 x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

/* The 8 bytes at @offset, the first one lowest. */
PKT_INLINE bool pkt_le64(pkt_ctx *ctx, __u64 offset, __u64 *word)
{
	__u64 bytes;

	if (!pkt_load(ctx, offset, &bytes, sizeof(bytes)))
		return false;
	*word = le64_to_host(bytes);
	return true;
}

/*
 * What is left of a label of @length bytes at @at behind its whole words, with zeros behind it: by the
 * 8 bytes that end where it ends. A header is always in front, and nothing behind a name needs to be.
 */
PKT_INLINE bool name_last_word(pkt_ctx *ctx, __u32 at, __u32 length, __u64 *word)
{
	if (!pkt_le64(ctx, at + length - 8, word))
		return false;
	*word >>= 8 * (8 - length % 8);
	return true;
}

/* Write the 8 bytes of @word, the lowest first. */
PKT_INLINE void name_put(__u8 *to, __u64 word)
{
#ifdef __bpf__
	*(__u64 __attribute__((may_alias)) *)to = le64_to_host(word); /* wherever it is */
#else
	word = htole64(word);
	memcpy(to, &word, sizeof(word));
#endif
}

#endif
