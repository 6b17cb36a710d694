/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's stand-in for the kernel's maps: what the parser of include/ counts into when it is
 * compiled here. One slot, one epoch.
 */
#ifndef RCODEWATCH_HOST_STORE_H
#define RCODEWATCH_HOST_STORE_H

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
	__u32 cpu;             /* whose tables among them these packets count into */
	__u32 epoch;           /* lists begin anew when it is changed: add 2 */
	const __u64 *suffixes; /* config->suffixes of them; not owned; NULL: none */
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

/*
 * Count the frame of @captured bytes at @data, which had @length bytes on the wire, as the kernel
 * programs would. @length below @captured is taken as @captured.
 */
void host_count(struct host_store *store, const struct hook_config *config, enum host_link link,
		const void *data, uint32_t captured, uint32_t length);
/*
 * Which stream the frame, arguments as above, belongs to: a number that is keyed with
 * config->flow_seed. 0 if it can be counted without those before it: all but TCP from a DNS port.
 * Of @store only the work areas are used.
 */
uint64_t host_stream(struct host_store *store, const struct hook_config *config,
		     enum host_link link, const void *data, uint32_t captured, uint32_t length);
/* The streams have ended with the input: count the messages that are still under way. */
void host_store_finish(struct host_store *store, const struct hook_config *config);
void host_store_free(struct host_store *store);

/* Whether the table of rare values, or that of their texts, is nearly full. */
bool host_rares_crowded(const struct host_store *store);
/*
 * Begin these tables anew, of which nothing is needed any more: what counts were before has to be forgotten
 * too, as they begin at 0.
 */
void host_rares_retire(struct host_store *store);

/*
 * Read the name of @length bytes at @wire, as in a message and without compression, into
 * @store->message.name[NAME_ASKED], and its hash under the key of @config into @store->message.denied.
 * Gives whether it is a name.
 */
bool host_name_scan(struct host_store *store, const struct hook_config *config, const uint8_t *wire,
		    size_t length);
/* Take the name that was read last into @hll: see hll_add() of top_count.h. */
void host_hll_add(const struct host_store *store, uint8_t hll[HLL_SIZE]);
/* The hash of the suffix that begins with @label of the name that was read last. */
uint64_t host_name_hash(struct host_store *store, const struct hook_config *config, uint32_t label);
/* registrable_labels() of zone.h, of the name that was read last, by @store->suffixes. */
uint32_t host_name_registrable(struct host_store *store, const struct hook_config *config);

#endif
