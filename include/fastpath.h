/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The fast path, for packets of the usual shape: an untagged frame, IPv4 without options or IPv6
 * without extension headers, no fragment; on DNS ports, one message that fills a datagram or a segment; of a
 * response, one question with a name that is written out, a few records whose owners are pointers or the
 * root, a few EDNS options, and no more than one Extended DNS Error that has a counter of its own.
 *
 * It counts what the slow path counts (pkt_count.h), with a third of the instructions and without a call.
 * Any other packet is passed, uncounted, to the slow path.
 */
#ifndef RCODEWATCH_FASTPATH_H
#define RCODEWATCH_FASTPATH_H

#include "pkt_parse.h"
#include "fastpath_lists.h"
#include "tcp_flow.h"

/* Of the headers behind IP, what is looked at: of UDP and DNS, of TCP. */
#define FAST_HEAD 20u

_Static_assert(FAST_HEAD == UDP_SIZE + DNS_HEADER_SIZE && FAST_HEAD == TCP_MIN, "both");

/* The counter of the message's EDE. */
PKT_INLINE __u64 *fast_ede(const struct fast *p)
{
	return &p->counters->ede[pkt_mask(p->rcode, RCODE_DIRECT - 1)][ede_column(p->ede)];
}

/*
 * Step over the message in its stream, if that has come to just there. The last thing that can show that
 * the packet is not for here: the stream remembers.
 */
PKT_INLINE bool fast_flow(pkt_ctx *ctx, struct fast *p)
{
	return store_flow_pass(ctx, tcp_flow_id(ctx, p->meta, scratch_get(p->scratch, ports)),
			       scratch_get(p->scratch, sequence),
			       DNS_LENGTH_SIZE + p->end - p->message);
}

/* Count the response at hand. Gives whether it did. */
PKT_INLINE bool fast_response(pkt_ctx *ctx, struct fast *p)
{
	struct msg_scratch *scratch = p->scratch;
	struct pkt_counters *counters = p->counters;
	struct dns_facts facts;
	__u32 kind, lists;

	scratch_set(scratch, ede, NO_EDE);
	if (unlikely(!fast_name(p) || !fast_records(p) ||
		     (scratch_get(scratch, opt_length) && !fast_options(p))))
		return false;
	p->ede = scratch_get(scratch, ede);
	/* Now and then its text is to be kept. */
	if (unlikely(p->ede != NO_EDE && (*fast_ede(p) % EDE_TEXT_EVERY == 0 ||
					  store_texts_wanted(ctx, META_POINT(p->meta)))))
		return false;
	facts.flags = p->flags;
	facts.rcode = p->rcode;
	facts.answers = p->answers;
	facts.walk_state = (__u32)WALK_STATE(p->seen | SEEN_QUESTION, p->qtype);
	facts.ede = p->ede != NO_EDE;
	kind = facts_kind(&facts);
	fast_verifier_forget(p, kind);
	lists = facts_lists(ctx, &facts, kind);
	fast_verifier_forget(p, lists);
	if (unlikely(lists && !fast_zone(ctx, p)))
		return false;
	fast_verifier_forget(p, lists);
	fast_verifier_forget(p, p->ede);
	if (unlikely(p->protocol == IP_PROTOCOL_TCP && !fast_flow(ctx, p)))
		return false;
	if (unlikely(p->ede != NO_EDE))
		++*fast_ede(p);
	counters->packets++;
	counters->outcome[OUTCOME_RESPONSE]++;
	facts.rcode = pkt_mask(p->rcode, RCODE_DIRECT - 1);
	count_facts(ctx, counters, p->meta, &facts, kind, lists);
	if (lists)
		fast_lists(ctx, p, lists);
	return true;
}

/*
 * Ethernet, IP and UDP or TCP of a frame that is looked at here. Gives where the UDP or TCP header is, of
 * which there are at least FAST_HEAD bytes; or NULL.
 */
PKT_INLINE const __u8 *fast_frame(struct fast *p)
{
	const __u8 *at = p->view.data;
	__u32 type;

	if (unlikely(at + ETHERNET_SIZE + IPV4_MIN + FAST_HEAD > p->view.end))
		return NULL;
	type = load_be16(at + 12);
	if (type == ETHERTYPE_IPV4) {
		p->transport = ETHERNET_SIZE + IPV4_MIN;
		p->end = ETHERNET_SIZE + load_be16(at + 16);
		p->protocol = at[23];
		p->family = FAMILY_IPV4;
		if (unlikely(at[14] != 0x45 || load_be16(at + 20) & 0x3fffu))
			return NULL;
		at += ETHERNET_SIZE + IPV4_MIN;
	} else {
		if (type != ETHERTYPE_IPV6 ||
		    at + ETHERNET_SIZE + IPV6_SIZE + FAST_HEAD > p->view.end || at[14] >> 4 != 6)
			return NULL;
		p->transport = ETHERNET_SIZE + IPV6_SIZE;
		p->end = ETHERNET_SIZE + IPV6_SIZE + load_be16(at + 18);
		p->protocol = at[20];
		p->family = FAMILY_IPV6;
		at += ETHERNET_SIZE + IPV6_SIZE;
	}
	return p->end >= p->transport + UDP_SIZE ? at : NULL;
}

PKT_INLINE bool fast_outcome(struct fast *p, const __u32 outcome)
{
	p->counters->packets++;
	p->counters->outcome[outcome]++;
	return true;
}

/* Whether it is one datagram of UDP that ends where IP does, and has a DNS header. */
PKT_INLINE bool fast_udp(pkt_ctx *ctx, const struct fast *p, const __u8 *head)
{
	return !pkt_gso_size(ctx) && p->end >= p->transport + UDP_SIZE + DNS_HEADER_SIZE &&
	       load_be16(head + 4) == p->end - p->transport;
}

/*
 * Of a segment from a DNS port: whether it holds one whole message. Gives where the header is; NULL if not.
 */
PKT_INLINE const __u8 *fast_segment(struct fast *p, const __u8 *head)
{
	__u32 source = load_be16(head), destination = load_be16(head + 2);
	__u32 word = load_be16(head + 12), begin = p->transport + (word >> 12) * 4;

	scratch_set(p->scratch, sequence, load_be32(head + 4));
	scratch_set(p->scratch, ports, source << 16 | destination);
	p->message = begin + DNS_LENGTH_SIZE;
	if (word & (TCP_SYN | TCP_FIN | TCP_RST) || word >> 12 < TCP_MIN / 4 ||
	    !pkt_within(&p->view, begin, DNS_LENGTH_SIZE + DNS_HEADER_SIZE, &head) ||
	    load_be16(head) != p->end - p->message)
		return NULL;
	return head + DNS_LENGTH_SIZE;
}

/* Likewise of a datagram. */
PKT_INLINE const __u8 *fast_datagram(pkt_ctx *ctx, struct fast *p, const __u8 *head)
{
	p->message = p->transport + UDP_SIZE;
	return fast_udp(ctx, p, head) ? head + UDP_SIZE : NULL;
}

/* Count a packet from a DNS port, if it holds one response. Gives whether it did. */
PKT_INLINE bool fast_answer(pkt_ctx *ctx, struct fast *p, const __u8 *head)
{
	p->scratch = store_scratch(ctx, META_CPU(p->meta));
	if (unlikely(!p->scratch || p->view.data + p->end != p->view.end))
		return false;
	head = p->protocol == IP_PROTOCOL_TCP ? fast_segment(p, head) : fast_datagram(ctx, p, head);
	if (unlikely(!head))
		return false;
	p->flags = load_be16(head + 2);
	if (unlikely(!(p->flags & DNS_QR) || !fast_counts(p, name_get(head + 4))))
		return false;
	fast_verifier_forget(p, p->message);
	fast_verifier_forget(p, p->end);
	fast_verifier_forget(p, p->family);
	fast_verifier_forget(p, p->protocol);
	p->meta |= (__u64)(p->family & 1u) << META_FAMILY_SHIFT |
		   (__u64)(p->protocol == IP_PROTOCOL_TCP) << META_TRANSPORT_SHIFT;
	p->scratch->l4.network = ETHERNET_SIZE;
	p->scratch->vlans = pkt_vlan(ctx);
	return fast_response(ctx, p);
}

/* Whether it is a segment with nothing in it that its stream need know of. */
PKT_INLINE bool fast_empty(const struct fast *p, const __u8 *head)
{
	__u32 word = load_be16(head + 12);

	return p->protocol == IP_PROTOCOL_TCP && !(word & (TCP_SYN | TCP_FIN | TCP_RST)) &&
	       word >> 12 >= TCP_MIN / 4 && p->transport + (word >> 12) * 4 == p->end;
}

/* Count a packet by the fast path. Gives whether it did. */
PKT_INLINE bool count_fast(pkt_ctx *ctx, struct pkt_counters *counters, __u64 meta, __u32 epoch)
{
	struct fast p = {.view = pkt_view(ctx), .counters = counters, .meta = meta, .epoch = epoch};
	const __u8 *head = fast_frame(&p);
	__u32 source, destination;

	if (unlikely(!head || !pkt_view_holds(ctx, &p.view, p.end)))
		return false;
	if (unlikely(!carries_ports(p.protocol))) /* behind IPv6 there can be more headers */
		return p.family == FAMILY_IPV4 && fast_outcome(&p, OUTCOME_NOT_DNS);
	source = load_be16(head);
	destination = load_be16(head + 2);
	if (is_dns_port(ctx, source))
		return fast_empty(&p, head) ? fast_outcome(&p, OUTCOME_TCP_NO_MESSAGE)
					    : fast_answer(ctx, &p, head);
	if (is_dns_port(ctx, destination)) {
		if (fast_empty(&p, head))
			return fast_outcome(&p, OUTCOME_TCP_NO_MESSAGE);
		if (p.protocol == IP_PROTOCOL_TCP || !fast_udp(ctx, &p, head))
			return false;
		return fast_outcome(&p, head[UDP_SIZE + 2] & DNS_QR >> 8 ? OUTCOME_WRONG_DIRECTION
									 : OUTCOME_QUERY);
	}
	if (is_encrypted_port(ctx, source) || is_encrypted_port(ctx, destination))
		return fast_outcome(&p, OUTCOME_ENCRYPTED);
	return fast_outcome(&p, OUTCOME_NOT_DNS);
}

#endif
