/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What every hook does with a packet: find its place, count it, let it be. */
#ifndef RCODEWATCH_OBSERVE_BPF_H
#define RCODEWATCH_OBSERVE_BPF_H

#include "store.bpf.h"
#include "flow.bpf.h"
#include "top.bpf.h"
#include "txn.bpf.h"
#include "pkt_count.h"

const volatile struct hook_config hook_config = {};

/* The position of @ifindex among the interfaces. */
PKT_INLINE __u32 interface_position(const struct control *now, __u32 ifindex)
{
#pragma GCC unroll 15
	for (__u32 i = 0; i < MAX_INTERFACES; i++)
		if (i < hook_config.interfaces && now->ifindex[i] == ifindex)
			return i;
	return MAX_INTERFACES;
}

/* Where a packet is counted. */
struct counter_ref {
	struct pkt_counters *counters;
	__u64 meta;
	__u32 raw_ip;
};

PKT_INLINE void count_late(__u32 point, __u32 epoch)
{
	struct point_shared *late = bpf_map_lookup_elem(&shared, &point);

	if (late)
		__sync_fetch_and_add(&late->no_cpu_slot[epoch & 1], 1);
}

/* Find the spot of a packet. False: it has been counted. */
PKT_INLINE bool find_counter_ref(pkt_ctx *ctx, enum direction direction,
				 struct counter_ref *counter_ref)
{
	const struct hook_config *config = pkt_config(ctx);
	__u32 cpu = bpf_get_smp_processor_id(), position, point, epoch, index, own_cpu_slot;
	bool unknown = false;

	/* One interface needs no search. */
	if (config->interfaces == 1) {
		point = config->point[0][direction];
		counter_ref->raw_ip = config->raw_ip[0];
		pkt_barrier(point); /* lest it search for the one interface all the same */
	} else {
		position = interface_position(&control, pkt_ifindex(ctx));
		unknown = position >= MAX_INTERFACES;
		if (unlikely(unknown))
			position = 0;
		/* So that the verifier does not follow what comes for each by itself. */
		position = pkt_clamp(verifier_forget(position, cpu), MAX_INTERFACES - 1);
		point = config->point[position][direction];
		counter_ref->raw_ip = config->raw_ip[position];
	}
	epoch = *(const volatile __u32 *)&control.epoch & 1;
	/* Of a CPU that has no slot the index is past all that there are. */
	_Static_assert(UNASSIGNED == 0xffffffff, "-1: the index is from -2 * POINTS_MAX to -1");
	own_cpu_slot = likely(cpu < CPU_IDS_MAX) ? cpu_slots[cpu] : UNASSIGNED;
	index = counters_index(own_cpu_slot, config->points, point, epoch);
	counter_ref->counters = bpf_map_lookup_elem(&pkt_counters, &index);
	if (unlikely(!counter_ref->counters)) {
		count_late(point, epoch);
		return false;
	}
	if (unlikely(unknown)) {
		count_packet(counter_ref->counters, PKT_UNPARSED(UNPARSED_UNKNOWN_INTERFACE));
		return false;
	}
	counter_ref->meta = META(index, point) | (__u64)own_cpu_slot << META_CPU_SHIFT |
			    (direction == DIRECTION_TX ? META_TX : 0);
	return true;
}

PKT_INLINE enum place store_place(pkt_ctx *ctx, enum direction direction,
				  struct pkt_counters **counters, __u64 *meta)
{
	struct counter_ref counter_ref;

	if (unlikely(!find_counter_ref(ctx, direction, &counter_ref)))
		return PLACE_NONE;
	*counters = counter_ref.counters;
	*meta = counter_ref.meta;
	return counter_ref.raw_ip ? PLACE_SLOW : PLACE_FOUND;
}

/* Count a packet by the fast path. Gives whether it did, or nothing is to be counted. */
PKT_INLINE bool observe_fast(pkt_ctx *ctx, enum direction direction)
{
	return !hook_config.decap && count_fast(ctx, direction);
}

/*
 * Programs of their own for what is left, by direction: programs that are attached have no calls, and their
 * stack is not part of what all calls of the slow path share.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, DIRECTION_COUNT);
	__type(key, __u32);
	__type(value, __u32);
} slow_paths SEC(".maps");

/* Does not come back. */
PKT_INLINE void go_slow_path(pkt_ctx *ctx, enum direction direction)
{
	bpf_tail_call(ctx, &slow_paths, direction);
}

/* Count any packet: the slow path. */
PKT_INLINE void observe(pkt_ctx *ctx, enum direction direction)
{
	struct counter_ref counter_ref;

	if (!find_counter_ref(ctx, direction, &counter_ref))
		return;
	counter_ref.counters->slow_path++;
	count_packet(counter_ref.counters, count_frame(ctx, counter_ref.meta, counter_ref.raw_ip));
}

#endif
