/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A stream's identity: SipHash-1-3 of its addresses, ports, point, VLANs and tunnel under a random key. 64 bits stand
 * for the whole: with a thousand streams at a time, two share one by chance once in 10^13 pairs, and
 * who does not know the key cannot arrange it.
 */
#ifndef RCODEWATCH_TCP_ID_H
#define RCODEWATCH_TCP_ID_H

#include "pkt_meta.h"
#include "pkt_parse.h"

struct sip {
	__u64 v0, v1, v2, v3;
};

PKT_INLINE __u64 rotate(__u64 x, const __u32 by)
{
	return x << by | x >> (64 - by);
}

PKT_INLINE void sip_round(struct sip *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

PKT_INLINE void sip_word(struct sip *s, __u64 word)
{
	s->v3 ^= word;
	sip_round(s);
	s->v0 ^= word;
}

/* Of the packet in the CPU's scratch. @ports: source << 16 | destination. Never 0. */
PKT_INLINE __u64 tcp_flow_id(pkt_ctx *ctx, __u64 meta, __u64 ports)
{
	const struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));
	__u64 k0 = pkt_config(ctx)->flow_seed[0], k1 = pkt_config(ctx)->flow_seed[1], id;
	const struct flow_scratch *stream;
	__u64 addresses[4] = {0};
	__u32 offset, vlans;
	struct sip s = {
		.v0 = k0 ^ 0x736f6d6570736575,
		.v1 = k1 ^ 0x646f72616e646f6d,
		.v2 = k0 ^ 0x6c7967656e657261,
		.v3 = k1 ^ 0x7465646279746573,
	};

	if (!scratch)
		return 1;
	offset = scratch_get(scratch, l4.network);
	/* The headers have been read before: what fails here can only be a far offset. */
	if (META_FAMILY(meta) == FAMILY_IPV6) {
		if (!pkt_load(ctx, offset + 8, addresses, 32))
			return 1;
		sip_word(&s, addresses[1]);
		sip_word(&s, addresses[2]);
		sip_word(&s, addresses[3]);
	} else if (!pkt_load(ctx, offset + 12, addresses, 8)) {
		return 1;
	}
	sip_word(&s, addresses[0]);
	/* Three tags, of which one was taken off, fill 36 bits: the first one goes into the others. */
	vlans = scratch_get(scratch, vlans);
	sip_word(&s, (__u64)META_POINT(meta) << 32 | ports | (__u64)(vlans ^ vlans >> 24) << 40);
	if (pkt_config(ctx)->decap) {
		stream = store_flow_scratch(ctx);
		if (stream)
			sip_word(&s, stream->tunnel);
	}
	s.v2 ^= 0xff;
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	id = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
	return id ? id : 1;
}

#endif
