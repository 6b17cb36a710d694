// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tunnel.h"

#include <string.h>

#include "packet.h"

/* What stands between the outer IP header and what is carried; the latter's IP packet if @ip. */
static const struct {
	uint8_t protocol, size;
	bool ip;
	uint8_t bytes[24];
} tunnels[TUNNEL_MPLS] = {
	[TUNNEL_VXLAN] = {17, 16, false, {0xc0, 0, 0x12, 0xb5, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 7}},
	[TUNNEL_GENEVE] = {17,
			   20,
			   false,
			   {0xc0, 0, 0x17, 0xc1, 0, 0, 0, 0, 1, 0, 0x65, 0x58, 0, 0, 7}},
	[TUNNEL_GRE] = {47, 8, true, {0x20, 0, 0, 0, 0, 0, 0, 7}},
	[TUNNEL_GRE_TEB] = {47, 4, false, {0, 0, 0x65, 0x58}},
	[TUNNEL_ERSPAN1] = {47, 4, false, {0, 0, 0x88, 0xbe}},
	[TUNNEL_ERSPAN2] = {47, 16, false, {0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10}},
	[TUNNEL_ERSPAN3] = {47,
			    24,
			    false,
			    {0, 0, 0x22, 0xeb, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
	[TUNNEL_IPIP] = {4, 0, true, {0}},
};

/* As tunnel_wrap(), of what lies within Ethernet. */
static size_t link_wrap(uint8_t *frame, size_t size, enum tunnel_kind kind)
{
	static const uint8_t labels[] = {0, 0x3e, 0x80, 64, 0, 0x5d, 0xd1, 64};
	unsigned int inner = get_u16(frame + 12);
	size_t drop = kind == TUNNEL_MPLS_ETHERNET ? 0 : ETHERNET;
	uint8_t *at = frame + ETHERNET;

	memmove(at + 8, frame + drop, size - drop);
	set_u16(frame + 12, kind == TUNNEL_PPPOE ? 0x8864 : 0x8847);
	if (kind == TUNNEL_MPLS) {
		memcpy(at, labels, 8);
	} else if (kind == TUNNEL_MPLS_ETHERNET) {
		memcpy(at, labels + 4, 4);
		memset(at + 4, 0, 4);
	} else {
		memcpy(at, "\x11\0\x12\x34", 4);
		set_u16(at + 4, size - drop + 2);
		set_u16(at + 6, inner == 0x86dd ? 0x57 : 0x21);
	}
	return ETHERNET + 8 + size - drop;
}

size_t tunnel_wrap(uint8_t *frame, size_t size, enum tunnel_kind kind, bool v6)
{
	size_t header = v6 ? 40 : 20, front, drop = 0;
	uint8_t *ip = frame + ETHERNET, *l4 = ip + header;
	unsigned int inner = size >= ETHERNET ? get_u16(frame + 12) : 0;

	if (size < ETHERNET)
		return size;
	if (kind >= TUNNEL_MPLS)
		return link_wrap(frame, size, kind);
	front = tunnels[kind].size;
	if (tunnels[kind].ip)
		drop = ETHERNET;
	memmove(l4 + front, frame + drop, size - drop);
	memset(ip, 0, header);
	memcpy(l4, tunnels[kind].bytes, front);
	set_u16(frame + 12, v6 ? 0x86dd : 0x0800);
	if (kind == TUNNEL_GRE)
		set_u16(l4 + 2, inner);
	if (kind <= TUNNEL_GENEVE)
		set_u16(l4 + 4, front + size);
	ip[0] = v6 ? 0x60 : 0x45;
	ip[v6 ? 6 : 9] = kind == TUNNEL_IPIP && inner == 0x86dd ? 41 : tunnels[kind].protocol;
	set_u16(ip + (v6 ? 4 : 2), (v6 ? 0 : header) + front + size - drop);
	return ETHERNET + header + front + size - drop;
}

/* The IP header of the Ethernet frame at @at. */
static size_t behind_ethernet(const uint8_t *frame, size_t size, size_t at)
{
	at += ETHERNET;
	while (at + 4 <= size &&
	       (get_u16(frame + at - 2) == 0x8100 || get_u16(frame + at - 2) == 0x88a8 ||
		get_u16(frame + at - 2) == 0x9100))
		at += 4;
	return at;
}

static size_t behind_gre(const uint8_t *frame, size_t size, size_t gre, size_t ip)
{
	unsigned int flags = get_u16(frame + gre), type = get_u16(frame + gre + 2);
	size_t at = gre + 4 + (flags >> 15 & 1) * 4 + (flags >> 13 & 1) * 4 + (flags >> 12 & 1) * 4;

	switch (type) {
	case 0x0800:
	case 0x86dd: return at;
	case 0x6558: return behind_ethernet(frame, size, at);
	case 0x88be: return behind_ethernet(frame, size, at + (flags & 0x1000 ? 8 : 0));
	case 0x22eb:
		if (at + 12 > size)
			return size;
		return behind_ethernet(frame, size, at + 12 + (frame[at + 11] & 1) * 8);
	default: return ip;
	}
}

/* Behind MPLS and PPPoE. */
static size_t behind_link(const uint8_t *frame, size_t size, size_t at)
{
	unsigned int type = at >= ETHERNET && at <= size ? get_u16(frame + at - 2) : 0;

	if (type == 0x8864)
		return at + 8;
	if (type != 0x8847 && type != 0x8848)
		return at;
	while (at + 4 <= size && !(frame[at + 2] & 1))
		at += 4;
	at += 4;
	return at + 4 <= size && frame[at] >> 4 == 0 ? behind_ethernet(frame, size, at + 4) : at;
}

size_t tunnel_inner(const uint8_t *frame, size_t size, size_t at)
{
	size_t l4;
	bool v6;

	at = behind_link(frame, size, at);
	v6 = at < size && frame[at] >> 4 == 6;
	l4 = at + (v6 ? 40 : (at < size ? frame[at] & 15u : 5) * 4);
	if (l4 + 12 > size)
		return at;
	switch (frame[at + (v6 ? 6 : 9)]) {
	case 4:
	case 41: return l4;
	case 47: return behind_gre(frame, size, l4, at);
	case 17:
		if (get_u16(frame + l4 + 2) == 4789)
			return behind_ethernet(frame, size, l4 + 16);
		if (get_u16(frame + l4 + 2) == 6081)
			return behind_ethernet(frame, size, l4 + 16 + (frame[l4 + 8] & 0x3fu) * 4u);
		return at;
	default: return at;
	}
}
