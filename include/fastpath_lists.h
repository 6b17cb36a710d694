/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The zone of a response that takes the fast path, and its lists. */
#ifndef RCODEWATCH_FASTPATH_LISTS_H
#define RCODEWATCH_FASTPATH_LISTS_H

#include "fastpath_walk.h"

/* Where there is no SOA, the labels and octets of public suffixes that are looked for. */
#define FAST_SUFFIX_LABELS 3u
#define FAST_SUFFIX        64u

/* Find where the zone that the SOA names begins in QNAME. Gives false if it is elsewhere. */
PKT_INLINE bool fast_zone_of_soa(struct fast *p, __u32 soa)
{
	const __u8 *owner, *label;
	__u32 target, at = fast_name_at(p);

	if (!pkt_within(&p->view, soa, 2, &owner))
		return false;
	p->zone = p->name_end - 1;
	if (*owner == 0)
		return true;
	if (*owner < DNS_POINTER)
		return false;
	target = FAST_MESSAGE(p->shape) + (load_be16(owner) & 0x3fffu);
	for (__u32 i = 0; i < FAST_LABELS; i++) {
		if (at == target) {
			p->zone = target;
			return true;
		}
		if (!pkt_within(&p->view, at, 1, &label) || *label == 0)
			return false;
		at += 1 + *label;
		fast_verifier_forget(p, at);
	}
	return false;
}

/* Note in scratch where the labels of QNAME are. */
PKT_INLINE bool fast_labels(struct fast *p)
{
	__u32 at = fast_name_at(p);
	const __u8 *label;

	PKT_ROLLED
	for (__u32 i = 0; i < FAST_LABELS; i++) {
		if (!pkt_within(&p->view, at, 1, &label))
			return false;
		p->scratch->fast_label[i] = (__u16)at;
		if (*label == 0) {
			scratch_set(p->scratch, fast_labels, i);
			return true;
		}
		at += 1 + *label;
		fast_verifier_forget(p, at);
	}
	return false;
}

/* The place of the 8 octets of the frame that end at @at. There are none only in the verifier's eyes. */
PKT_INLINE bool fast_word(const struct fast *p, __u32 at, const __u8 **from)
{
	return pkt_within(&p->view, at - 8, 8, from);
}

/* What the word that a suffix of @octets is cut from, behind its whole ones, adds to its hash. */
PKT_INLINE __u64 fast_first(pkt_ctx *ctx, const struct fast *p, __u32 octets)
{
	__u32 words = pkt_clamp(octets / 8, NAME_WORDS - 1);
	const __u8 *from;

	if (octets % 8 == 0 || !fast_word(p, p->name_end - octets / 8 * 8, &from))
		return 0;
	return name_word(name_cut(name_fold(name_get(from)), octets % 8),
			 pkt_config(ctx)->name_key[words]);
}

/*
 * The hashes of QNAME and of its suffix that is the zone: see name_hash.h. What they have in common is
 * read once. What ends the loop is in scratch, so that the verifier learns nothing from how long it
 * goes on; and a round has no two ways
 * to the next one but in name_fold(), which is worth it, as ways that come together within a loop are followed
 * for several rounds before it sees that they are one.
 */
PKT_INLINE void fast_hashes(pkt_ctx *ctx, struct fast *p, __u64 *name, __u64 *zone)
{
	const struct hook_config *config = pkt_config(ctx);
	__u32 octets = p->name_end - fast_name_at(p), zone_octets = p->name_end - p->zone;
	__u64 sum = 0, zone_sum;
	const __u8 *from;

	scratch_set(p->scratch, entry, octets / 8);
	PKT_ROLLED
	for (__u32 i = 0; i < NAME_WORDS; i++) {
		p->scratch->fast_sum[i] = sum;
		if (i >= scratch_get(p->scratch, entry) ||
		    !fast_word(p, p->name_end - 8 * i, &from))
			break;
		sum += name_word(name_fold(name_get(from)), config->name_key[i]);
	}
	fast_verifier_forget(p, p->name_end);
	zone_sum = p->scratch->fast_sum[pkt_clamp(zone_octets / 8, NAME_WORDS - 1)];
	*name = sum + octets * config->name_key[NAME_KEY_LENGTH] + fast_first(ctx, p, octets);
	*zone = zone_sum + zone_octets * config->name_key[NAME_KEY_LENGTH] +
		fast_first(ctx, p, zone_octets);
}

/* The hash of the last @octets of QNAME, which are not many: FAST_SUFFIX. */
PKT_INLINE __u64 fast_hash(pkt_ctx *ctx, struct fast *p, __u32 octets)
{
	const struct hook_config *config = pkt_config(ctx);
	__u64 sum = octets * config->name_key[NAME_KEY_LENGTH];
	const __u8 *from;

	scratch_set(p->scratch, entry, octets / 8);
	PKT_ROLLED
	for (__u32 i = 0; i < FAST_SUFFIX / 8; i++) {
		if (i >= scratch_get(p->scratch, entry) ||
		    !fast_word(p, p->name_end - 8 * i, &from))
			break;
		sum += name_word(name_lower(name_get(from)), config->name_key[i]);
	}
	fast_verifier_forget(p, p->name_end);
	return sum + fast_first(ctx, p, octets);
}

/*
 * Find where the registrable domain begins in QNAME: see registrable_labels(). Gives false if that takes
 * more looks than are taken here.
 */
PKT_INLINE bool fast_registrable(pkt_ctx *ctx, struct fast *p)
{
	struct msg_scratch *scratch = p->scratch;
	__u32 begin, count, kind;

	if (!fast_labels(p))
		return false;
	scratch_set(scratch, labels, 1);
	if (!pkt_config(ctx)->suffixes)
		goto known;
	PKT_ROLLED
	for (__u32 n = 1; n <= FAST_SUFFIX_LABELS; n++) {
		count = scratch_get(scratch, fast_labels);
		if (n > count)
			goto known;
		begin = scratch->fast_label[pkt_clamp(count - n, FAST_LABELS - 1)];
		if (p->name_end - begin > FAST_SUFFIX)
			return false;
		kind = suffix_kind(ctx, fast_hash(ctx, p, p->name_end - begin));
		if (!suffix_goes_on(scratch, kind, n, count))
			goto known;
	}
	return false;
known:
	count = scratch_get(scratch, fast_labels);
	count -= registrable_of(scratch, count);
	p->zone = scratch->fast_label[pkt_clamp(count, FAST_LABELS - 1)];
	return true;
}

/* Find the zone. Gives false if that takes more than is done here. */
PKT_INLINE bool fast_zone(pkt_ctx *ctx, struct fast *p)
{
	__u32 soa = FAST_SOA(p->walk);

	if (FAST_ALIAS(p->walk)) /* what is denied is not QNAME */
		return false;
	p->zone_kind = soa ? ZONE_SOA : ZONE_REGISTRABLE;
	if (!(soa ? fast_zone_of_soa(p, soa) : fast_registrable(ctx, p)))
		return false;
	fast_verifier_forget(p, p->zone);
	fast_verifier_forget(p, p->zone_kind);
	return true;
}

PKT_INLINE void fast_list(struct fast *p, enum top_dimension dimension, __u64 hash, __u32 begin,
			  __u32 kind)
{
	struct listed *listed = &p->scratch->listed[dimension];

	listed->hash = hash;
	listed->begin = begin;
	listed->octets = (__u8)(p->name_end - begin);
	listed->kind = (__u8)kind;
}

/* Count the message in those lists of its slot that it is for. */
PKT_INLINE void fast_lists(pkt_ctx *ctx, struct fast *p, __u32 lists)
{
	struct msg_scratch *scratch = p->scratch;
	__u64 zone, name;

	lists &= lists_of(ctx, p->meta);
	scratch->walk_state = (__u32)WALK_STATE(0, p->qtype);
	scratch->rcode = fast_rcode(p);
	scratch->ede = p->ede;
	if (lists & (1u << TOP_ZONE | 1u << TOP_NAME)) {
		fast_hashes(ctx, p, &name, &zone);
		fast_list(p, TOP_ZONE, zone, p->zone, p->zone_kind);
		fast_list(p, TOP_NAME, name, fast_name_at(p), 0);
		scratch->denied = name;
	}
	count_in_lists(ctx, scratch, p->meta, store_epoch(ctx, p->meta), lists, &p->view);
}

#endif
