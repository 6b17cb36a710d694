// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * peer_xdp empty|ring INTERFACE: attaches an XDP program to measure against until SIGTERM or SIGINT.
 * "empty" passes every packet; "ring" is ring_xdp.bpf.c with its reader, which counts responses by the
 * four bits of their headers and prints at its end what it has counted and what did not fit.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench_ring_xdp.skel.h"
#include "hook.h"
#include "attacher/libbpf_log.h"
#include "ring.h"

static volatile sig_atomic_t stopped;
static unsigned long long counted[16];

static void stop(int signal_number)
{
	(void)signal_number;
	stopped = 1;
}

/* The link keeps the program attached as long as this process lives. */
static void attach(int program, unsigned int ifindex)
{
	int link = bpf_link_create(program, (int)ifindex, BPF_XDP, NULL);

	if (link < 0)
		bench_failed("cannot attach: %s", strerror(-link));
	puts("attached");
	fflush(stdout);
}

static int on_event(void *context, void *data, size_t size)
{
	const struct ring_event *event = data;

	(void)context;
	if (size >= sizeof(*event) && event->length >= RING_DNS_MIN)
		counted[event->bytes[3] & 15]++;
	return 0;
}

static void read_ring(unsigned int ifindex)
{
	struct bench_ring_xdp_bpf *ring = bench_ring_xdp_bpf__open_and_load();
	unsigned long long all = 0;
	struct ring_buffer *reader;

	if (!ring)
		bench_failed("cannot load the ring's program: %s", strerror(errno));
	reader = ring_buffer__new(bpf_map__fd(ring->maps.ring), on_event, NULL, NULL);
	if (!reader)
		bench_failed("cannot read the ring: %s", strerror(errno));
	attach(bpf_program__fd(ring->progs.to_user_space), ifindex);
	while (!stopped)
		ring_buffer__poll(reader, 100);
	ring_buffer__consume(reader);
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++)
		all += counted[i];
	printf("counted %llu lost %llu\n", all, (unsigned long long)ring->bss->lost);
	ring_buffer__free(reader);
	bench_ring_xdp_bpf__destroy(ring);
}

int main(int argc, char **argv)
{
	const struct sigaction action = {.sa_handler = stop};
	bool ring = argc == 3 && strcmp(argv[1], "ring") == 0;
	unsigned int ifindex;

	if (argc != 3 || (!ring && strcmp(argv[1], "empty") != 0)) {
		fputs("usage: peer_xdp empty|ring INTERFACE\n", stderr);
		return 2;
	}
	ifindex = if_nametoindex(argv[2]);
	if (!ifindex)
		bench_failed("there is no interface %s here", argv[2]);
	libbpf_log_init(false);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	if (ring) {
		read_ring(ifindex);
		return 0;
	}
	attach(hook_empty(HOOK_KIND_XDP, false), ifindex);
	while (!stopped)
		pause();
	return 0;
}
