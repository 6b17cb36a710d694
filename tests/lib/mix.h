/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Pools of packets that stand for a kind of traffic: sent round and round, they are that traffic. */
#ifndef RCODEWATCH_TESTS_MIX_H
#define RCODEWATCH_TESTS_MIX_H

#include <stdint.h>

#include "cases.h"

struct mix_packet {
	uint8_t *bytes; /* owned */
	size_t length;
	struct expect expect;
	size_t tcp_at;      /* offset of the TCP header; 0: none */
	size_t tcp_payload; /* bytes of the stream in it */
};

struct mix {
	struct mix_packet *packet;
	size_t count;
};

/* The zone that fails in MIX_OUTAGE, and what its answers say. */
#define MIX_OUTAGE_ZONE "shop.example"
#define MIX_OUTAGE_TEXT "signature expired: RRSIG of shop.example ended yesterday"

enum mix_kind {
	/*
	 * What a resolver that validates answers its clients: NOERROR 90 % (data, NODATA, truncated),
	 * a tenth of that from one zone, NXDOMAIN 8 %, SERVFAIL 2 %; in an outage 30 % SERVFAIL with
	 * EDE 7 for names of that zone, the rest as before.
	 */
	MIX_HEALTHY,
	MIX_OUTAGE,
	/*
	 * What authoritative servers answer that resolver: NOERROR 90 % (data, NODATA, referrals,
	 * truncated), NXDOMAIN 8 %, and two zones with a server that refuses or fails; in the outage
	 * more of the same for the zone, whose servers know nothing of it.
	 */
	MIX_UPSTREAM,
	MIX_UPSTREAM_OUTAGE,
	MIX_CODES, /* every RCODE from 0 to 4095 and every EDE that is assigned, and some more */
	MIX_CASES, /* the packets of cases.h that an Ethernet of 1500 bytes can carry, but TCP */
	/*
	 * Those without a VLAN tag: on the way in, the kernel takes the first tag off before tc
	 * sees the packet, and drops one that is cut in its tag.
	 */
	MIX_UNTAGGED,
	MIX_JUMBO, /* frames of up to 9014 bytes, as mix_jumbo.h describes them */
	MIX_KINDS,
};

/*
 * Build the pool; the same @seed gives the same one. @destination_mac: 6 bytes, or NULL for the
 * builder's (not for MIX_CASES and MIX_UNTAGGED, whose packets are as they are). mix_free() frees it.
 */
void mix_build(struct mix *mix, enum mix_kind kind, uint64_t seed, const uint8_t *destination_mac);
void mix_free(struct mix *mix);

/* For those who make mixes: append a copy of the frame at @bytes. Valid until the next one. */
struct mix_packet *mix_append(struct mix *mix, const void *bytes, size_t length,
			      const struct expect *expect);

/*
 * Move a TCP packet on in its stream, so that sending it again is no retransmission: sequence
 * number and checksum change (RFC 1624). Does nothing to other packets.
 */
void mix_advance(struct mix_packet *packet);

#endif
