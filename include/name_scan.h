/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A name in a message, read label by label: where its labels are and the hash of each suffix. */
#ifndef RCODEWATCH_NAME_SCAN_H
#define RCODEWATCH_NAME_SCAN_H

#include "how.h"
#include "message_work.h"
#include "name_hash.h"

/*
 * Compression pointers that are followed in one name. A name of sensible software needs one; each must
 * lead further back than the one before, so that they end in any case.
 */
#define NAME_POINTERS_MAX 16u

/* Labels and pointers that are taken in at a time: what the verifier has to look at grows with them. */
#define NAME_STEPS 8u
#define NAME_BYTES 32u /* likewise, of bytes written */

/* Which labels of the work area a scan fills. */
enum name_place { NAME_LISTED, NAME_OWNER };

PKT_INLINE struct name_labels *name_labels_of(struct message_work *work, enum name_place place)
{
	return place == NAME_OWNER ? &work->owner : &work->name;
}

/* The hash of the label of @length bytes at @at under @seed, and under the other key in *@distinct. */
PKT_INLINE bool name_label(pkt_ctx *ctx, __u32 at, __u32 length, __u64 *hash, __u64 *distinct)
{
	const volatile struct hook_config *config = pkt_config(ctx);
	__u64 a = length * config->name_seed[NAME_SEED_LENGTH];
	__u64 b = length * config->distinct_seed[NAME_SEED_LENGTH];

	for (__u32 i = 0; i < NAME_LABEL_WORDS; i++) {
		__u64 word;

		if (length <= 8 * i)
			break;
		if (!name_label_word(ctx, at, length, i, &word))
			return false;
		word = name_fold(word);
		a += name_word(word, config->name_seed[i]);
		b += name_word(word, config->distinct_seed[i]);
	}
	*hash = a;
	*distinct = b;
	return true;
}

/* Combine the hashes of the labels from the right: from then on they are those of suffixes. */
PKT_INLINE void name_suffixes(pkt_ctx *ctx, struct name_labels *labels)
{
	const volatile struct hook_config *config = pkt_config(ctx);
	__u32 count = pkt_clamp(labels->count, DNS_LABELS_MAX);
	__u64 hash = config->name_seed[NAME_SEED_ROOT];

	labels->hash[count] = hash;
	for (__u32 i = 1; i <= DNS_LABELS_MAX; i++) {
		__u32 at = labels->count - i;

		if (at >= DNS_LABELS_MAX)
			break;
		at = pkt_clamp(at, DNS_LABELS_MAX);
		hash = name_combine(hash, labels->hash[at], config->name_seed[NAME_SEED_COMBINE]);
		labels->hash[at] = hash;
	}
}

/* What a step of the scan came to. */
enum name_status { NAME_GOES_ON, NAME_WHOLE, NAME_BAD };

/* Follow the compression pointer at @at: RFC 1035 section 4.1.4. */
PKT_INLINE enum name_status name_follow(pkt_ctx *ctx, struct message_work *work, __u32 at)
{
	__u32 pointer, target;

	if (!pkt_be16(ctx, at, &pointer))
		return NAME_BAD;
	target = work_get(work, message) + (pointer & 0x3fffu);
	if (target >= work_get(work, floor))
		return NAME_BAD;
	work_set(work, floor, target);
	work_set(work, at, target);
	return NAME_GOES_ON;
}

/* Take in the label or pointer at the work area's place `at`. */
PKT_INLINE enum name_status name_step(pkt_ctx *ctx, struct message_work *work,
				      struct name_labels *labels)
{
	__u32 at = work_get(work, at), count = pkt_clamp(work_get(labels, count), DNS_LABELS_MAX);
	__u32 first, octets;
	__u64 hash, distinct;

	if (at >= work_get(work, end) || !pkt_u8(ctx, at, &first))
		return NAME_BAD;
	if (first >= DNS_POINTER)
		return name_follow(ctx, work, at);
	labels->offset[count] = (__u16)(at - work_get(work, message));
	if (first == 0)
		return NAME_WHOLE;
	octets = work_get(work, octets) + 1 + first;
	if (first > DNS_LABEL_MAX || octets > DNS_NAME_MAX) /* so that there are 127 at most */
		return NAME_BAD;
	work_set(work, octets, octets);
	work_set(work, at, at + 1 + first);
	work_set(labels, count, count + 1);
	if (!name_label(ctx, at + 1, first, &hash, &distinct))
		return NAME_BAD;
	labels->hash[count] = hash;
	work_set(labels, distinct,
		 name_combine(work_get(labels, distinct), distinct,
			      pkt_config(ctx)->distinct_seed[NAME_SEED_COMBINE]));
	return NAME_GOES_ON;
}

/* Some steps of name_scan(). Gives enum name_status. */
PKT_STAGE __u64 name_scan_on(pkt_ctx *ctx, __u64 cpu_slot, __u64 place)
{
	struct message_work *work = store_work(ctx, (__u32)cpu_slot);
	struct name_labels *labels;

	if (!work)
		return NAME_BAD;
	labels = name_labels_of(work, (enum name_place)place);
	for (__u32 i = 0; i < NAME_STEPS; i++) {
		enum name_status status = name_step(ctx, work, labels);

		if (status == NAME_WHOLE)
			name_suffixes(ctx, labels);
		if (status != NAME_GOES_ON)
			return status;
	}
	return NAME_GOES_ON;
}

/*
 * Read the name at the work area's place `at` into the labels of @place. Gives whether it is a name:
 * RFC 1035 sections 2.3.4 and 4.1.4. Inline, for the sake of those who would run out of frames.
 */
PKT_INLINE bool name_scan(pkt_ctx *ctx, struct message_work *work, __u64 how, enum name_place place)
{
	struct name_labels *labels = name_labels_of(work, place);

	work_set(labels, count, 0);
	work_set(labels, distinct, pkt_config(ctx)->distinct_seed[NAME_SEED_ROOT]);
	work_set(work, octets, 1); /* the root */
	work_set(work, floor, work_get(work, at));
	for (__u32 i = 0; i <= (DNS_LABELS_MAX + NAME_POINTERS_MAX) / NAME_STEPS; i++) {
		__u64 status = name_scan_on(ctx, HOW_CPU(how), place);

		if (status != NAME_GOES_ON)
			return status == NAME_WHOLE;
	}
	return false;
}

/* A place for a name being written out: TOP_NAME_MAX bytes of a map, or of the host's. */
PKT_INLINE __u8 *store_top_name(pkt_ctx *ctx, __u32 index, __u32 way);

/* Write the byte at the work area's place `at`, or follow the pointer there. */
PKT_INLINE enum name_status name_write_byte(pkt_ctx *ctx, struct message_work *work, __u8 *to)
{
	__u32 at = work_get(work, at), left = work_get(work, floor), byte;
	__u32 written = pkt_clamp(work_get(work, octets), TOP_NAME_MAX - 1);

	if (!pkt_u8(ctx, at, &byte))
		return NAME_BAD;
	if (left == 0 && byte >= DNS_POINTER) {
		if (!pkt_be16(ctx, at, &byte))
			return NAME_BAD;
		work_set(work, at, work_get(work, message) + (byte & 0x3fffu));
		return NAME_GOES_ON;
	}
	if (left != 0 && byte >= 'A' && byte <= 'Z')
		byte += 'a' - 'A';
	to[written] = (__u8)byte;
	if (left == 0 && byte == 0)
		return NAME_WHOLE;
	work_set(work, octets, written + 1);
	work_set(work, floor, left ? left - 1 : byte);
	work_set(work, at, at + 1);
	return NAME_GOES_ON;
}

/* Some bytes of name_write(). Gives enum name_status. */
PKT_STAGE __u64 name_write_on(pkt_ctx *ctx, __u64 cpu_slot, __u64 where)
{
	struct message_work *work = store_work(ctx, (__u32)cpu_slot);
	__u8 *to = store_top_name(ctx, (__u32)(where >> 3), (__u32)where & 7u);

	if (!work || !to)
		return NAME_BAD;
	for (__u32 i = 0; i < NAME_BYTES; i++) {
		enum name_status status = name_write_byte(ctx, work, to);

		if (status != NAME_GOES_ON)
			return status;
	}
	return NAME_GOES_ON;
}

/*
 * Write the name at the work area's place `at`, which name_scan() has read before, without compression
 * and in lower case to the name of way @where & 7 of set @where >> 3.
 */
PKT_INLINE void name_write(pkt_ctx *ctx, struct message_work *work, __u64 how, __u64 where)
{
	work_set(work, octets, 0); /* written */
	work_set(work, floor, 0);  /* bytes of the label that are still to come */
	for (__u32 i = 0; i < (TOP_NAME_MAX + NAME_POINTERS_MAX) / NAME_BYTES + 1; i++)
		if (name_write_on(ctx, HOW_CPU(how), where) != NAME_GOES_ON)
			return;
}

#endif
