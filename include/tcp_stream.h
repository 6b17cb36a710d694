/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A message over TCP that does not lie whole in one segment, taken up piece by piece.
 *
 * The walk of dns_parse.h, but resumable: between two pieces its state is in the flow. What is
 * wanted next is always so many bytes at a sequence number; what lies between (the rest of a label,
 * a record's data) is stepped over by adding to the number. Pieces cut by the end of a segment are
 * held until the next one brings the rest. Nothing else is copied.
 */
#ifndef RCODEWATCH_TCP_STREAM_H
#define RCODEWATCH_TCP_STREAM_H

#include "dns_count.h"

/* What is wanted at a flow's position. */
enum flow_phase {
	FLOW_START,  /* length prefix and header of a message */
	FLOW_NAME,   /* a label's length, or a pointer's first byte */
	FLOW_FIXED,  /* what is behind the name of a question or record */
	FLOW_OPTION, /* an EDNS option's code and length */
	FLOW_EDE,    /* an Extended DNS Error's info code */
};

PKT_INLINE __u32 be16_at(const __u8 *bytes)
{
	return (__u32)bytes[0] << 8 | bytes[1];
}

PKT_INLINE bool in_question(const struct tcp_flow *flow)
{
	return dns_section_of(flow->entry, flow->counts) == DNS_QUESTION;
}

/* How many bytes the phase wants as one piece. */
PKT_INLINE __u32 flow_wants(const struct tcp_flow *flow)
{
	switch (flow->phase) {
	case FLOW_START: return DNS_LENGTH_SIZE + DNS_HEADER_SIZE;
	case FLOW_NAME: return 1;
	case FLOW_FIXED: return in_question(flow) ? DNS_QUESTION_FIXED : DNS_RECORD_FIXED;
	case FLOW_OPTION: return DNS_OPTION_FIXED;
	default: return DNS_EDE_FIXED;
	}
}

PKT_INLINE void count_tcp_event(pkt_ctx *ctx, __u64 meta, enum tcp_event event)
{
	struct pkt_counters *counters = store_counters(ctx, META_INDEX(meta));

	if (counters)
		counters->tcp[event]++;
}

/* As a packet that a message contributed to would be: a response outweighs all else. */
PKT_INLINE void note_outcome(struct flow_scratch *scratch, __u32 outcome)
{
	if (scratch->outcome == OUTCOME_TCP_NO_MESSAGE || outcome == OUTCOME_RESPONSE)
		scratch->outcome = outcome;
}

/* The place of @flow's counters, seen from that of the packet at hand. */
PKT_INLINE __u64 meta_of_flow(const struct tcp_flow *flow, __u64 meta)
{
	__u32 index = META_INDEX(meta) + ((__u32)flow->point - META_POINT(meta)) * 2;

	return META(index, flow->point) | (__u64)META_CPU(meta) << META_CPU_SHIFT |
	       (__u64)(flow->family & 1u) << META_FAMILY_SHIFT |
	       (__u64)TRANSPORT_TCP << META_TRANSPORT_SHIFT;
}

/* How the walk through the message of a flow ended, for a subprogram: status (3 bits), whether the victim's (1). */
#define FLOW_END(status, victim) ((__u64)(status) | (__u64)(victim) << 3)
#define FLOW_END_STATUS(e)       ((__u32)(e)&7u)
#define FLOW_END_VICTIM(e)       ((__u32)((e) >> 3) & 1u)

/*
 * Count the response of a flow in scratch, which did not lie whole in one segment. Its name may be gone by
 * now: if it is offending it is counted as unlisted. @meta: meta_of_flow().
 */
PKT_GLOBAL __u64 count_response(pkt_ctx *ctx, __u64 meta, __u64 end)
{
	struct flow_scratch *scratch = store_flow_scratch(ctx);
	const struct tcp_flow *flow;
	struct dns_facts facts;

	pkt_keep(ctx);
	if (!scratch)
		return 0;
	flow = FLOW_END_VICTIM(end) ? &scratch->victim : &scratch->flow;
	facts.flags = flow->flags;
	facts.rcode = flow->rcode;
	facts.answers = COUNTS_ANSWERS(flow->counts);
	facts.walk_state = flow->walk_state;
	facts.ede = flow->edes;
	if (count_walked(ctx, meta, &facts, COUNTS_ADDITIONALS(flow->counts),
			 FLOW_END_STATUS(end)) == LISTS_ALL) {
		struct pkt_counters *counters = store_counters(ctx, META_INDEX(meta));

		if (counters)
			counters->unlisted++;
	}
	return 0;
}

/* End the walk of the message under way with @status and wait for the next message. */
PKT_INLINE void flow_finish_as(pkt_ctx *ctx, struct tcp_flow *flow, __u64 meta, __u64 end)
{
	if (flow->under_way)
		count_response(ctx, meta_of_flow(flow, meta) | (meta & META_SEGMENT), end);
	flow->under_way = 0;
	flow->phase = FLOW_START;
	flow->position = flow->message_end;
	flow->held = 0;
}

PKT_INLINE void flow_finish(pkt_ctx *ctx, struct tcp_flow *flow, __u64 meta, __u32 status)
{
	flow_finish_as(ctx, flow, meta, FLOW_END(status, 0));
}

/* The message under way will not be seen to its end: count what is known of it. */
PKT_GLOBAL __u64 flow_abandon(pkt_ctx *ctx, __u64 meta, __u64 victim)
{
	struct flow_scratch *scratch = store_flow_scratch(ctx);
	struct tcp_flow *flow;

	if (!scratch)
		return 0;
	flow = victim ? &scratch->victim : &scratch->flow;
	if (flow->under_way)
		flow_finish_as(ctx, flow, meta | META_SEGMENT, FLOW_END(DNS_PAST_END, victim != 0));
	return 0;
}

/* Go to the next entry of the message, or to its end if that was the last one to be walked. */
PKT_INLINE void flow_next_entry(pkt_ctx *ctx, struct tcp_flow *flow, __u64 meta)
{
	flow->entry++;
	flow->name_octets = 0;
	flow->labels = 0;
	flow->phase = FLOW_NAME;
	if (flow->entry >= flow->entries)
		flow_finish(ctx, flow, meta, DNS_OK);
	else if (flow->entry >= DNS_ENTRIES_WALKED)
		flow_finish(ctx, flow, meta, DNS_WALK_BOUND);
}

/* A length prefix and header have come in. */
PKT_GLOBAL __u64 flow_start(pkt_ctx *ctx, __u64 meta)
{
	struct flow_scratch *scratch = store_flow_scratch(ctx);
	struct tcp_flow *flow;
	__u32 length, flags;

	if (!scratch)
		return 0;
	flow = &scratch->flow;
	length = be16_at(flow->hold);
	if (length < DNS_HEADER_SIZE) { /* no message is so short: the stream is out of step */
		flow->synced = 0;
		return 0;
	}
	flags = be16_at(&flow->hold[4]);
	flow->message_end = flow->position + length - DNS_HEADER_SIZE;
	flow->flags = (__u16)flags;
	flow->rcode = (__u16)DNS_RCODE(flags);
	flow->counts = DNS_COUNTS(be16_at(&flow->hold[6]), be16_at(&flow->hold[8]),
				  be16_at(&flow->hold[10]), be16_at(&flow->hold[12]));
	flow->walk_state = 0;
	flow->edes = 0;
	flow->options = 0;
	flow->entry = 0xffff; /* flow_next_entry() makes it 0 */
	if (!(flags & DNS_QR)) {
		note_outcome(scratch,
			     meta & META_TO_DNS_PORT ? OUTCOME_QUERY : OUTCOME_WRONG_DIRECTION);
		flow_finish(ctx, flow, meta, DNS_OK);
		return 0;
	}
	note_outcome(scratch, OUTCOME_RESPONSE);
	/* Its RCODE as far as the header has it, and nothing of its records. */
	scratch->begun = TXN_RESPONSE | TXN_HEADER(be16_at(&flow->hold[2]),
						   txn_result(flags, DNS_RCODE(flags), 0, 0), 0);
	flow->under_way = 1;
	length = entries_to_walk(flow->counts);
	flow->entries = length > 0xffff ? 0xffff : (__u16)length;
	flow_next_entry(ctx, flow, meta);
	return 0;
}

/* A label's length has come in. */
PKT_INLINE void flow_name(pkt_ctx *ctx, struct tcp_flow *flow, __u64 meta)
{
	__u32 length = flow->hold[0];

	if (length >= DNS_POINTER) {
		flow->position += 1;
		flow->phase = FLOW_FIXED;
		return;
	}
	flow->labels++;
	if (length > DNS_LABEL_MAX || flow->labels > DNS_LABELS_MAX + 1 ||
	    flow->name_octets + 1u + length > DNS_NAME_MAX) {
		flow_finish(ctx, flow, meta, DNS_MALFORMED);
		return;
	}
	flow->name_octets = (__u8)(flow->name_octets + 1u + length);
	flow->position += length;
	if (length == 0)
		flow->phase = FLOW_FIXED;
}

/* The fixed part of a question or record has come in. */
PKT_INLINE void flow_fixed(pkt_ctx *ctx, struct tcp_flow *flow, __u64 meta)
{
	enum dns_section section = dns_section_of(flow->entry, flow->counts);
	__u32 type = be16_at(flow->hold), rdlength;

	if (section == DNS_QUESTION) {
		flow->walk_state = dns_asked(type, flow->walk_state);
		flow_next_entry(ctx, flow, meta);
		return;
	}
	rdlength = be16_at(&flow->hold[8]);
	flow->walk_state = dns_classify(section, type, flow->walk_state);
	if (section == DNS_ADDITIONAL && type == DNS_TYPE_OPT) {
		flow->rcode |= (__u16)(flow->hold[4] << 4);
		flow->phase = FLOW_OPTION;
		flow->options_end = flow->position + rdlength;
		flow->options_cut = (__s32)(flow->options_end - flow->message_end) > 0;
		if (flow->options_cut)
			flow->options_end = flow->message_end;
		if (flow->position == flow->options_end)
			flow_finish(ctx, flow, meta, flow->options_cut ? DNS_PAST_END : DNS_OK);
		return;
	}
	flow->position += rdlength;
	flow_next_entry(ctx, flow, meta);
}

/* Step over the option whose data of @length begin at the position. */
PKT_INLINE void flow_skip_option(pkt_ctx *ctx, struct tcp_flow *flow, __u64 meta, __u32 length)
{
	flow->position += length;
	flow->phase = FLOW_OPTION;
	flow->options++;
	if (flow->position == flow->options_end)
		flow_finish(ctx, flow, meta, flow->options_cut ? DNS_PAST_END : DNS_OK);
	else if (flow->options >= DNS_OPTIONS_WALKED)
		flow_finish(ctx, flow, meta, DNS_OPTION_BOUND);
}

/* An option's code and length have come in. */
PKT_INLINE void flow_option(pkt_ctx *ctx, struct tcp_flow *flow, __u64 meta)
{
	__u32 code = be16_at(flow->hold), length = be16_at(&flow->hold[2]);

	if ((__s32)(flow->position + length - flow->options_end) > 0)
		flow_finish(ctx, flow, meta, DNS_PAST_END);
	else if (code == DNS_OPTION_EDE && length >= DNS_EDE_FIXED) {
		flow->phase = FLOW_EDE;
		/* What follows the info code is skipped by its length: kept until that has come. */
		flow->labels = (__u8)(length >> 8);
		flow->name_octets = (__u8)length;
	} else {
		flow_skip_option(ctx, flow, meta, length);
	}
}

/* An info code has come in; its text, as far as the packet has it, fills @text. */
PKT_INLINE void flow_ede(pkt_ctx *ctx, struct tcp_flow *flow, __u64 meta, __u64 text)
{
	__u32 length = (__u32)flow->labels << 8 | flow->name_octets;
	__u32 left = SPAN_END(text) - SPAN_AT(text);

	length -= DNS_EDE_FIXED;
	if (left > length)
		left = length;
	count_ede_and_text(ctx, meta_of_flow(flow, meta),
			   EDE(be16_at(flow->hold), flow->rcode, !flow->edes),
			   SPAN(SPAN_AT(text), SPAN_AT(text) + left));
	flow->edes = 1;
	flow_skip_option(ctx, flow, meta, length);
}

/*
 * Hold what @span has of the piece that is wanted. Gives the offset behind what was taken; 0 if that cannot be
 * read.
 */
PKT_GLOBAL __u64 flow_gather(pkt_ctx *ctx, __u64 span)
{
	struct flow_scratch *scratch = store_flow_scratch(ctx);
	__u32 at = SPAN_AT(span), end = SPAN_END(span), held, size;

	if (!scratch)
		return end;
	held = scratch->flow.held;
	size = flow_wants(&scratch->flow) - held;
	if (at >= end || (__s32)size <= 0)
		return at;
	if (size > end - at)
		size = end - at;
	if (!pkt_load_some(ctx, at, &scratch->flow.hold[held % FLOW_HOLD], size, FLOW_HOLD))
		return 0;
	scratch->flow.held = (__u8)(held + size);
	scratch->flow.position += size;
	return at + size;
}

/* A whole piece is held; @text: the rest of the packet behind it. */
PKT_GLOBAL __u64 flow_use_piece(pkt_ctx *ctx, __u64 meta, __u64 text)
{
	struct flow_scratch *scratch = store_flow_scratch(ctx);
	struct tcp_flow *flow;

	if (!scratch)
		return 0;
	flow = &scratch->flow;
	flow->held = 0;
	if (flow->phase == FLOW_START)
		flow_start(ctx, meta);
	else if (flow->phase == FLOW_NAME)
		flow_name(ctx, flow, meta);
	else if (flow->phase == FLOW_FIXED)
		flow_fixed(ctx, flow, meta);
	else if (flow->phase == FLOW_OPTION)
		flow_option(ctx, flow, meta);
	else
		flow_ede(ctx, flow, meta, text);
	return 0;
}

/* Whether the piece wanted next would reach past its message, or past the options. */
PKT_INLINE bool flow_overshoots(const struct tcp_flow *flow)
{
	__u32 limit = flow->phase >= FLOW_OPTION ? flow->options_end : flow->message_end;

	return (__s32)(flow->position + flow_wants(flow) - limit) > 0;
}

/*
 * Count the message that is next, if all of it lies in @span, which begins at the flow's position; its
 * length prefix may have come before. Gives the offset behind it, or 0.
 */
PKT_GLOBAL __u64 flow_whole(pkt_ctx *ctx, __u64 span, __u64 meta)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span), length, outcome, prefix = 0;
	struct flow_scratch *scratch = store_flow_scratch(ctx);
	struct tcp_flow *flow;

	if (!scratch || scratch->flow.phase != FLOW_START)
		return 0;
	flow = &scratch->flow;
	if (flow->held == DNS_LENGTH_SIZE) {
		length = be16_at(flow->hold);
	} else {
		prefix = DNS_LENGTH_SIZE;
		if (flow->held || !pkt_be16(ctx, at, &length))
			return 0;
	}
	if (length < DNS_HEADER_SIZE || prefix + length > end - at)
		return 0;
	at += prefix;
	outcome = count_matched(ctx, SPAN(at, at + length), meta);
	note_outcome(scratch, outcome);
	/* The header is there but cannot be read. Its length has been, so that the stream stays in step. */
	if (outcome == PKT_UNPARSED(UNPARSED_TRUNCATED_HEADER))
		count_tcp_event(ctx, meta, TCP_GAP);
	flow->held = 0;
	flow->position += prefix + length;
	return at + length;
}

/*
 * One step through a message that does not lie whole in @span, from the flow's position to the
 * segment's end. Gives the offset of the next step.
 */
PKT_GLOBAL __u64 flow_step(pkt_ctx *ctx, __u64 span, __u64 meta)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span), status = DNS_PAST_REACH, before, next;
	struct flow_scratch *scratch = store_flow_scratch(ctx);
	struct tcp_flow *flow;

	if (!scratch)
		return end;
	flow = &scratch->flow;
	next = (__u32)flow_gather(ctx, SPAN(at, end));
	before = flow->position;
	if (next) {
		if (flow->held < flow_wants(flow))
			return end;
		at = next;
		flow_use_piece(ctx, meta, SPAN(at, end));
		status = DNS_PAST_END;
	} else if (!flow->under_way) {
		flow->synced = 0; /* nobody knows where the next message begins */
	}
	if (!flow->synced)
		return end;
	/*
	 * At once, as the next message begins where this one was said to end. That is known also of one whose
	 * bytes are out of reach.
	 */
	if (flow->under_way && (!next || flow_overshoots(flow)))
		flow_finish(ctx, flow, meta, status);
	return at + (flow->position - before);
}

#endif
