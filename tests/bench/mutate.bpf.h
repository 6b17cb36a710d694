/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A program that changes a packet and hands it on by a tail call: to what is measured, or to an
 * empty program, whose time is then the baseline. So the very programs that ship are measured, on
 * packets of which no two are alike.
 */
#ifndef RCODEWATCH_BENCH_MUTATE_BPF_H
#define RCODEWATCH_BENCH_MUTATE_BPF_H

#include "mutation.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

const volatile struct mutation mutation = {};

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} next SEC(".maps");

/* The next sequence number of each stream. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MUTATION_FLOWS);
	__type(key, __u32);
	__type(value, __u32);
} sequences SEC(".maps");

__u64 random_state = MUTATION_SEED;
__u32 next_name;
__u64 fence;

/* xorshift64* without the multiplication at the end: cheap, and as random as is needed here. */
static __always_inline __u64 random_next(void)
{
	__u64 x = random_state;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	random_state = x;
	return x;
}

/* Four bits to a letter. An odd factor loses nothing, and makes neighbours look unlike. */
static __always_inline __u64 letters(__u32 number)
{
	__u64 x = number * 0x9e3779b1u;

	x = (x | x << 16) & 0x0000ffff0000ffff;
	x = (x | x << 8) & 0x00ff00ff00ff00ff;
	x = (x | x << 4) & 0x0f0f0f0f0f0f0f0f;
	return x + 0x6161616161616161;
}

#define PUT(type, at, value)                                        \
	do {                                                        \
		if ((at) && data + (at) + sizeof(type) <= data_end) \
			*(type *)(data + (at)) = (type)(value);     \
	} while (0)

static __always_inline void mutate(void *data, void *data_end)
{
	__u64 random = random_next();
	__u32 name = mutation.names ? (__u32)random & (mutation.names - 1) : next_name++;

	PUT(__u64, mutation.name_at, letters(name));
	PUT(__u64, mutation.zone_at, letters(name & (mutation.zones - 1)));
	PUT(__u16, mutation.server_at, random >> 32 & (mutation.addresses - 1));
	PUT(__u16, mutation.client_at, random >> 48 & (mutation.addresses - 1));
	PUT(__u16, mutation.id_at, random >> 16);
	if (mutation.sequence_at) {
		__u32 flow = (__u32)(random >> 20) & (mutation.flows - 1);
		__u32 *sequence = bpf_map_lookup_elem(&sequences, &flow);

		if (sequence) {
			*sequence += mutation.segment;
			PUT(__u32, mutation.sequence_at, bpf_htonl(*sequence));
			PUT(__u16, mutation.port_at, bpf_htons((__u16)(10000 + flow)));
		}
	}
	/*
	 * What was written must be in the cache before it is read in other widths: in real life the
	 * packet was written by a network card, and waiting for stores is not the parser's cost.
	 */
	__sync_fetch_and_add(&fence, 1);
}

#endif
