/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What every hook does with a packet: find its place, count it, let it be. */
#ifndef RCODEWATCH_OBSERVE_BPF_H
#define RCODEWATCH_OBSERVE_BPF_H

#include "store.bpf.h"
#include "flow.bpf.h"
#include "top.bpf.h"
#include "pkt_count.h"

const volatile struct hook_config hook_config = {};

/* The position of @ifindex among the interfaces; one interface needs no search. */
PKT_INLINE __u32 interface_position(const struct control *now, __u32 ifindex)
{
	if (hook_config.interfaces == 1)
		return 0;
#pragma GCC unroll 15
	for (__u32 i = 0; i < MAX_INTERFACES; i++)
		if (i < hook_config.interfaces && now->ifindex[i] == ifindex)
			return i;
	return MAX_INTERFACES;
}

PKT_INLINE void observe(pkt_ctx *ctx, __u32 ifindex, enum direction direction)
{
	__u32 zero = 0, cpu = bpf_get_smp_processor_id(), position, slot, index, epoch, fate;
	const struct control *now;
	const __u32 *cpu_slot;
	__u32 own_slot;
	struct tally *tally;
	__u64 how;

	now = bpf_map_lookup_elem(&control, &zero);
	cpu_slot = bpf_map_lookup_elem(&cpu_slots, &cpu);
	if (!now || !cpu_slot)
		return;
	position = interface_position(now, ifindex);
	if (position >= MAX_INTERFACES)
		return;
	slot = hook_config.slot[position][direction];
	own_slot = *cpu_slot;
	epoch = *(const volatile __u32 *)&now->epoch & 1;
	index = tally_index(own_slot, hook_config.slots, slot, epoch);
	tally = own_slot == NO_SLOT ? NULL : bpf_map_lookup_elem(&tallies, &index);
	if (!tally) {
		struct slot_shared *late = bpf_map_lookup_elem(&shared, &slot);

		if (late)
			__sync_fetch_and_add(&late->no_cpu_slot[epoch], 1);
		return;
	}
	how = HOW(index, slot) | (__u64)own_slot << HOW_CPU_SHIFT;
	fate = count_frame(ctx, how, hook_config.raw_ip[position]);
	count_packet(tally, fate);
}

#endif
