/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who is at an interface's hooks already: XDP and tc programs, other tc filters, XDP sockets. */
#ifndef RCODEWATCH_ATTACHED_PROGRAMS_H
#define RCODEWATCH_ATTACHED_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/tristate.h"

#define HOLDERS_MAX      48
#define HOLDER_NAME_SIZE 64
#define HOLDER_KIND_SIZE 16

enum holder_hook {
	HOLDER_XDP_NATIVE,
	HOLDER_XDP_GENERIC,
	HOLDER_XDP_OFFLOAD,
	HOLDER_TCX_INGRESS,
	HOLDER_TCX_EGRESS,
	HOLDER_TC_INGRESS, /* a filter of a clsact or ingress qdisc */
	HOLDER_TC_EGRESS,
	HOLDER_HOOKS,
};

/* "xdp_native", "tcx_ingress", ...: indexed by the enum. */
extern const char *const holder_hook_names[HOLDER_HOOKS];

struct holder {
	enum holder_hook hook;
	uint32_t id;      /* of the BPF program; 0 if it is none, or not known */
	uint32_t link_id; /* of the BPF link that attached it; 0 if none, or not known */
	char name
		[HOLDER_NAME_SIZE]; /* of the program or filter, as its maker wrote it; "" unknown */
	char kind[HOLDER_KIND_SIZE]; /* tc filters: "bpf", "flower"...; else "" */
	uint16_t priority;           /* tc filters */
	uint32_t handle;             /* tc filters */
	bool ours;                   /* by its name or handle a rcodewatch's */
	enum fact sockets;           /* XDP programs: has it a map of XDP sockets? */
};

struct holders {
	struct holder list[HOLDERS_MAX];
	size_t count;
	size_t unlisted; /* there were more */

	char qdisc[HOLDER_KIND_SIZE]; /* "clsact" or "ingress" where tc filters can be, else "" */
	uint32_t xdp_sockets;         /* bound to the interface, if they could be counted */

	/* Why a part is missing: 0, or a negative errno. */
	int xdp_error, tcx_error, tc_error, sockets_error, names_error, links_error;
};

/*
 * Read what is at interface @ifindex of this network namespace. Parts that cannot be seen (names
 * need CAP_SYS_ADMIN, tcx CAP_NET_ADMIN) are left out, each with its error. @tcx: the kernel has
 * tcx at all.
 */
void holders_read(struct holders *holders, uint32_t ifindex, enum fact tcx);

/* The first one at @hook, or NULL. */
const struct holder *holders_at(const struct holders *holders, enum holder_hook hook);
/* The XDP program that stands in the way of another, in whatever mode, or NULL. */
const struct holder *holders_xdp(const struct holders *holders);

#endif
