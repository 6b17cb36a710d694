/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a frame to its one outcome: the whole of what a hook does with a packet. */
#ifndef RCODEWATCH_PKT_COUNT_H
#define RCODEWATCH_PKT_COUNT_H

#include "dns_count.h"
#include "pkt_decap.h"
#include "pkt_parse.h"
#include "fastpath.h"
#include "tcp_flow.h"

/* Datagrams in one super-packet: as many as the kernel takes of a sender at once (include/linux/udp.h). */
#define UDP_SEGMENTS_MAX 128u
/* Messages that are looked for in one segment of queries. */
#define TCP_MESSAGES_MAX 256u

PKT_INLINE __u64 meta_of(pkt_ctx *ctx, const struct l4 *l4, __u64 meta)
{
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));

	if (scratch)
		scratch->l4.network = l4->network;
	meta |= (__u64)l4->family << META_FAMILY_SHIFT;
	if (is_dns_port(ctx, l4->source_port))
		meta |= META_FROM_DNS_PORT;
	if (is_dns_port(ctx, l4->destination_port))
		meta |= META_TO_DNS_PORT;
	return meta;
}

PKT_INLINE void count_unsplit(pkt_ctx *ctx, __u64 meta, __u32 datagrams)
{
	struct pkt_counters *counters = store_counters(ctx, META_INDEX(meta));

	if (counters)
		counters->udp[UDP_UNSPLIT] += datagrams;
}

/* Count the message of a datagram with payload @span. Gives its packet's outcome. */
PKT_GLOBAL __u64 count_datagram(pkt_ctx *ctx, __u64 span, __u64 meta)
{
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));
	__u64 outcome = count_matched(ctx, span, meta), end;
	struct pkt_counters *counters;

	if (!scratch || outcome != OUTCOME_RESPONSE || scratch_get(scratch, status) != DNS_OK)
		return outcome;
	end = dns_end(ctx, META_CPU(meta), scratch_get(scratch, walked));
	counters = store_counters(ctx, META_INDEX(meta));
	if (counters && end && end < SPAN_END(span))
		counters->udp[UDP_TRAILING]++;
	return outcome;
}

/* Where the first message of @span ends; 0 if that cannot be told. */
PKT_GLOBAL __u64 first_message_end(pkt_ctx *ctx, __u64 span, __u64 meta)
{
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));
	struct dns_header header;

	if (!scratch ||
	    dns_load(ctx, SPAN_AT(span), SPAN_END(span), &header, sizeof(header)) != DNS_OK)
		return 0;
	scratch_begin(scratch, span, be16_to_host(header.flags), header_counts(&header));
	return dns_end(ctx, META_CPU(meta), SPAN_AT(span) + DNS_HEADER_SIZE);
}

/*
 * Each datagram of a UDP super-packet (tc only) holds a message; one response makes it one. All are of
 * @gso_size but the last one, which is by itself so that the loop has no fork.
 */
PKT_GLOBAL __u64 count_datagrams(pkt_ctx *ctx, __u64 span, __u64 meta, __u64 gso_size)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span), size = (__u32)gso_size & 0xffffu, outcome;
	__u64 outcomes = 0; /* bits */

	_Static_assert(PKT_OUTCOMES <= 64, "a bit for each");
	for (__u32 i = 0; i < UDP_SEGMENTS_MAX - 1 && end - at > size; i++) {
		outcomes |= 1ULL << (count_datagram(ctx, SPAN(at, at + size), meta) & 63);
		at += size;
	}
	outcome = (__u32)count_datagram(ctx, SPAN(at, end - at > size ? at + size : end), meta);
	if (end - at > size)
		count_unsplit(ctx, meta, (end - at - 1) / size);
	return outcomes >> OUTCOME_RESPONSE & 1 ? (__u32)OUTCOME_RESPONSE : outcome;
}

PKT_INLINE __u32 count_udp(pkt_ctx *ctx, struct l4 *l4, __u64 meta)
{
	__u32 outcome = parse_udp(ctx, l4), size;

	if (outcome != PKT_OUTCOME_NONE)
		return outcome;
	if (l4->fragment)
		meta |= META_FRAGMENT;
	size = pkt_gso_size(ctx);
	/*
	 * Of super-packets, those that are datagrams joined or not yet cut have one message in each; a single large
	 * datagram that is to be cut into IP fragments of the same size looks like them otherwise.
	 */
	if (size && size < l4->end - l4->offset &&
	    first_message_end(ctx, SPAN(l4->offset, l4->end), meta) == l4->offset + size)
		return (__u32)count_datagrams(ctx, SPAN(l4->offset, l4->end), meta, size);
	return (__u32)count_datagram(ctx, SPAN(l4->offset, l4->end), meta);
}

/*
 * Whether the header of a query stands at the start of @span, whose length prefix has come in a segment before. Where it
 * has the number of questions, 1, a message behind its prefix has its flags, and a query has no RCODE there.
 */
PKT_GLOBAL __u64 begins_without_length(pkt_ctx *ctx, __u64 span, __u64 meta)
{
	struct dns_header header;
	__u32 flags;

	if (meta & META_FROM_DNS_PORT ||
	    dns_load(ctx, SPAN_AT(span), SPAN_END(span), &header, sizeof(header)) != DNS_OK)
		return false;
	flags = be16_to_host(header.flags);
	return !(flags & (DNS_QR | DNS_OPCODE_MASK | DNS_Z | DNS_RCODE_MASK)) &&
	       be16_to_host(header.questions) == 1 && !header.answers && !header.authorities &&
	       be16_to_host(header.additionals) <= 2;
}

/* One message at the start of @span, to the outcome in scratch. Gives the offset behind it. */
PKT_GLOBAL __u64 count_tcp_message(pkt_ctx *ctx, __u64 span, __u64 meta)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span), length, stop, outcome;
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));

	if (!scratch)
		return end;
	if (begins_without_length(ctx, span, meta)) {
		stop = (__u32)first_message_end(ctx, span, meta);
		stop = stop ? stop : end;
	} else {
		if (!begins_message(ctx, span, meta) || !pkt_be16(ctx, at, &length))
			return end;
		at += DNS_LENGTH_SIZE;
		stop = at + length;
	}
	if (stop > end)
		stop = end;
	else
		meta &= ~META_FRAGMENT;
	outcome = count_matched(ctx, SPAN(at, stop), meta);
	if (scratch->outcome == OUTCOME_TCP_NO_MESSAGE || outcome == OUTCOME_RESPONSE)
		scratch->outcome = outcome;
	return stop;
}

/*
 * The messages of a segment by themselves: of a query, and of a first fragment, behind which a part
 * of the stream is missing in any case.
 */
PKT_GLOBAL __u64 count_segment(pkt_ctx *ctx, __u64 span, __u64 meta)
{
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));
	__u32 at = SPAN_AT(span), end = SPAN_END(span);

	if (!scratch)
		return OUTCOME_TCP_NO_MESSAGE;
	scratch->outcome = OUTCOME_TCP_NO_MESSAGE;
	for (__u32 i = 0; i < TCP_MESSAGES_MAX && at < end; i++)
		at = (__u32)count_tcp_message(ctx, SPAN(at, end), meta);
	return scratch->outcome;
}

PKT_INLINE __u32 count_tcp(pkt_ctx *ctx, struct l4 *l4, __u64 meta)
{
	__u32 sequence, flags, outcome = parse_tcp(ctx, l4, &sequence, &flags);

	if (outcome != PKT_OUTCOME_NONE)
		return outcome;
	if (l4->offset == l4->end && !(flags & (TCP_SYN | TCP_FIN | TCP_RST)))
		return OUTCOME_TCP_NO_MESSAGE;
	meta |= (__u64)TRANSPORT_TCP << META_TRANSPORT_SHIFT;
	if (!(meta & META_FROM_DNS_PORT) || l4->fragment) {
		meta |= l4->fragment ? META_FRAGMENT : 0;
		return (__u32)count_segment(ctx, SPAN(l4->offset, l4->end), meta);
	}
	return count_stream(ctx, SPAN(l4->offset, l4->end), meta, SEGMENT(sequence, flags),
			    (__u64)l4->source_port << 16 | l4->destination_port);
}

PKT_INLINE __u32 count_transport(pkt_ctx *ctx, struct l4 *l4, __u64 meta)
{
	meta = meta_of(ctx, l4, meta);
	if (l4->protocol == IP_PROTOCOL_UDP)
		return count_udp(ctx, l4, meta);
	return count_tcp(ctx, l4, meta);
}

/* The network layer at @offset, of the inner packet where tunnels are looked into, and the ports. */
PKT_INLINE __u32 parse_from_network(pkt_ctx *ctx, __u32 ethertype, __u32 offset, struct l4 *l4)
{
	__u32 outcome;

	if (pkt_config(ctx)->decap) {
		__u64 inner = enter_tunnels(ctx, INNER(offset, ethertype));

		if (inner & INNER_ENDS)
			return INNER_OUTCOME(inner);
		ethertype = INNER_TYPE(inner);
		offset = INNER_OFFSET(inner);
	}
	outcome = parse_network(ctx, ethertype, offset, l4);
	if (outcome != PKT_OUTCOME_NONE)
		return outcome;
	return parse_ports(ctx, l4);
}

/* The ethertype of a frame without a link header, as tunnel devices have it. */
PKT_INLINE __u32 parse_version(pkt_ctx *ctx, __u32 *ethertype)
{
	__u32 version;

	if (!pkt_u8(ctx, 0, &version))
		return PKT_UNPARSED(UNPARSED_TRUNCATED_FRAME);
	version >>= 4;
	if (version != 4 && version != 6)
		return OUTCOME_NOT_DNS;
	*ethertype = version == 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
	return PKT_OUTCOME_NONE;
}

/*
 * Any frame, into scratch's l4. By itself, so that what few frames need takes no stack from those
 * that are called while a message is counted.
 */
PKT_GLOBAL __u64 parse_any(pkt_ctx *ctx, __u64 meta, __u64 raw_ip)
{
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));
	__u32 ethertype = 0, offset = 0, vlans = pkt_vlan(ctx), outcome;
	struct l4 l4 = {0};

	if (!scratch)
		return PKT_UNPARSED(UNPARSED_NO_CPU_SLOT);
	outcome = raw_ip ? parse_version(ctx, &ethertype)
			 : parse_ethernet(ctx, &ethertype, &offset, &vlans);
	scratch->vlans = vlans;
	if (outcome == PKT_OUTCOME_NONE)
		outcome = parse_from_network(ctx, ethertype, offset, &l4);
	scratch->l4 = l4;
	return outcome;
}

/* Gives the outcome of a packet, having counted the messages in it. */
PKT_INLINE __u32 count_frame(pkt_ctx *ctx, __u64 meta, __u32 raw_ip)
{
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));
	__u32 outcome = (__u32)parse_any(ctx, meta, raw_ip);
	struct l4 l4;

	if (outcome != PKT_OUTCOME_NONE || !scratch)
		return outcome;
	l4 = scratch->l4;
	return count_transport(ctx, &l4, meta);
}

/* Add a packet to @counters under its outcome. */
PKT_INLINE void count_packet(struct pkt_counters *counters, __u32 outcome)
{
	counters->packets++;
	if (outcome < PKT_OUTCOMES)
		counters->outcome[pkt_clamp(outcome, PKT_OUTCOMES - 1)]++;
}

#endif
