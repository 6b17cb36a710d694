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
#define NAME_STEPS 5u

/*
 * Read the label of `length` octets at @at into @text, and its hash under the table's key and under the
 * other one. The length is in the work area, so that the ways out of the loop are one.
 */
PKT_INLINE bool name_label(pkt_ctx *ctx, struct message_work *work, __u32 at, __u8 *text,
			   __u64 *hash, __u64 *distinct)
{
	const volatile struct hook_config *config = pkt_config(ctx);
	__u32 length = work_get(work, length), i;
	__u64 a = length * config->name_seed[NAME_SEED_LENGTH], word;
	__u64 b = length * config->distinct_seed[NAME_SEED_LENGTH];

	for (i = 0; i < NAME_LABEL_WORDS - 1; i++) {
		if (length < 8 * (i + 1))
			break;
		if (!pkt_le64(ctx, at + 8 * i, &word))
			return false;
		word = name_fold(word);
		name_put(text + 8 * i, word);
		a += name_word(word, config->name_seed[i]);
		b += name_word(word, config->distinct_seed[i]);
	}
	length = work_get(work, length);
	if (length % 8) {
		i = pkt_clamp(length / 8, NAME_LABEL_WORDS - 1);
		if (!name_last_word(ctx, at, length, &word))
			return false;
		word = name_fold(word);
		name_put(text + 8 * i, word);
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

	if (at + 2 > work_get(work, end) || !pkt_be16(ctx, at, &pointer))
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
	__u32 begin = pkt_clamp(work_get(labels, octets) - 1, DNS_NAME_MAX - 1), first;
	__u64 hash, distinct;

	if (at >= work_get(work, end) || !pkt_u8(ctx, at, &first))
		return NAME_BAD;
	if (first >= DNS_POINTER)
		return name_follow(ctx, work, at);
	labels->offset[count] = (__u16)(at - work_get(work, message));
	labels->begin[count] = (__u8)begin;
	labels->text[begin] = (__u8)first;
	if (first == 0)
		return NAME_WHOLE;
	/* The root is counted from the start, so that there are 127 labels at most. */
	if (first > DNS_LABEL_MAX || begin + 2 + first > DNS_NAME_MAX)
		return NAME_BAD;
	work_set(labels, octets, begin + 2 + first);
	work_set(work, at, at + 1 + first);
	work_set(labels, count, count + 1);
	work_set(work, length, first);
	if (!name_label(ctx, work, at + 1, &labels->text[begin + 1], &hash, &distinct))
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
	labels = &work->name[pkt_clamp((__u32)place, NAME_PLACES - 1)];
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
 * Read the name at @at into @place. Gives whether it is one: RFC 1035 sections 2.3.4 and 4.1.4. Inline,
 * for the sake of those who would run out of frames.
 */
PKT_INLINE bool name_scan(pkt_ctx *ctx, struct message_work *work, __u64 how, __u32 at,
			  enum name_place place)
{
	struct name_labels *labels = &work->name[place];

	work_set(labels, count, 0);
	work_set(labels, octets, 1); /* the root */
	work_set(labels, distinct, pkt_config(ctx)->distinct_seed[NAME_SEED_ROOT]);
	work_set(work, at, at);
	work_set(work, floor, at);
	for (__u32 i = 0; i <= (DNS_LABELS_MAX + NAME_POINTERS_MAX) / NAME_STEPS; i++) {
		__u64 status = name_scan_on(ctx, HOW_CPU(how), place);

		if (status != NAME_GOES_ON)
			return status == NAME_WHOLE;
	}
	return false;
}

#endif
