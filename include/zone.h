/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The zone of an answer. One that denies something carries the SOA of the zone that says so (RFC 2308
 * section 3), whose owner is the denied name or an ancestor of it; without that, the zone is taken to
 * be the registrable domain: the public suffix and one label more.
 */
#ifndef RCODEWATCH_ZONE_H
#define RCODEWATCH_ZONE_H

#include "name_scan.h"

/* The entry of the table of public suffixes at @index, which is taken modulo its size. */
PKT_INLINE __u64 store_suffix(pkt_ctx *ctx, __u32 index);

/* SUFFIX_* of the suffix with @hash. */
PKT_INLINE __u32 suffix_kind(pkt_ctx *ctx, __u64 hash)
{
	__u32 place = suffix_place(hash);

	for (__u32 i = 0; i < SUFFIX_PROBES; i++) {
		__u64 entry = store_suffix(ctx, place + i);

		if (entry == 0)
			return 0;
		if ((entry ^ hash) <= SUFFIX_KINDS)
			return (__u32)entry & SUFFIX_KINDS;
	}
	return 0;
}

/*
 * The algorithm of https://publicsuffix.org/list/: the longest rule prevails, an exception over all, and
 * where there is none the suffix is the last label. As in libpsl, what a wildcard stands below is a suffix
 * itself. `labels` of scratch is how many the suffix of a name of @count labels has, as far as its
 * last @n tell, of which @kind is known. Gives whether more of them can tell more.
 */
PKT_INLINE bool suffix_goes_on(struct msg_scratch *scratch, __u32 kind, __u32 n, __u32 count)
{
	__u32 labels = scratch_get(scratch, labels);

	labels = pkt_choose(kind & SUFFIX_RULE, n, labels);
	/* One more if the name has one. */
	labels = pkt_choose(kind & SUFFIX_WILDCARD, n + ((n - count) >> 31), labels);
	labels = pkt_choose(kind & SUFFIX_EXCEPTION, n - 1, labels);
	scratch_set(scratch, labels, labels);
	return kind != 0 || n <= scratch_get(scratch, labels);
}

/* Of a name of @count labels, those of its registrable domain; all that there are if it is itself public. */
PKT_INLINE __u32 registrable_of(const struct msg_scratch *scratch, __u32 count)
{
	__u32 labels = scratch_get(scratch, labels);

	return count > labels ? labels + 1 : count;
}

/*
 * How many labels the registrable domain of the name in @place has; all that there are if the name
 * is itself a public suffix.
 */
PKT_GLOBAL __u64 registrable_labels(pkt_ctx *ctx, __u64 meta, __u64 place)
{
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));
	const struct name_labels *name;
	__u32 count;

	pkt_keep(ctx);
	if (!scratch)
		return 0;
	name = &scratch->name[pkt_clamp((__u32)place, NAME_PLACES - 1)];
	count = scratch_get(name, count);
	scratch_set(scratch, labels, 1);
	for (__u32 n = 1; n <= SUFFIX_LABELS && pkt_config(ctx)->suffixes; n++) {
		__u32 octets, kind;

		if (n > count)
			break;
		octets = name->octets - name->begin[pkt_mask(count - n, DNS_LABELS_MAX)];
		kind = suffix_kind(ctx, name_suffix_hash(ctx, META_CPU(meta), place, octets));
		if (!suffix_goes_on(scratch, kind, n, count))
			break;
	}
	return registrable_of(scratch, count);
}

#define NO_LABEL 0xffffffffu

/* Labels among which a zone is looked for without a call. */
#define ZONE_LABELS_INLINE 6u

/*
 * The label that stands at @offset of the message, among the first @most; as many as there are for the
 * root; or NO_LABEL.
 */
PKT_INLINE __u32 label_at(struct msg_scratch *scratch, const struct name_labels *name, __u32 offset,
			  const __u32 most)
{
	for (__u32 i = 0; i < most; i++) {
		if (i > scratch_get(name, count))
			break;
		if (name->offset[i] == offset) {
			scratch_set(scratch, at, i);
			return scratch_get(scratch, at);
		}
	}
	return NO_LABEL;
}

/*
 * zone_of_soa() for what nearly all zones are: the owner is a compression pointer to one of the first
 * labels of the name. Without a call.
 */
PKT_INLINE __u32 zone_at_pointer(pkt_ctx *ctx, struct msg_scratch *scratch, enum name_place place)
{
	__u32 pointer;

	if (!pkt_be16(ctx, scratch_get(scratch, soa), &pointer) || pointer < DNS_POINTER << 8)
		return NO_LABEL;
	return label_at(scratch, &scratch->name[place], pointer & 0x3fffu, ZONE_LABELS_INLINE);
}

/* The label with which a name that is written out elsewhere begins in that of @place; or NO_LABEL. */
PKT_INLINE __u32 label_like(pkt_ctx *ctx, struct msg_scratch *scratch, __u64 meta,
			    enum name_place place, __u32 at)
{
	__u32 count = scratch_get(&scratch->name[place], count), owner, label;

	if (!name_scan(ctx, scratch, meta, at, NAME_OWNER))
		return NO_LABEL;
	owner = scratch_get(&scratch->name[NAME_OWNER], count);
	if (owner > count)
		return NO_LABEL;
	label = pkt_mask(count - owner, DNS_LABELS_MAX);
	return name_hash(ctx, scratch, meta, place, label) ==
			       name_hash(ctx, scratch, meta, NAME_OWNER, 0)
		       ? label
		       : NO_LABEL;
}

/*
 * With which label of the denied name, in @place, the zone begins that the SOA names. NO_LABEL if that
 * is no ancestor of the name.
 */
PKT_GLOBAL __u64 zone_of_soa(pkt_ctx *ctx, __u64 meta, __u64 place)
{
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));
	const struct name_labels *name;
	__u32 first, pointer, label;

	if (!scratch || !pkt_u8(ctx, scratch->soa, &first))
		return NO_LABEL;
	name = &scratch->name[pkt_clamp((__u32)place, NAME_PLACES - 1)];
	if (first == 0)
		return scratch_get(name, count);
	if (first >= DNS_POINTER && pkt_be16(ctx, scratch->soa, &pointer)) {
		label = label_at(scratch, name, pointer & 0x3fffu, DNS_LABELS_MAX + 1);
		if (label != NO_LABEL)
			return label;
	}
	return label_like(ctx, scratch, meta, pkt_clamp((__u32)place, NAME_PLACES - 1),
			  scratch->soa);
}

#endif
