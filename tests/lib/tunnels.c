// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tunnels.h"

#include "packet.h"

enum { PROTOCOL_IPV4 = 4, PROTOCOL_IPV6 = 41, PROTOCOL_GRE = 47 };
enum { PORT_VXLAN = 4789, PORT_GENEVE = 6081 };
enum { TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd, TYPE_BRIDGED = 0x6558 };
enum { TYPE_MPLS = 0x8847, TYPE_PPPOE = 0x8864 };
enum { PPP_IPV4 = 0x0021, PPP_IPV6 = 0x0057 };

const char *const tunnel_names[TUNNELS] = {
	"vxlan",
	"geneve",
	"geneve with options",
	"geneve with ip",
	"gre with ip",
	"gretap",
	"erspan1",
	"erspan2",
	"erspan3",
	"erspan3 with subheader",
	"ipip",
	"mpls",
	"mpls with ethernet",
	"pppoe",
};

const char *const tunnel_options[TUNNELS] = {
	"vxlan",  "geneve", "geneve", "geneve", "gre",  "gre",  "erspan",
	"erspan", "erspan", "erspan", "ipip",   "mpls", "mpls", "pppoe",
};

/* The ethertype of a frame that is IP over Ethernet and nothing else, or 0. */
static unsigned int fast_ip(const uint8_t *frame, size_t length)
{
	unsigned int type;

	if (length <= 14)
		return 0;
	type = (unsigned int)frame[12] << 8 | frame[13];
	return type == TYPE_IPV4 || type == TYPE_IPV6 ? type : 0;
}

/* RFC 7348 section 5. */
static void vxlan(struct buf *b)
{
	buf_u32(b, 0x08000000); /* I: there is a network identifier */
	buf_u32(b, 0x123456 << 8);
}

/* RFC 8926 section 3.4; @options in words of 4 bytes. */
static void geneve(struct buf *b, unsigned int type, unsigned int options)
{
	buf_u16(b, options << 8);
	buf_u16(b, type);
	buf_u32(b, 0x123456 << 8);
	for (unsigned int i = 0; i < options; i++)
		buf_u32(b, i == 0 ? 0x01020300 | (options - 1) : 0xffffffff);
}

/* RFC 2784 section 2, RFC 2890 section 2. */
static void gre(struct buf *b, unsigned int flags, unsigned int type)
{
	buf_u16(b, flags);
	buf_u16(b, type);
	if (flags & 0x8000)
		buf_u32(b, 0xabcd0000);
	if (flags & 0x2000)
		buf_u32(b, 0x00c0ffee);
	if (flags & 0x1000)
		buf_u32(b, 7);
}

/* draft-foschiano-erspan-03 sections 4.2 and 4.3. */
static void erspan2(struct buf *b)
{
	gre(b, 0x1000, 0x88be);
	buf_u32(b, 0x10010002); /* version 1, VLAN 1, session 2 */
	buf_u32(b, 3);
}

static void erspan3(struct buf *b, bool subheader)
{
	gre(b, 0x1000, 0x22eb);
	buf_u32(b, 0x20010002); /* version 2 */
	buf_u32(b, 123456);     /* timestamp */
	buf_u16(b, 0);          /* security group */
	buf_u16(b,
		subheader ? 1 : 0); /* frame type 0, Ethernet; the last bit: a subheader follows */
	if (subheader) {
		buf_u32(b, 0x0c000000);
		buf_u32(b, 0);
	}
}

bool tunnel_is_link(enum tunnel tunnel)
{
	return tunnel >= TUNNEL_MPLS;
}

/* RFC 3032 section 2.1: label, traffic class, bottom of stack, time to live. */
static void mpls_label(struct buf *b, unsigned int label, bool bottom)
{
	buf_u32(b, label << 12 | (bottom ? 0x100u : 0) | 64);
}

/* RFC 2516 section 4, RFC 1661 section 2: the length is of the PPP packet. */
static void pppoe(struct buf *b, unsigned int protocol, size_t length)
{
	buf_u16(b, 0x1100);
	buf_u16(b, 0x1234); /* session */
	buf_u16(b, (unsigned int)length + 2);
	buf_u16(b, protocol);
}

/* Around @length bytes of @inner, an Ethernet frame whose ethertype is @type if that is IP, else 0. */
static bool wrap_link(struct buf *out, enum tunnel tunnel, unsigned int type, const uint8_t *inner,
		      size_t length)
{
	struct frame frame = {.no_ip = true,
			      .ethertype = OVERRIDE(tunnel == TUNNEL_PPPOE ? TYPE_PPPOE
									   : TYPE_MPLS)};
	bool whole = tunnel == TUNNEL_MPLS_ETHERNET;
	struct buf b = {0};

	/* MPLS does not say what it carries: the packet must be what its ethertype says. */
	if (!whole &&
	    (!type || (tunnel == TUNNEL_MPLS && inner[14] >> 4 != (type == TYPE_IPV4 ? 4 : 6))))
		return false;
	if (tunnel == TUNNEL_PPPOE) {
		pppoe(&b, type == TYPE_IPV4 ? PPP_IPV4 : PPP_IPV6, length - 14);
	} else {
		mpls_label(&b, 16001, false);
		mpls_label(&b, whole ? 24006 : 24005, true);
		if (whole)
			buf_u32(&b, 0); /* RFC 4448 section 4.6 */
	}
	buf_put(&b, inner + (whole ? 0 : 14), length - (whole ? 0 : 14));
	packet_build(out, &frame, b.data, b.length);
	buf_free(&b);
	return true;
}

bool tunnel_wrap(struct buf *out, enum tunnel tunnel, unsigned int family, const uint8_t *inner,
		 size_t length)
{
	struct frame frame = {.family = family, .l4 = L4_NONE, .protocol = OVERRIDE(PROTOCOL_GRE)};
	unsigned int type = fast_ip(inner, length);
	bool ip_alone = tunnel == TUNNEL_GENEVE_IP || tunnel == TUNNEL_GRE_IP ||
			tunnel == TUNNEL_IPIP;
	struct buf b = {0};

	if (tunnel_is_link(tunnel))
		return wrap_link(out, tunnel, type, inner, length);
	if (ip_alone && !type)
		return false;
	switch (tunnel) {
	case TUNNEL_VXLAN: vxlan(&b); break;
	case TUNNEL_GENEVE: geneve(&b, TYPE_BRIDGED, 0); break;
	case TUNNEL_GENEVE_OPTIONS: geneve(&b, TYPE_BRIDGED, 5); break;
	case TUNNEL_GENEVE_IP: geneve(&b, type, 0); break;
	case TUNNEL_GRE_IP: gre(&b, 0, type); break;
	case TUNNEL_GRE_ETHERNET: gre(&b, 0xb000, TYPE_BRIDGED); break;
	case TUNNEL_ERSPAN1: gre(&b, 0, 0x88be); break;
	case TUNNEL_ERSPAN2: erspan2(&b); break;
	case TUNNEL_ERSPAN3: erspan3(&b, false); break;
	case TUNNEL_ERSPAN3_SUBHEADER: erspan3(&b, true); break;
	case TUNNEL_IPIP:
		frame.protocol = OVERRIDE(type == TYPE_IPV4 ? PROTOCOL_IPV4 : PROTOCOL_IPV6);
		break;
	case TUNNEL_MPLS:
	case TUNNEL_MPLS_ETHERNET:
	case TUNNEL_PPPOE:
	case TUNNELS: break;
	}
	if (tunnel <= TUNNEL_GENEVE_IP) {
		frame.l4 = L4_UDP;
		frame.protocol = 0;
		frame.source_port = 51000;
		frame.destination_port = tunnel == TUNNEL_VXLAN ? PORT_VXLAN : PORT_GENEVE;
	}
	buf_put(&b, inner + (ip_alone ? 14 : 0), length - (ip_alone ? 14 : 0));
	packet_build(out, &frame, b.data, b.length);
	buf_free(&b);
	return true;
}
