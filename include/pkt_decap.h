/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tunnels that mirror ports and cloud mirrors send their copies in, and MPLS and PPPoE, which taps of
 * providers' networks see: from the outer packet to the inner one. Only where asked for, and one level of
 * each: what is inside a tunnel inside is not_dns, MPLS in MPLS other_link. A frame is looked into in this
 * order: MPLS, PPPoE, a tunnel over IP; and the frame in that again: MPLS, PPPoE.
 *
 * A tunnel packet counts as what it carries; one that is fragmented, or whose tunnel header is not
 * as its protocol wants it, counts as what it is itself.
 */
#ifndef RCODEWATCH_PKT_DECAP_H
#define RCODEWATCH_PKT_DECAP_H

#include "pkt_parse.h"

#define IP_PROTOCOL_IPV4 4u  /* RFC 2003 */
#define IP_PROTOCOL_IPV6 41u /* RFC 4213, RFC 2473 */
#define IP_PROTOCOL_GRE  47u

#define VXLAN_PORT  4789u
#define VXLAN_SIZE  8u
#define VXLAN_VNI   0x08u /* the flag that must be set */
#define GENEVE_PORT 6081u
#define GENEVE_SIZE 8u

#define GRE_SIZE          4u
#define GRE_CHECKSUM      0x8000u
#define GRE_ROUTING       0x4000u
#define GRE_KEY           0x2000u
#define GRE_SEQUENCE      0x1000u
#define GRE_VERSION       0x0007u
#define PROTOCOL_TEB      0x6558u /* transparent Ethernet bridging: RFC 7637, RFC 8926 */
#define PROTOCOL_ERSPAN   0x88beu /* types I and II */
#define PROTOCOL_ERSPAN3  0x22ebu
#define ERSPAN2_SIZE      8u
#define ERSPAN3_SIZE      12u
#define ERSPAN3_SUBHEADER 8u

/* RFC 3032 section 2.1. */
#define MPLS_LABEL_SIZE 4u
#define MPLS_LABELS_MAX 8u
#define MPLS_BOTTOM     0x100u /* the bit of the last label of a stack */
/* RFC 4385 section 3; before Ethernet: RFC 4448 section 4.6. */
#define PSEUDOWIRE_CONTROL_SIZE 4u

/* RFC 2516 section 4, with the PPP protocol of RFC 1661 behind it. */
#define PPPOE_SIZE    6u
#define PPPOE_SESSION 0x1100u /* version 1, type 1, code 0 */
#define PPP_SIZE      2u
#define PPP_IPV4      0x0021u
#define PPP_IPV6      0x0057u

/*
 * Where an inner packet begins, for a subprogram: offset (20 bits), ethertype or PROTOCOL_TEB (16). With
 * INNER_ENDS it is an outcome instead.
 */
#define INNER(offset, type) ((__u64)(offset) | (__u64)(type) << 20)
#define INNER_OFFSET(i)     ((__u32)(i)&0xfffffu)
#define INNER_TYPE(i)       ((__u32)((i) >> 20) & 0xffffu)
#define INNER_NONE          0u
#define INNER_ENDS          (1ULL << 36)
#define INNER_OUTCOME(i)    ((__u32)(i)&0xffu)

/*
 * The payload of the IP packet at @offset and its protocol, as CHAIN(); 0 if it has none that could
 * be a tunnel's.
 */
PKT_GLOBAL __u64 outer_payload(pkt_ctx *ctx, __u64 ethertype, __u64 offset)
{
	__u64 at = (__u32)offset, chain;
	struct {
		__u8 version_ihl, tos;
		__be16 total_length, id, fragment;
		__u8 ttl, protocol;
	} ip;

	if (!pkt_load(ctx, at, &ip, sizeof(ip)))
		return 0;
	if (ethertype == ETHERTYPE_IPV4) {
		if (ip.version_ihl >> 4 != 4 || (ip.version_ihl & 0xfu) < 5 ||
		    be16_to_host(ip.fragment) & 0x3fffu)
			return 0;
		return CHAIN(at + (ip.version_ihl & 0xfu) * 4u, ip.protocol);
	}
	if (ethertype != ETHERTYPE_IPV6 || ip.version_ihl >> 4 != 6)
		return 0;
	/* The next header's number is where IPv4 has its fragment's upper byte. */
	chain = parse_extensions(ctx, CHAIN(at + IPV6_SIZE, (__u32)be16_to_host(ip.fragment) >> 8));
	if (chain & (CHAIN_ENDS | CHAIN_FRAGMENT))
		return 0;
	return CHAIN(CHAIN_AT(chain), CHAIN_NEXT(chain));
}

/*
 * Note @number, of 24 bits, of the tunnel or of the VLANs in it: part of what tells TCP streams apart. The
 * last two are kept whole.
 */
PKT_INLINE void note_tunnel(pkt_ctx *ctx, __u32 number)
{
	struct flow_scratch *scratch = store_flow_scratch(ctx);

	if (scratch)
		scratch->tunnel = (scratch->tunnel << 24 | scratch->tunnel >> 40) ^ number;
}

/* What the UDP datagram at @at holds, by its destination port. */
PKT_GLOBAL __u64 udp_inner(pkt_ctx *ctx, __u64 at, __u64 decap)
{
	__u32 port, word, type, network;

	if (!pkt_be16(ctx, at + 2, &port) || !pkt_be32(ctx, at + UDP_SIZE, &word) ||
	    !pkt_be32(ctx, at + UDP_SIZE + 4, &network))
		return INNER_NONE;
	at += UDP_SIZE;
	if (decap & DECAP_VXLAN && port == VXLAN_PORT && word >> 24 & VXLAN_VNI) {
		note_tunnel(ctx, network >> 8);
		return INNER(at + VXLAN_SIZE, PROTOCOL_TEB);
	}
	/* Version 0; the length of the options is in words. */
	if (!(decap & DECAP_GENEVE) || port != GENEVE_PORT || word >> 30 != 0)
		return INNER_NONE;
	type = word & 0xffffu;
	at += GENEVE_SIZE + (word >> 24 & 0x3fu) * 4u;
	if (type != PROTOCOL_TEB && type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6)
		return INNER_NONE;
	note_tunnel(ctx, network >> 8);
	return INNER(at, type);
}

/* What the GRE packet at @at holds. */
PKT_GLOBAL __u64 gre_inner(pkt_ctx *ctx, __u64 at, __u64 decap)
{
	__u32 word, flags, type, options;

	if (!pkt_be32(ctx, at, &word))
		return INNER_NONE;
	flags = word >> 16;
	type = word & 0xffffu;
	if (flags & (GRE_ROUTING | GRE_VERSION))
		return INNER_NONE;
	at += GRE_SIZE + (flags & GRE_CHECKSUM ? 4 : 0) + (flags & GRE_KEY ? 4 : 0) +
	      (flags & GRE_SEQUENCE ? 4 : 0);
	if (decap & DECAP_GRE &&
	    (type == PROTOCOL_TEB || type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6))
		return INNER(at, type);
	if (!(decap & DECAP_ERSPAN))
		return INNER_NONE;
	/* Type I has no header of its own, and no sequence number in GRE's. */
	if (type == PROTOCOL_ERSPAN)
		return INNER(at + (flags & GRE_SEQUENCE ? ERSPAN2_SIZE : 0), PROTOCOL_TEB);
	if (type != PROTOCOL_ERSPAN3 || !pkt_be16(ctx, at + ERSPAN3_SIZE - 2, &options))
		return INNER_NONE;
	/* The frame type says whether Ethernet is inside; the last bit, whether more header follows. */
	if ((options >> 10 & 0x1fu) != 0)
		return INNER_NONE;
	return INNER(at + ERSPAN3_SIZE + (options & 1u ? ERSPAN3_SUBHEADER : 0), PROTOCOL_TEB);
}

/* The packet inside the one behind @ethertype at @offset, if it is a tunnel's that is asked for. */
PKT_GLOBAL __u64 find_inner(pkt_ctx *ctx, __u64 ethertype, __u64 offset)
{
	__u64 outer = outer_payload(ctx, ethertype, offset), at = CHAIN_AT(outer);
	__u32 decap = pkt_config(ctx)->decap, protocol = CHAIN_NEXT(outer);

	if (!outer)
		return INNER_NONE;
	if (protocol == IP_PROTOCOL_UDP && decap & (DECAP_VXLAN | DECAP_GENEVE))
		return udp_inner(ctx, at, decap);
	if (protocol == IP_PROTOCOL_GRE && decap & (DECAP_GRE | DECAP_ERSPAN))
		return gre_inner(ctx, at, decap);
	if (protocol == IP_PROTOCOL_IPV4 && decap & DECAP_IPIP)
		return INNER(at, ETHERTYPE_IPV4);
	if (protocol == IP_PROTOCOL_IPV6 && decap & DECAP_IPIP)
		return INNER(at, ETHERTYPE_IPV6);
	return INNER_NONE;
}

/* What is behind the Ethernet header at @offset, as INNER(). */
PKT_GLOBAL __u64 behind_ethernet(pkt_ctx *ctx, __u64 offset)
{
	__u32 at = (__u32)offset, type = 0, vlans = 0;
	__u32 outcome = parse_ethernet(ctx, &type, &at, &vlans);

	if (vlans)
		note_tunnel(ctx, vlans);
	return outcome == PKT_OUTCOME_NONE ? INNER(at, type) : INNER_ENDS | outcome;
}

/*
 * What the MPLS label stack at @at holds. Nothing in it says so: by convention the first half octet does
 * (RFC 4928 section 3), 4 and 6 for IP, 0 for the control word of a pseudowire, which is taken for one of
 * Ethernet.
 */
PKT_GLOBAL __u64 mpls_inner(pkt_ctx *ctx, __u64 at)
{
	__u32 label = 0, first;

	PKT_UNROLLED
	for (__u32 i = 0; i < MPLS_LABELS_MAX; i++) {
		if (!pkt_be32(ctx, at, &label))
			return INNER_NONE;
		at += MPLS_LABEL_SIZE;
		if (label & MPLS_BOTTOM)
			break;
	}
	if (!(label & MPLS_BOTTOM) || !pkt_u8(ctx, at, &first))
		return INNER_NONE;
	switch (first >> 4) {
	case 0: return INNER(at + PSEUDOWIRE_CONTROL_SIZE, PROTOCOL_TEB);
	case 4: return INNER(at, ETHERTYPE_IPV4);
	case 6: return INNER(at, ETHERTYPE_IPV6);
	default: return INNER_NONE;
	}
}

/* What the PPPoE session's packet at @at holds. */
PKT_GLOBAL __u64 pppoe_inner(pkt_ctx *ctx, __u64 at)
{
	__u32 kind, protocol;

	if (!pkt_be16(ctx, at, &kind) || !pkt_be16(ctx, at + PPPOE_SIZE, &protocol) ||
	    kind != PPPOE_SESSION)
		return INNER_NONE;
	at += PPPOE_SIZE + PPP_SIZE;
	if (protocol == PPP_IPV4)
		return INNER(at, ETHERTYPE_IPV4);
	if (protocol == PPP_IPV6)
		return INNER(at, ETHERTYPE_IPV6);
	return INNER_NONE;
}

/* From @place, as INNER(), to what is behind MPLS and PPPoE, where it is these and they are asked for. */
PKT_GLOBAL __u64 through_links(pkt_ctx *ctx, __u64 place)
{
	__u32 decap = pkt_config(ctx)->decap;
	__u64 inner;

	if (decap & DECAP_MPLS && is_mpls(INNER_TYPE(place))) {
		inner = mpls_inner(ctx, INNER_OFFSET(place));
		if (INNER_TYPE(inner) == PROTOCOL_TEB)
			inner = behind_ethernet(ctx, INNER_OFFSET(inner));
		if (inner & INNER_ENDS)
			return inner;
		if (inner != INNER_NONE)
			place = inner;
	}
	if (decap & DECAP_PPPOE && INNER_TYPE(place) == ETHERTYPE_PPPOE) {
		inner = pppoe_inner(ctx, INNER_OFFSET(place));
		if (inner != INNER_NONE)
			place = inner;
	}
	return place;
}

/* From @place, as INNER(), to the packet inside all that is asked for. */
PKT_GLOBAL __u64 enter_tunnels(pkt_ctx *ctx, __u64 place)
{
	struct flow_scratch *scratch = store_flow_scratch(ctx);
	__u64 inner;

	if (scratch)
		scratch->tunnel = 0;
	place = through_links(ctx, place);
	if (place & INNER_ENDS)
		return place;
	inner = find_inner(ctx, INNER_TYPE(place), INNER_OFFSET(place));
	if (inner == INNER_NONE)
		return place;
	if (INNER_TYPE(inner) != PROTOCOL_TEB)
		return inner;
	inner = behind_ethernet(ctx, INNER_OFFSET(inner));
	return inner & INNER_ENDS ? inner : through_links(ctx, inner);
}

#endif
