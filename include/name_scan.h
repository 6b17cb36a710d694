/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A name in a message, read label by label: its text, and the hash of each of its suffixes. */
#ifndef RCODEWATCH_NAME_SCAN_H
#define RCODEWATCH_NAME_SCAN_H

#include "pkt_meta.h"
#include "msg_scratch.h"
#include "name_hash.h"

/*
 * Compression pointers that are followed in one name. A name of sensible software needs one; each must
 * lead further back than the one before, so that they end in any case.
 */
#define NAME_POINTERS_MAX 16u

/* Labels and pointers that are taken in at a time: what the verifier has to look at grows with them. */
#define NAME_STEPS 5u

/* 8 bytes from wherever they are. */
PKT_INLINE __u64 name_get(const __u8 *from)
{
#ifdef __bpf__
	return le64_to_host(*(const __u64 __attribute__((may_alias)) *)from);
#else
	__u64 word;

	memcpy(&word, from, sizeof(word));
	return le64_to_host(word);
#endif
}

/* Write the 8 bytes of @word, the lowest first, to wherever it is. */
PKT_INLINE void name_put(__u8 *to, __u64 word)
{
	word = le64_to_host(word);
#ifdef __bpf__
	*(__u64 __attribute__((may_alias)) *)to = word;
#else
	memcpy(to, &word, sizeof(word));
#endif
}

/* The 8 bytes at @offset of the frame, the first one lowest. */
PKT_INLINE bool pkt_le64(pkt_ctx *ctx, __u64 offset, __u64 *word)
{
	__u64 bytes;

	if (!pkt_load(ctx, offset, &bytes, sizeof(bytes)))
		return false;
	*word = le64_to_host(bytes);
	return true;
}

/*
 * Read the label of `length` octets at @at into @text. The length is in scratch, so that the ways
 * out of the loop are one.
 */
PKT_INLINE bool name_label(pkt_ctx *ctx, struct msg_scratch *scratch, __u32 at, __u8 *text)
{
	__u32 length = scratch_get(scratch, length), i;
	__u64 word;

	for (i = 0; i < DNS_LABEL_MAX / 8; i++) {
		if (length < 8 * (i + 1))
			break;
		if (!pkt_le64(ctx, at + 8 * i, &word))
			return false;
		name_put(text + 8 * i, name_lower(word));
	}
	length = scratch_get(scratch, length);
	if (length % 8 == 0)
		return true;
	/* By the 8 bytes that end with it: a header is always in front, and nothing behind needs to be. */
	if (!pkt_le64(ctx, at + length - 8, &word))
		return false;
	i = pkt_mask(length / 8, DNS_LABEL_MAX / 8);
	name_put(text + 8 * i, name_lower(name_cut(word, length % 8)));
	return true;
}

/* What a step of the scan came to. */
enum name_status { NAME_GOES_ON, NAME_WHOLE, NAME_BAD };

/* Follow the compression pointer at @at: RFC 1035 section 4.1.4. */
PKT_INLINE enum name_status name_follow(pkt_ctx *ctx, struct msg_scratch *scratch, __u32 at)
{
	__u32 pointer, target;

	if (at + 2 > scratch_get(scratch, end) || !pkt_be16(ctx, at, &pointer))
		return NAME_BAD;
	target = scratch_get(scratch, message) + (pointer & 0x3fffu);
	if (target >= scratch_get(scratch, floor))
		return NAME_BAD;
	scratch_set(scratch, floor, target);
	scratch_set(scratch, at, target);
	return NAME_GOES_ON;
}

/* Take in the label or pointer at scratch's place `at`. */
PKT_INLINE enum name_status name_step(pkt_ctx *ctx, struct msg_scratch *scratch,
				      struct name_labels *labels)
{
	__u32 at = scratch_get(scratch, at),
	      count = pkt_mask(scratch_get(labels, count), DNS_LABELS_MAX);
	__u32 begin = pkt_mask(scratch_get(labels, octets) - 1, DNS_NAME_MAX), first;

	if (at >= scratch_get(scratch, end) || !pkt_u8(ctx, at, &first))
		return NAME_BAD;
	if (first >= DNS_POINTER)
		return name_follow(ctx, scratch, at);
	labels->offset[count] = (__u16)(at - scratch_get(scratch, message));
	labels->begin[count] = (__u8)begin;
	labels->text[begin] = (__u8)first;
	if (first == 0)
		return NAME_WHOLE;
	/* The root is counted from the start, so that there are 127 labels at most. */
	if (first > DNS_LABEL_MAX || begin + 2 + first > DNS_NAME_MAX)
		return NAME_BAD;
	scratch_set(labels, octets, begin + 2 + first);
	scratch_set(scratch, at, at + 1 + first);
	scratch_set(labels, count, count + 1);
	scratch_set(scratch, length, first);
	if (!name_label(ctx, scratch, at + 1, &labels->text[begin + 1]))
		return NAME_BAD;
	return NAME_GOES_ON;
}

/* Some steps of name_scan(). Gives enum name_status. */
PKT_GLOBAL __u64 name_scan_on(pkt_ctx *ctx, __u64 cpu_slot, __u64 place)
{
	struct msg_scratch *scratch = store_scratch(ctx, (__u32)cpu_slot);
	struct name_labels *labels;

	if (!scratch)
		return NAME_BAD;
	labels = &scratch->name[pkt_clamp((__u32)place, NAME_PLACES - 1)];
	for (__u32 i = 0; i < NAME_STEPS; i++) {
		enum name_status status = name_step(ctx, scratch, labels);

		if (status != NAME_GOES_ON)
			return status;
	}
	return NAME_GOES_ON;
}

/*
 * Read the name at @at into @place. Gives whether it is one: RFC 1035 sections 2.3.4 and 4.1.4. Inline,
 * for the sake of those who would run out of frames.
 */
PKT_INLINE bool name_scan(pkt_ctx *ctx, struct msg_scratch *scratch, __u64 meta, __u32 at,
			  enum name_place place)
{
	struct name_labels *labels = &scratch->name[place];

	scratch_set(labels, count, 0);
	scratch_set(labels, octets, 1); /* the root */
	scratch_set(scratch, at, at);
	scratch_set(scratch, floor, at);
	for (__u32 i = 0; i <= (DNS_LABELS_MAX + NAME_POINTERS_MAX) / NAME_STEPS; i++) {
		__u64 status = name_scan_on(ctx, META_CPU(meta), place);

		if (status != NAME_GOES_ON)
			return status == NAME_WHOLE;
	}
	return false;
}

/* The word that ends @octets in front of the end of the name. */
PKT_INLINE __u64 name_text_word(const struct name_labels *labels, __u32 octets)
{
	/* As much as `front` holds lies in front of the text. */
	__u32 at = pkt_mask(labels->octets - octets, DNS_NAME_MAX);

	return name_get((const __u8 *)labels + offsetof(struct name_labels, front) + at);
}

/* The hash of the last @octets of the name in @place: see name_hash.h. */
PKT_GLOBAL __u64 name_suffix_hash(pkt_ctx *ctx, __u64 cpu_slot, __u64 place, __u64 octets)
{
	const struct hook_config *config = pkt_config(ctx);
	struct msg_scratch *scratch = store_scratch(ctx, (__u32)cpu_slot);
	const struct name_labels *labels;
	__u64 hash = octets * config->name_key[NAME_KEY_LENGTH];
	__u32 i;

	pkt_keep(ctx);
	if (!scratch)
		return 0;
	labels = &scratch->name[pkt_clamp((__u32)place, NAME_PLACES - 1)];
	for (i = 0; i < NAME_WORDS - 1; i++) {
		if (octets < 8 * (i + 1))
			break;
		hash += name_word(name_text_word(labels, 8 * i), config->name_key[i]);
	}
	if (octets % 8)
		hash += name_word(name_cut(name_text_word(labels, 8 * i), octets % 8),
				  config->name_key[i]);
	return hash;
}

/* The hash of the suffix of the name in @place that begins with @label. */
PKT_INLINE __u64 name_hash(pkt_ctx *ctx, struct msg_scratch *scratch, __u64 meta,
			   enum name_place place, __u32 label)
{
	const struct name_labels *name = &scratch->name[place];

	return name_suffix_hash(ctx, META_CPU(meta), place,
				name->octets - name->begin[pkt_mask(label, DNS_LABELS_MAX)]);
}

#endif
