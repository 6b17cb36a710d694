/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The walk through a response that takes the fast path. */
#ifndef RCODEWATCH_FASTPATH_WALK_H
#define RCODEWATCH_FASTPATH_WALK_H

#include "dns_count.h"

#define FAST_SECTION 15u /* records in a section, at most: see fast_counts() */
#define FAST_RECORDS 24u /* of all sections */
#define FAST_OWNER   3u  /* labels of an owner before its pointer, so few that it is not too long */
#define FAST_OPTIONS 4u

/* The message at hand; offsets are in the frame. */
struct fast {
	struct pkt_view view;
	struct msg_scratch *scratch;
	struct pkt_counters *counters;
	__u64 meta;
	__u32 epoch;
	__u32 family;    /* enum family */
	__u32 protocol;  /* UDP or TCP */
	__u32 transport; /* their header */
	__u32 end;       /* of the IP payload, of the message */
	__u32 message;
	__u32 at; /* what is to be read next */
	__u32 flags;
	__u32 rcode;
	__u32 answers;        /* records of the answer section */
	__u32 rest;           /* with those of authority */
	__u32 all;            /* with the additional ones */
	__u32 name, name_end; /* QNAME */
	__u32 qtype, seen;
	__u32 ede;       /* NO_EDE: none */
	__u32 zone;      /* where the zone begins in QNAME */
	__u32 zone_kind; /* enum zone_source */
};

/* @value once more, of which the verifier knows nothing: the ways that lead here are one from here on. */
#define fast_verifier_forget(p, value)                         \
	do {                                                   \
		scratch_set((p)->scratch, at, (__u32)(value)); \
		(value) = scratch_get((p)->scratch, at);       \
	} while (0)

/*
 * Read the header's numbers of questions and records, of which @word has the bytes, the first one lowest.
 * Gives whether there is one question and no more than FAST_SECTION records in each section.
 */
PKT_INLINE bool fast_counts(struct fast *p, __u64 word)
{
	p->answers = (__u32)(word >> 24) & FAST_SECTION;
	p->rest = p->answers + ((__u32)(word >> 40) & FAST_SECTION);
	p->all = p->rest + ((__u32)(word >> 56) & FAST_SECTION);
	return (word & 0xf0fff0fff0ffffffULL) == 0x100;
}

/* Step over QNAME, and keep where its labels are. */
PKT_INLINE bool fast_name(struct fast *p)
{
	__u32 at = p->message + DNS_HEADER_SIZE;
	const __u8 *length;

	p->name = at;
	PKT_UNROLLED
	for (__u32 i = 0; i < FAST_LABELS; i++) {
		if (!pkt_within(&p->view, at, 1, &length))
			return false;
		p->scratch->fast_label[i] = (__u16)at;
		at += 1;
		if (*length == 0) {
			scratch_set(p->scratch, fast_labels, i);
			goto whole;
		}
		if (unlikely(*length > DNS_LABEL_MAX))
			return false;
		at += *length;
	}
	return false;
whole:
	fast_verifier_forget(p, at);
	p->name_end = at;
	if (unlikely(at - p->name > DNS_NAME_MAX) ||
	    !pkt_within(&p->view, at, DNS_QUESTION_FIXED, &length))
		return false;
	p->qtype = load_be16(length);
	p->at = at + DNS_QUESTION_FIXED;
	return true;
}

/* What a record before the additional section adds. @at: where it begins, @data: its data. */
PKT_INLINE void fast_record(struct fast *p, bool answer, __u32 type, __u32 at, __u32 data)
{
	__u32 seen = 0;

	if (answer) {
		if (!dns_is_alias(type, p->qtype))
			seen = SEEN_DATA;
		if (type == DNS_TYPE_CNAME)
			scratch_set(p->scratch, alias, data);
	} else if (type == DNS_TYPE_SOA) {
		seen = SEEN_SOA;
		if (!scratch_get(p->scratch, soa))
			scratch_set(p->scratch, soa, at);
	} else if (type == DNS_TYPE_NS) {
		seen = SEEN_NS;
	}
	scratch_set(p->scratch, walk_state, scratch_get(p->scratch, walk_state) | seen);
}

/* Step over the labels of the owner at *@at that stand in front of its pointer, or of the root. */
PKT_INLINE bool fast_owner(struct fast *p, __u32 *at)
{
	const __u8 *length;

	for (__u32 i = 0; i < FAST_OWNER; i++) {
		if (!pkt_within(&p->view, *at, 1, &length) || *length > DNS_LABEL_MAX)
			return false;
		*at += 1 + *length;
		fast_verifier_forget(p, *at);
		if (!pkt_within(&p->view, *at, 1, &length))
			return false;
		if (*length == 0 || *length >= DNS_POINTER)
			return true;
	}
	return false;
}

/*
 * Step over the owner at *@at, which nearly always is a pointer or the root. Gives false if that takes
 * more. *@fixed: the record's fixed part, where *@at is then.
 */
PKT_INLINE bool fast_skip_owner(struct fast *p, __u32 *at, const __u8 **fixed)
{
	if (!pkt_within(&p->view, *at, 1 + DNS_RECORD_FIXED, fixed))
		return false;
	if (unlikely(**fixed && **fixed < DNS_POINTER) &&
	    (!fast_owner(p, at) || !pkt_within(&p->view, *at, 1 + DNS_RECORD_FIXED, fixed)))
		return false;
	if (**fixed) {
		*at += 1;
		if (!pkt_within(&p->view, *at, 1 + DNS_RECORD_FIXED, fixed))
			return false;
	}
	*at += 1;
	*fixed += 1;
	return true;
}

/* Walk the records, of which an OPT is the last. Its data's place is then in scratch. */
PKT_INLINE bool fast_records(struct fast *p)
{
	struct msg_scratch *scratch = p->scratch;
	__u32 at = p->at, extended = 0;

	/* The verifier is not to know in which round it is by what ends them. */
	scratch_set(scratch, entries, p->all);
	scratch_set(scratch, entry, p->rest);
	scratch_set(scratch, length, p->answers);
	scratch_set(scratch, opt_length, 0);
	scratch_set(scratch, alias, 0);
	scratch_set(scratch, soa, 0);
	scratch_set(scratch, walk_state, 0);
	for (__u32 i = 0; i < FAST_RECORDS; i++) {
		const __u8 *fixed;
		__u32 type, length, begin = at;

		if (i >= scratch_get(scratch, entries))
			goto walked;
		if (unlikely(!fast_skip_owner(p, &at, &fixed)))
			return false;
		at += DNS_RECORD_FIXED;
		type = load_be16(fixed);
		length = load_be16(fixed + 8);
		if (i < scratch_get(scratch, entry)) {
			fast_record(p, i < scratch_get(scratch, length), type, begin, at);
		} else if (type == DNS_TYPE_OPT) {
			extended = fixed[4];
			scratch_set(scratch, opt, at);
			scratch_set(scratch, opt_length, length);
			/* What is behind it is not looked at here. */
			if (unlikely(i + 1 != scratch_get(scratch, entries)))
				return false;
			at += length;
			goto walked;
		}
		at += length;
		fast_verifier_forget(p, at);
	}
	return false;
walked:
	fast_verifier_forget(p, extended);
	p->rcode = DNS_RCODE(p->flags) | extended << 4;
	p->seen = scratch_get(scratch, walk_state);
	/* Nor is payload behind the message. */
	return at == p->end && extended < RCODE_DIRECT >> 4;
}

/* Read the options of the OPT record. */
PKT_INLINE bool fast_options(struct fast *p)
{
	__u32 at = scratch_get(p->scratch, opt), end = at + scratch_get(p->scratch, opt_length);
	const __u8 *option;

	if (!pkt_within(&p->view, end, 0, &option))
		return false;
	for (__u32 i = 0; i < FAST_OPTIONS; i++) {
		__u32 length;

		if (at >= end)
			goto walked;
		if (!pkt_within(&p->view, at, DNS_OPTION_FIXED, &option))
			return false;
		length = load_be16(option + 2);
		if (load_be16(option) == DNS_OPTION_EDE && length >= DNS_EDE_FIXED) {
			/* A second one is counted elsewhere. */
			if (scratch_get(p->scratch, ede) != NO_EDE ||
			    !pkt_within(&p->view, at, DNS_OPTION_FIXED + DNS_EDE_FIXED, &option))
				return false;
			scratch_set(p->scratch, ede, load_be16(option + DNS_OPTION_FIXED));
			if (scratch_get(p->scratch, ede) >= EDE_DIRECT)
				return false;
		}
		at += DNS_OPTION_FIXED + length;
		fast_verifier_forget(p, at);
	}
	if (at < end)
		return false;
walked:
	return at == end;
}

#endif
