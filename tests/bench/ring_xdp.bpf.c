// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The design that books on eBPF teach, to measure against: every DNS response over UDP goes to user
 * space through a ring buffer, where it is counted.
 */
#include "ring.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define DNS_PORT     53u
#define PROTOCOL_UDP 17u
#define TYPE_IPV4    0x0800u
#define TYPE_IPV6    0x86ddu

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_SIZE);
} ring SEC(".maps");

__u64 lost;

SEC("xdp")
int to_user_space(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *data_end = (void *)(long)ctx->data_end;
	struct ethhdr *ethernet = data;
	struct ring_event *event;
	__u32 at, protocol, length;
	struct udphdr *udp;

	if (data + sizeof(*ethernet) + sizeof(struct ipv6hdr) + sizeof(*udp) + RING_DNS_MIN >
	    data_end)
		return XDP_PASS;
	if (ethernet->h_proto == bpf_htons(TYPE_IPV4)) {
		at = sizeof(*ethernet) + sizeof(struct iphdr);
		protocol = ((struct iphdr *)(data + sizeof(*ethernet)))->protocol;
	} else if (ethernet->h_proto == bpf_htons(TYPE_IPV6)) {
		at = sizeof(*ethernet) + sizeof(struct ipv6hdr);
		protocol = ((struct ipv6hdr *)(data + sizeof(*ethernet)))->nexthdr;
	} else {
		return XDP_PASS;
	}
	udp = data + at;
	if (protocol != PROTOCOL_UDP || udp->source != bpf_htons(DNS_PORT))
		return XDP_PASS;
	at += sizeof(*udp);
	length = (__u32)(data_end - data) - at;
	if (length > RING_BYTES)
		length = RING_BYTES;
	event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&lost, 1);
		return XDP_PASS;
	}
	event->ns = bpf_ktime_get_ns();
	event->family = bpf_ntohs(ethernet->h_proto);
	event->length = length;
	if (length < RING_DNS_MIN || bpf_xdp_load_bytes(ctx, at, event->bytes, length) < 0)
		bpf_ringbuf_discard(event, 0);
	else
		bpf_ringbuf_submit(event, 0);
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
