/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Frames within tunnels, for mutators and seeds. Written without the parser that it is to test. */
#ifndef RCODEWATCH_TESTS_FUZZ_TUNNEL_H
#define RCODEWATCH_TESTS_FUZZ_TUNNEL_H

#include "target.h"

enum tunnel_kind {
	TUNNEL_VXLAN,   /* RFC 7348 */
	TUNNEL_GENEVE,  /* RFC 8926, with an option */
	TUNNEL_GRE,     /* RFC 2784 and 2890: a key, the IP packet */
	TUNNEL_GRE_TEB, /* Ethernet over GRE */
	TUNNEL_ERSPAN1, /* draft-foschiano-erspan-03 */
	TUNNEL_ERSPAN2,
	TUNNEL_ERSPAN3,       /* with a platform-specific subheader */
	TUNNEL_IPIP,          /* RFC 2003; IPv6 inside: RFC 4213 */
	TUNNEL_MPLS,          /* RFC 3032: two labels, the IP packet */
	TUNNEL_MPLS_ETHERNET, /* RFC 4448: a label, a control word */
	TUNNEL_PPPOE,         /* RFC 2516 */
	TUNNEL_KINDS,
};

/* More bytes than any of them puts in front. */
#define TUNNEL_MAX 80u

/*
 * Put the Ethernet frame of @size bytes at @frame, which are moved up, into a tunnel over IPv4, or
 * IPv6 if @v6. There must be room for TUNNEL_MAX bytes more. Gives the new size.
 */
size_t tunnel_wrap(uint8_t *frame, size_t size, enum tunnel_kind kind, bool v6);

/*
 * Where the innermost IP header of a frame is whose outer one, or MPLS or PPPoE behind Ethernet, is at @at:
 * @at itself if the packet is no tunnel's, and a place past @size if the frame ends before.
 */
size_t tunnel_inner(const uint8_t *frame, size_t size, size_t at);

#endif
