/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the parser of include/ counts into when it is compiled for the host; host_store.h has its functions. */
#ifndef RCODEWATCH_HOST_MEMORY_H
#define RCODEWATCH_HOST_MEMORY_H

#include "abi.h"
#include "msg_scratch.h"
#include "report/snapshot.h"
#include "toplist/top_tables.h"

struct host_store {
	struct snapshot counts;
	struct flow_bucket *flows; /* config->flow_buckets of them, from the first segment on */
	struct flow_scratch scratch;
	struct msg_scratch message;
	struct top_tables top; /* where there are none, those of one CPU when the first row comes */
	__u32 point;           /* these packets' observation point */
	__u32 cpu;             /* whose tables among them these packets count into */
	__u32 epoch;           /* lists begin anew when it is changed: add 2 */
	/* Transactions: config->txn_buckets of them from the first query or response on. Capture time is the clock. */
	struct txn_bucket *txn_buckets;
	struct txn_note *txn_details;
	struct txn_histograms *txn_times;
	bool txn_borrowed;        /* these are another store's */
	enum direction direction; /* of these packets */
	__s64 now_ns;             /* of the packet at hand */
	bool txn_settling;        /* see struct txn_control */
	const __u64 *suffixes;    /* config->suffixes of them; not owned; NULL: none */
	/*
	 * An IP length of 0 stands for all of the frame, as in captures of what hardware cuts into segments
	 * (TSO). The kernel programs know such packets by other means, and without them count bad_ip_header.
	 */
	bool offloads;
	bool slow_path;    /* take it for all: fastpath.h must count nothing that it does not */
	__u32 texts;       /* rare values that have a text */
	bool texts_wanted; /* texts have been forgotten: a missing one is kept at once */
	int error;         /* -ENOMEM once something could not be kept; sticky */
};

/* How frames of a capture begin. */
enum host_link {
	HOST_LINK_ETHERNET,
	HOST_LINK_RAW_IP,
	HOST_LINK_NULL, /* an address family in four bytes, in either byte order */
	HOST_LINK_SLL,  /* Linux cooked capture, version 1 */
	HOST_LINK_SLL2, /* version 2 */
};

#endif
