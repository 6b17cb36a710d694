/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is known of one interface; interface.h reads it. */
#ifndef RCODEWATCH_INTERFACE_FACTS_H
#define RCODEWATCH_INTERFACE_FACTS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/tristate.h"
#include "netdev/attached_programs.h"
#include "netdev/interface_table.h"

#define INTERFACE_DRIVER_SIZE 32

/* How the frames that a program sees begin. */
enum interface_framing {
	FRAMING_ETHERNET,
	FRAMING_RAW_IP,      /* with the IP header: tun, PPP, WireGuard, IP tunnels */
	FRAMING_UNSUPPORTED, /* with something that is not parsed */
};

/* Interfaces that its packets also pass, by number. */
struct interface_beneath {
	uint32_t ifindex;
	char name[IF_NAMESIZE];
};

#define INTERFACE_BENEATH_MAX 32

/* A neighbour in the stack of interfaces; ifindex 0 if there is none. */
struct interface_relative {
	uint32_t ifindex;
	char name[IF_NAMESIZE]; /* "" in another namespace */
	char kind[LINK_KIND_SIZE];
	uint32_t mtu; /* 0: unknown */
};

/* Receive and transmit queues (ETHTOOL_GCHANNELS), with their limits. */
struct interface_channels {
	bool known;
	uint32_t rx, tx, combined;
	uint32_t max_rx, max_tx, max_combined;
};

struct interface_facts {
	char name[IF_NAMESIZE];
	uint32_t ifindex;
	uint16_t arphrd; /* ARPHRD_* */
	enum interface_framing framing;
	char kind[LINK_KIND_SIZE];          /* IFLA_INFO_KIND; "" for hardware and lo */
	char driver[INTERFACE_DRIVER_SIZE]; /* as ethtool -i names it; the kind, if it does not */
	uint32_t mtu;                       /* bytes, without the Ethernet header */
	bool up, carrier;
	bool loopback; /* what leaves comes in again: both directions count it twice */

	struct interface_relative master; /* bond, bridge, team, VRF */
	struct interface_relative link;   /* a VLAN's parent, a veth's peer */
	bool link_foreign; /* @link is in another namespace: only its number is known */

	struct interface_beneath beneath[INTERFACE_BENEATH_MAX];
	size_t beneath_count;
	size_t beneath_unlisted;
	uint32_t ports;                      /* interfaces whose master this is */
	struct interface_relative above_xdp; /* stands on this one and holds an XDP program */
	struct interface_relative port_xdp;  /* a port that holds one */

	enum tristate lro;        /* large receive offload: merges packets before XDP sees them */
	enum tristate hw_gro;     /* the same in hardware that can undo it (rx-gro-hw) */
	enum tristate gro;        /* merging behind XDP, before tc */
	enum tristate uso;        /* UDP super-packets are taken whole (tx-udp-segmentation) */
	enum tristate vlan_strip; /* the outer tag is taken off by hardware (rx-vlan-hw-parse) */
	struct interface_channels channels;

	/* What the kernel itself says of native XDP (the netdev family, 6.3), as things are set. */
	enum tristate xdp_basic, xdp_frags;
	/* virtio_net: the host merges packets or leaves checksums out, and cannot be told not to. */
	enum tristate guest_offloads_fixed;

	struct attached_programs attached;
};

#endif
