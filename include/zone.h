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
 * How many labels the registrable domain of the name with @labels has; all that there are if the name
 * is itself a public suffix. By the algorithm of https://publicsuffix.org/list/: the longest rule
 * prevails, an exception over all, and where there is none the suffix is the last label. As in libpsl,
 * what a wildcard stands below is a suffix itself.
 */
PKT_STAGE __u64 registrable_labels(pkt_ctx *ctx, __u64 how)
{
	struct message_work *work = store_work(ctx, HOW_CPU(how));
	__u32 count, suffix = 1;

	pkt_keep(ctx);
	if (!work)
		return 0;
	count = work_get(&work->name, count);
	if (pkt_config(ctx)->suffixes == 0)
		goto out;
	for (__u32 n = 1; n <= SUFFIX_LABELS; n++) {
		__u32 at = count - n, kind;

		if (n > count)
			break;
		kind = suffix_kind(ctx, work->name.hash[pkt_clamp(at, DNS_LABELS_MAX)]);
		if (kind & SUFFIX_RULE)
			suffix = n;
		if (kind & SUFFIX_WILDCARD)
			suffix = count > n ? n + 1 : n;
		if (kind & SUFFIX_EXCEPTION)
			suffix = n - 1;
		if (kind == 0 && n > suffix)
			break;
	}
out:
	return count > suffix ? suffix + 1 : count;
}

/* The first label, among @count, that is at @offset of the message; NO_LABEL. */
#define NO_LABEL 0xffffffffu

PKT_INLINE __u32 label_at(struct message_work *work, __u32 offset)
{
	for (__u32 i = 0; i < DNS_LABELS_MAX; i++) {
		if (i >= work_get(&work->name, count))
			break;
		if (work->name.offset[i] == offset) {
			work_set(work, floor, i);
			return work_get(work, floor);
		}
	}
	return NO_LABEL;
}

/*
 * With which label of the denied name, in the work area, the zone begins that the SOA at @soa names;
 * as many as the name has: the root. NO_LABEL if that is no ancestor of the name.
 */
PKT_STAGE __u64 zone_of_soa(pkt_ctx *ctx, __u64 how)
{
	struct message_work *work = store_work(ctx, HOW_CPU(how));
	__u32 first, pointer, label, owner, count;

	if (!work || !pkt_u8(ctx, work->soa, &first))
		return NO_LABEL;
	if (first == 0)
		return work_get(&work->name, count);
	if (first >= DNS_POINTER && pkt_be16(ctx, work->soa, &pointer)) {
		label = label_at(work, pointer & 0x3fffu);
		if (label != NO_LABEL)
			return label;
	}
	work_set(work, at, work->soa);
	if (!name_scan(ctx, work, how, NAME_OWNER))
		return NO_LABEL;
	count = work_get(&work->name, count);
	owner = work_get(&work->owner, count);
	if (owner > count)
		return NO_LABEL;
	label = pkt_clamp(count - owner, DNS_LABELS_MAX);
	if (work->name.hash[label] != work->owner.hash[0])
		return NO_LABEL;
	return label;
}

#endif
