/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The list of what is at an interface's hooks; attached_programs.h fills it. */
#ifndef RCODEWATCH_ATTACHED_LIST_H
#define RCODEWATCH_ATTACHED_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/tristate.h"

#define ATTACHED_MAX       48
#define ATTACHED_NAME_SIZE 64
#define ATTACHED_KIND_SIZE 16

enum attached_hook {
	ATTACHED_XDP_NATIVE,
	ATTACHED_XDP_GENERIC,
	ATTACHED_XDP_OFFLOAD,
	ATTACHED_TCX_INGRESS,
	ATTACHED_TCX_EGRESS,
	ATTACHED_NETKIT_PRIMARY, /* what this end of a netkit pair sends, behind tcx */
	ATTACHED_NETKIT_PEER,    /* what its peer sends, before this end's tcx; seen here only */
	ATTACHED_TC_INGRESS,     /* a filter of a clsact or ingress qdisc */
	ATTACHED_TC_EGRESS,
	ATTACHED_HOOKS,
};

/* "xdp_native", "tcx_ingress", ...: indexed by the enum. */
extern const char *const attached_hook_names[ATTACHED_HOOKS];

struct attached_program {
	enum attached_hook hook;
	uint32_t id;      /* of the BPF program; 0 if it is none, or not known */
	uint32_t link_id; /* of the BPF link that attached it; 0 if none, or not known */
	char name
		[ATTACHED_NAME_SIZE]; /* of the program or filter, as its maker wrote it; "" unknown */
	char kind[ATTACHED_KIND_SIZE]; /* tc filters: "bpf", "flower"...; else "" */
	uint16_t priority;             /* tc filters */
	uint16_t protocol;             /* tc filters: ETH_P_* */
	uint32_t handle, chain;        /* tc filters; packets begin in chain 0 */
	bool ours;                     /* by its name or handle a rcodewatch's */
	enum tristate sockets;         /* XDP programs: has it a map of XDP sockets? */
};

struct attached_programs {
	/* By hook, and within a hook and a chain in the order in which they run. */
	struct attached_program list[ATTACHED_MAX];
	size_t count;
	size_t unlisted; /* there were more */

	char qdisc[ATTACHED_KIND_SIZE]; /* "clsact" or "ingress" where tc filters can be, else "" */
	uint32_t xdp_sockets;           /* bound to the interface, if they could be counted */

	/* Why a part is missing: 0, or a negative errno. */
	int xdp_error, tcx_error, netkit_error, tc_error, sockets_error, names_error, links_error;
};

/* A new, empty entry, or NULL once the list is full, which is counted. */
struct attached_program *attached_add(struct attached_programs *attached, enum attached_hook hook);

#endif
