/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the packets of captures are counted by: one store, or one for each of several threads, which
 * are brought together as those of CPUs are.
 */
#ifndef RCODEWATCH_CAPTURE_COUNTER_H
#define RCODEWATCH_CAPTURE_COUNTER_H

#include "capture/worker_pool.h"
#include "toplist/top_read.h"

#define CAPTURE_THREADS_MAX 64u

/* Offending responses after which the lists are taken: rows of tables are counted in 32 bits. */
#define CAPTURE_LISTED_MAX (1ULL << 31)
/* So many bytes cannot hold more than as many again: a header alone has 12. */
#define CAPTURE_LOOK_BYTES (CAPTURE_LISTED_MAX * 12)

struct capture_counter {
	const struct hook_config *config;
	struct host_store *store[CAPTURE_THREADS_MAX * LOCAL_SIDES]; /* by thread, then by point */
	struct point_stores by_thread[CAPTURE_THREADS_MAX];
	unsigned int threads, points;
	struct worker_pool *pool;              /* NULL: the caller's thread counts */
	struct top_tables top;                 /* of all stores, if there are several */
	struct snapshot sum[LOCAL_SIDES];      /* over threads, if there is a worker pool */
	uint64_t looked_bytes;                 /* captured since capture_lists_due() has looked */
	struct top_totals listed[LOCAL_SIDES]; /* what the lists that were taken are about */
};

/*
 * Count by @config, whose tables are planned for @threads CPUs, with the public suffixes @suffixes (NULL:
 * none). @local: addresses of the observed host, by which each packet counts at one of LOCAL_SIDES points, as
 * many as @config is to have; NULL: all at one point. All three stay the caller's. @threads: 1 for the
 * caller's own alone, up to CAPTURE_THREADS_MAX. 0 or a negative errno with nothing to close.
 */
int capture_open(struct capture_counter *counter, const struct hook_config *config,
		 const struct local_prefixes *local, const __u64 *suffixes, unsigned int threads);
void capture_close(struct capture_counter *counter);

/*
 * Call @token(@context) until it gives false: each call reads and counts a part of the captures. Where there
 * are several threads, the one that has the token makes the call.
 */
void capture_run(struct capture_counter *counter, bool (*token)(void *context), void *context);

/* ---- with the token ------------------------------------------------------------------- */

/* The packets of this call of token() will come from @input, which is open. To be called first. */
void capture_begin(struct capture_counter *counter, struct input *input);
/* Whether token() is to return, so that the next worker gets the token. */
static inline bool capture_has_enough(const struct capture_counter *counter,
				      const struct input *input)
{
	return counter->pool && pool_has_enough(input);
}

/* Count a packet of that input. */
static inline void capture_count(struct capture_counter *counter,
				 const struct capture_packet *packet)
{
	counter->looked_bytes += packet->captured;
	if (counter->pool)
		pool_add(counter->pool, packet);
	else
		point_stores_count(&counter->by_thread[0], counter->config, packet->link,
				   packet->data, packet->captured, packet->length);
}

/* ---- with the token, and afterwards ------------------------------------------------- */

/*
 * All that has been counted at @point. *@now is valid until the next packet; its stamps are the caller's to
 * set. 0, or -ENOMEM if something could not be kept, then or before.
 */
int capture_snapshot(struct capture_counter *counter, unsigned int point, struct snapshot **now);
/*
 * An interval has been reported: where rare values have nearly filled a table, begin all tables of them anew.
 * Gives whether it did, so that the caller's own counts of them must go too.
 */
bool capture_counter_rares_retire(struct capture_counter *counter);
/* The streams have ended: count the messages that are still under way. */
void capture_finish(struct capture_counter *counter);

/* For capture_lists_due(), where there have been enough bytes. */
bool capture_lists_full(struct capture_counter *counter);
/* Whether capture_read_lists() should be called, lest rows of tables are counted past their 32 bits. */
static inline bool capture_lists_due(struct capture_counter *counter)
{
	return counter->looked_bytes >= CAPTURE_LOOK_BYTES && capture_lists_full(counter);
}
/* Give the lists, by point, of what came since the last call, and begin them anew. 0 or -ENOMEM. */
int capture_read_lists(struct capture_counter *counter, struct top_lists *lists);

#endif
