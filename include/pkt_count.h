/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a frame to its one outcome: the whole of what a hook does with a packet. */
#ifndef RCODEWATCH_PKT_COUNT_H
#define RCODEWATCH_PKT_COUNT_H

#include "dns_count.h"
#include "pkt_decap.h"
#include "pkt_parse.h"
#include "plain.h"
#include "tcp_flow.h"

/* Datagrams in one super-packet: as many as the kernel takes of a sender at once (include/linux/udp.h). */
#define UDP_SEGMENTS_MAX 128u
/* Messages that are looked for in one segment of queries. */
#define TCP_MESSAGES_MAX 256u

PKT_INLINE __u64 how_of(pkt_ctx *ctx, const struct l4 *l4, __u64 how)
{
	struct message_work *work = store_work(ctx, HOW_CPU(how));

	if (work)
		work->l4.network = l4->network;
	how |= (__u64)l4->family << HOW_FAMILY_SHIFT;
	if (is_dns_port(ctx, l4->source_port))
		how |= HOW_FROM_DNS_PORT;
	if (is_dns_port(ctx, l4->destination_port))
		how |= HOW_TO_DNS_PORT;
	return how;
}

PKT_INLINE void count_unsplit(pkt_ctx *ctx, __u64 how, __u32 datagrams)
{
	struct tally *tally = store_tally(ctx, HOW_INDEX(how));

	if (tally)
		tally->udp[UDP_UNSPLIT] += datagrams;
}

/* Count the message of a datagram with payload @span. Gives the fate that it means for its packet. */
PKT_STAGE __u64 count_datagram(pkt_ctx *ctx, __u64 span, __u64 how)
{
	struct message_work *work = store_work(ctx, HOW_CPU(how));
	__u64 fate = count_message(ctx, span, how), end;
	struct tally *tally;

	if (!work || fate != OUTCOME_RESPONSE || work_get(work, status) != DNS_OK)
		return fate;
	end = dns_end(ctx, HOW_CPU(how), work_get(work, walked));
	tally = store_tally(ctx, HOW_INDEX(how));
	if (tally && end && end < SPAN_END(span))
		tally->udp[UDP_TRAILING]++;
	return fate;
}

/*
 * Whether the first message of @span ends at @stop. Of super-packets, those that are datagrams joined or not
 * yet cut have one message in each; a single large datagram that is to be cut into IP fragments of the same
 * size looks like them otherwise.
 */
PKT_STAGE __u64 first_message_fills(pkt_ctx *ctx, __u64 span, __u64 how, __u64 stop)
{
	struct message_work *work = store_work(ctx, HOW_CPU(how));
	struct dns_header header;

	if (!work ||
	    dns_load(ctx, SPAN_AT(span), SPAN_END(span), &header, sizeof(header)) != DNS_OK)
		return false;
	work_begin(work, span, be16_to_host(header.flags), header_counts(&header));
	return dns_end(ctx, HOW_CPU(how), SPAN_AT(span) + DNS_HEADER_SIZE) == stop;
}

/*
 * Each datagram of a UDP super-packet (tc only) holds a message; one response makes it one. All are of
 * @gso_size but the last one, which is by itself so that the loop has no fork.
 */
PKT_STAGE __u64 count_datagrams(pkt_ctx *ctx, __u64 span, __u64 how, __u64 gso_size)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span), size = (__u32)gso_size & 0xffffu, fate;
	__u64 fates = 0; /* bits */

	_Static_assert(FATE_COUNT <= 64, "a bit for each");
	for (__u32 i = 0; i < UDP_SEGMENTS_MAX - 1 && end - at > size; i++) {
		fates |= 1ULL << (count_datagram(ctx, SPAN(at, at + size), how) & 63);
		at += size;
	}
	fate = (__u32)count_datagram(ctx, SPAN(at, end - at > size ? at + size : end), how);
	if (end - at > size)
		count_unsplit(ctx, how, (end - at - 1) / size);
	return fates >> OUTCOME_RESPONSE & 1 ? (__u32)OUTCOME_RESPONSE : fate;
}

PKT_INLINE __u32 count_udp(pkt_ctx *ctx, struct l4 *l4, __u64 how)
{
	__u32 fate = parse_udp(ctx, l4), size;

	if (fate != FATE_NONE)
		return fate;
	if (l4->fragment)
		how |= HOW_FRAGMENT;
	size = pkt_gso_size(ctx);
	if (size && size < l4->end - l4->offset &&
	    first_message_fills(ctx, SPAN(l4->offset, l4->end), how, l4->offset + size))
		return (__u32)count_datagrams(ctx, SPAN(l4->offset, l4->end), how, size);
	return (__u32)count_datagram(ctx, SPAN(l4->offset, l4->end), how);
}

/* One message at the start of @span, to the work area's fate. Gives the offset behind it. */
PKT_STAGE __u64 count_tcp_message(pkt_ctx *ctx, __u64 span, __u64 how)
{
	__u32 at = SPAN_AT(span), end = SPAN_END(span), length, stop, fate;
	struct message_work *work = store_work(ctx, HOW_CPU(how));

	if (!work || !begins_message(ctx, span, how) || !pkt_be16(ctx, at, &length))
		return end;
	at += DNS_LENGTH_SIZE;
	stop = at + length;
	if (stop > end)
		stop = end;
	else
		how &= ~HOW_FRAGMENT;
	fate = (__u32)count_message(ctx, SPAN(at, stop), how);
	if (work->fate == OUTCOME_TCP_NO_MESSAGE || fate == OUTCOME_RESPONSE)
		work->fate = fate;
	return stop;
}

/*
 * The messages of a segment by themselves: of a query, and of a first fragment, behind which a part
 * of the stream is missing in any case.
 */
PKT_STAGE __u64 count_segment(pkt_ctx *ctx, __u64 span, __u64 how)
{
	struct message_work *work = store_work(ctx, HOW_CPU(how));
	__u32 at = SPAN_AT(span), end = SPAN_END(span);

	if (!work)
		return OUTCOME_TCP_NO_MESSAGE;
	work->fate = OUTCOME_TCP_NO_MESSAGE;
	for (__u32 i = 0; i < TCP_MESSAGES_MAX && at < end; i++)
		at = (__u32)count_tcp_message(ctx, SPAN(at, end), how);
	return work->fate;
}

PKT_INLINE __u32 count_tcp(pkt_ctx *ctx, struct l4 *l4, __u64 how)
{
	__u32 sequence, flags, fate = parse_tcp(ctx, l4, &sequence, &flags);

	if (fate != FATE_NONE)
		return fate;
	if (l4->offset == l4->end && !(flags & (TCP_SYN | TCP_FIN | TCP_RST)))
		return OUTCOME_TCP_NO_MESSAGE;
	how |= (__u64)TRANSPORT_TCP << HOW_TRANSPORT_SHIFT;
	if (!(how & HOW_FROM_DNS_PORT) || l4->fragment) {
		how |= l4->fragment ? HOW_FRAGMENT : 0;
		return (__u32)count_segment(ctx, SPAN(l4->offset, l4->end), how);
	}
	return count_stream(ctx, SPAN(l4->offset, l4->end), how, SEGMENT(sequence, flags),
			    (__u64)l4->source_port << 16 | l4->destination_port);
}

PKT_INLINE __u32 count_transport(pkt_ctx *ctx, struct l4 *l4, __u64 how)
{
	how = how_of(ctx, l4, how);
	if (l4->protocol == IP_PROTOCOL_UDP)
		return count_udp(ctx, l4, how);
	return count_tcp(ctx, l4, how);
}

/* The network layer at @offset, of the inner packet where tunnels are looked into, and the ports. */
PKT_INLINE __u32 parse_from_network(pkt_ctx *ctx, __u32 ethertype, __u32 offset, struct l4 *l4)
{
	__u32 fate;

	if (pkt_config(ctx)->decap) {
		__u64 inner = enter_tunnels(ctx, INNER(offset, ethertype));

		if (inner & INNER_ENDS)
			return INNER_FATE(inner);
		ethertype = INNER_TYPE(inner);
		offset = INNER_OFFSET(inner);
	}
	fate = parse_network(ctx, ethertype, offset, l4);
	if (fate != FATE_NONE)
		return fate;
	return parse_ports(ctx, l4);
}

/* The ethertype of a frame without a link header, as tunnel devices have it. */
PKT_INLINE __u32 parse_version(pkt_ctx *ctx, __u32 *ethertype)
{
	__u32 version;

	if (!pkt_u8(ctx, 0, &version))
		return FATE_UNPARSED(UNPARSED_TRUNCATED_FRAME);
	version >>= 4;
	if (version != 4 && version != 6)
		return OUTCOME_NOT_DNS;
	*ethertype = version == 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
	return FATE_NONE;
}

/*
 * Any frame, into the work area's l4. By itself, so that what few frames need takes no stack from those
 * that are called while a message is counted.
 */
PKT_STAGE __u64 parse_any(pkt_ctx *ctx, __u64 how, __u64 raw_ip)
{
	struct message_work *work = store_work(ctx, HOW_CPU(how));
	__u32 ethertype = 0, offset = 0, vlans = pkt_vlan(ctx), fate;
	struct l4 l4 = {0};

	if (!work)
		return FATE_UNPARSED(UNPARSED_NO_CPU_SLOT);
	fate = raw_ip ? parse_version(ctx, &ethertype)
		      : parse_ethernet(ctx, &ethertype, &offset, &vlans);
	work->vlans = vlans;
	if (fate == FATE_NONE)
		fate = parse_from_network(ctx, ethertype, offset, &l4);
	work->l4 = l4;
	return fate;
}

/* Gives the fate of a packet, having counted the messages in it. */
PKT_INLINE __u32 count_frame(pkt_ctx *ctx, __u64 how, __u32 raw_ip)
{
	struct message_work *work = store_work(ctx, HOW_CPU(how));
	__u32 fate = (__u32)parse_any(ctx, how, raw_ip);
	struct l4 l4;

	if (fate != FATE_NONE || !work)
		return fate;
	l4 = work->l4;
	return count_transport(ctx, &l4, how);
}

/* Add a packet to @tally under its fate. */
PKT_INLINE void count_packet(struct tally *tally, __u32 fate)
{
	tally->packets++;
	if (fate < FATE_COUNT)
		tally->fate[pkt_clamp(fate, FATE_COUNT - 1)]++;
}

#endif
