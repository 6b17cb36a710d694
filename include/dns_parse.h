/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One step of the walk through a DNS message: a name, a question, a record.
 *
 * The walk serves two ends: to reach the OPT record, which can stand anywhere in the additional
 * section behind records whose length is not known beforehand, and to say what a NOERROR answer
 * holds. A step is a stage of its own so that the verifier sees its loop over labels once.
 */
#ifndef RCODEWATCH_DNS_PARSE_H
#define RCODEWATCH_DNS_PARSE_H

#include "dns_wire.h"
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

/* What the walk has seen so far, as bits. */
#define SEEN_DATA     1u /* an answer of the type asked for, or any other that is no alias */
#define SEEN_SOA      2u /* in the authority section */
#define SEEN_NS       4u /* in the authority section */
#define SEEN_QUESTION 8u /* a whole one */

/* What one step of the walk hands to the next: seen (4 bits) and QTYPE (16). */
#define CARRY(seen, qtype) ((__u64)(seen) | (__u64)(qtype) << 4)
#define CARRY_SEEN(c)      ((__u32)(c)&0xfu)
#define CARRY_QTYPE(c)     ((__u32)((c) >> 4) & 0xffffu)
#define CARRY_MASK         0xfffffu

/*
 * The result of dns_entry(). A stage returns one number, so it is packed: next offset (20 bits),
 * RDLENGTH (16), status (2), OPT (1), carry (20).
 */
#define ENTRY_NEXT(e)     ((__u32)(e)&0xfffffu)
#define ENTRY_RDLENGTH(e) ((__u32)((e) >> 20) & 0xffffu)
#define ENTRY_STATUS(e)   ((__u32)((e) >> 36) & 3u)
#define ENTRY_IS_OPT(e)   ((__u32)((e) >> 38) & 1u)
#define ENTRY_CARRY(e)    ((__u32)((e) >> 39) & CARRY_MASK)

/* The numbers of questions and of records in each section, as one scalar for a stage. */
#define DNS_COUNTS(questions, answers, authorities, additionals)                    \
	((__u64)(questions) | (__u64)(answers) << 16 | (__u64)(authorities) << 32 | \
	 (__u64)(additionals) << 48)
#define COUNTS_QUESTIONS(c)   ((__u32)(c)&0xffffu)
#define COUNTS_ANSWERS(c)     ((__u32)((c) >> 16) & 0xffffu)
#define COUNTS_AUTHORITIES(c) ((__u32)((c) >> 32) & 0xffffu)
#define COUNTS_ADDITIONALS(c) ((__u32)((c) >> 48))

/* Bytes from offset @at to offset @end, as one scalar for a stage. */
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
 * Step over the labels of a name, up to and with the root or a pointer (RFC 1035 section 4.1.4).
 * Gives the offset behind it, with the status above it.
 */
#define NAME_END(n)    ((__u32)(n))
#define NAME_STATUS(n) ((enum dns_status)((n) >> 32))

PKT_STAGE __u64 dns_skip_labels(pkt_ctx *ctx, __u64 span)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span);
	const __u32 limit = at + DNS_NAME_MAX;

	for (__u32 label = 0; label <= DNS_LABELS_MAX; label++) {
		enum dns_status status;
		__u8 length;

		status = dns_load(ctx, at, end, &length, sizeof(length));
		if (status != DNS_OK)
			return (__u64)status << 32;
		if (length >= DNS_POINTER)
			return at + 2;
		if (length > DNS_LABEL_MAX) /* the reserved types 01 and 10: RFC 6891 section 5 */
			break;
		at += 1u + length;
		if (at > limit)
			break;
		if (length == 0)
			return at;
	}
	return (__u64)DNS_MALFORMED << 32;
}

/* Step *@at over a name. Most owners are a pointer or, of OPT, the root. */
PKT_INLINE enum dns_status dns_skip_name(pkt_ctx *ctx, __u32 *at, __u32 end)
{
	enum dns_status status;
	__u8 first;
	__u64 name;

	status = dns_load(ctx, *at, end, &first, sizeof(first));
	if (status != DNS_OK)
		return status;
	if (first == 0 || first >= DNS_POINTER) {
		*at += first ? 2 : 1;
		return DNS_OK;
	}
	name = dns_skip_labels(ctx, SPAN(*at, end));
	*at = NAME_END(name);
	return NAME_STATUS(name);
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

/* What a record of @type in @section adds to @carry. */
PKT_INLINE __u32 dns_classify(enum dns_section section, __u32 type, __u32 carry)
{
	if (section == DNS_ANSWER && !dns_is_alias(type, CARRY_QTYPE(carry)))
		return carry | SEEN_DATA;
	if (section == DNS_AUTHORITY && type == DNS_TYPE_SOA)
		return carry | SEEN_SOA;
	if (section == DNS_AUTHORITY && type == DNS_TYPE_NS)
		return carry | SEEN_NS;
	return carry;
}

/* What a question for @qtype adds to @carry: the first one says what was asked. */
PKT_INLINE __u32 dns_asked(__u32 qtype, __u32 carry)
{
	return carry & SEEN_QUESTION ? carry : (__u32)CARRY(SEEN_QUESTION, qtype);
}

/*
 * Read entry @index, a question or record at the start of @span, in a message with @counts. A
 * record's data may end past the span: its type has been seen all the same, and the next step will
 * find the end.
 */
PKT_STAGE __u64 dns_entry(pkt_ctx *ctx, __u64 span, __u64 carried, __u64 counts, __u64 index)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span), rdlength = 0, is_opt = 0, type;
	enum dns_section section = dns_section_of((__u32)index, counts);
	__u32 carry = (__u32)carried & CARRY_MASK;
	enum dns_status status;

	status = dns_skip_name(ctx, &at, end);
	if (status != DNS_OK)
		goto out;

	if (section == DNS_QUESTION) {
		struct dns_question fixed;

		status = dns_load(ctx, at, end, &fixed, sizeof(fixed));
		if (status != DNS_OK)
			goto out;
		at += DNS_QUESTION_FIXED;
		carry = dns_asked(be16_to_host(fixed.type), carry);
	} else {
		struct dns_record fixed;

		status = dns_load(ctx, at, end, &fixed, sizeof(fixed));
		if (status != DNS_OK)
			goto out;
		type = be16_to_host(fixed.type);
		rdlength = be16_to_host(fixed.rdlength);
		at += DNS_RECORD_FIXED + rdlength;
		carry = dns_classify(section, type, carry);
		is_opt = section == DNS_ADDITIONAL && type == DNS_TYPE_OPT;
	}
out:
	return (__u64)at | (__u64)rdlength << 20 | (__u64)status << 36 | (__u64)is_opt << 38 |
	       (__u64)carry << 39;
}

/*
 * The result of dns_walk(), packed: offset (20 bits) and length (16) of the OPT record's data,
 * carry (20), status (3), whether there was an OPT (1).
 */
#define WALK_OPT_AT(w)     ((__u32)(w)&0xfffffu)
#define WALK_OPT_LENGTH(w) ((__u32)((w) >> 20) & 0xffffu)
#define WALK_CARRY(w)      ((__u32)((w) >> 36) & CARRY_MASK)
#define WALK_STATUS(w)     ((__u32)((w) >> 56) & 7u)
#define WALK_HAS_OPT(w)    ((__u32)((w) >> 59) & 1u)

/*
 * Walk the first @entries of the questions and records that begin at @span, up to the OPT. Of two
 * OPT records, which RFC 6891 section 6.1.1 forbids, the first is the one.
 */
PKT_STAGE __u64 dns_walk(pkt_ctx *ctx, __u64 span, __u64 counts, __u64 entries)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span);
	__u64 carry = 0, status = DNS_OK;

	for (__u32 i = 0; i < DNS_ENTRIES_WALKED; i++) {
		__u64 entry;

		if (i >= entries)
			goto out;
		entry = dns_entry(ctx, SPAN(at, end), carry, counts, i);
		status = ENTRY_STATUS(entry);
		if (status != DNS_OK)
			goto out;
		carry = ENTRY_CARRY(entry);
		at = ENTRY_NEXT(entry);
		if (ENTRY_IS_OPT(entry))
			return (at - ENTRY_RDLENGTH(entry)) | (__u64)ENTRY_RDLENGTH(entry) << 20 |
			       carry << 36 | 1ULL << 59;
	}
	if (entries > DNS_ENTRIES_WALKED)
		status = DNS_WALK_BOUND;
out:
	return carry << 36 | status << 56;
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
