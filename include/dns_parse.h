/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The walk through a DNS message: names, questions, records.
 *
 * It serves three ends: to reach the OPT record, which can stand anywhere in the additional section
 * behind records whose length is not known beforehand; to say what a NOERROR answer holds; and to
 * find the names that an answer which denies something is about.
 */
#ifndef RCODEWATCH_DNS_PARSE_H
#define RCODEWATCH_DNS_PARSE_H

#include "msg_scratch.h"
#include "pkt_ctx.h"

/* The parts of fixed size behind a name: RFC 1035 sections 4.1.2 and 4.1.3. */
struct dns_question {
	__be16 type, class;
};

struct dns_record {
	__be16 type, class;
	__u8 ttl[4]; /* of an OPT: upper RCODE bits, version, flags (RFC 6891 section 6.1.3) */
	__be16 rdlength;
};

struct dns_header {
	__be16 id, flags, questions, answers, authorities, additionals;
};

struct dns_option {
	__be16 code, length;
};

_Static_assert(sizeof(struct dns_question) == DNS_QUESTION_FIXED, "as on the wire");
_Static_assert(sizeof(struct dns_record) == DNS_RECORD_FIXED, "as on the wire");
_Static_assert(sizeof(struct dns_header) == DNS_HEADER_SIZE, "as on the wire");
_Static_assert(sizeof(struct dns_option) == DNS_OPTION_FIXED, "as on the wire");

/* How a step ended. */
enum dns_status {
	DNS_OK,
	DNS_PAST_END,   /* the message goes on where this packet ends, or claims to */
	DNS_PAST_REACH, /* within the packet, but not to be had: a cut capture, a far offset */
	DNS_MALFORMED,
	DNS_WALK_BOUND,   /* more questions and records than are walked */
	DNS_OPTION_BOUND, /* more EDNS options than are walked */
};

/* The section that an entry of the message stands in. */
enum dns_section { DNS_QUESTION, DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL };

/* Steps of a walk that are taken in one call. */
#define DNS_STEPS 4u

_Static_assert(DNS_ENTRIES_WALKED % DNS_STEPS == 0, "whole calls");

/* Labels that are stepped over without a call, and in one. */
#define DNS_LABELS_INLINE 4u
#define DNS_LABELS_CALLED 8u

/* What the walk has seen so far, as bits. */
#define SEEN_DATA     1u /* an answer of the type asked for, or any other that is no alias */
#define SEEN_SOA      2u /* in the authority section */
#define SEEN_NS       4u /* in the authority section */
#define SEEN_QUESTION 8u /* a whole one */

/* What one step of the walk hands to the next: seen (4 bits) and QTYPE (16). */
#define WALK_STATE(seen, qtype) ((__u64)(seen) | (__u64)(qtype) << 4)
#define WALK_STATE_SEEN(c)      ((__u32)(c)&0xfu)
#define WALK_STATE_QTYPE(c)     ((__u32)((c) >> 4) & 0xffffu)

/* The numbers of questions and of records in each section, as one scalar for a subprogram. */
#define DNS_COUNTS(questions, answers, authorities, additionals)                    \
	((__u64)(questions) | (__u64)(answers) << 16 | (__u64)(authorities) << 32 | \
	 (__u64)(additionals) << 48)
#define COUNTS_QUESTIONS(c)   ((__u32)(c)&0xffffu)
#define COUNTS_ANSWERS(c)     ((__u32)((c) >> 16) & 0xffffu)
#define COUNTS_AUTHORITIES(c) ((__u32)((c) >> 32) & 0xffffu)
#define COUNTS_ADDITIONALS(c) ((__u32)((c) >> 48))

/* Bytes from offset @at to offset @end, as one scalar for a subprogram. */
#define SPAN(at, end)  ((__u64)(at) | (__u64)(end) << 32)
#define SPAN_AT(span)  ((__u32)(span))
#define SPAN_END(span) ((__u32)((span) >> 32))

PKT_INLINE enum dns_status dns_load(pkt_ctx *ctx, __u32 at, __u32 end, void *to, const __u32 size)
{
	if (at + size > end)
		return DNS_PAST_END;
	if (!pkt_load(ctx, at, to, size))
		return DNS_PAST_REACH;
	return DNS_OK;
}

/*
 * What stepping over labels came to: offset behind them (32 bits), status (3), whether the name ends there
 * (1).
 */
#define NAME_END(n)         ((__u32)(n))
#define NAME_STATUS(n)      ((enum dns_status)((n) >> 32 & 7u))
#define NAME_FAILED(status) ((__u64)(status) << 32)
#define NAME_ENDS           (1ULL << 35)

/*
 * Step over the next labels of a name that is to end at @limit, up to and with the root or a pointer (RFC
 * 1035 section 4.1.4). Not over all in one loop: in front of each byte the verifier sees two ways to it, and
 * sees that they are one only after several rounds.
 */
PKT_GLOBAL __u64 dns_skip_labels(pkt_ctx *ctx, __u64 span, __u64 limit)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span);

	/* In 64 bits: 32 on the stack can share 8 bytes with `length`, and are forgotten when that is read. */
	for (__u64 label = 0; label < DNS_LABELS_CALLED; label++) {
		enum dns_status status;
		__u8 length;

		status = dns_load(ctx, at, end, &length, sizeof(length));
		if (status != DNS_OK)
			return NAME_FAILED(status);
		if (length >= DNS_POINTER)
			return NAME_ENDS | (at + 2);
		at += 1u + length;
		/* The reserved types 01 and 10: RFC 6891 section 5. */
		if (length > DNS_LABEL_MAX || at > (__u32)limit)
			return NAME_FAILED(DNS_MALFORMED);
		if (length == 0)
			return NAME_ENDS | at;
	}
	return at;
}

/*
 * Step *@at over a name. Most owners are a pointer or, of OPT, the root, and most other names have few
 * labels: a call for what few have takes as long as the labels of the others.
 */
PKT_INLINE enum dns_status dns_skip_name(pkt_ctx *ctx, __u32 *at, __u32 end)
{
	const __u32 limit = *at + DNS_NAME_MAX;
	enum dns_status status;
	__u64 name;

	for (__u32 label = 0; label < DNS_LABELS_INLINE; label++) {
		__u8 length;

		status = dns_load(ctx, *at, end, &length, sizeof(length));
		if (status != DNS_OK)
			return status;
		if (length >= DNS_POINTER) {
			*at += 2;
			return DNS_OK;
		}
		*at += 1u + length;
		if (length > DNS_LABEL_MAX || *at > limit)
			return DNS_MALFORMED;
		if (length == 0)
			return DNS_OK;
	}
	for (__u32 label = DNS_LABELS_INLINE; label <= DNS_LABELS_MAX; label += DNS_LABELS_CALLED) {
		name = dns_skip_labels(ctx, SPAN(*at, end), limit);
		*at = NAME_END(name);
		if (name & NAME_ENDS || NAME_STATUS(name) != DNS_OK)
			return NAME_STATUS(name);
	}
	return DNS_MALFORMED;
}

/* True for what leads to the data asked for without being it. */
PKT_INLINE bool dns_is_alias(__u32 type, __u32 qtype)
{
	return (type == DNS_TYPE_CNAME || type == DNS_TYPE_DNAME || type == DNS_TYPE_RRSIG) &&
	       type != qtype && qtype != DNS_TYPE_ANY;
}

/* The section of entry @index of a message with @counts. */
PKT_INLINE enum dns_section dns_section_of(__u32 index, __u64 counts)
{
	__u32 stop = COUNTS_QUESTIONS(counts);

	if (index < stop)
		return DNS_QUESTION;
	stop += COUNTS_ANSWERS(counts);
	if (index < stop)
		return DNS_ANSWER;
	stop += COUNTS_AUTHORITIES(counts);
	if (index < stop)
		return DNS_AUTHORITY;
	return DNS_ADDITIONAL;
}

/* What a record of @type in @section adds to @walk_state. */
PKT_INLINE __u32 dns_classify(enum dns_section section, __u32 type, __u32 walk_state)
{
	if (section == DNS_ANSWER && !dns_is_alias(type, WALK_STATE_QTYPE(walk_state)))
		return walk_state | SEEN_DATA;
	if (section == DNS_AUTHORITY && type == DNS_TYPE_SOA)
		return walk_state | SEEN_SOA;
	if (section == DNS_AUTHORITY && type == DNS_TYPE_NS)
		return walk_state | SEEN_NS;
	return walk_state;
}

/* What a question for @qtype adds to @walk_state: the first one says what was asked. */
PKT_INLINE __u32 dns_asked(__u32 qtype, __u32 walk_state)
{
	return walk_state & SEEN_QUESTION ? walk_state : (__u32)WALK_STATE(SEEN_QUESTION, qtype);
}

/* Read what is behind the name of a question. */
PKT_INLINE enum dns_status dns_question(pkt_ctx *ctx, struct msg_scratch *scratch, __u32 owner,
					__u32 at)
{
	__u32 walk_state = scratch_get(scratch, walk_state);
	struct dns_question fixed;
	enum dns_status status;

	status = dns_load(ctx, at, scratch_get(scratch, end), &fixed, sizeof(fixed));
	if (status != DNS_OK)
		return status;
	if (!(walk_state & SEEN_QUESTION))
		scratch->question = owner;
	scratch_set(scratch, walk_state, dns_asked(be16_to_host(fixed.type), walk_state));
	scratch_set(scratch, at, at + DNS_QUESTION_FIXED);
	return DNS_OK;
}

/*
 * Read what is behind the owner of a record. Its data may end past the message: its type has been
 * seen all the same, and the next step will find the end.
 */
PKT_INLINE enum dns_status dns_record(pkt_ctx *ctx, struct msg_scratch *scratch,
				      enum dns_section section, __u32 owner, __u32 at)
{
	__u32 type, rdlength;
	struct dns_record fixed;
	enum dns_status status;

	status = dns_load(ctx, at, scratch_get(scratch, end), &fixed, sizeof(fixed));
	if (status != DNS_OK)
		return status;
	at += DNS_RECORD_FIXED;
	type = be16_to_host(fixed.type);
	rdlength = be16_to_host(fixed.rdlength);
	scratch_set(scratch, at, at + rdlength);
	if (section == DNS_ADDITIONAL) {
		if (type == DNS_TYPE_OPT) {
			scratch->opt = at;
			scratch->opt_length = rdlength;
			scratch->rcode = (scratch->rcode | (__u32)fixed.ttl[0] << 4) &
					 (RCODE_MAX - 1);
		}
		return DNS_OK;
	}
	if (section == DNS_ANSWER && type == DNS_TYPE_CNAME)
		scratch->alias = at;
	if (section == DNS_AUTHORITY && type == DNS_TYPE_SOA && !scratch->soa)
		scratch->soa = owner;
	scratch_set(scratch, walk_state,
		    dns_classify(section, type, scratch_get(scratch, walk_state)));
	return DNS_OK;
}

/* One step: a question or a record. */
PKT_INLINE enum dns_status dns_entry(pkt_ctx *ctx, struct msg_scratch *scratch)
{
	__u32 owner = scratch_get(scratch, at), at = owner;
	enum dns_status status = dns_skip_name(ctx, &at, scratch_get(scratch, end));
	enum dns_section section;

	if (status != DNS_OK)
		return status;
	/* Only now, so that the verifier follows one way through the name and not one for each section. */
	section = dns_section_of(scratch_get(scratch, entry), scratch_get(scratch, counts));
	scratch_set(scratch, entry, scratch_get(scratch, entry) + 1);
	if (section == DNS_QUESTION)
		return dns_question(ctx, scratch, owner, at);
	return dns_record(ctx, scratch, section, owner, at);
}

/* Whether there is no more to walk: all has been seen, or the OPT. */
PKT_INLINE bool dns_walked(const struct msg_scratch *scratch)
{
	return scratch_get(scratch, opt) ||
	       scratch_get(scratch, entry) >= scratch_get(scratch, entries);
}

/*
 * Walk some questions and records on. Unrolled, for in a loop the verifier follows each way through a step
 * for several steps before it sees that they are one.
 */
PKT_GLOBAL __u64 dns_walk_on(pkt_ctx *ctx, __u64 cpu_slot)
{
	struct msg_scratch *scratch = store_scratch(ctx, (__u32)cpu_slot);

	pkt_keep(ctx);
	if (!scratch)
		return DNS_OK;
	PKT_UNROLLED
	for (__u32 i = 0; i < DNS_STEPS; i++) {
		enum dns_status status;

		if (dns_walked(scratch))
			break;
		status = dns_entry(ctx, scratch);
		if (status != DNS_OK)
			return status;
	}
	return DNS_OK;
}

/*
 * Walk the questions and records up to the OPT. Of two OPT records, which RFC 6891 section 6.1.1
 * forbids, the first is the one.
 */
PKT_INLINE enum dns_status dns_walk(pkt_ctx *ctx, struct msg_scratch *scratch, __u32 cpu_slot)
{
	for (__u32 i = 0; i < DNS_ENTRIES_WALKED; i += DNS_STEPS) {
		enum dns_status status = (enum dns_status)dns_walk_on(ctx, cpu_slot);

		if (status != DNS_OK || dns_walked(scratch))
			return status;
	}
	return DNS_WALK_BOUND;
}

/*
 * Where the message in scratch ends, of which the walk has come to @walked without finding fault; 0 if
 * that cannot be told. What is behind an OPT record is walked, but not looked at.
 */
PKT_GLOBAL __u64 dns_end(pkt_ctx *ctx, __u64 cpu_slot, __u64 walked)
{
	struct msg_scratch *scratch = store_scratch(ctx, (__u32)cpu_slot);

	pkt_keep(ctx);
	if (!scratch)
		return 0;
	scratch_set(scratch, at, (__u32)walked);
	for (__u32 i = 0; i < DNS_ENTRIES_WALKED; i += DNS_STEPS) {
		if (scratch_get(scratch, entry) >= scratch_get(scratch, entries))
			return scratch_get(scratch, at) <= scratch_get(scratch, end)
				       ? scratch_get(scratch, at)
				       : 0;
		scratch_set(scratch, opt, 0); /* or it would end there */
		if (dns_walk_on(ctx, cpu_slot) != DNS_OK)
			return 0;
	}
	return 0;
}

/* What a NOERROR answer to an opcode QUERY holds: ANSWER_KINDS. */
PKT_INLINE enum answer_kind dns_answer_kind(__u32 flags, __u32 answers, __u32 seen)
{
	if (seen & SEEN_DATA)
		return ANSWER_DATA;
	if (answers == 0 && flags & DNS_TC)
		return ANSWER_TRUNCATED;
	if (seen & SEEN_SOA)
		return ANSWER_NODATA;
	if (answers != 0) /* a chain of aliases that ends elsewhere, or an answer not walked */
		return ANSWER_DATA;
	if (seen & SEEN_NS && !(flags & DNS_AA))
		return ANSWER_REFERRAL;
	return ANSWER_EMPTY;
}

#endif
