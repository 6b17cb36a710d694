// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Egress, and ingress where native XDP is not to be had. */
#define PKT_HOOK_TC
#include "observe.bpf.h"

/* Let the next filter decide: include/uapi/linux/pkt_cls.h. The same as TCX_NEXT. */
#define TC_ACT_UNSPEC (-1)

SEC("tc")
int rcodewatch_rx(struct __sk_buff *skb)
{
	if (!observe_fast(skb, DIRECTION_RX))
		go_slow_path(skb, DIRECTION_RX);
	return TC_ACT_UNSPEC;
}

SEC("tc")
int rcodewatch_tx(struct __sk_buff *skb)
{
	if (!observe_fast(skb, DIRECTION_TX))
		go_slow_path(skb, DIRECTION_TX);
	return TC_ACT_UNSPEC;
}

SEC("tc")
int rcodewatch_rx_slow(struct __sk_buff *skb)
{
	observe(skb, DIRECTION_RX);
	return TC_ACT_UNSPEC;
}

SEC("tc")
int rcodewatch_tx_slow(struct __sk_buff *skb)
{
	observe(skb, DIRECTION_TX);
	return TC_ACT_UNSPEC;
}

char _license[] SEC("license") = "Dual BSD/GPL";
