/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The BPF maps and programs that are loaded; bpf_maps.h and bpf_programs.h load them. */
#ifndef RCODEWATCH_BPF_OBJECTS_H
#define RCODEWATCH_BPF_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <net/if.h>

#include "abi.h"
#include "util/cpus.h"
#include "toplist/top_tables.h"

struct kept;
struct shared_bpf;
struct xdp_bpf;
struct tc_bpf;

/* BPF_F_XDP_HAS_FRAGS of kernel 5.18, which older headers lack: for the XDP program. */
#define XDP_HAS_FRAGS (1u << 5)

/*
 * What a packet is counted by: the program that is attached, or the one that it leaves unusual packets to
 * (include/fastpath.h). They are in objects of their own, so that they are loaded at once.
 */
enum path { PATH_FAST, PATH_SLOW, PATHS };

/*
 * XDP programs: one for each interface that has its own, by its position, and one for all others. A program of
 * one interface takes every packet for one of that: where a driver hands the program to other devices
 * (interface_shares_xdp()), packets name those.
 */
#define XDP_SHARED   MAX_INTERFACES
#define XDP_PROGRAMS (MAX_INTERFACES + 1u)

struct bpf_maps {
	struct shared_bpf *object;                 /* of the maps */
	struct xdp_bpf *xdp[XDP_PROGRAMS][PATHS];  /* NULL where not asked for; one program each */
	struct tc_bpf *tc[DIRECTION_COUNT][PATHS]; /* likewise */
	struct hook_config config;                 /* as asked for, and with the lists' places */
	struct cpu_slots cpus;

	/* Mapped memory. Counters by counters_index(), rests by point * 2 + epoch, shared by point. */
	struct control *control;
	struct pkt_counters *pkt_counters;
	struct rcode_rest *rests;
	struct point_shared *shared;
	/* Without texts: most of the memory, of which a report needs a few names. */
	struct top_tables top;
	__u64 *suffixes; /* config.suffixes of them */
	struct top_sizes top_sizes;

	int rares_fd, ede_texts_fd, top_texts_fd, flows_fd;
	size_t memory; /* bytes that the maps take in the kernel, to the page */
};

/* Which programs are needed. */
struct bpf_wants {
	bool xdp;                     /* rcodewatch_rx of the XDP object, for all */
	bool xdp_own[MAX_INTERFACES]; /* likewise, for the interface at a position alone */
	bool tc[DIRECTION_COUNT];     /* rcodewatch_rx, rcodewatch_tx of the tc object */
	size_t memory_max;            /* bytes; more than this is refused */
	struct kept *kept; /* what earlier runs have left, and this run keeps; NULL: nothing */
	char interface[MAX_INTERFACES][IF_NAMESIZE]; /* names by position, for that */
};

#endif
