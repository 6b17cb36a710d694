// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "mutate.bpf.h"

SEC("xdp")
int mutator(struct xdp_md *ctx)
{
	mutate((void *)(long)ctx->data, (void *)(long)ctx->data_end);
	bpf_tail_call(ctx, &next, 0);
	return XDP_ABORTED; /* nobody is next: the measurement fails */
}

char _license[] SEC("license") = "Dual BSD/GPL";
