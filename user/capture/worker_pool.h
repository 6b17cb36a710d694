/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Threads that count the packets of a capture, each into a store of its own, as the CPUs of a host do.
 *
 * One of them at a time has the token: it reads a part of the capture into a buffer of its own, finds the
 * packets there, passes the token on, and counts the packets while the next one reads. So what a thread counts lies in
 * its CPU's cache, and nothing is handed from thread to thread but segments of TCP streams: these are
 * copied for the thread that has the stream, which counts them in their order. The thread that is ready first
 * gets the token next, so that none waits for one whose CPU has other work.
 */
#ifndef RCODEWATCH_WORKER_POOL_H
#define RCODEWATCH_WORKER_POOL_H

#include "capture/pcap.h"
#include "capture/point_stores.h"

struct worker_pool;

/*
 * A pool of @count workers, the caller's among them, each with one of as many @stores. These stay the
 * caller's, as does *@config, and must not change. 0 with *@pool, or -ENOMEM. Free with pool_free().
 */
int pool_make(struct worker_pool **pool, const struct hook_config *config,
	      const struct point_stores *stores, unsigned int count);
void pool_free(struct worker_pool *pool); /* which may be NULL */

/*
 * Call @token(@context), by one thread at a time, until it gives false, and
 * count the packets that it has added. Signals are left to the thread that has the token. Where not all
 * threads can be started, a warning is logged and the others do all the work.
 */
void pool_run(struct worker_pool *pool, bool (*token)(void *context), void *context);

/* ---- for the thread that has the token ---------------------------------------------- */

/* The packets of this call of token() will come from @input. To be called first. */
void pool_begin_input(struct worker_pool *pool, struct input *input);
/* Add the packet that @input has given. */
void pool_add(struct worker_pool *pool, const struct capture_packet *packet);
/* Whether token() should return, as others wait for the token and there is enough to count. */
bool pool_has_enough(const struct input *input);
/* Wait until all threads have counted all that was added. Also for when pool_run() is over. */
void pool_drain(struct worker_pool *pool);

#endif
