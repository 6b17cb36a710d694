/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From the frame to the UDP or TCP payload: Ethernet, up to two VLAN tags, IPv4, IPv6.
 *
 * Each step gives PKT_OUTCOME_NONE and writes its result, or gives the packet's outcome and writes nothing.
 */
#ifndef RCODEWATCH_PKT_PARSE_H
#define RCODEWATCH_PKT_PARSE_H

#include "msg_scratch.h"
#include "pkt_ctx.h"

#define ETHERTYPE_8021Q  0x8100u
#define ETHERTYPE_8021AD 0x88a8u
#define ETHERTYPE_9100   0x9100u /* outer tags before 802.1ad had a number of their own */
#define ETHERTYPE_IPV4   0x0800u
#define ETHERTYPE_IPV6   0x86ddu

/* Protocols that carry IP behind a header of their own. */
#define ETHERTYPE_MIN           0x0600u /* below: the length of an LLC frame, IEEE 802.3 */
#define ETHERTYPE_TRILL         0x22f3u
#define ETHERTYPE_MPLS          0x8847u
#define ETHERTYPE_MPLS_UPSTREAM 0x8848u
#define ETHERTYPE_PPPOE_CONTROL 0x8863u
#define ETHERTYPE_PPPOE         0x8864u
#define ETHERTYPE_MACSEC        0x88e5u
#define ETHERTYPE_8021AH        0x88e7u /* provider backbone bridges */
#define ETHERTYPE_VN_TAG        0x8926u
#define ETHERTYPE_8021BR        0x893fu
#define ETHERTYPE_NSH           0x894fu

#define ETHERNET_SIZE       14u
#define VLAN_TAG_SIZE       4u
#define VLAN_TAGS_MAX       2u
#define IPV4_MIN            20u
#define IPV6_SIZE           40u
#define UDP_SIZE            8u
#define TCP_MIN             20u
#define IPV6_EXTENSIONS_MAX 8u

#define IP_PROTOCOL_TCP 6u
#define IP_PROTOCOL_UDP 17u

/* IPv6 extension headers that can stand before UDP or TCP: RFC 8200 section 4, RFC 7045 section 4. */
#define IPV6_HOP_BY_HOP  0u
#define IPV6_ROUTING     43u
#define IPV6_FRAGMENT    44u
#define IPV6_AUTH        51u
#define IPV6_DESTINATION 60u
#define IPV6_MOBILITY    135u
#define IPV6_HIP         139u
#define IPV6_SHIM6       140u

#define PKT_OUTCOME_NONE 0xffffffffu /* not decided yet */

PKT_INLINE bool is_vlan(__u32 ethertype)
{
	return ethertype == ETHERTYPE_8021Q || ethertype == ETHERTYPE_8021AD ||
	       ethertype == ETHERTYPE_9100;
}

PKT_INLINE bool is_mpls(__u32 ethertype)
{
	return ethertype == ETHERTYPE_MPLS || ethertype == ETHERTYPE_MPLS_UPSTREAM;
}

/* Whether DNS can lie behind @ethertype although that is not IP. */
PKT_INLINE bool is_other_link(__u32 ethertype)
{
	return ethertype < ETHERTYPE_MIN || is_mpls(ethertype) ||
	       ethertype == ETHERTYPE_PPPOE_CONTROL || ethertype == ETHERTYPE_PPPOE ||
	       ethertype == ETHERTYPE_MACSEC || ethertype == ETHERTYPE_8021AH ||
	       ethertype == ETHERTYPE_VN_TAG || ethertype == ETHERTYPE_8021BR ||
	       ethertype == ETHERTYPE_NSH || ethertype == ETHERTYPE_TRILL;
}

/*
 * The VLAN tags at @at behind @type: the ethertype behind them, and where they end. Their numbers go into
 * *@vlans, the last one lowest, below what is there.
 */
PKT_INLINE __u32 parse_tags(pkt_ctx *ctx, __u32 type, __u32 at, __u32 *ethertype, __u32 *offset,
			    __u32 *vlans)
{
	__u32 tag;

	for (__u32 tags = 0; tags < VLAN_TAGS_MAX && is_vlan(type); tags++) {
		if (!pkt_be32(ctx, at, &tag))
			return PKT_UNPARSED(UNPARSED_TRUNCATED_FRAME);
		type = tag & 0xffffu;
		*vlans = *vlans << 12 | (tag >> 16 & VLAN_NUMBER);
		at += VLAN_TAG_SIZE;
	}
	if (is_vlan(type))
		return PKT_UNPARSED(UNPARSED_VLAN_DEPTH);
	*ethertype = type;
	*offset = at;
	return PKT_OUTCOME_NONE;
}

/* The Ethernet header at *@offset, with its tags, as parse_tags(). */
PKT_INLINE __u32 parse_ethernet(pkt_ctx *ctx, __u32 *ethertype, __u32 *offset, __u32 *vlans)
{
	__u32 at = *offset + ETHERNET_SIZE, type;

	if (!pkt_be16(ctx, at - 2, &type))
		return PKT_UNPARSED(UNPARSED_TRUNCATED_FRAME);
	return parse_tags(ctx, type, at, ethertype, offset, vlans);
}

PKT_INLINE bool carries_ports(__u32 protocol)
{
	return protocol == IP_PROTOCOL_UDP || protocol == IP_PROTOCOL_TCP;
}

/* All that the network layer tells, of a packet that is no fragment. */
PKT_INLINE void set_l4(struct l4 *l4, __u32 network, __u32 offset, __u32 end, __u32 protocol,
		       enum family family)
{
	l4->network = network;
	l4->offset = offset;
	l4->end = end;
	l4->protocol = protocol;
	l4->family = family;
	l4->fragment = 0;
}

/* An IPv4 header (RFC 791) at @offset. */
PKT_INLINE __u32 parse_ipv4(pkt_ctx *ctx, __u32 offset, struct l4 *l4)
{
	struct {
		__u8 version_ihl, tos;
		__be16 total_length, id, fragment;
		__u8 ttl, protocol;
	} ip;
	__u32 header, total, fragment;

	_Static_assert(sizeof(ip) == 10, "as on the wire");
	if (!pkt_load(ctx, offset, &ip, sizeof(ip)) || !pkt_holds(ctx, offset + IPV4_MIN))
		return PKT_UNPARSED(UNPARSED_TRUNCATED_FRAME);
	header = (ip.version_ihl & 0xfu) * 4;
	total = be16_to_host(ip.total_length);
	/*
	 * A super-packet past 64 KiB cannot say its length, and of one that is captured where it is sent the
	 * hardware has yet to fill that in.
	 */
	if (total == 0 && pkt_gso_length(ctx))
		total = pkt_gso_length(ctx) - offset;
	if (ip.version_ihl >> 4 != 4 || header < IPV4_MIN || total < header ||
	    !pkt_holds(ctx, (__u64)offset + total))
		return PKT_UNPARSED(UNPARSED_BAD_IP_HEADER);
	if (!carries_ports(ip.protocol))
		return OUTCOME_NOT_DNS;
	fragment = be16_to_host(ip.fragment);
	if (fragment & 0x1fffu)
		return PKT_UNPARSED(UNPARSED_LATER_FRAGMENT);

	set_l4(l4, offset, offset + header, offset + total, ip.protocol, FAMILY_IPV4);
	l4->fragment = (fragment & 0x2000u) != 0;
	return PKT_OUTCOME_NONE;
}

/*
 * Where following extension headers has come to, as one scalar for a subprogram: offset (20 bits), the
 * next header's number (8), whether a fragment header said that more follows (1), whether this is
 * the upper layer (1). With the last bit set it is an outcome instead.
 */
#define CHAIN(at, next)  ((__u64)(at) | (__u64)(next) << 20)
#define CHAIN_AT(c)      ((__u32)(c)&0xfffffu)
#define CHAIN_NEXT(c)    ((__u32)((c) >> 20) & 0xffu)
#define CHAIN_FRAGMENT   (1ULL << 28)
#define CHAIN_UPPER      (1ULL << 29)
#define CHAIN_ENDS       (1ULL << 30)
#define CHAIN_OUTCOME(c) ((__u32)(c)&0xffu)

/* Step over one extension header, if that is what @chain is at. */
PKT_GLOBAL __u64 parse_extension(pkt_ctx *ctx, __u64 chain)
{
	__u32 at = CHAIN_AT(chain), next = CHAIN_NEXT(chain);
	struct {
		__u8 next, length;
		__be16 fragment;
	} ext;

	if (next != IPV6_HOP_BY_HOP && next != IPV6_ROUTING && next != IPV6_FRAGMENT &&
	    next != IPV6_AUTH && next != IPV6_DESTINATION && next != IPV6_MOBILITY &&
	    next != IPV6_HIP && next != IPV6_SHIM6)
		return chain | CHAIN_UPPER;
	if (!pkt_load(ctx, at, &ext, sizeof(ext)))
		return CHAIN_ENDS | PKT_UNPARSED(UNPARSED_TRUNCATED_FRAME);
	chain &= CHAIN_FRAGMENT;
	if (next == IPV6_FRAGMENT) {
		/* RFC 8200 section 4.5; an atomic fragment (RFC 6946) is a whole packet. */
		if (be16_to_host(ext.fragment) & 0xfff8u)
			return CHAIN_ENDS |
			       (carries_ports(ext.next) ? PKT_UNPARSED(UNPARSED_LATER_FRAGMENT)
							: (__u32)OUTCOME_NOT_DNS);
		if (be16_to_host(ext.fragment) & 1u)
			chain |= CHAIN_FRAGMENT;
		at += 8;
	} else if (next == IPV6_AUTH) {
		at += (ext.length + 2u) * 4u; /* RFC 4302 section 2.2 */
	} else {
		at += (ext.length + 1u) * 8u;
	}
	return chain | CHAIN(at, ext.next);
}

/* Follow extension headers to the upper layer. */
PKT_GLOBAL __u64 parse_extensions(pkt_ctx *ctx, __u64 chain)
{
	for (__u32 i = 0; i <= IPV6_EXTENSIONS_MAX; i++) {
		chain = parse_extension(ctx, chain);
		if (chain & (CHAIN_UPPER | CHAIN_ENDS))
			return chain;
	}
	return CHAIN_ENDS | PKT_UNPARSED(UNPARSED_EXTENSION_DEPTH);
}

/* An IPv6 header (RFC 8200) at @offset. */
PKT_INLINE __u32 parse_ipv6(pkt_ctx *ctx, __u32 offset, struct l4 *l4)
{
	struct {
		__be32 version_class_flow;
		__be16 payload_length;
		__u8 next, hop_limit;
	} ip;
	__u32 payload, next, at = offset + IPV6_SIZE, fragment = 0;

	_Static_assert(sizeof(ip) == 8, "as on the wire");
	if (!pkt_load(ctx, offset, &ip, sizeof(ip)) || !pkt_holds(ctx, at))
		return PKT_UNPARSED(UNPARSED_TRUNCATED_FRAME);
	payload = be16_to_host(ip.payload_length);
	if (payload == 0 && pkt_gso_length(ctx))
		payload = pkt_gso_length(ctx) - at;
	if (be32_to_host(ip.version_class_flow) >> 28 != 6 || !pkt_holds(ctx, (__u64)at + payload))
		return PKT_UNPARSED(UNPARSED_BAD_IP_HEADER);
	next = ip.next;
	if (!carries_ports(next)) {
		__u64 chain = parse_extensions(ctx, CHAIN(at, next));

		if (chain & CHAIN_ENDS)
			return CHAIN_OUTCOME(chain);
		next = CHAIN_NEXT(chain);
		fragment = (chain & CHAIN_FRAGMENT) != 0;
		at = CHAIN_AT(chain);
		if (!carries_ports(next))
			return OUTCOME_NOT_DNS;
		if (at > offset + IPV6_SIZE + payload)
			return PKT_UNPARSED(UNPARSED_BAD_IP_HEADER);
	}
	set_l4(l4, offset, at, offset + IPV6_SIZE + payload, next, FAMILY_IPV6);
	l4->fragment = fragment;
	return PKT_OUTCOME_NONE;
}

/* The network layer behind @ethertype at @offset. */
PKT_INLINE __u32 parse_network(pkt_ctx *ctx, __u32 ethertype, __u32 offset, struct l4 *l4)
{
	if (ethertype == ETHERTYPE_IPV4)
		return parse_ipv4(ctx, offset, l4);
	if (ethertype == ETHERTYPE_IPV6)
		return parse_ipv6(ctx, offset, l4);
	return is_other_link(ethertype) ? PKT_UNPARSED(UNPARSED_OTHER_LINK)
					: (__u32)OUTCOME_NOT_DNS;
}

PKT_INLINE bool is_dns_port(pkt_ctx *ctx, __u32 port)
{
#pragma GCC unroll 8
	for (__u32 i = 0; i < MAX_PORTS; i++) {
		/* And what follows is taken out. Mostly there is one, so that the code for others is out of the way. */
		if (__builtin_expect(i >= pkt_config(ctx)->dns_ports, i > 0))
			break;
		if (port == pkt_config(ctx)->dns_port[i])
			return true;
	}
	return false;
}

PKT_INLINE bool is_encrypted_port(pkt_ctx *ctx, __u32 port)
{
#pragma GCC unroll 8
	for (__u32 i = 0; i < MAX_PORTS; i++) {
		if (__builtin_expect(i >= pkt_config(ctx)->encrypted_ports, i > 0))
			break;
		if (port == pkt_config(ctx)->encrypted_port[i])
			return true;
	}
	return false;
}

/* Whether the ports concern us. */
PKT_INLINE __u32 judge_ports(pkt_ctx *ctx, const struct l4 *l4)
{
	if (is_dns_port(ctx, l4->source_port) || is_dns_port(ctx, l4->destination_port))
		return PKT_OUTCOME_NONE;
	if (is_encrypted_port(ctx, l4->source_port) || is_encrypted_port(ctx, l4->destination_port))
		return OUTCOME_ENCRYPTED;
	return OUTCOME_NOT_DNS;
}

/* The ports, and whether they concern us; lengths are looked at only if they do. */
PKT_INLINE __u32 parse_ports(pkt_ctx *ctx, struct l4 *l4)
{
	struct {
		__be16 source, destination;
	} ports;

	if (l4->end - l4->offset < sizeof(ports) ||
	    !pkt_load(ctx, l4->offset, &ports, sizeof(ports)))
		return PKT_UNPARSED(UNPARSED_TRUNCATED_FRAME);
	l4->source_port = be16_to_host(ports.source);
	l4->destination_port = be16_to_host(ports.destination);
	return judge_ports(ctx, l4);
}

/* Narrow @l4 from the UDP header (RFC 768) to its payload. */
PKT_INLINE __u32 parse_udp(pkt_ctx *ctx, struct l4 *l4)
{
	__u32 length;

	if (l4->end - l4->offset < UDP_SIZE || !pkt_be16(ctx, l4->offset + 4, &length))
		return PKT_UNPARSED(UNPARSED_TRUNCATED_FRAME);
	if (length < UDP_SIZE || (length > l4->end - l4->offset && !l4->fragment))
		return PKT_UNPARSED(UNPARSED_BAD_UDP_LENGTH);
	if (length < l4->end - l4->offset)
		l4->end = l4->offset + length;
	l4->offset += UDP_SIZE;
	return PKT_OUTCOME_NONE;
}

/* Narrow @l4 from the TCP header (RFC 9293 section 3.1) to its payload. */
PKT_INLINE __u32 parse_tcp(pkt_ctx *ctx, struct l4 *l4, __u32 *sequence, __u32 *flags)
{
	__u32 header, word;

	if (l4->end - l4->offset < TCP_MIN || !pkt_be16(ctx, l4->offset + 12, &word) ||
	    !pkt_be32(ctx, l4->offset + 4, sequence))
		return PKT_UNPARSED(UNPARSED_TRUNCATED_FRAME);
	header = (word >> 12) * 4;
	if (header < TCP_MIN || header > l4->end - l4->offset)
		return PKT_UNPARSED(UNPARSED_BAD_TCP_HEADER);
	*flags = word & 0xffu;
	l4->offset += header;
	return PKT_OUTCOME_NONE;
}

#endif
