/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The maps. shared.bpf.c has them alone, which are made first; the objects with programs define them too, and
 * are handed those. Sizes that depend on the host are set before load.
 */
#ifndef RCODEWATCH_MAPS_BPF_H
#define RCODEWATCH_MAPS_BPF_H

#include "abi.h"
#include "msg_scratch.h"
#include <bpf/bpf_helpers.h>

/* Variables, which need no lookup; maps of their own, as all objects share them. */
struct control control SEC(".data.control");

/* CPU id -> slot among the counters, UNASSIGNED for a CPU that was not online at the start. */
__u32 cpu_slots[CPU_IDS_MAX] SEC(".data.cpu_slots");

/* By counters_index(). Not a per-CPU map: that would take memory for every possible CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pkt_counters);
} pkt_counters SEC(".maps");

/* By point * 2 + epoch. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct rcode_rest);
} rcode_rests SEC(".maps");

/* By point. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct point_shared);
} shared SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2 * RARE_ENTRIES);
	__type(key, struct rare_key);
	__type(value, __u64);
} rares SEC(".maps");

/* By RARE_EDE keys. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, EDE_TEXTS);
	__type(key, struct rare_key);
	__type(value, struct ede_text);
} ede_texts SEC(".maps");

/* By a flow's id. Not an LRU hash: that evicts without saying so. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FLOW_BUCKETS);
	__type(key, __u32);
	__type(value, struct flow_bucket);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct flow_scratch);
} flow_scratch SEC(".maps");

/* By CPU slot. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE); /* for the alignment */
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct msg_scratch);
} msg_scratch SEC(".maps");

/* By top_index(). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct top_set);
} top_sets SEC(".maps");

/* Likewise. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct top_meta);
} top_meta SEC(".maps");

/* Likewise, of zones and names. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct top_texts);
} top_texts SEC(".maps");

/* Likewise, of zones. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct top_hll);
} top_hll SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} suffixes SEC(".maps");

/* Of transactions, variables that user space sets. */
struct txn_control txn_control SEC(".data.txn_control");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct txn_bucket);
} txn_buckets SEC(".maps");

/* By bucket * 8 + way. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct txn_note);
} txn_details SEC(".maps");

/* By the last bits of a bucket's index. Not in the buckets: a map with locks cannot be mapped. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct txn_lock);
} txn_locks SEC(".maps");

/* By CPU slot * 2 + epoch. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct txn_histograms);
} txn_histograms SEC(".maps");

/* Where a text is put together before it goes to ede_texts: too large for the stack of a subprogram. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ede_text);
} ede_scratch SEC(".maps");

#endif
