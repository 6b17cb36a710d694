/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The cases once more, each inside every kind of tunnel, written from the tunnels' RFCs. */
#ifndef RCODEWATCH_TESTS_TUNNELS_H
#define RCODEWATCH_TESTS_TUNNELS_H

#include <stddef.h>

#include "buf.h"
#include "cases.h"

enum tunnel {
	TUNNEL_VXLAN,
	TUNNEL_GENEVE,
	TUNNEL_GENEVE_OPTIONS,
	TUNNEL_GENEVE_IP,
	TUNNEL_GRE_IP,
	TUNNEL_GRE_ETHERNET, /* with checksum, key and sequence number */
	TUNNEL_ERSPAN1,
	TUNNEL_ERSPAN2,
	TUNNEL_ERSPAN3,
	TUNNEL_ERSPAN3_SUBHEADER,
	TUNNEL_IPIP,
	TUNNEL_MPLS,          /* a stack of two labels */
	TUNNEL_MPLS_ETHERNET, /* a pseudowire with a control word */
	TUNNEL_PPPOE,
	TUNNELS,
};

extern const char *const tunnel_names[TUNNELS];

/* Which option of --decap looks into it: "vxlan", "geneve", "gre", "erspan", "ipip", "mpls", "pppoe". */
extern const char *const tunnel_options[TUNNELS];

/* Whether it lies within Ethernet, and not within IP. */
bool tunnel_is_link(enum tunnel tunnel);

/*
 * Put @length bytes of the Ethernet frame @inner into a tunnel whose outer packet is of @family (4 or
 * 6), if it has one. False for tunnels that carry IP alone if that frame is not plain IP over Ethernet.
 */
bool tunnel_wrap(struct buf *out, enum tunnel tunnel, unsigned int family, const uint8_t *inner,
		 size_t length);

#endif
