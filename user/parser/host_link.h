/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Link headers that only captures have: https://www.tcpdump.org/linktypes.html. Each step gives
 * PKT_OUTCOME_NONE with the ethertype and where the network layer begins, or the packet's outcome.
 */
#ifndef RCODEWATCH_HOST_LINK_H
#define RCODEWATCH_HOST_LINK_H

#include <byteswap.h>

#include "pkt_parse.h"

/* AF_INET everywhere; AF_INET6 of Linux, of NetBSD and OpenBSD, of FreeBSD, of macOS. */
#define NULL_IPV4         2u
#define NULL_IPV6_LINUX   10u
#define NULL_IPV6_BSD     24u
#define NULL_IPV6_FREEBSD 28u
#define NULL_IPV6_DARWIN  30u

#define NULL_SIZE 4u
#define SLL_SIZE  16u
#define SLL2_SIZE 20u

/* ARPHRD_ types with which the protocol field is no ethertype (LINKTYPE_LINUX_SLL). */
#define ARPHRD_FRAME_RELAY 770u
#define ARPHRD_RADIOTAP    803u
#define ARPHRD_NETLINK_LOG 824u

/* LINKTYPE_NULL has the capturing host's byte order, LINKTYPE_LOOP the network's. */
PKT_INLINE __u32 parse_null(pkt_ctx *ctx, __u32 *ethertype, __u32 *offset)
{
	__u32 family;

	if (!pkt_load(ctx, 0, &family, sizeof(family)))
		return PKT_UNPARSED(UNPARSED_TRUNCATED_FRAME);
	if (family > 0xffffu)
		family = bswap_32(family);
	*offset = NULL_SIZE;
	switch (family) {
	case NULL_IPV4: *ethertype = ETHERTYPE_IPV4; return PKT_OUTCOME_NONE;
	case NULL_IPV6_LINUX:
	case NULL_IPV6_BSD:
	case NULL_IPV6_FREEBSD:
	case NULL_IPV6_DARWIN: *ethertype = ETHERTYPE_IPV6; return PKT_OUTCOME_NONE;
	default: return OUTCOME_NOT_DNS;
	}
}

/*
 * A header of @size bytes with the protocol at @protocol_at and the ARPHRD_ type at @type_at. Tags
 * that the hardware had stripped stand behind it, as libpcap puts them back.
 */
PKT_INLINE __u32 parse_cooked(pkt_ctx *ctx, __u32 size, __u32 protocol_at, __u32 type_at,
			      __u32 *ethertype, __u32 *offset, __u32 *vlans)
{
	__u32 protocol, type;

	if (!pkt_holds(ctx, size) || !pkt_be16(ctx, protocol_at, &protocol) ||
	    !pkt_be16(ctx, type_at, &type))
		return PKT_UNPARSED(UNPARSED_TRUNCATED_FRAME);
	if (type == ARPHRD_FRAME_RELAY || type == ARPHRD_RADIOTAP || type == ARPHRD_NETLINK_LOG)
		return OUTCOME_NOT_DNS;
	return parse_tags(ctx, protocol, size, ethertype, offset, vlans);
}

PKT_INLINE __u32 parse_sll(pkt_ctx *ctx, __u32 *ethertype, __u32 *offset, __u32 *vlans)
{
	return parse_cooked(ctx, SLL_SIZE, 14, 2, ethertype, offset, vlans);
}

PKT_INLINE __u32 parse_sll2(pkt_ctx *ctx, __u32 *ethertype, __u32 *offset, __u32 *vlans)
{
	return parse_cooked(ctx, SLL2_SIZE, 0, 8, ethertype, offset, vlans);
}

#endif
