/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Threads that count the packets of a capture, each into a store of its own, as the CPUs of a host do.
 *
 * They take turns at reading: who has the turn reads a part of the capture into a buffer of its own and
 * finds the packets there, then counts them while another one reads. So what a thread counts lies in
 * its CPU's cache, and nothing is handed from thread to thread but segments of TCP streams: these are
 * copied for the thread that has the stream, which counts them in their order. Whoever is ready first has
 * the next turn, lest all wait for one whose CPU has other work.
 */
#ifndef RCODEWATCH_WORKER_POOL_H
#define RCODEWATCH_WORKER_POOL_H

#include "parser/host_store.h"
#include "capture/pcap.h"

struct worker_pool;

/*
 * A pool of @count workers, the caller's among them, for as many @stores, which stay the caller's.
 * *@config must not change. 0 with *@pool, or -ENOMEM. Free with pool_free().
 */
int pool_make(struct worker_pool **pool, const struct hook_config *config,
	      struct host_store *const *stores, unsigned int count);
void pool_free(struct worker_pool *pool); /* which may be NULL */

/*
 * Call @token(@context), by one thread at a time, until it gives false, and
 * count what it has taken. Signals are left to the thread that has the turn. Where not all threads can
 * be started there is a warning, and those that can do it all.
 */
void pool_run(struct worker_pool *pool, bool (*token)(void *context), void *context);

/* ---- for who has the turn ----------------------------------------------------------- */

/* What is taken in this turn will come from @input: at the start of the turn. */
void pool_begin_input(struct worker_pool *pool, struct input *input);
/* Take the packet that @input has given. */
void pool_add(struct worker_pool *pool, const struct capture_packet *packet);
/* Whether the turn should end, as others wait for it and there is enough to count. */
bool pool_has_enough(const struct input *input);
/* Wait until all that has been taken is counted, by all threads. Also when pool_run() is over. */
void pool_drain(struct worker_pool *pool);

#endif
