/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Frames for tests, demo and benchmarks: Ethernet, VLAN tags, IPv4 or IPv6, UDP or TCP around a
 * payload. Written from the RFCs and not from the parser, of which it includes nothing.
 *
 * A struct frame of zeros is a UDP packet over IPv4 from 192.0.2.53:53 to 198.51.100.7:40053 with
 * every length and checksum right. Fields say what is to be otherwise.
 */
#ifndef RCODEWATCH_TESTS_PACKET_H
#define RCODEWATCH_TESTS_PACKET_H

#include <stdbool.h>

#include "buf.h"

/* For fields that default to the right value: OVERRIDE(0) is a zero on the wire. */
#define OVERRIDE(value) (0x80000000u | (unsigned int)(value))

/* Bytes of an Ethernet header: two addresses and a type, IEEE 802.3. */
#define ETHERNET 14u

#define FRAME_VLANS_MAX      4
#define FRAME_EXTENSIONS_MAX 12

/* IPv6 extension headers: RFC 8200 section 4, 4302, 6275, 7401, 5533. */
enum {
	EXT_HOP_BY_HOP = 0,
	EXT_ROUTING = 43,
	EXT_FRAGMENT = 44,
	EXT_AUTH = 51,
	EXT_DESTINATION = 60,
	EXT_MOBILITY = 135,
	EXT_HIP = 139,
	EXT_SHIM6 = 140,
};

/* TCP flags, RFC 9293 section 3.1. */
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };

enum frame_l4 {
	L4_UDP,
	L4_TCP,
	L4_NONE, /* the payload follows the IP header: set .protocol */
};

struct frame_vlan {
	uint16_t type; /* 0: 0x8100, 802.1Q */
	uint16_t tci;
};

struct frame_extension {
	uint8_t type;
	uint16_t size;       /* bytes, 0: 8 (authentication header: 24) */
	unsigned int length; /* OVERRIDE: what its length field says */
};

struct frame {
	const uint8_t *destination_mac, *source_mac; /* 6 bytes; NULL: 02:00:00:00:00:02 and :01 */
	unsigned int vlans;
	struct frame_vlan vlan[FRAME_VLANS_MAX];
	unsigned int ethertype; /* OVERRIDE */
	bool no_ip;             /* the payload follows the ethertype: set that too */

	unsigned int family;              /* 4 or 6; 0: 4 */
	const char *source, *destination; /* addresses as text; NULL: the defaults */
	unsigned int version, ihl;        /* OVERRIDE; ihl in words of 4 bytes */
	unsigned int ip_length;           /* OVERRIDE: total length (IPv4), payload length (IPv6) */
	unsigned int protocol;            /* OVERRIDE */
	unsigned int ip_checksum;         /* OVERRIDE */
	bool dont_fragment;               /* IPv4's DF, as hosts that find the path's MTU set it */
	const void *ip_options;           /* IPv4; a multiple of 4 bytes */
	size_t ip_options_length;
	unsigned int extensions; /* IPv6; in the order on the wire */
	struct frame_extension extension[FRAME_EXTENSIONS_MAX];

	/*
	 * One fragment of the packet: @fragment_size bytes (0: no fragment) from @fragment_offset of
	 * what follows the IP header or, with IPv6, the extension headers, one of which must be
	 * EXT_FRAGMENT. The offset, and the size but in the last one, are multiples of 8.
	 */
	size_t fragment_offset, fragment_size;

	enum frame_l4 l4;
	uint16_t source_port, destination_port; /* 0: 53 and 40053 */
	unsigned int udp_length;                /* OVERRIDE */
	unsigned int l4_checksum;               /* OVERRIDE */
	unsigned int tcp_flags;                 /* OVERRIDE; else PSH and ACK */
	uint32_t sequence, acknowledgement;
	unsigned int data_offset; /* OVERRIDE; in words of 4 bytes */
	const void *tcp_options;  /* a multiple of 4 bytes */
	size_t tcp_options_length;

	size_t padding; /* zero bytes behind the IP packet, as Ethernet adds to short frames */
	size_t cut;     /* nonzero: the frame ends after so many bytes */
};

/* Write the frame around @length bytes of @payload into @out, whatever that held. */
void packet_build(struct buf *out, const struct frame *frame, const void *payload, size_t length);

/* Append @message to a TCP stream, behind its two-byte length: RFC 1035 section 4.2.2. */
void stream_message(struct buf *stream, const struct buf *message);

/* The Internet checksum of RFC 1071 over @length bytes, @sum being that of what came before. */
uint32_t checksum_add(uint32_t sum, const uint8_t *bytes, size_t length);
uint16_t checksum_end(uint32_t sum);

#endif
