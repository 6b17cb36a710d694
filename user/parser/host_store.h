/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's stand-in for the kernel's maps: what the parser of include/ counts into when it is
 * compiled here. One point, one epoch.
 */
#ifndef RCODEWATCH_HOST_STORE_H
#define RCODEWATCH_HOST_STORE_H

#include "parser/host_memory.h"

/*
 * Count the frame of @captured bytes at @data, which had @length bytes on the wire, as the kernel
 * programs would. @length below @captured is taken as @captured.
 */
void host_count(struct host_store *store, const struct hook_config *config, enum host_link link,
		const void *data, uint32_t captured, uint32_t length);
/*
 * Which stream the frame, arguments as above, belongs to: a number that is keyed with
 * config->flow_seed. 0 if it can be counted without those before it: all but TCP from a DNS port.
 * Of @store only scratch is used.
 */
uint64_t host_stream(struct host_store *store, const struct hook_config *config,
		     enum host_link link, const void *data, uint32_t captured, uint32_t length);
/* The addresses of an IP header, as on the wire; of IPv4 the first 4 bytes, zeros behind them. */
struct host_addresses {
	enum family family;
	__u64 source[2], destination[2];
};

/*
 * The addresses of the frame's outermost IP header; arguments as those of host_count(). It is found behind
 * MPLS and PPPoE if @config looks into these. Of @store only scratch is used. False, with *@addresses
 * undefined, if there is no such header, or not both addresses were captured.
 */
bool host_outer_addresses(struct host_store *store, const struct hook_config *config,
			  enum host_link link, const void *data, uint32_t captured,
			  struct host_addresses *addresses);
/* The streams have ended with the input: count the messages that are still under way. */
void host_store_finish(struct host_store *store, const struct hook_config *config);
void host_store_free(struct host_store *store);

/*
 * Have the stores match queries and responses of both directions in one table: @rx counts what the observed host receives, @tx
 * what it sends, one after the other in the order of time. The table is @rx's, and is to be freed last. 0 or -ENOMEM.
 */
int host_share_transactions(struct host_store *rx, struct host_store *tx,
			    const struct hook_config *config);

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
