/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Queries and responses of the fast path as parts of transactions: as in txn_message.h, but read in place. */
#ifndef RCODEWATCH_FASTPATH_TXN_H
#define RCODEWATCH_FASTPATH_TXN_H

#include "fastpath_walk.h"
#include "txn_message.h"

/* Where IP's addresses are in the frame. */
PKT_INLINE __u32 fast_addresses(const struct fast *p)
{
	return FAST_NETWORK(p->shape) + (FAST_FAMILY(p->shape) == FAMILY_IPV6 ? 8 : 12);
}

/* What the message at hand, whose question has been walked, is part of. False never happens but to the verifier. */
PKT_INLINE bool fast_txn_identify(pkt_ctx *ctx, const struct fast *p, bool answer, struct txn *txn)
{
	__u32 octets = p->name_end - fast_name_at(p);
	struct txn_question question = {.octets = octets};
	const __u8 *at;
	__u64 tuple;

	txn->tcp = p->shape / FAST_TCP & 1;
	txn->side = txn_side(META_DIRECTION(p->meta), answer);
	if (FAST_FAMILY(p->shape) == FAMILY_IPV6) {
		if (!pkt_near(&p->view, fast_addresses(p), 32 + 4, &at))
			return false;
		tuple = txn_tuple(ctx, at, true, load_be32(at + 32), answer, txn->tcp);
	} else {
		if (!pkt_near(&p->view, fast_addresses(p), 8 + 4, &at))
			return false;
		tuple = txn_tuple(ctx, at, false, load_be32(at + 8), answer, txn->tcp);
	}
	fast_verifier_forget(p, tuple);
	if (!pkt_near(&p->view, p->name_end - 16, 16 + DNS_QUESTION_FIXED, &at))
		return false;
	pkt_copy(question.tail, at, 16);
	pkt_copy(&question.fixed, at + 16, 4);
	if (octets >= 8) {
		if (!pkt_near(&p->view, fast_name_at(p), 8, &at))
			return false;
		pkt_copy(&question.first, at, 8);
	}
	fast_verifier_forget(p, question.first);
	if (!pkt_near(&p->view, FAST_MESSAGE(p->shape), 2, &at))
		return false;
	txn_identify(txn, tuple, load_be16(at), txn_question_hash(ctx, &question), true);
	return true;
}

/*
 * Read the question of the UDP query whose header is at @at, behind which IP's payload ends at offset @end. Gives
 * whether it is one that is looked at here.
 */
PKT_INLINE bool fast_txn_question(struct fast *p, const __u8 *at, __u32 end)
{
	if (at + DNS_HEADER_SIZE > p->view.end || load_be16(at + 4) != 1 || end > PKT_NEAR)
		return false;
	p->counts = name_get(at + 4); /* for fast_verifier_forget() */
	return fast_name(p, at + DNS_HEADER_SIZE) && p->name_end + DNS_QUESTION_FIXED <= end;
}

/* Write the note of the query at hand. */
PKT_INLINE void fast_txn_note(pkt_ctx *ctx, const struct fast *p, __u32 index)
{
	struct txn_note *note = store_txn_note(ctx, index);
	const __u8 *at;

	if (!note || !pkt_near(&p->view, p->name_end - TXN_NAME_TAIL,
			       TXN_NAME_TAIL + DNS_QUESTION_FIXED, &at))
		return;
	note->response = 0;
	pkt_copy(note->name, at, TXN_NAME_TAIL);
	note->qtype = (__u16)load_be16(at + TXN_NAME_TAIL);
	note->octets = (__u8)(p->name_end - fast_name_at(p));
	note->family = (__u8)FAST_FAMILY(p->shape);
	note->server[0] = note->server[1] = 0;
	if (FAST_FAMILY(p->shape) == FAMILY_IPV6) {
		if (pkt_near(&p->view, fast_addresses(p) + 16, 16, &at))
			pkt_copy(note->server, at, 16);
	} else if (pkt_near(&p->view, fast_addresses(p) + 4, 4, &at)) {
		pkt_copy(note->server, at, 4);
	}
}

/* What is needed of the message at hand, as if the verifier had never seen it: the ways that lead here are one. */
PKT_INLINE void fast_txn_begin(pkt_ctx *ctx, struct fast *p)
{
	p->view = pkt_view(ctx);
	fast_verifier_forget(p, p->shape);
	fast_verifier_forget(p, p->name_end);
	fast_verifier_forget(p, p->meta);
	fast_verifier_forget(p, p->flags);
	fast_verifier_forget(p, p->extended);
}

/* Take in the query at hand, whose packet has been counted. */
PKT_INLINE void fast_txn_query(pkt_ctx *ctx, struct fast *p)
{
	struct txn txn;
	__u32 note;

	fast_txn_begin(ctx, p);
	if (!fast_txn_identify(ctx, p, false, &txn))
		return;
	note = txn_query(ctx, p->counters, &txn);
	if (note)
		fast_txn_note(ctx, p, note - 1);
}

/* Likewise of a response. */
PKT_INLINE void fast_txn_answer(pkt_ctx *ctx, struct fast *p)
{
	struct txn txn;
	__u32 result;

	result = txn_result(p->flags, fast_rcode(p), FAST_ANSWERS(p->counts), FAST_SEEN(p->walk));
	fast_verifier_forget(p, result);
	fast_txn_begin(ctx, p);
	if (!fast_txn_identify(ctx, p, true, &txn))
		return;
	txn_answer(ctx, p->counters, p->meta, &txn, result);
}

#endif
