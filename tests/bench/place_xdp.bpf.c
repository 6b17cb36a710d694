// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define PLACE_CTX                 struct xdp_md
#define PLACE_FAILED              XDP_ABORTED
#define PLACE_RESIZE(ctx, length) resize(ctx, length)

/* The verifier allows the difference of two pointers in 64 bits alone. */
static __attribute__((always_inline)) int resize(struct xdp_md *ctx, __u32 length)
{
	__u64 now = (__u64)((void *)(long)ctx->data_end - (void *)(long)ctx->data);

	asm volatile("" : "+r"(now));
	return (int)bpf_xdp_adjust_tail(ctx, (int)(length - (__u32)now));
}

#include "place.bpf.h"

SEC("xdp")
int in_place(struct xdp_md *ctx)
{
	return measure(ctx);
}

char _license[] SEC("license") = "Dual BSD/GPL";
