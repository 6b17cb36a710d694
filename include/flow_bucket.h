/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One bucket of the table of flows: what is done to it under its lock, by kernel and host alike. */
#ifndef RCODEWATCH_FLOW_BUCKET_H
#define RCODEWATCH_FLOW_BUCKET_H

#include "tcp_flow.h"

/* Added to the age of a closed flow, and of one without payload: they are replaced first. */
#define FLOW_CLOSED_AGE 0x80000000u
#define FLOW_UNFED_AGE  0x40000000u

/*
 * Take @id out of @bucket into @scratch. Straight code, for the verifier wants no calls under a lock.
 * In a full bucket a closed flow is replaced, else one that has only shaken hands, so that a flood of
 * handshakes replaces its own, else the one that was not seen for the longest time. None that a CPU is at
 * is replaced.
 */
PKT_INLINE enum flow_found bucket_acquire(struct flow_bucket *bucket, struct flow_scratch *scratch,
					  __u64 id, bool create)
{
	struct tcp_flow *oldest = NULL, *flow = NULL;
	__u32 age = 0, now = bucket->clock + 1;

#pragma GCC unroll 4
	for (__u32 i = 0; i < FLOW_WAYS; i++) {
		struct tcp_flow *way = &bucket->way[i];
		__u32 unseen = now - way->used;

		if (way->closed)
			unseen |= FLOW_CLOSED_AGE;
		if (!way->fed)
			unseen |= FLOW_UNFED_AGE;
		if (way->id == id)
			flow = way;
		/* A free place is older than all. */
		if (!way->id) {
			oldest = way;
			age = ~0u;
		} else if (!way->busy && unseen > age) {
			oldest = way;
			age = unseen;
		}
	}
	if (flow) {
		if (flow->busy)
			return FLOW_BUSY;
		flow->busy = 1;
		bucket->clock = scratch->clock = now;
		scratch->flow = *flow;
		return FLOW_FOUND;
	}
	if (!create)
		return FLOW_ABSENT;
	if (!oldest)
		return FLOW_BUSY;
	scratch->victim = *oldest;
	oldest->id = id;
	oldest->busy = 1;
	bucket->clock = scratch->clock = now;
	return FLOW_NEW;
}

/* store_flow_pass() in the bucket that the flow belongs to. */
PKT_INLINE bool bucket_pass(struct flow_bucket *bucket, __u64 id, __u32 position, __u32 length)
{
	struct tcp_flow *flow = NULL;

#pragma GCC unroll 4
	for (__u32 i = 0; i < FLOW_WAYS; i++)
		if (bucket->way[i].id == id)
			flow = &bucket->way[i];
	if (!flow || flow->busy || !flow->synced || flow->phase != FLOW_START || flow->held ||
	    flow->position != position)
		return false;
	flow->position = position + length;
	flow->used = ++bucket->clock;
	if (flow->fed < FLOW_FED_MAX)
		flow->fed++;
	flow->strays = 0;
	return true;
}

/* Put @scratch's flow back to its place in @bucket, or free that. */
PKT_INLINE void bucket_put(struct flow_bucket *bucket, const struct flow_scratch *scratch,
			   bool keep)
{
#pragma GCC unroll 4
	for (__u32 i = 0; i < FLOW_WAYS; i++) {
		struct tcp_flow *way = &bucket->way[i];

		if (way->id != scratch->flow.id)
			continue;
		if (keep)
			*way = scratch->flow;
		else
			way->id = 0;
		way->busy = 0;
	}
}

/* What scratch is before and after a flow is taken into it. */
PKT_INLINE void scratch_clear(struct flow_scratch *scratch)
{
	scratch->victim.id = 0;
	scratch->stray = 0;
	scratch->outcome = OUTCOME_TCP_NO_MESSAGE;
}

PKT_INLINE void scratch_new(struct flow_scratch *scratch, __u64 id)
{
	scratch->flow = (struct tcp_flow){.id = id};
}

#endif
