/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a DNS message to counters: RCODE, Extended DNS Errors, flags, QTYPE, kind of answer. */
#ifndef RCODEWATCH_DNS_COUNT_H
#define RCODEWATCH_DNS_COUNT_H

#include "dns_parse.h"

/*
 * Where and as what a message counts, as one scalar for a stage: the tally's index (32 bits), the
 * slot (8), then single bits.
 */
#define HOW(index, slot)    ((__u64)(index) | (__u64)(slot) << 32)
#define HOW_INDEX(how)      ((__u32)(how))
#define HOW_SLOT(how)       ((__u32)((how) >> 32) & 0xffu)
#define HOW_EPOCH(how)      ((__u32)(how)&1u) /* see tally_index() */
#define HOW_FAMILY_SHIFT    40
#define HOW_TRANSPORT_SHIFT 41
#define HOW_FAMILY(how)     ((__u32)((how) >> HOW_FAMILY_SHIFT) & 1u)
#define HOW_TRANSPORT(how)  ((__u32)((how) >> HOW_TRANSPORT_SHIFT) & 1u)
#define HOW_FROM_DNS_PORT   (1ULL << 42)
#define HOW_TO_DNS_PORT     (1ULL << 43)
#define HOW_FRAGMENT        (1ULL << 44) /* the message goes on in another fragment */
#define HOW_SEGMENT         (1ULL << 45) /* the message goes on in another segment */
#define EDE_TEXT_EVERY      1024u        /* a sample of the text is taken once in so many */

/* Rows and columns of the tally that stand for "all the others". */
PKT_INLINE __u32 rcode_row(__u32 rcode)
{
	return pkt_clamp(rcode, RCODE_DIRECT);
}

PKT_INLINE __u32 ede_column(__u32 info_code)
{
	return pkt_clamp(info_code, EDE_DIRECT);
}

PKT_INLINE void count_qtype(pkt_ctx *ctx, struct tally *tally, __u64 how, __u32 qtype)
{
	__u32 column = QTYPE_DIRECT;

	if (qtype < QTYPE_LOW)
		column = qtype;
	else if (qtype >= QTYPE_META_FIRST && qtype <= QTYPE_META_LAST)
		column = QTYPE_LOW + (qtype - QTYPE_META_FIRST);
	else
		store_rare(ctx, HOW_SLOT(how), HOW_EPOCH(how), RARE_QTYPE, qtype);
	tally->qtype[pkt_clamp(column, QTYPE_DIRECT)]++;
}

PKT_INLINE void count_flags(struct tally *tally, __u32 flags)
{
	if (flags & DNS_AA)
		tally->flags[FLAG_AA]++;
	if (flags & DNS_TC)
		tally->flags[FLAG_TC]++;
	if (flags & DNS_RA)
		tally->flags[FLAG_RA]++;
	if (flags & DNS_AD)
		tally->flags[FLAG_AD]++;
	if (flags & DNS_CD)
		tally->flags[FLAG_CD]++;
}

/* An EDE for a stage: info code (16 bits), RCODE (12), whether a message's first (1). */
#define EDE(info_code, rcode, first) \
	((__u64)(info_code) | (__u64)(rcode) << 16 | (__u64)(first) << 28)
#define EDE_INFO_CODE(e) ((__u32)(e)&0xffffu)
#define EDE_RCODE(e)     ((__u32)((e) >> 16) & (RCODE_MAX - 1))
#define EDE_FIRST(e)     ((__u32)((e) >> 28) & 1u)

/*
 * Count one Extended DNS Error (RFC 8914). A message's first one is counted jointly with the RCODE
 * that it explains, the further ones by themselves. Gives how often this first one was there before,
 * and for further ones a number that asks for no sample of their text.
 */
PKT_STAGE __u64 count_ede(pkt_ctx *ctx, __u64 how, __u64 ede)
{
	__u32 info_code = EDE_INFO_CODE(ede), rcode = EDE_RCODE(ede);
	__u32 row = rcode_row(rcode), column = ede_column(info_code);
	struct tally *tally = store_tally(ctx, HOW_INDEX(how));
	__u64 before;

	pkt_keep(ctx);
	if (!tally)
		return 1;
	if (!EDE_FIRST(ede)) {
		if (column == EDE_DIRECT)
			store_rare(ctx, HOW_SLOT(how), HOW_EPOCH(how), RARE_EDE_FURTHER, info_code);
		tally->ede_further[column]++;
		return 1;
	}
	before = tally->ede[row][column]++;
	if (row == RCODE_DIRECT || column == EDE_DIRECT)
		before = store_rare(ctx, HOW_SLOT(how), HOW_EPOCH(how), RARE_EDE,
				    rcode << 16 | info_code);
	return before;
}

/* Count an EDE and now and then keep its text, which fills @text. */
PKT_INLINE void count_ede_and_text(pkt_ctx *ctx, __u64 how, __u64 ede, __u64 text)
{
	__u64 before = count_ede(ctx, how, ede);

	if (before % EDE_TEXT_EVERY == 0 && SPAN_END(text) > SPAN_AT(text))
		store_ede_text(ctx, HOW_SLOT(how), EDE_RCODE(ede), EDE_INFO_CODE(ede),
			       SPAN_AT(text), SPAN_END(text) - SPAN_AT(text));
}

/* The result of count_option(): the next option's offset (32 bits), status (3), whether an EDE (1). */
#define OPTION_NEXT(o)   ((__u32)(o))
#define OPTION_STATUS(o) ((__u32)((o) >> 32) & 7u)
#define OPTION_IS_EDE(o) ((__u32)((o) >> 35) & 1u)

/*
 * Step over the option at the start of @span, and count it if it is an Extended DNS Error. A stage of
 * its own, as the ways through it would multiply from option to option. An EDE option too short for
 * its code is no EDE. @ede: EDE() without an info code.
 */
PKT_STAGE __u64 count_option(pkt_ctx *ctx, __u64 span, __u64 how, __u64 ede)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span), length, info_code, is_ede;
	struct dns_option option;
	enum dns_status status;

	status = dns_load(ctx, at, end, &option, sizeof(option));
	if (status != DNS_OK)
		return (__u64)status << 32;
	at += DNS_OPTION_FIXED;
	length = be16_to_host(option.length);
	if (length > end - at)
		return (__u64)DNS_PAST_END << 32;
	is_ede = be16_to_host(option.code) == DNS_OPTION_EDE && length >= DNS_EDE_FIXED;
	if (is_ede) {
		if (!pkt_be16(ctx, at, &info_code))
			return (__u64)DNS_PAST_REACH << 32;
		count_ede_and_text(ctx, how, ede | info_code,
				   SPAN(at + DNS_EDE_FIXED, at + length));
	}
	return (at + length) | (__u64)is_ede << 35;
}

/*
 * Walk the options of an OPT record (RFC 6891 section 6.1.2), which fill @span, and count their
 * Extended DNS Errors. Gives an enum dns_status.
 */
PKT_STAGE __u64 count_options(pkt_ctx *ctx, __u64 span, __u64 how, __u64 rcode)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span), first = 1;

	for (__u32 i = 0; i < DNS_OPTIONS_WALKED; i++) {
		__u64 option;

		if (at >= end)
			return DNS_OK;
		option = count_option(ctx, SPAN(at, end), how, EDE(0, rcode, first));
		if (OPTION_STATUS(option) != DNS_OK)
			return OPTION_STATUS(option);
		if (OPTION_IS_EDE(option))
			first = 0;
		at = OPTION_NEXT(option);
	}
	return at >= end ? DNS_OK : DNS_OPTION_BOUND;
}

PKT_INLINE enum incomplete incomplete_reason(__u32 status, __u64 how)
{
	if (status == DNS_PAST_REACH)
		return INCOMPLETE_OPT_BEYOND_REACH;
	if (status == DNS_WALK_BOUND)
		return INCOMPLETE_WALK_BOUND;
	if (status == DNS_OPTION_BOUND)
		return INCOMPLETE_OPTION_BOUND;
	if (status == DNS_PAST_END && how & HOW_FRAGMENT)
		return INCOMPLETE_OPT_BEYOND_FRAGMENT;
	if (status == DNS_PAST_END && how & HOW_SEGMENT)
		return INCOMPLETE_OPT_BEYOND_SEGMENT;
	return INCOMPLETE_MALFORMED;
}

/*
 * The 12-bit RCODE: the header's four bits, and the upper eight that begin the TTL of an OPT record
 * whose data are at @opt_at (RFC 6891 section 6.1.3). The walk has read that far before.
 */
PKT_INLINE __u32 extended_rcode(pkt_ctx *ctx, __u32 rcode, __u32 opt_at)
{
	__u32 upper;

	if (pkt_u8(ctx, opt_at - 6, &upper))
		rcode |= upper << 4;
	return rcode & (RCODE_MAX - 1);
}

/* Count the options of the OPT record that @walk has found in a message that ends at @end. */
PKT_INLINE __u32 count_opt(pkt_ctx *ctx, __u64 walk, __u32 end, __u64 how, __u32 rcode)
{
	__u32 at = WALK_OPT_AT(walk), opt_end = at + WALK_OPT_LENGTH(walk);
	__u32 stop = opt_end < end ? opt_end : end, status = DNS_OK;

	if (at < stop)
		status = (__u32)count_options(ctx, SPAN(at, stop), how, rcode);
	if (status == DNS_OK && opt_end > end)
		return DNS_PAST_END;
	return status;
}

PKT_INLINE __u64 header_counts(const struct dns_header *header)
{
	return DNS_COUNTS(be16_to_host(header->questions), be16_to_host(header->answers),
			  be16_to_host(header->authorities), be16_to_host(header->additionals));
}

/* Whether it matters what kind of answer it is. */
PKT_INLINE bool is_noerror_query(__u32 flags)
{
	return DNS_RCODE(flags) == DNS_RCODE_NOERROR && DNS_OPCODE(flags) == DNS_OPCODE_QUERY;
}

/*
 * How many questions and records must be walked: without additional records there is no OPT to be
 * found, and only NOERROR needs to know what the others are.
 */
PKT_INLINE __u32 entries_to_walk(__u32 flags, __u64 counts)
{
	__u32 questions = COUNTS_QUESTIONS(counts);

	if (COUNTS_ADDITIONALS(counts) || is_noerror_query(flags))
		return questions + COUNTS_ANSWERS(counts) + COUNTS_AUTHORITIES(counts) +
		       COUNTS_ADDITIONALS(counts);
	return questions ? 1 : 0;
}

/* What the walk through a response came to: flags (16 bits), RCODE (12), status (3), carry (20). */
#define FOUND(flags, rcode, status, carry) \
	((__u64)(flags) | (__u64)(rcode) << 16 | (__u64)(status) << 28 | (__u64)(carry) << 32)
#define FOUND_FLAGS(f)  ((__u32)(f)&0xffffu)
#define FOUND_RCODE(f)  ((__u32)((f) >> 16) & (RCODE_MAX - 1))
#define FOUND_STATUS(f) ((__u32)((f) >> 28) & 7u)
#define FOUND_CARRY(f)  ((__u32)((f) >> 32) & CARRY_MASK)

/* Count a response with @counts whose walk came to @found; its EDEs have been counted. */
PKT_STAGE __u64 count_response(pkt_ctx *ctx, __u64 how, __u64 counts, __u64 found)
{
	__u32 flags = FOUND_FLAGS(found), rcode = FOUND_RCODE(found), carry = FOUND_CARRY(found);
	struct tally *tally = store_tally(ctx, HOW_INDEX(how));

	pkt_keep(ctx);
	if (!tally)
		return 0;
	if (FOUND_STATUS(found) != DNS_OK && COUNTS_ADDITIONALS(counts))
		tally->incomplete[incomplete_reason(FOUND_STATUS(found), how)]++;
	tally->rcode[rcode_row(rcode)][HOW_FAMILY(how)][HOW_TRANSPORT(how)]++;
	if (rcode >= RCODE_DIRECT)
		store_rcode_rest(ctx, HOW_SLOT(how), HOW_EPOCH(how), rcode);
	count_flags(tally, flags);
	if (CARRY_SEEN(carry) & SEEN_QUESTION)
		count_qtype(ctx, tally, how, CARRY_QTYPE(carry));
	if (is_noerror_query(flags) && rcode == DNS_RCODE_NOERROR)
		tally->answers[dns_answer_kind(flags, COUNTS_ANSWERS(counts), CARRY_SEEN(carry))]++;
	return 0;
}

/*
 * Count the message at the start of @span, of which the span holds all or, where @how says so, the
 * beginning. Gives the fate that it means for its packet.
 */
PKT_STAGE __u64 count_message(pkt_ctx *ctx, __u64 span, __u64 how)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span), flags, rcode, status;
	struct dns_header header;
	__u64 counts, walk;

	if (dns_load(ctx, at, end, &header, sizeof(header)) != DNS_OK)
		return FATE_UNPARSED(UNPARSED_TRUNCATED_HEADER);
	flags = be16_to_host(header.flags);
	if (!(flags & DNS_QR))
		return how & HOW_TO_DNS_PORT ? OUTCOME_QUERY : OUTCOME_WRONG_DIRECTION;
	if (!(how & HOW_FROM_DNS_PORT))
		return OUTCOME_WRONG_DIRECTION;

	rcode = DNS_RCODE(flags);
	counts = header_counts(&header);
	walk = dns_walk(ctx, SPAN(at + DNS_HEADER_SIZE, end), counts,
			entries_to_walk(flags, counts));
	status = WALK_STATUS(walk);
	if (WALK_HAS_OPT(walk)) {
		rcode = extended_rcode(ctx, rcode, WALK_OPT_AT(walk));
		status = count_opt(ctx, walk, end, how, rcode);
	}
	count_response(ctx, how, counts, FOUND(flags, rcode, status, WALK_CARRY(walk)));
	return OUTCOME_RESPONSE;
}

#endif
