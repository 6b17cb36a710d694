/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The fast path, for packets of the usual shape: one VLAN tag at most, IPv4 without options or IPv6
 * without extension headers, no fragment; on DNS ports, one message that fills a datagram or a segment; of a
 * response, one question with a name that is written out, a few records whose owners are pointers or the
 * root, a few EDNS options, and no more than one Extended DNS Error that has a counter of its own.
 *
 * It counts what the slow path counts (pkt_count.h), with a fraction of the instructions and without a call.
 * Any other packet is passed, uncounted, to the slow path.
 */
#ifndef RCODEWATCH_FASTPATH_H
#define RCODEWATCH_FASTPATH_H

#include "pkt_parse.h"
#include "fastpath_lists.h"
#include "fastpath_txn.h"
#include "tcp_flow.h"

/* Of the headers behind IP, what is looked at: of UDP and DNS, of TCP. */
#define FAST_HEAD 20u

_Static_assert(FAST_HEAD == UDP_SIZE + DNS_HEADER_SIZE && FAST_HEAD == TCP_MIN, "both");

/* The counter of the message's EDE. */
PKT_INLINE __u64 *fast_ede(const struct fast *p)
{
	return &p->counters->ede[pkt_mask(fast_rcode(p), RCODE_DIRECT - 1)][ede_column(p->ede)];
}

/* The VLAN numbers of the frame: as in struct msg_scratch. */
PKT_INLINE __u32 fast_vlans(pkt_ctx *ctx, const struct fast *p)
{
	__u32 vlans = pkt_vlan(ctx);
	const __u8 *tag;

	if (FAST_NETWORK(p->shape) == ETHERNET_SIZE ||
	    !pkt_near(&p->view, ETHERNET_SIZE, VLAN_TAG_SIZE, &tag))
		return vlans;
	return vlans << 12 | (load_be16(tag) & VLAN_NUMBER);
}

/*
 * Step over the message in its stream, if that has come to just there. The last thing that can show that
 * the packet is not for here: the stream remembers.
 */
PKT_INLINE bool fast_flow(pkt_ctx *ctx, struct fast *p)
{
	__u32 size = FAST_FAMILY(p->shape) == FAMILY_IPV6 ? IPV6_SIZE : IPV4_MIN;
	const __u8 *head;

	if (!pkt_near(&p->view, FAST_NETWORK(p->shape) + size, TCP_MIN, &head))
		return false;
	p->scratch->vlans = fast_vlans(ctx, p);
	return store_flow_pass(ctx, tcp_flow_id(ctx, p->meta, load_be32(head)), load_be32(head + 4),
			       DNS_LENGTH_SIZE + FAST_AT(p->walk) - FAST_MESSAGE(p->shape));
}

/* Whether it is what most responses are: NOERROR to a query, over UDP, with data, and not to be listed. */
PKT_INLINE bool fast_has_data(pkt_ctx *ctx, const struct fast *p)
{
	return !((p->flags & (DNS_OPCODE_MASK | DNS_RCODE_MASK)) | p->extended) &&
	       p->walk & FAST_IS_SEEN(SEEN_DATA) && p->ede == NO_EDE && !(p->shape & FAST_TCP) &&
	       !(pkt_config(ctx)->offending_rcodes & 1u << DNS_RCODE_NOERROR);
}

/* Count the response at hand, which has been walked. Gives whether it did. */
PKT_INLINE bool fast_response(pkt_ctx *ctx, struct fast *p)
{
	struct pkt_counters *counters = p->counters;
	struct dns_facts facts;
	__u32 kind, lists;

	p->view = pkt_view(ctx);
	p->meta |= (__u64)FAST_FAMILY(p->shape) << META_FAMILY_SHIFT |
		   (__u64)(p->shape / FAST_TCP & 1) << META_TRANSPORT_SHIFT;
	p->scratch = store_scratch(ctx, META_CPU(p->meta));
	if (unlikely(!p->scratch))
		return false;
	p->scratch->l4.network = FAST_NETWORK(p->shape);
	/* Now and then its text is to be kept. */
	if (unlikely(p->ede != NO_EDE && (*fast_ede(p) % EDE_TEXT_EVERY == 0 ||
					  store_texts_wanted(ctx, META_POINT(p->meta)))))
		return false;
	facts.flags = p->flags;
	facts.rcode = fast_rcode(p);
	facts.answers = FAST_ANSWERS(p->counts);
	facts.walk_state = (__u32)WALK_STATE(FAST_SEEN(p->walk) | SEEN_QUESTION, p->qtype);
	facts.ede = p->ede != NO_EDE;
	kind = facts_kind(&facts);
	fast_verifier_forget(p, kind);
	lists = facts_lists(ctx, &facts, kind);
	fast_verifier_forget(p, lists);
	if (unlikely(lists && !fast_zone(ctx, p)))
		return false;
	fast_verifier_forget(p, lists);
	if (unlikely(p->shape & FAST_TCP && !fast_flow(ctx, p)))
		return false;
	if (unlikely(p->ede != NO_EDE))
		++*fast_ede(p);
	counters->packets++;
	counters->outcome[OUTCOME_RESPONSE]++;
	facts.rcode = pkt_mask(facts.rcode, RCODE_DIRECT - 1);
	count_facts(ctx, counters, p->meta, &facts, kind, lists);
	if (lists)
		fast_lists(ctx, p, lists);
	return true;
}

/* Count a response that fast_has_data(). */
PKT_INLINE void fast_data(pkt_ctx *ctx, const struct fast *p)
{
	store_noerror_data(p->counters, FAST_FAMILY(p->shape), p->flags);
	count_qtype(ctx, p->counters, p->meta, p->qtype);
}

/* The headers of a frame. */
struct fast_head {
	const __u8 *at;  /* of UDP or TCP: there are FAST_HEAD bytes at least */
	__u32 transport; /* the same as an offset */
	__u32 end;       /* of the IP payload */
	__u32 protocol;
};

/* Read Ethernet, with one tag at most, and IP of a frame that is looked at here. Gives whether it is one. */
PKT_INLINE bool fast_frame(struct fast *p, struct fast_head *head)
{
	const __u8 *at = p->view.data;
	__u32 type, network = ETHERNET_SIZE;

	if (unlikely(at + ETHERNET_SIZE + IPV4_MIN + FAST_HEAD > p->view.end))
		return false;
	type = load_be16(at + 12);
	if (unlikely(type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6)) {
		if (!is_vlan(type))
			return false;
		type = load_be16(at + 16);
		network += VLAN_TAG_SIZE;
		at += VLAN_TAG_SIZE;
		if (at + ETHERNET_SIZE + IPV4_MIN + FAST_HEAD > p->view.end)
			return false;
	}
	at += ETHERNET_SIZE;
	if (type == ETHERTYPE_IPV4) {
		if (unlikely(at[0] != 0x45 || load_be16(at + 6) & 0x3fffu))
			return false;
		p->shape = network;
		head->protocol = at[9];
		head->end = network + load_be16(at + 2);
		head->transport = network + IPV4_MIN;
		at += IPV4_MIN;
	} else {
		if (type != ETHERTYPE_IPV6 || at + IPV6_SIZE + FAST_HEAD > p->view.end ||
		    at[0] >> 4 != 6)
			return false;
		p->shape = network | FAST_IPV6;
		head->protocol = at[6];
		head->end = network + IPV6_SIZE + load_be16(at + 4);
		head->transport = network + IPV6_SIZE;
		at += IPV6_SIZE;
	}
	head->at = at;
	return head->end >= head->transport + UDP_SIZE;
}

/* Whether it is one datagram of UDP that ends where IP does, and has a DNS header. */
PKT_INLINE bool fast_udp(pkt_ctx *ctx, const struct fast_head *head)
{
	__u32 length = head->end - head->transport;

	return !pkt_gso_size(ctx) && length >= UDP_SIZE + DNS_HEADER_SIZE &&
	       load_be16(head->at + 4) == length;
}

/*
 * Of a segment from a DNS port: whether it holds one whole message. Gives where the header is; NULL if not.
 */
PKT_INLINE const __u8 *fast_segment(struct fast *p, const struct fast_head *head)
{
	__u32 word = load_be16(head->at + 12), begin = head->transport + (word >> 12) * 4;
	const __u8 *at;

	p->shape |= FAST_TCP | FAST_IS_MESSAGE(begin + DNS_LENGTH_SIZE);
	if (word & (TCP_SYN | TCP_FIN | TCP_RST) || word >> 12 < TCP_MIN / 4 ||
	    !pkt_near(&p->view, begin, DNS_LENGTH_SIZE + DNS_HEADER_SIZE, &at) ||
	    load_be16(at) != head->end - begin - DNS_LENGTH_SIZE)
		return NULL;
	return at + DNS_LENGTH_SIZE;
}

/* Likewise of a datagram. */
PKT_INLINE const __u8 *fast_datagram(pkt_ctx *ctx, struct fast *p, const struct fast_head *head)
{
	p->shape |= FAST_IS_MESSAGE(head->transport + UDP_SIZE);
	return fast_udp(ctx, head) ? head->at + UDP_SIZE : NULL;
}

/* Walk the message of a packet from a DNS port. Gives whether it is one response that is looked at here. */
PKT_INLINE bool fast_answer(pkt_ctx *ctx, struct fast *p, const struct fast_head *head)
{
	const __u8 *at;

	/* All of it in place, and nothing behind it. */
	if (unlikely(head->end > PKT_NEAR || p->view.data + head->end != p->view.end))
		return false;
	at = likely(head->protocol == IP_PROTOCOL_UDP) ? fast_datagram(ctx, p, head)
						       : fast_segment(p, head);
	if (unlikely(!at))
		return false;
	p->flags = load_be16(at + 2);
	p->counts = name_get(at + 4);
	if (unlikely(!(p->flags & DNS_QR) || !fast_counts(p->counts)))
		return false;
	fast_verifier_forget(p, p->shape);
	p->ede = NO_EDE;
	if (unlikely(!fast_name(p, at + DNS_HEADER_SIZE) || !fast_sections(p) ||
		     !fast_additional(p) || (p->opt_length && !fast_options(p))))
		return false;
	fast_verifier_forget(p, p->ede);
	return true;
}

/* Whether it is a segment with nothing in it that its stream need know of. */
PKT_INLINE bool fast_empty(const struct fast_head *head)
{
	__u32 word = load_be16(head->at + 12);

	return !(word & (TCP_SYN | TCP_FIN | TCP_RST)) && word >> 12 >= TCP_MIN / 4 &&
	       head->transport + (word >> 12) * 4 == head->end;
}

/* The outcome of a packet that is to a DNS port; PKT_OUTCOME_NONE if that is not found out here. */
PKT_INLINE __u32 fast_query(pkt_ctx *ctx, const struct fast_head *head)
{
	if (head->protocol == IP_PROTOCOL_TCP)
		return fast_empty(head) ? (__u32)OUTCOME_TCP_NO_MESSAGE : PKT_OUTCOME_NONE;
	if (!fast_udp(ctx, head))
		return PKT_OUTCOME_NONE;
	return head->at[UDP_SIZE + 2] & DNS_QR >> 8 ? OUTCOME_WRONG_DIRECTION : OUTCOME_QUERY;
}

/* The outcome of a packet that begins no message from a DNS port; PKT_OUTCOME_NONE if that is not found out here. */
PKT_INLINE __u32 fast_other(pkt_ctx *ctx, const struct fast_head *head)
{
	__u32 source = load_be16(head->at), destination = load_be16(head->at + 2);

	if (unlikely(is_dns_port(ctx, destination)))
		return fast_query(ctx, head);
	if (unlikely(is_encrypted_port(ctx, source) || is_encrypted_port(ctx, destination)))
		return OUTCOME_ENCRYPTED;
	return OUTCOME_NOT_DNS;
}

/* Count a packet by the fast path. Gives whether it did, or nothing is to be counted. */
PKT_INLINE bool count_fast(pkt_ctx *ctx, enum direction direction)
{
	struct fast p = {.view = pkt_view(ctx)};
	struct fast_head head;
	enum place place;
	__u64 outcome;

	if (unlikely(!fast_frame(&p, &head)))
		return false;
	if (unlikely(!carries_ports(head.protocol))) {
		if (p.shape & FAST_IPV6) /* there can be more headers */
			return false;
		outcome = OUTCOME_NOT_DNS;
	} else if (!is_dns_port(ctx, load_be16(head.at))) {
		outcome = fast_other(ctx, &head);
	} else if (likely(head.protocol == IP_PROTOCOL_UDP || !fast_empty(&head))) {
		goto answer;
	} else {
		outcome = OUTCOME_TCP_NO_MESSAGE;
	}
	if (unlikely(outcome == PKT_OUTCOME_NONE || !pkt_view_holds(ctx, &p.view, head.end)))
		return false;
	if (txn_followed(ctx) && outcome == OUTCOME_QUERY) {
		p.shape |= FAST_IS_MESSAGE(head.transport + UDP_SIZE);
		if (!fast_txn_question(&p, head.at + UDP_SIZE, head.end))
			return false;
	}
	place = store_place(ctx, direction, &p.counters, &p.meta);
	if (unlikely(place != PLACE_FOUND))
		return place == PLACE_NONE;
	p.counters->packets++;
	p.counters->outcome[outcome]++;
	if (txn_followed_at(ctx, p.meta) && outcome == OUTCOME_QUERY)
		fast_txn_query(ctx, &p);
	return true;
answer:
	if (unlikely(!fast_answer(ctx, &p, &head)))
		return false;
	place = store_place(ctx, direction, &p.counters, &p.meta);
	if (unlikely(place != PLACE_FOUND))
		return place == PLACE_NONE;
	if (likely(fast_has_data(ctx, &p)))
		fast_data(ctx, &p);
	else if (!fast_response(ctx, &p))
		return false;
	if (txn_followed_at(ctx, p.meta))
		fast_txn_answer(ctx, &p);
	return true;
}

#endif
