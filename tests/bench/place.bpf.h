/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A program that measures another one as it runs between two packets of a busy stack: each time a frame is
 * drawn at random and written into the packet, other code may push the program's out of the nearest caches,
 * and only then the clock is read, the program is run and the clock is read again. A tail call from
 * a subprogram returns to the subprogram's caller.
 */
#ifndef RCODEWATCH_BENCH_PLACE_BPF_H
#define RCODEWATCH_BENCH_PLACE_BPF_H

#include "mutate.bpf.h"
#include "place.h"

const volatile struct place place = {};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PLACE_FRAMES);
	__type(key, __u32);
	__type(value, struct place_frame);
} frames SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct place_sum);
} sums SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} evictor SEC(".maps");

static __always_inline struct place_frame *draw(void)
{
	__u32 drawn = (__u32)((random_next() & 0xffffffff) * place.frames >> 32);

	return bpf_map_lookup_elem(&frames, &drawn);
}

static __always_inline void write_frame(const struct place_frame *frame, void *data, void *data_end)
{
	for (__u32 at = 0; at < PLACE_FRAME_MAX; at++) {
		if (data + at + 1 > data_end)
			break;
		*(__u8 *)(data + at) = frame->bytes[at];
	}
}

/* PLACE_CTX and PLACE_RESIZE(ctx, length) are the hook's. Gives the program's verdict, or @failed. */
static __noinline int run_next(PLACE_CTX *ctx)
{
	volatile int failed = PLACE_FAILED;

	bpf_tail_call(ctx, &next, 0);
	return failed;
}

static __noinline int run_evictor(PLACE_CTX *ctx)
{
	volatile int failed = PLACE_FAILED;

	bpf_tail_call(ctx, &evictor, 0);
	return failed;
}

static __always_inline int measure(PLACE_CTX *ctx)
{
	struct place_frame *frame = draw();
	__u32 zero = 0;
	struct place_sum *sum = bpf_map_lookup_elem(&sums, &zero);
	__u64 begin;
	int verdict;

	if (!frame || !sum || PLACE_RESIZE(ctx, frame->length))
		return PLACE_FAILED;
	frame->times++;
	write_frame(frame, (void *)(long)ctx->data, (void *)(long)ctx->data_end);
	mutate((void *)(long)ctx->data, (void *)(long)ctx->data_end);
	if (place.evict && run_evictor(ctx) == PLACE_FAILED)
		return PLACE_FAILED;
	begin = bpf_ktime_get_ns();
	verdict = run_next(ctx);
	sum->ns += bpf_ktime_get_ns() - begin;
	sum->runs++;
	return verdict;
}

#endif
