// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * kernel_replay [--broken] FILE...: every frame of the captures through each of the loaded
 * programs, by BPF_PROG_TEST_RUN, and through the host's build of the parser. After each frame the
 * counters and the bucket of the TCP flow that it touched must be equal, byte for byte. Frames that
 * a test run does not take are named. --broken counts one frame twice on the host, which must be
 * noticed. Exit status: 0 all equal, 1 not, 2 usage.
 *
 * A capture's snapshot length does not count here: a frame is what the file has of it. Other link
 * types than Ethernet get an Ethernet header in place of theirs, for both sides.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/pkt_cls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expected.h"
#include "parser/host_store.h"
#include "load_maps.h"
#include "loader/bpf_maps.h"
#include "loader/bpf_programs.h"
#include "one_cpu.h"
#include "cli/settings.h"
#include "loader/read_maps.h"
#include "same_counts.h"
#include "capture/pcap.h"
#include "shared.skel.h"
#include "packet.h"

/*
 * What a test run takes for certain. XDP: an Ethernet header at least; tc: that and, on newer
 * kernels, a whole IP header; both: less than a page less head and tail room.
 */
#define ACCEPTED_FROM (ETHERNET + 40u)
#define ACCEPTED_TO   3500u
#define FRAME_MAX     (PCAP_CAPTURED_MAX + ETHERNET)

struct replay {
	const char *name;
	enum direction direction;
	uint32_t verdict;
	uint32_t longest; /* frame that is run */
	int fd, flows_fd;
	struct bpf_maps maps;
	struct read_maps source;
	struct hook_config config;
	struct host_store *host;
	size_t ran, refused;
};

static uint8_t frame[FRAME_MAX];

static void *zeroed(size_t size)
{
	void *memory = aligned_alloc(64, (size + 63) / 64 * 64);

	if (!memory) {
		fputs("kernel_replay: out of memory\n", stderr);
		exit(1);
	}
	return memset(memory, 0, size);
}

static uint32_t be16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

/* The ethertype of a frame of @packet's link type and the length of its link header. */
static uint32_t link_header(const struct capture_packet *packet, uint32_t *size)
{
	const uint8_t *data = packet->data;
	uint32_t family;

	switch (packet->link) {
	case HOST_LINK_RAW_IP:
		*size = 0;
		return packet->captured && data[0] >> 4 == 6 ? 0x86dd : 0x0800;
	case HOST_LINK_NULL:
		*size = 4;
		if (packet->captured < 4)
			return 0;
		/* One byte of the four is not 0, at either end. */
		family = data[0] | data[3];
		if (family == 2)
			return 0x0800;
		return family == 10 || family == 24 || family == 28 || family == 30 ? 0x86dd : 0;
	case HOST_LINK_SLL: *size = 16; return packet->captured < 16 ? 0 : be16(data + 14);
	case HOST_LINK_SLL2: *size = 20; return packet->captured < 20 ? 0 : be16(data);
	case HOST_LINK_ETHERNET: break;
	}
	*size = 14;
	return 0;
}

/* Copy @packet to frame[], as an Ethernet frame. Gives its length. */
static uint32_t make_frame(const struct capture_packet *packet)
{
	uint32_t size, type = link_header(packet, &size), rest;

	if (packet->link == HOST_LINK_ETHERNET) {
		memcpy(frame, packet->data, packet->captured);
		return packet->captured;
	}
	memset(frame, 0, 12);
	frame[12] = (uint8_t)(type >> 8);
	frame[13] = (uint8_t)type;
	rest = packet->captured > size ? packet->captured - size : 0;
	memcpy(frame + 14, packet->data + (packet->captured - rest), rest);
	return 14 + rest;
}

static const struct pkt_counters *kernel_counters(const struct replay *r)
{
	static struct pkt_counters now;

	now = r->maps.pkt_counters[counters_index(0, r->config.points, 0, r->source.epoch & 1)];
	counters_spread(&now);
	return &now;
}

/* 1: run; 0: of a size that a test run refuses; -1: failed, the reason is printed. */
static int run_once(struct replay *r, const char *path, uint64_t number, uint32_t length)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = length,
		    .repeat = 1);
	int err = length > r->longest ? -EINVAL : bpf_prog_test_run_opts(r->fd, &options);

	if (err == -EINVAL && (length < ACCEPTED_FROM || length > ACCEPTED_TO)) {
		r->refused++;
		printf("%s: %s: frame %" PRIu64 ": %u bytes: a test run does not take it\n",
		       r->name, path, number, length);
		return 0;
	}
	if (err) {
		printf("%s: %s: frame %" PRIu64 ": test run: %s\n", r->name, path, number,
		       strerror(-err));
		return -1;
	}
	if (options.retval != r->verdict) {
		printf("%s: %s: frame %" PRIu64 ": verdict %u, not %u\n", r->name, path, number,
		       options.retval, r->verdict);
		return -1;
	}
	r->ran++;
	return 1;
}

/* The bucket of the flow that the host touched last. */
static bool flows_equal(const struct replay *r)
{
	uint32_t index = (uint32_t)(r->host->scratch.flow.id >> 32) & (r->config.flow_buckets - 1);
	struct flow_bucket kernel;

	if (!r->host->flows)
		return true;
	if (bpf_map_lookup_elem(r->flows_fd, &index, &kernel))
		return false;
	kernel.lock = 0; /* not copied out */
	return !memcmp(&kernel, &r->host->flows[index], sizeof(kernel));
}

static bool counts_equal(struct replay *r, const char *path, uint64_t number)
{
	struct snapshot *got;

	if (memcmp(kernel_counters(r), &r->host->counts.counters, COUNTED_SIZE)) {
		got = zeroed(sizeof(*got));
		got->counters = *kernel_counters(r);
		printf("%s: %s: frame %" PRIu64 ": kernel against host: %s\n", r->name, path,
		       number, expected_difference(&r->host->counts, got, false));
		free(got);
		return false;
	}
	if (!flows_equal(r)) {
		printf("%s: %s: frame %" PRIu64 ": kernel and host keep another TCP state\n",
		       r->name, path, number);
		return false;
	}
	return true;
}

/* @broken: count one frame more on the host, to see that it is noticed. */
static bool replay_file(struct replay *r, const char *path, bool broken)
{
	struct pcap_source source;
	struct capture_packet packet;
	uint64_t number = 0;
	bool equal = true;
	int got;

	got = pcap_open(&source, path, NULL);
	if (got < 0) {
		printf("%s: %s: %s\n", r->name, path, source.why);
		return false;
	}
	while (equal && (got = pcap_next(&source, &packet)) > 0) {
		uint32_t length = make_frame(&packet);

		number++;
		got = run_once(r, path, number + source.skipped, length);
		if (got <= 0) {
			equal = got == 0;
			continue;
		}
		host_count(r->host, &r->config, HOST_LINK_ETHERNET, frame, length, 0);
		if (broken && number == 2)
			host_count(r->host, &r->config, HOST_LINK_ETHERNET, frame, length, 0);
		equal = counts_equal(r, path, number + source.skipped);
	}
	pcap_close(&source);
	return equal;
}

/* Codes of 32 and up, rare values and texts: in tables of their own, compared at the end. */
static bool tables_equal(struct replay *r)
{
	struct snapshot_set now;
	const char *difference;

	if (snapshot_set_init(&now, r->config.points) || read_maps_snapshot(&r->source, &now)) {
		printf("%s: the kernel's counters cannot be read\n", r->name);
		return false;
	}
	difference = expected_difference(&r->host->counts, &now.point[0], true);
	if (difference)
		printf("%s: kernel against host: %s\n", r->name, difference);
	snapshot_set_free(&now);
	return !difference;
}

static bool open_replay(struct replay *r)
{
	const struct bpf_wants wants = {.xdp = true, .tc = {true, true}, .memory_max = 64u << 20};
	struct settings settings;

	settings_init(&settings);
	settings_configure(&settings, &r->config);
	r->config.interfaces = 1;
	r->config.points = 1; /* of both directions: a flow's identity has its point in it */
	r->config.flow_seed[0] = 0x0123456789abcdefULL;
	r->config.flow_seed[1] = 0xfedcba9876543210ULL;
	if (load_maps(&r->maps, &r->config, &wants))
		return false;
	if (read_maps_open(&r->source, &r->maps)) {
		bpf_maps_close(&r->maps);
		return false;
	}
	if (r->verdict == XDP_PASS)
		r->fd = bpf_maps_xdp_program(&r->maps);
	else
		r->fd = bpf_maps_tc_program(&r->maps, r->direction);
	/*
	 * A test run puts what is too long for a page in fragments even where the program does not
	 * take them, which no driver would do.
	 */
	r->longest = UINT32_MAX;
	if (r->verdict == XDP_PASS && !r->config.xdp_frags)
		r->longest = ACCEPTED_TO;
	r->flows_fd = bpf_map__fd(bpf_object__find_map_by_name(r->maps.object->obj, "flows"));
	r->host = zeroed(sizeof(*r->host));
	return true;
}

/* 0: all equal. */
static int replay(struct replay *r, char **paths, int count, bool broken)
{
	bool equal = true;

	if (!open_replay(r))
		return 1;
	for (int i = 0; i < count && equal; i++)
		equal = replay_file(r, paths[i], broken);
	equal = equal && tables_equal(r);
	printf("%s: %zu frames of %d captures run, %zu refused%s\n", r->name, r->ran, count,
	       r->refused, equal ? ", kernel and host equal" : "");
	host_store_free(r->host);
	free(r->host);
	read_maps_close(&r->source);
	bpf_maps_close(&r->maps);
	return equal ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct replay replays[] = {
		{.name = "XDP", .direction = DIRECTION_RX, .verdict = XDP_PASS},
		{.name = "tc ingress",
		 .direction = DIRECTION_RX,
		 .verdict = (uint32_t)TC_ACT_UNSPEC},
		{.name = "tc egress",
		 .direction = DIRECTION_TX,
		 .verdict = (uint32_t)TC_ACT_UNSPEC},
	};
	bool broken = argc > 1 && !strcmp(argv[1], "--broken");
	int status = 0;

	argv += 1 + broken;
	argc -= 1 + broken;
	if (argc < 1) {
		fputs("usage: kernel_replay [--broken] FILE...\n", stderr);
		return 2;
	}
	/* Counters are per CPU: the first one's are compared. */
	if (stay_on_first_cpu(NULL) < 0) {
		perror("kernel_replay: cannot stay on one CPU");
		return 1;
	}
	for (size_t i = 0; i < sizeof(replays) / sizeof(replays[0]); i++)
		status |= replay(&replays[i], argv, argc, broken);
	return status;
}
