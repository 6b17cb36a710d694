/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The walk through a response that takes the fast path. */
#ifndef RCODEWATCH_FASTPATH_WALK_H
#define RCODEWATCH_FASTPATH_WALK_H

#include "dns_count.h"

#define FAST_SECTION 15u /* records in a section, at most: see fast_counts() */
#define FAST_RECORDS 24u /* of answer and authority */
#define FAST_OWNER   3u  /* labels of an owner before its pointer, so few that it is not too long */
#define FAST_OPTIONS 4u

/* The message at hand; offsets are in the frame. Few numbers, some of several parts: registers are few. */
struct fast {
	struct pkt_view view;
	struct msg_scratch *scratch;
	struct pkt_counters *counters;
	__u64 meta;
	__u64 counts;   /* of questions and records, as the header has them: see fast_counts() */
	__u64 walk;     /* FAST_AT() and so on */
	__u32 shape;    /* FAST_NETWORK() and so on */
	__u32 flags;    /* the header's second word */
	__u32 extended; /* upper bits of RCODE */
	__u32 name_end; /* of QNAME */
	__u32 qtype;
	__u32 opt_length; /* of the OPT record's data, which the message ends with */
	__u32 ede;        /* NO_EDE: none */
	__u32 zone;       /* where the zone begins in QNAME */
	__u32 zone_kind;  /* enum zone_source */
};

/* Where IP's header is, its family, whether TCP is in it, and where the message is. */
#define FAST_NETWORK(shape) ((shape)&0xffu)
#define FAST_FAMILY(shape)  ((shape) >> 8 & 1)
#define FAST_IPV6           0x100u
#define FAST_TCP            0x200u
#define FAST_MESSAGE(shape) ((shape) >> 16)
#define FAST_IS_MESSAGE(at) ((at) << 16)

/*
 * Where the walk is, and what records before the additional section have shown: SEEN_*, and where the first SOA's
 * owner and the last alias's target are, 0 where there is none. So the verifier forgets all of it at once. Offsets
 * add up to any number that fits, of which only the lowest bits are read at (pkt_near()): that they have come to the
 * message's end, and no further, is seen before anything is counted.
 */
#define FAST_AT(walk)       ((__u32)(walk)&0xffffffu)
#define FAST_SEEN(walk)     ((__u32)((walk) >> 24) & 0xfu)
#define FAST_SOA(walk)      ((__u32)((walk) >> 28) & PKT_NEAR)
#define FAST_ALIAS(walk)    ((__u32)((walk) >> 44) & PKT_NEAR)
#define FAST_IS_SEEN(seen)  ((__u64)(seen) << 24)
#define FAST_IS_SOA(walk)   (FAST_IS_SEEN(SEEN_SOA) | ((walk)&PKT_NEAR) << 28)
#define FAST_IS_ALIAS(walk) (((walk)&PKT_NEAR) << 44)

_Static_assert(FAST_RECORDS + FAST_SECTION < 0xff && PKT_NEAR == 0x7fff, "all of it fits");

/* @value once more, of which the verifier knows nothing: the ways that lead here are one from here on. */
#define fast_verifier_forget(p, value)                     \
	do {                                               \
		(value) ^= (__typeof__(value))(p)->counts; \
		pkt_barrier(value);                        \
		(value) ^= (__typeof__(value))(p)->counts; \
	} while (0)

/*
 * Whether the header has one question and no more than FAST_SECTION records in each section. @word has the bytes
 * of these numbers, the first one lowest.
 */
PKT_INLINE bool fast_counts(__u64 word)
{
	return (word & 0xf0fff0fff0ffffffULL) == 0x100;
}

#define FAST_ANSWERS(word)     ((__u32)((word) >> 24) & FAST_SECTION)
#define FAST_AUTHORITIES(word) ((__u32)((word) >> 40) & FAST_SECTION)
#define FAST_ADDITIONALS(word) ((__u32)((word) >> 56) & FAST_SECTION)

PKT_INLINE __u32 fast_name_at(const struct fast *p)
{
	return FAST_MESSAGE(p->shape) + DNS_HEADER_SIZE;
}

PKT_INLINE __u32 fast_rcode(const struct fast *p)
{
	return DNS_RCODE(p->flags) | p->extended << 4;
}

/* Step over QNAME, which begins at @label. */
PKT_INLINE bool fast_name(struct fast *p, const __u8 *label)
{
	__u32 octets = 1, left = FAST_LABELS;
	__u64 length;

	PKT_ROLLED
	for (;;) {
		/* What stands behind the root is there, too. */
		if (unlikely(label + DNS_QUESTION_MIN > p->view.end))
			return false;
		length = *label;
		if (length == 0)
			break;
		if (unlikely(length > DNS_LABEL_MAX))
			return false;
		label += 1;
		label += length;
		octets += 1 + (__u32)length;
		left--;
		pkt_barrier(left);
		if (left == 0)
			return false;
	}
	p->qtype = load_be16(label + 1);
	fast_verifier_forget(p, octets);
	p->name_end = fast_name_at(p) + octets;
	p->walk = p->name_end + DNS_QUESTION_FIXED;
	return octets <= DNS_NAME_MAX;
}

/*
 * SEEN_DATA if the answer's @type is that of no alias, or ANY was asked for; else 0: dns_is_alias() of types that
 * differ, without a fork, both ways of which the verifier would follow for each record.
 */
PKT_INLINE __u64 fast_is_data(__u64 type, __u64 qtype)
{
	const __u64 aliases = 1ULL << DNS_TYPE_CNAME | 1ULL << DNS_TYPE_DNAME |
			      1ULL << DNS_TYPE_RRSIG;
	__u64 low = ((type >> 6) - 1) >> 63, any = ((qtype ^ DNS_TYPE_ANY) - 1) >> 63;

	_Static_assert(SEEN_DATA == 1, "this bit");
	return ((aliases >> (type & 63) & low) ^ 1) | any;
}

/* What a record of @type before the additional section adds. @begin: where it begins; the walk is at its data. */
PKT_INLINE void fast_record(struct fast *p, bool answer, __u32 type, __u64 begin)
{
	if (answer) {
		if (likely(type == p->qtype))
			p->walk |= FAST_IS_SEEN(SEEN_DATA);
		else
			p->walk |= FAST_IS_SEEN(fast_is_data(type, p->qtype));
		if (unlikely(type == DNS_TYPE_CNAME))
			p->walk = (p->walk & ~FAST_IS_ALIAS((__u64)PKT_NEAR)) |
				  FAST_IS_ALIAS(p->walk);
	} else if (type == DNS_TYPE_SOA) {
		if (!(p->walk & FAST_IS_SEEN(SEEN_SOA)))
			p->walk |= FAST_IS_SOA(begin);
	} else if (type == DNS_TYPE_NS) {
		p->walk |= FAST_IS_SEEN(SEEN_NS);
	}
}

/*
 * Step over the owner at hand, which is no pointer at once: the root, or labels in front of a pointer or of
 * the root. *@fixed: the record's fixed part, where the walk is then.
 */
PKT_INLINE bool fast_owner(struct fast *p, const __u8 **fixed)
{
	const __u8 *length;

	for (__u32 i = 0; i <= FAST_OWNER; i++) {
		if (!pkt_near(&p->view, p->walk, 1, &length))
			return false;
		if (*length == 0 || *length >= DNS_POINTER)
			goto end;
		if (*length > DNS_LABEL_MAX)
			return false;
		p->walk += 1 + *length;
		fast_verifier_forget(p, p->walk);
	}
	return false;
end:
	/* A pointer has a second octet. */
	p->walk += 1 + (*length >> 7);
	fast_verifier_forget(p, p->walk);
	return pkt_near(&p->view, p->walk, DNS_RECORD_FIXED, fixed);
}

/* Walk the records before the additional section. */
PKT_INLINE bool fast_sections(struct fast *p)
{
	__u32 authorities = FAST_AUTHORITIES(p->counts);
	__u32 left = FAST_ANSWERS(p->counts) + authorities, i = FAST_RECORDS;

	PKT_ROLLED
	while (left) {
		__u64 begin = p->walk;
		const __u8 *fixed;

		if (unlikely(!pkt_near(&p->view, p->walk, 2 + DNS_RECORD_FIXED, &fixed)))
			return false;
		if (likely(*fixed >= DNS_POINTER)) {
			p->walk += 2;
			fixed += 2;
		} else if (!fast_owner(p, &fixed)) {
			return false;
		}
		p->walk += DNS_RECORD_FIXED;
		fast_record(p, left > authorities, load_be16(fixed), begin);
		p->walk += load_be16(fixed + 8);
		left--;
		fast_verifier_forget(p, p->walk);
		i--;
		pkt_barrier(i);
		if (unlikely(i == 0))
			return left == 0;
	}
	return true;
}

/* Walk the additional section, of which an OPT record is the last, to the end of the message and of the frame. */
PKT_INLINE bool fast_additional(struct fast *p)
{
	__u32 left = FAST_ADDITIONALS(p->counts), i = FAST_SECTION, at;
	const __u8 *fixed;

	p->opt_length = p->extended = 0;
	PKT_ROLLED
	while (left) {
		if (unlikely(!pkt_near(&p->view, p->walk, DNS_RECORD_MIN, &fixed)))
			return false;
		if (likely(*fixed == 0)) {
			p->walk += 1;
			fixed += 1;
		} else if (!fast_owner(p, &fixed)) {
			return false;
		}
		p->walk += DNS_RECORD_FIXED + load_be16(fixed + 8);
		if (likely(load_be16(fixed) == DNS_TYPE_OPT)) {
			p->extended = fixed[4];
			p->opt_length = load_be16(fixed + 8);
			/* What is behind it is not looked at here. */
			if (unlikely(left != 1))
				return false;
			break;
		}
		left--;
		fast_verifier_forget(p, p->walk);
		i--;
		pkt_barrier(i);
		if (unlikely(i == 0))
			break;
	}
	fast_verifier_forget(p, p->extended);
	fast_verifier_forget(p, p->opt_length);
	fast_verifier_forget(p, p->walk);
	at = FAST_AT(p->walk);
	return at <= PKT_NEAR && p->view.data + at == p->view.end &&
	       p->extended < RCODE_DIRECT >> 4;
}

/* Read the options of the OPT record. */
PKT_INLINE bool fast_options(struct fast *p)
{
	__u32 end = FAST_AT(p->walk), at = end - p->opt_length;
	const __u8 *option;

	for (__u32 i = 0; i < FAST_OPTIONS; i++) {
		__u32 length;

		if (at >= end)
			goto walked;
		if (!pkt_near(&p->view, at, DNS_OPTION_FIXED, &option))
			return false;
		length = load_be16(option + 2);
		if (load_be16(option) == DNS_OPTION_EDE && length >= DNS_EDE_FIXED) {
			/* A second one is counted elsewhere. */
			if (p->ede != NO_EDE ||
			    !pkt_near(&p->view, at, DNS_OPTION_FIXED + DNS_EDE_FIXED, &option))
				return false;
			p->ede = load_be16(option + DNS_OPTION_FIXED);
			if (p->ede >= EDE_DIRECT)
				return false;
		}
		at += DNS_OPTION_FIXED + length;
		fast_verifier_forget(p, at);
		fast_verifier_forget(p, p->ede);
	}
	if (at < end)
		return false;
walked:
	return at == end;
}

#endif
