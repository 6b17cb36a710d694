/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Queries and responses of the slow path as parts of transactions: what identifies them is read here. */
#ifndef RCODEWATCH_TXN_MESSAGE_H
#define RCODEWATCH_TXN_MESSAGE_H

#include "dns_parse.h"
#include "txn.h"

/* Whether transactions are followed. In BPF objects that cannot, all that hangs on it is left out. */
PKT_INLINE bool txn_followed(pkt_ctx *ctx)
{
#if defined(__bpf__) && !defined(PKT_TRANSACTIONS)
	return false;
#else
	return pkt_config(ctx)->txn_buckets != 0;
#endif
}

/* The same of the packet's point. */
PKT_INLINE bool txn_followed_at(pkt_ctx *ctx, __u64 meta)
{
	return txn_followed(ctx) && !(pkt_config(ctx)->txn_apart >> META_POINT(meta) & 1);
}

/*
 * What a response with @answers is, whose walk has @seen: enum txn_result. A referral is what dns_answer_kind() takes for
 * one, said without forks, both ways of which the verifier would follow.
 */
PKT_INLINE __u32 txn_result(__u32 flags, __u32 rcode, __u32 answers, __u32 seen)
{
	__u64 parts = (seen & (SEEN_DATA | SEEN_SOA | SEEN_NS)) ^ SEEN_NS, referral, fine, refused;

	parts |= (flags & (DNS_OPCODE_MASK | DNS_AA | DNS_TC)) | answers | rcode;
	referral = txn_is_zero(parts);
	fine = txn_is_zero(rcode ^ DNS_RCODE_NOERROR) | txn_is_zero(rcode ^ DNS_RCODE_NXDOMAIN);
	refused = txn_is_zero(rcode ^ DNS_RCODE_REFUSED);
	_Static_assert(TXN_RESULT_FINE == 0 && TXN_RESULT_REFERRAL == 1 &&
			       TXN_RESULT_REFUSED == TXN_RESULT_FAILED - 1,
		       "so that they can be reckoned");
	return (__u32)(referral + (fine ^ 1) * (TXN_RESULT_FAILED - refused));
}

/*
 * The hash of the question of the message that fills @span; where its name ends is in scratch. 0: it has not one question,
 * or one that cannot be read, or whose name is not written out.
 */
PKT_GLOBAL __u64 txn_question(pkt_ctx *ctx, __u64 span, __u64 cpu_slot, __u64 questions)
{
	__u32 at = SPAN_AT(span) + DNS_HEADER_SIZE, end = SPAN_END(span), behind = at;
	struct msg_scratch *scratch = store_scratch(ctx, (__u32)cpu_slot);
	struct txn_question question = {0};
	__u8 root;

	if (!scratch || questions != 1 || dns_skip_name(ctx, &behind, end) != DNS_OK ||
	    behind + DNS_QUESTION_FIXED > end || !pkt_load(ctx, behind - 1, &root, 1) || root)
		return 0;
	scratch->name_end = behind;
	question.octets = behind - at;
	/* In front of the message there are headers: whatever the name's length, so much can be read. */
	if (!pkt_load(ctx, behind - 16, question.tail, 16) ||
	    !pkt_load(ctx, behind, &question.fixed, 4))
		return 0;
	if (question.octets >= 8 && !pkt_load(ctx, at, &question.first, 8))
		return 0;
	return txn_question_hash(ctx, &question);
}

/* Write the note at @index, of the query at offset @at. */
PKT_GLOBAL __u64 txn_note(pkt_ctx *ctx, __u64 at, __u64 meta, __u64 index)
{
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));
	struct txn_note *note = store_txn_note(ctx, (__u32)index);
	__u32 network, name_end;
	__u16 qtype = 0;

	if (!note || !scratch)
		return 0;
	network = scratch_get(scratch, l4.network);
	name_end = scratch_get(scratch, name_end);
	note->response = 0;
	note->server[0] = note->server[1] = 0;
	if (META_FAMILY(meta) == FAMILY_IPV6)
		pkt_load(ctx, network + 24, note->server, 16);
	else
		pkt_load(ctx, network + 16, note->server, 4);
	note->family = (__u8)META_FAMILY(meta);
	note->octets = (__u8)(name_end - (__u32)at - DNS_HEADER_SIZE);
	pkt_load(ctx, name_end, &qtype, 2);
	note->qtype = be16_to_host(qtype);
	pkt_load(ctx, name_end - TXN_NAME_TAIL, note->name, TXN_NAME_TAIL);
	return 0;
}

/* Of a message what is wanted, for a subprogram: id (16 bits), of a response txn_result() (12), QDCOUNT. */
#define TXN_HEADER(id, result, questions) \
	((__u64)(id) | (__u64)(result) << 16 | (__u64)(questions) << 32)
#define TXN_RESPONSE     (1ULL << 63) /* it is one */
#define TXN_ID(h)        ((__u32)(h)&0xffffu)
#define TXN_RESULT(h)    ((__u32)((h) >> 16) & 3u)
#define TXN_QUESTIONS(h) ((__u32)((h) >> 32) & 0xffffu)

/*
 * Put together, in scratch, what the packet's message with @header is part of. @question: txn_question(). Gives whether
 * the headers could be read, as they have been before.
 */
PKT_GLOBAL __u64 txn_packet(pkt_ctx *ctx, __u64 question, __u64 meta, __u64 header)
{
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));
	bool answer = header & TXN_RESPONSE, ipv6 = META_FAMILY(meta) == FAMILY_IPV6;
	__u32 network, ports;
	__u8 addresses[32];
	__u64 tuple;

	if (!scratch)
		return 0;
	network = scratch_get(scratch, l4.network);
	ports = scratch_get(scratch, l4.source_port) << 16 |
		scratch_get(scratch, l4.destination_port);
	if (ipv6 ? !pkt_load(ctx, network + 8, addresses, 32)
		 : !pkt_load(ctx, network + 12, addresses, 8))
		return 0;
	tuple = txn_tuple(ctx, addresses, ipv6, ports, answer, META_TRANSPORT(meta));
	scratch->txn.side = txn_side(META_DIRECTION(meta), answer);
	scratch->txn.tcp = META_TRANSPORT(meta) == TRANSPORT_TCP;
	txn_identify(&scratch->txn, tuple, TXN_ID(header), question, question != 0);
	return 1;
}

/* Take in the query in scratch. As txn_query(). */
PKT_GLOBAL __u64 txn_match_query(pkt_ctx *ctx, __u64 meta)
{
	struct pkt_counters *counters = store_counters(ctx, META_INDEX(meta));
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));

	pkt_keep(ctx);
	if (!counters || !scratch)
		return 0;
	return txn_query(ctx, counters, &scratch->txn);
}

/* Take in the response in scratch. */
PKT_GLOBAL __u64 txn_match_answer(pkt_ctx *ctx, __u64 meta, __u64 result)
{
	struct pkt_counters *counters = store_counters(ctx, META_INDEX(meta));
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));

	pkt_keep(ctx);
	if (counters && scratch)
		txn_answer(ctx, counters, meta, &scratch->txn, (__u32)result);
	return 0;
}

PKT_INLINE void txn_count_untracked(pkt_ctx *ctx, __u64 meta, enum txn_event event)
{
	struct pkt_counters *counters = store_counters(ctx, META_INDEX(meta));

	if (counters)
		counters->txn[event]++;
}

/* Take in a response. One without a question that can be read (@question is 0) is matched by its id. */
PKT_GLOBAL __u64 txn_count_answer(pkt_ctx *ctx, __u64 question, __u64 meta, __u64 header)
{
	if (TXN_QUESTIONS(header) <= 1 && txn_packet(ctx, question, meta, header | TXN_RESPONSE))
		txn_match_answer(ctx, meta, TXN_RESULT(header));
	else
		txn_count_untracked(ctx, meta, TXN_RESPONSE_UNTRACKED);
	return 0;
}

/* txn_result() of the message at offset @at, which has just been counted. */
PKT_GLOBAL __u64 txn_result_at(pkt_ctx *ctx, __u64 at, __u64 cpu_slot)
{
	struct msg_scratch *scratch = store_scratch(ctx, (__u32)cpu_slot);
	__u32 flags = 0;

	if (!scratch || !pkt_be16(ctx, (__u32)at + 2, &flags))
		return TXN_RESULT_FAILED;
	return txn_result(flags, scratch_get(scratch, rcode),
			  COUNTS_ANSWERS(scratch_get(scratch, counts)),
			  WALK_STATE_SEEN(scratch_get(scratch, walk_state)));
}

/* Take in the message at the start of @span, which has been counted: a query or, if @answer, a response. */
PKT_GLOBAL __u64 txn_count(pkt_ctx *ctx, __u64 span, __u64 meta, __u64 answer)
{
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));
	__u32 at = SPAN_AT(span), id = 0, questions = 0;
	__u64 question, header, note;

	if (!scratch || !pkt_be16(ctx, at, &id) || !pkt_be16(ctx, at + 4, &questions))
		return 0;
	question = txn_question(ctx, span, META_CPU(meta), questions);
	header = TXN_HEADER(id, 0, questions);
	if (answer) {
		header |= TXN_HEADER(0, txn_result_at(ctx, at, META_CPU(meta)), 0);
		return txn_count_answer(ctx, question, meta, header);
	}
	if (!question || !txn_packet(ctx, question, meta, header)) {
		txn_count_untracked(ctx, meta, TXN_QUERY_UNTRACKED);
		return 0;
	}
	note = txn_match_query(ctx, meta);
	return note ? txn_note(ctx, at, meta, note - 1) : 0;
}

#endif
