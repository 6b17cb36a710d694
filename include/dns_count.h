/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a DNS message to counters: RCODE, Extended DNS Errors, flags, QTYPE, kind of answer. */
#ifndef RCODEWATCH_DNS_COUNT_H
#define RCODEWATCH_DNS_COUNT_H

#include "dns_parse.h"
#include "pkt_meta.h"
#include "top_count.h"
#include "txn_message.h"

#define EDE_TEXT_EVERY 1024u /* a sample of the text is taken once in so many */

/* Rows and columns of the counters that stand for "all the others". */
PKT_INLINE __u32 rcode_row(__u32 rcode)
{
	return pkt_clamp(rcode, RCODE_DIRECT);
}

PKT_INLINE __u32 ede_column(__u32 info_code)
{
	return pkt_clamp(info_code, EDE_DIRECT);
}

PKT_INLINE void count_qtype(pkt_ctx *ctx, struct pkt_counters *counters, __u64 meta, __u32 qtype)
{
	__u32 column = QTYPE_DIRECT;

	if (likely(qtype < QTYPE_LOW)) {
		_Static_assert(QTYPE_LOW <= 128, "so that a mask will do");
		counters->qtype[(__u64)pkt_mask(qtype, 127)]++;
		return;
	}
	if (qtype >= QTYPE_META_FIRST && qtype <= QTYPE_META_LAST)
		column = QTYPE_LOW + (qtype - QTYPE_META_FIRST);
	else
		store_rare(ctx, META_POINT(meta), META_EPOCH(meta), RARE_QTYPE, qtype);
	counters->qtype[pkt_clamp(column, QTYPE_DIRECT)]++;
}

/* An EDE for a subprogram: info code (16 bits), RCODE (12), whether a message's first (1). */
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
PKT_GLOBAL __u64 count_ede(pkt_ctx *ctx, __u64 meta, __u64 ede)
{
	__u32 info_code = EDE_INFO_CODE(ede), rcode = EDE_RCODE(ede);
	__u32 row = rcode_row(rcode), column = ede_column(info_code);
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));
	struct pkt_counters *counters = store_counters(ctx, META_INDEX(meta));
	__u64 before;

	pkt_keep(ctx);
	if (!counters)
		return 1;
	if (!EDE_FIRST(ede)) {
		if (column == EDE_DIRECT)
			store_rare(ctx, META_POINT(meta), META_EPOCH(meta), RARE_EDE_FURTHER,
				   info_code);
		counters->ede_further[column]++;
		return 1;
	}
	if (scratch)
		scratch->ede = info_code;
	before = counters->ede[row][column]++;
	if (row == RCODE_DIRECT || column == EDE_DIRECT)
		before = store_rare(ctx, META_POINT(meta), META_EPOCH(meta), RARE_EDE,
				    rcode << 16 | info_code);
	return before;
}

/*
 * Count an EDE and now and then keep its text, which fills @text. Where texts found no room, one that is still
 * missing need not wait for the next time.
 */
PKT_INLINE void count_ede_and_text(pkt_ctx *ctx, __u64 meta, __u64 ede, __u64 text)
{
	__u64 before = count_ede(ctx, meta, ede);

	bool due = before % EDE_TEXT_EVERY == 0;

	if (SPAN_END(text) > SPAN_AT(text) &&
	    (due || (EDE_FIRST(ede) && store_texts_wanted(ctx, META_POINT(meta)))))
		store_ede_text(ctx, META_POINT(meta), META_EPOCH(meta), EDE_RCODE(ede),
			       EDE_INFO_CODE(ede), text, due);
}

/* The result of count_option(): the next option's offset (32 bits), status (3), whether an EDE (1). */
#define OPTION_NEXT(o)   ((__u32)(o))
#define OPTION_STATUS(o) ((__u32)((o) >> 32) & 7u)
#define OPTION_IS_EDE(o) ((__u32)((o) >> 35) & 1u)

/*
 * Step over the option at the start of @span, and count it if it is an Extended DNS Error. A subprogram of
 * its own, as the ways through it would multiply from option to option. An EDE option too short for
 * its code is no EDE. @ede: EDE() without an info code.
 */
PKT_GLOBAL __u64 count_option(pkt_ctx *ctx, __u64 span, __u64 meta, __u64 ede)
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
		count_ede_and_text(ctx, meta, ede | info_code,
				   SPAN(at + DNS_EDE_FIXED, at + length));
	}
	return (at + length) | (__u64)is_ede << 35;
}

/*
 * Walk the options of an OPT record (RFC 6891 section 6.1.2), which fill @span, and count their
 * Extended DNS Errors. Gives an enum dns_status.
 */
PKT_GLOBAL __u64 count_options(pkt_ctx *ctx, __u64 span, __u64 meta, __u64 rcode)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span), first = 1;

	for (__u32 i = 0; i < DNS_OPTIONS_WALKED; i++) {
		__u64 option;

		if (at >= end)
			return DNS_OK;
		option = count_option(ctx, SPAN(at, end), meta, EDE(0, rcode, first));
		if (OPTION_STATUS(option) != DNS_OK)
			return OPTION_STATUS(option);
		first &= OPTION_IS_EDE(option) ^ 1;
		at = OPTION_NEXT(option);
	}
	return at >= end ? DNS_OK : DNS_OPTION_BOUND;
}

PKT_INLINE enum incomplete incomplete_reason(__u32 status, __u64 meta)
{
	if (status == DNS_PAST_REACH)
		return INCOMPLETE_OPT_BEYOND_REACH;
	if (status == DNS_WALK_BOUND)
		return INCOMPLETE_WALK_BOUND;
	if (status == DNS_OPTION_BOUND)
		return INCOMPLETE_OPTION_BOUND;
	if (status == DNS_PAST_END && meta & META_FRAGMENT)
		return INCOMPLETE_OPT_BEYOND_FRAGMENT;
	if (status == DNS_PAST_END && meta & META_SEGMENT)
		return INCOMPLETE_OPT_BEYOND_SEGMENT;
	return INCOMPLETE_MALFORMED;
}

/* Count the options of the OPT record that the walk has found. */
PKT_INLINE __u32 count_opt(pkt_ctx *ctx, struct msg_scratch *scratch, __u64 meta)
{
	__u32 at = scratch_get(scratch, opt), end = scratch_get(scratch, end), status = DNS_OK;
	__u32 opt_end = at + scratch_get(scratch, opt_length), stop = opt_end < end ? opt_end : end;

	if (at < stop)
		status = (__u32)count_options(ctx, SPAN(at, stop), meta,
					      scratch_get(scratch, rcode));
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

/* How many questions and records there are to be walked. */
PKT_INLINE __u32 entries_to_walk(__u64 counts)
{
	return COUNTS_QUESTIONS(counts) + COUNTS_ANSWERS(counts) + COUNTS_AUTHORITIES(counts) +
	       COUNTS_ADDITIONALS(counts);
}

/* What is known of a response, however it was read. */
struct dns_facts {
	__u32 flags;      /* the header's second word, in host byte order */
	__u32 rcode;      /* 12 bits, as far as they could be read */
	__u32 answers;    /* records of the answer section, by the header */
	__u32 walk_state; /* WALK_STATE() of what was walked */
	bool ede;         /* it has an Extended DNS Error */
};

/* Lists that a response may be counted in: all, if it is offending; zones alone, for attacks, if not. */
#define LISTS_ALL   ((1u << TOP_DIMENSIONS) - 1)
#define LISTS_ZONES (1u << TOP_ZONE)

/* What kind of answer it is; ANSWER_COUNT where that says nothing. */
PKT_INLINE enum answer_kind facts_kind(const struct dns_facts *facts)
{
	if (!is_noerror_query(facts->flags) || facts->rcode != DNS_RCODE_NOERROR)
		return ANSWER_COUNT;
	return dns_answer_kind(facts->flags, facts->answers, WALK_STATE_SEEN(facts->walk_state));
}

/* LISTS_ALL, LISTS_ZONES or 0. @kind: facts_kind(). */
PKT_INLINE __u32 facts_lists(pkt_ctx *ctx, const struct dns_facts *facts, __u32 kind)
{
	__u32 which = pkt_config(ctx)->offending, rcode = facts->rcode;

	if (rcode >= RCODE_DIRECT ? which & OFFENDING_REST
				  : pkt_config(ctx)->offending_rcodes >> rcode & 1)
		return LISTS_ALL;
	if ((kind == ANSWER_NODATA && which & OFFENDING_NODATA) ||
	    (facts->ede && which & OFFENDING_EDE))
		return LISTS_ALL;
	return kind == ANSWER_NODATA && which & OFFENDING_NODATA_ZONES ? LISTS_ZONES : 0;
}

/*
 * Count a response by itself: but for its EDEs, what is incomplete about it, and lists. @kind: facts_kind(),
 * @lists: facts_lists().
 */
PKT_INLINE void count_facts(pkt_ctx *ctx, struct pkt_counters *counters, __u64 meta,
			    const struct dns_facts *facts, __u32 kind, __u32 lists)
{
	counters->rcode[rcode_row(facts->rcode)][META_FAMILY(meta)][META_TRANSPORT(meta)]++;
	if (facts->rcode >= RCODE_DIRECT)
		store_rcode_rest(ctx, META_POINT(meta), META_EPOCH(meta), facts->rcode);
	counters->flags[pkt_mask(FLAG_SET(facts->flags), FLAG_SETS - 1)]++;
	if (WALK_STATE_SEEN(facts->walk_state) & SEEN_QUESTION)
		count_qtype(ctx, counters, meta, WALK_STATE_QTYPE(facts->walk_state));
	if (kind < ANSWER_COUNT)
		counters->answers[pkt_clamp(kind, ANSWER_COUNT - 1)]++;
	counters->offending += lists == LISTS_ALL;
}

/*
 * Count a response with @facts whose walk ended with @status; its EDEs have been counted. Gives the lists
 * that it is for.
 */
PKT_INLINE __u32 count_walked(pkt_ctx *ctx, __u64 meta, const struct dns_facts *facts,
			      __u32 additionals, __u32 status)
{
	struct pkt_counters *counters = store_counters(ctx, META_INDEX(meta));
	__u32 kind = facts_kind(facts), lists;

	kind = verifier_forget(kind, facts->flags);
	if (!counters)
		return 0;
	if (status != DNS_OK && additionals)
		counters->incomplete[incomplete_reason(status, meta)]++;
	lists = facts_lists(ctx, facts, kind);
	lists = verifier_forget(lists, kind);
	count_facts(ctx, counters, meta, facts, kind, lists);
	return lists;
}

/* Count the response in scratch in those lists of its point that it is @for_lists. */
PKT_INLINE void count_listed(pkt_ctx *ctx, struct msg_scratch *scratch, __u64 meta, __u32 for_lists)
{
	__u32 lists = lists_of(ctx, meta) & for_lists;
	__u32 wanted = lists & (1u << TOP_ZONE | 1u << TOP_NAME), found = 0;

	if (wanted && scratch_get(scratch, question)) {
		found = list_names(ctx, scratch, meta, wanted) & wanted;
		if (found != wanted && for_lists == LISTS_ALL) {
			struct pkt_counters *counters = store_counters(ctx, META_INDEX(meta));

			if (counters)
				counters->unlisted++;
		}
	}
	lists = (lists & ~wanted) | found;
	if (lists)
		count_lists(ctx, meta, lists);
}

/* Begin on the message at the start of @span. */
PKT_INLINE void scratch_begin(struct msg_scratch *scratch, __u64 span, __u32 flags, __u64 counts)
{
	scratch->message = SPAN_AT(span);
	scratch->end = SPAN_END(span);
	scratch->at = SPAN_AT(span) + DNS_HEADER_SIZE;
	scratch->counts = counts;
	scratch->entries = entries_to_walk(counts);
	scratch->entry = 0;
	scratch->walk_state = 0;
	scratch->question = scratch->alias = scratch->soa = 0;
	scratch->opt = scratch->opt_length = 0;
	scratch->rcode = DNS_RCODE(flags);
	scratch->ede = NO_EDE;
}

/*
 * Count the message at the start of @span, of which the span holds all or, where @meta says so, the
 * beginning. Gives its packet's outcome.
 */
PKT_GLOBAL __u64 count_message(pkt_ctx *ctx, __u64 span, __u64 meta)
{
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));
	__u32 flags, status, lists;
	struct dns_header header;
	struct dns_facts facts;

	if (!scratch ||
	    dns_load(ctx, SPAN_AT(span), SPAN_END(span), &header, sizeof(header)) != DNS_OK)
		return PKT_UNPARSED(UNPARSED_TRUNCATED_HEADER);
	flags = be16_to_host(header.flags);
	if (!(flags & DNS_QR))
		return meta & META_TO_DNS_PORT ? OUTCOME_QUERY : OUTCOME_WRONG_DIRECTION;
	if (!(meta & META_FROM_DNS_PORT))
		return OUTCOME_WRONG_DIRECTION;

	scratch_begin(scratch, span, flags, header_counts(&header));
	status = dns_walk(ctx, scratch, META_CPU(meta));
	scratch_set(scratch, status, status);
	scratch_set(scratch, walked, scratch_get(scratch, at));
	if (scratch_get(scratch, opt))
		scratch_set(scratch, status, count_opt(ctx, scratch, meta));
	facts.flags = flags;
	facts.rcode = scratch_get(scratch, rcode);
	facts.answers = COUNTS_ANSWERS(scratch_get(scratch, counts));
	facts.walk_state = scratch_get(scratch, walk_state);
	facts.ede = scratch_get(scratch, ede) != NO_EDE;
	lists = count_walked(ctx, meta, &facts, COUNTS_ADDITIONALS(scratch_get(scratch, counts)),
			     scratch_get(scratch, status));
	if (lists)
		count_listed(ctx, scratch, meta, lists);
	return OUTCOME_RESPONSE;
}

/* Count the message as count_message() does, and as a part of a transaction: apart, as all calls share their stack. */
PKT_INLINE __u32 count_matched(pkt_ctx *ctx, __u64 span, __u64 meta)
{
	__u32 outcome = (__u32)count_message(ctx, span, meta) & 0xffu;

	if (txn_followed_at(ctx, meta) && (outcome == OUTCOME_QUERY || outcome == OUTCOME_RESPONSE))
		txn_count(ctx, span, meta, outcome == OUTCOME_RESPONSE);
	return outcome;
}

#endif
