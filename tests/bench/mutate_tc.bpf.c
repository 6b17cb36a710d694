// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "mutate.bpf.h"

#define TC_ACT_SHOT 2

SEC("tc")
int mutator(struct __sk_buff *skb)
{
	mutate((void *)(long)skb->data, (void *)(long)skb->data_end);
	bpf_tail_call(skb, &next, 0);
	return TC_ACT_SHOT; /* nobody is next: the measurement fails */
}

char _license[] SEC("license") = "Dual BSD/GPL";
