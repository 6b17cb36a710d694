/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Segments from a DNS port: where in the stream they belong, and what messages they bring.
 *
 * From the handshake on, the sequence number of each message's start is known. A monitor that comes
 * in mid-stream waits for a segment that begins with what can only be a message. Bytes that were
 * seen before are not taken in again; where bytes are missing the stream is out of step, which is
 * counted, until a message's start is found again.
 */
#ifndef RCODEWATCH_TCP_FLOW_H
#define RCODEWATCH_TCP_FLOW_H

#include "tcp_id.h"
#include "tcp_stream.h"

#define TCP_FIN 0x01u
#define TCP_SYN 0x02u
#define TCP_RST 0x04u

/* Steps through one segment: one takes 10 ns, so that no segment can hold up the CPU. */
#define FLOW_STEPS_MAX 2048u
#define FLOW_STEPS     64u /* in one call: what the verifier has to look at grows with them */

/* What looking for a flow came to. */
enum flow_found {
	FLOW_ABSENT,
	FLOW_FOUND, /* copied to the CPU's scratch, and its own until store_flow_put() */
	FLOW_NEW,   /* likewise, with nothing set but its id */
	FLOW_BUSY,  /* another CPU has it */
};

/* Look up the flow @id; @create one that is not there, for which another may have to go. */
PKT_INLINE enum flow_found store_flow_acquire(pkt_ctx *ctx, __u64 id, bool create);
/*
 * Step over @length bytes of the flow @id if it is nobody's, waits for a message and has come to sequence
 * number @position. Gives whether it was so.
 */
PKT_INLINE bool store_flow_pass(pkt_ctx *ctx, __u64 id, __u32 position, __u32 length);
/* Give back scratch's flow, or free its place. */
PKT_INLINE void store_flow_put(pkt_ctx *ctx, bool keep);

/*
 * How far a segment of a stream can be from where that is: more than senders have under way at a time, and
 * little enough that a forged segment hardly falls into it.
 */
#define FLOW_WINDOW (16u << 20)

/* Attempts at a flow that another CPU has. Each takes some 30 ns; most segments are done within a few. */
#define FLOW_ATTEMPTS 256u

/* What was seen of a flow's handshake. */
enum flow_handshake {
	HANDSHAKE_NONE,
	HANDSHAKE_SEEN,
	HANDSHAKE_AGAIN, /* while the flow was alive: its ports were used again, or the packet was forged */
};

/* A segment, for a subprogram: sequence number (32 bits), flags (8), whether it begins with a message. */
#define SEGMENT(sequence, flags) ((__u64)(sequence) | (__u64)(flags) << 32)
#define SEGMENT_SEQUENCE(s)      ((__u32)(s))
#define SEGMENT_FLAGS(s)         ((__u32)((s) >> 32) & 0xffu)

/*
 * Whether a length prefix and a header stand at @at that can hardly be anything else: a wrong guess
 * would count garbage. Random bytes pass once in some hundred millions; the many zeros of records
 * would more often, but for QR, which what a server sends has set.
 */
PKT_INLINE bool looks_like_message(pkt_ctx *ctx, __u64 span, __u64 meta)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span);
	struct {
		__be16 length;
		struct dns_header header;
	} start;
	__u32 length, flags, records;
	__u64 counts;

	_Static_assert(sizeof(start) == DNS_LENGTH_SIZE + DNS_HEADER_SIZE, "as on the wire");
	if (dns_load(ctx, at, end, &start, sizeof(start)) != DNS_OK)
		return false;
	length = be16_to_host(start.length);
	flags = be16_to_host(start.header.flags);
	counts = header_counts(&start.header);
	records = COUNTS_ANSWERS(counts) + COUNTS_AUTHORITIES(counts) + COUNTS_ADDITIONALS(counts);
	return length >= DNS_HEADER_SIZE && DNS_OPCODE(flags) <= DNS_OPCODE_DSO &&
	       (flags & DNS_QR || !(meta & META_FROM_DNS_PORT)) && !(flags & DNS_Z) &&
	       COUNTS_QUESTIONS(counts) <= 1 &&
	       DNS_HEADER_SIZE + COUNTS_QUESTIONS(counts) * DNS_QUESTION_MIN +
			       records * DNS_RECORD_MIN <=
		       length;
}

/* The same for those whose frame is part of the stack under a message being counted. */
PKT_GLOBAL __u64 begins_message(pkt_ctx *ctx, __u64 span, __u64 meta)
{
	return looks_like_message(ctx, span, meta);
}

/*
 * Whether a segment of @length at sequence number @first cannot be of the flow: it is further from its
 * position than a window reaches, or ends where the flow had not begun. The byte in front of the first one
 * is the handshake's, which probes send again.
 */
PKT_INLINE bool flow_strays(const struct tcp_flow *flow, __u32 first, __u32 length)
{
	__u32 behind = flow->position - first, before = flow->begun - first;

	if (behind + FLOW_WINDOW > 2 * FLOW_WINDOW)
		return true;
	return flow->fed < FLOW_FED_MAX && before - 2 < FLOW_WINDOW && before >= length;
}

/*
 * Whether a message elsewhere may be the beginning of another stream in the flow's place. Not while the flow
 * is alive, or a single packet with a forged sequence number would hide it.
 */
PKT_INLINE bool flow_gives_way(const struct tcp_flow *flow)
{
	return flow->closed || !flow->synced || flow->strays >= FLOW_STRAYS_MAX ||
	       (flow->handshake == HANDSHAKE_AGAIN && flow->fed < 2);
}

/*
 * Bring the flow in step with a segment that begins at sequence number @first. Gives how many of its
 * @length bytes are to be passed over; all of them where nothing in it is wanted.
 */
PKT_INLINE __u32 flow_align(pkt_ctx *ctx, struct tcp_flow *flow, __u64 meta, __u32 first,
			    __u32 length, bool message)
{
	__u32 seen = flow->position - first;
	__s32 missing = (__s32)(first - flow->position);

	if (flow->synced && missing > 0) {
		/* What is missing may be all of one message: then it is known where the next one begins. */
		flow->synced = flow->under_way && (__s32)(flow->message_end - first) >= 0;
		count_tcp_event(ctx, meta, TCP_GAP);
		flow_abandon(ctx, meta, 0);
		seen = flow->position - first;
	}
	if (flow->synced)
		return seen < length ? seen : length;
	if (missing < 0) /* seen before */
		return length;
	if (!message) {
		flow->position = first + length;
		return length;
	}
	count_tcp_event(ctx, meta, TCP_RESYNC);
	flow->position = first;
	flow->phase = FLOW_START;
	flow->held = 0;
	flow->synced = 1;
	return 0;
}

/*
 * Begin a new stream at sequence number @first. @handshake: enum flow_handshake; without one the stream is not
 * in step.
 */
PKT_INLINE void flow_begin(pkt_ctx *ctx, struct tcp_flow *flow, __u64 meta, __u32 first,
			   enum flow_handshake handshake)
{
	flow_abandon(ctx, meta, 0);
	flow->handshake = (__u8)handshake;
	flow->begun = first;
	flow->closed = 0;
	flow->position = first;
	flow->phase = FLOW_START;
	flow->held = 0;
	flow->synced = handshake != HANDSHAKE_NONE;
	flow->fed = 0;
}

/* A handshake, behind which the stream begins at sequence number @first. */
PKT_INLINE void flow_shake(pkt_ctx *ctx, struct tcp_flow *flow, __u64 meta, __u32 first)
{
	bool alive = flow->synced && flow->fed && !flow->closed;

	if (flow->begun == first && !flow->closed) /* sent again, or late */
		return;
	flow_begin(ctx, flow, meta, first, alive ? HANDSHAKE_AGAIN : HANDSHAKE_SEEN);
}

/*
 * Take some steps through what @span has, which begins at the flow's position. Gives the offset come
 * to, and above it whether the stream is still in step.
 */
PKT_GLOBAL __u64 flow_consume(pkt_ctx *ctx, __u64 span, __u64 meta)
{
	struct flow_scratch *scratch = store_flow_scratch(ctx);
	__u64 at = SPAN_AT(span), end = SPAN_END(span);

	for (__u32 i = 0; i < FLOW_STEPS; i++) {
		__u64 behind;

		if (at >= end)
			break;
		behind = flow_whole(ctx, SPAN(at, end), meta);
		at = behind ? behind : flow_step(ctx, SPAN(at, end), meta);
		/* Of a message that is only partly here. */
		if (txn_followed_at(ctx, meta) && scratch && scratch->begun) {
			txn_count_answer(ctx, 0, meta, scratch->begun);
			scratch->begun = 0;
		}
	}
	return (__u32)at | (__u64)(scratch && scratch->flow.synced) << 32;
}

/* Count a segment of no stream that is followed, unless it is empty. */
PKT_INLINE void count_unfollowed(pkt_ctx *ctx, __u64 meta, __u32 length)
{
	if (length)
		count_tcp_event(ctx, meta, TCP_UNFOLLOWED);
}

/* Look up a flow once, as store_flow_acquire(). A subprogram, as a loop calls it again. */
PKT_GLOBAL __u64 flow_acquire(pkt_ctx *ctx, __u64 id, __u64 create)
{
	pkt_keep(ctx);
	return store_flow_acquire(ctx, id, create);
}

/* Bring scratch's flow in step with a segment. Gives what of @span is to be taken in. */
PKT_INLINE __u64 flow_segment(pkt_ctx *ctx, struct flow_scratch *scratch, __u64 span, __u64 meta,
			      __u64 segment, bool message)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span), length = end - at;
	__u32 first = SEGMENT_SEQUENCE(segment);
	struct tcp_flow *flow = &scratch->flow;

	if (scratch->victim.id) {
		if (!scratch->victim.closed)
			count_tcp_event(ctx, meta, TCP_EVICTED);
		flow_abandon(ctx, meta, 1); /* what came behind the end of a stream, too */
	}
	if (SEGMENT_FLAGS(segment) & TCP_SYN) {
		first++;
		flow_shake(ctx, flow, meta, first);
	}
	if (flow_strays(flow, first, length)) {
		if (!message || !flow_gives_way(flow)) {
			scratch->stray = 1;
			count_unfollowed(ctx, meta, length);
			if (length && flow->strays < FLOW_STRAYS_MAX)
				flow->strays++;
			return SPAN(end, end);
		}
		flow_begin(ctx, flow, meta, first, HANDSHAKE_NONE);
	}
	flow->used = scratch->clock;
	flow->strays = 0;
	if (length && flow->fed < FLOW_FED_MAX)
		flow->fed++;
	scratch->segment_end = first + length;
	return SPAN(at + flow_align(ctx, flow, meta, first, length, message), end);
}

/*
 * Look up the flow, between @ports, of a segment from a DNS port with payload @span. Gives what of the
 * span is to be taken in by flow_consume(), or 0 if the flow is not to be had; else stream_end() must
 * follow.
 * The three are called one after the other and not from within one another, so that counting a message
 * has its share of the stack: all calls together have 512 bytes.
 */
PKT_GLOBAL __u64 stream_begin(pkt_ctx *ctx, __u64 span, __u64 meta, __u64 segment, __u64 ports)
{
	__u32 flags = SEGMENT_FLAGS(segment);
	struct flow_scratch *scratch = store_flow_scratch(ctx);
	__u64 found = FLOW_BUSY;
	bool message;
	__u64 id;

	if (!scratch)
		return 0;
	id = tcp_flow_id(ctx, meta, ports);
	if (flags & TCP_RST) /* what it carries is no part of the stream: RFC 9293 section 3.5.3 */
		span = SPAN(SPAN_AT(span), SPAN_AT(span));
	message = looks_like_message(ctx, span, meta);
	for (__u32 i = 0; i < FLOW_ATTEMPTS && found == FLOW_BUSY; i++)
		found = flow_acquire(ctx, id, message || (flags & TCP_SYN));
	if (found == FLOW_BUSY)
		count_tcp_event(ctx, meta, TCP_CONTENDED);
	if (found == FLOW_ABSENT)
		count_unfollowed(ctx, meta, SPAN_END(span) - SPAN_AT(span));
	if (found == FLOW_ABSENT || found == FLOW_BUSY)
		return 0;
	if (found == FLOW_NEW) {
		scratch->flow.point = (__u8)META_POINT(meta);
		scratch->flow.family = (__u8)META_FAMILY(meta);
		scratch->flow.position = scratch->flow.begun = SEGMENT_SEQUENCE(segment);
	}
	return flow_segment(ctx, scratch, span, meta, segment, message);
}

/* What is to be done once a segment has been taken in, @all of it or not. Gives the packet's outcome. */
PKT_GLOBAL __u64 stream_end(pkt_ctx *ctx, __u64 meta, __u64 flags, __u64 all)
{
	struct flow_scratch *scratch = store_flow_scratch(ctx);
	struct tcp_flow *flow;
	__u64 outcome;

	if (!scratch)
		return OUTCOME_TCP_NO_MESSAGE;
	flow = &scratch->flow;
	outcome = scratch->outcome;
	if (!all) {
		/* Out of step within the segment. */
		count_tcp_event(ctx, meta, TCP_GAP);
		flow_abandon(ctx, meta, 0);
		flow->synced = 0;
		flow->position = scratch->segment_end;
	}
	/* What is no part of the stream does not end it: RFC 5961 section 3. */
	if (scratch->stray)
		flags = 0;
	if (flags & (TCP_FIN | TCP_RST)) {
		flow_abandon(ctx, meta, 0);
		flow->closed = 1;
	}
	/* A closed stream is kept, for its last segment may come again. */
	store_flow_put(ctx, !(flags & TCP_RST));
	return outcome;
}

/* Count a segment from a DNS port with payload @span, of the flow between @ports. Gives the packet's outcome. */
PKT_INLINE __u32 count_stream(pkt_ctx *ctx, __u64 span, __u64 meta, __u64 segment, __u64 ports)
{
	__u64 all = true, end, next;

	span = stream_begin(ctx, span, meta, segment, ports);
	if (!span)
		return OUTCOME_TCP_NO_MESSAGE;
	end = SPAN_END(span);
	/* Most segments are one whole message. */
	next = SPAN_AT(span) < end ? flow_whole(ctx, span, meta) : 0;
	next = next ? next : SPAN_AT(span);
	for (__u32 i = 0; i < FLOW_STEPS_MAX / FLOW_STEPS; i++) {
		if (next >= end)
			break;
		next = flow_consume(ctx, SPAN(next, end), meta);
		all = next >> 32;
		next = (__u32)next;
	}
	all = all && next >= end;
	return (__u32)stream_end(ctx, meta, SEGMENT_FLAGS(segment), all);
}

#endif
