// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define PLACE_CTX                 struct __sk_buff
#define PLACE_FAILED              2 /* TC_ACT_SHOT */
#define PLACE_RESIZE(ctx, length) bpf_skb_change_tail(ctx, length, 0)

#include "place.bpf.h"

SEC("tc")
int in_place(struct __sk_buff *skb)
{
	return measure(skb);
}

char _license[] SEC("license") = "Dual BSD/GPL";
