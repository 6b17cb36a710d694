/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The BPF maps and programs that are loaded; bpf_maps.h and bpf_programs.h load them. */
#ifndef RCODEWATCH_BPF_OBJECTS_H
#define RCODEWATCH_BPF_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <net/if.h>

#include "abi.h"
#include "attacher/client.h"
#include "util/cpus.h"
#include "toplist/top_tables.h"

struct kept;
struct shared_bpf;
struct txn_swept;

/*
 * What a packet is counted by: the program that is attached, or the one that it leaves unusual packets to
 * (include/fastpath.h), and the array by which it does. Descriptors; -1 where it was not asked for.
 */
struct bpf_program_fds {
	int fast, slow, slow_paths;
};

struct bpf_maps {
	struct shared_bpf *object; /* of the maps, opened here, made by the attacher */
	struct bpf_program_fds program[HOOK_PROGRAMS]; /* loaded by the attacher */
	__u32 when[HOOK_PROGRAMS]; /* enum attacher_when; never LOAD_REST once these are loaded */
	struct hook_config config; /* as asked for, and with the lists' places */
	struct cpu_slots cpus;

	/* Mapped memory. Counters by counters_index(), rests by point * 2 + epoch, shared by point. */
	struct control *control;
	struct pkt_counters *pkt_counters;
	struct rcode_rest *rests;
	struct point_shared *shared;
	/* Without texts: most of the memory, of which a report needs a few names. */
	struct top_tables top;
	__u64 *suffixes; /* config.suffixes of them */
	/* Of transactions; NULL where none are followed, but for the first. */
	struct txn_control *txn_control;
	struct txn_bucket *txn_buckets;        /* config.txn_buckets of them */
	struct txn_note *txn_details;          /* by bucket * (1 + TXN_WAYS) + way */
	struct txn_histograms *txn_histograms; /* by CPU slot * 2 + epoch */
	struct txn_swept *txn_swept;           /* kept beside them; NULL: nothing is kept */
	int64_t clock_ahead_ns;                /* of the kernel's clock: struct kernel_clock */
	struct top_sizes top_sizes;

	bool resumed; /* the maps are those of an earlier run */
	int rares_fd, ede_texts_fd, top_texts_fd, flows_fd;
	int wait_map_fd, wait_inner_fd; /* see programs_wait() */
	size_t memory;                  /* bytes that the maps take in the kernel, to the page */
};

/* Bytes that a bucket of transactions takes, with its notes. */
#define TXN_BUCKET_MEMORY (sizeof(struct txn_bucket) + (1 + TXN_WAYS) * sizeof(struct txn_note))

/* Bytes that a lock takes: elements of arrays are of 8. */
#define TXN_LOCK_MEMORY 8u

/* Which programs are needed. */
struct bpf_wants {
	bool xdp;                     /* rcodewatch_rx of the XDP object, for all */
	bool xdp_own[MAX_INTERFACES]; /* likewise, for the interface at a position alone */
	bool tc[DIRECTION_COUNT];     /* rcodewatch_rx, rcodewatch_tx of the tc object */
	/* The same of what may be needed after the start: see bpf_maps_load_rest(). */
	bool xdp_later, tc_later[DIRECTION_COUNT];
	size_t memory_max; /* bytes; more than this is refused */
	/* Of transactions, if config.txn_buckets is not 0: how the kernel's clocks go together. */
	int64_t clock_ahead_ns;
	bool needs_transactions;   /* it is an error where they cannot be followed */
	struct attacher *attacher; /* which loads them: attacher_become() was called */
	struct kept *kept; /* what earlier runs have left, and this run keeps; NULL: nothing */
	char interface[MAX_INTERFACES][IF_NAMESIZE]; /* names by position, for that */
};

#endif
