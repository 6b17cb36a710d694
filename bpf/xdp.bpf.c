// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Ingress in the driver. */
#define PKT_HOOK_XDP
#include "observe.bpf.h"

SEC("xdp")
int rcodewatch_rx(struct xdp_md *ctx)
{
	if (!observe_fast(ctx, DIRECTION_RX))
		go_slow_path(ctx, DIRECTION_RX);
	return XDP_PASS;
}

SEC("xdp")
int rcodewatch_rx_slow(struct xdp_md *ctx)
{
	observe(ctx, DIRECTION_RX);
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
