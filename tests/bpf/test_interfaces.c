// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Several interfaces, each direction with counters of its own, by BPF_PROG_TEST_RUN. A test run can
 * name any interface to tc, but only the loopback to XDP. The interfaces are in a network namespace
 * that is gone with this process.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <sched.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expected.h"
#include "load_maps.h"
#include "loader/bpf_maps.h"
#include "loader/bpf_programs.h"
#include "message.h"
#include "one_cpu.h"
#include "packet.h"

#define INTERFACES 3u
#define POINTS     (INTERFACES * DIRECTION_COUNT)

static struct bpf_maps *maps;
static uint32_t ifindex[INTERFACES];

static uint32_t point_of(uint32_t position, enum direction direction)
{
	return position * DIRECTION_COUNT + direction;
}

static const struct pkt_counters *counters_of(uint32_t point)
{
	static struct pkt_counters now;

	now = maps->pkt_counters[counters_index(0, POINTS, point, 0)];
	counters_spread(&now);
	return &now;
}

static void run(int fd, const void *context, uint32_t context_size, const struct buf *frame)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame->data,
		    .data_size_in = (__u32)frame->length, .ctx_in = context,
		    .ctx_size_in = context_size, .repeat = 1);

	assert_int_equal(bpf_prog_test_run_opts(fd, &options), 0);
}

static void run_tc(uint32_t index, enum direction direction, const struct buf *frame)
{
	const struct __sk_buff skb = {.ifindex = index};

	run(bpf_maps_tc_program(maps, direction), &skb, sizeof(skb), frame);
}

static void run_xdp(const struct buf *frame)
{
	run(bpf_maps_xdp_program(maps), NULL, 0, frame);
}

/* The responses with @rcode that @point has counted. */
static uint64_t responses(uint32_t point, unsigned int rcode)
{
	const struct pkt_counters *counters = counters_of(point);
	uint64_t sum = 0;

	for (size_t family = 0; family < FAMILY_COUNT; family++)
		for (size_t transport = 0; transport < TRANSPORT_COUNT; transport++)
			sum += counters->rcode[rcode][family][transport];
	return sum;
}

static uint64_t all_packets(void)
{
	uint64_t sum = 0;

	for (uint32_t point = 0; point < POINTS; point++)
		sum += counters_of(point)->packets;
	return sum;
}

static void answer(struct buf *msg, unsigned int rcode)
{
	message_begin(msg, 7, MSG_QR | MSG_RA | (rcode & 15u));
	message_question(msg, "www.example.com", TYPE_A, CLASS_IN);
	message_opt(msg, rcode >> 4, 0, 0);
}

static int load(void **state)
{
	const struct bpf_wants wants = {.xdp = true,
					.xdp_own = {[1] = true, [2] = true},
					.tc = {true, true},
					.memory_max = 64u << 20};
	struct hook_config config = expected_config();

	(void)state;
	config.interfaces = INTERFACES;
	config.points = POINTS;
	for (uint32_t i = 0; i < INTERFACES; i++)
		for (uint32_t d = 0; d < DIRECTION_COUNT; d++)
			config.point[i][d] = point_of(i, d);
	maps = calloc(1, sizeof(*maps));
	assert_non_null(maps);
	assert_int_equal(load_maps(maps, &config, &wants), 0);
	for (uint32_t i = 0; i < INTERFACES; i++)
		maps->control->ifindex[i] = ifindex[i];
	return 0;
}

static int unload(void **state)
{
	(void)state;
	bpf_maps_close(maps);
	free(maps);
	return 0;
}

static void each_interface_and_direction_has_its_own_counters(void **state)
{
	struct buf msg = {0}, frame = {0};

	(void)state;
	for (uint32_t i = 0; i < INTERFACES; i++)
		for (uint32_t d = 0; d < DIRECTION_COUNT; d++) {
			uint32_t point = point_of(i, d);

			/* An RCODE for each, so that a wrong place shows. */
			answer(&msg, 16 + point);
			packet_build(&frame, &(struct frame){.family = 4}, msg.data, msg.length);
			run_tc(ifindex[i], d, &frame);
			assert_int_equal(responses(point, 16 + point), 1);
			assert_int_equal(counters_of(point)->packets, 1);
		}
	/* XDP: what came in by the loopback, the first of them. */
	answer(&msg, 31);
	packet_build(&frame, &(struct frame){.family = 4}, msg.data, msg.length);
	run_xdp(&frame);
	assert_int_equal(responses(point_of(0, DIRECTION_RX), 31), 1);
	assert_int_equal(all_packets(), POINTS + 1);
	buf_free(&msg);
	buf_free(&frame);
}

/* The packets of @point that came by an interface that nobody knows: as each is counted, with no response. */
static uint64_t unknown(uint32_t point)
{
	uint64_t count = counters_of(point)->outcome[PKT_UNPARSED(UNPARSED_UNKNOWN_INTERFACE)];

	assert_int_equal(counters_of(point)->packets, count);
	return count;
}

static void an_interface_not_watched_is_a_reason(void **state)
{
	struct buf msg = {0}, frame = {0};

	(void)state;
	answer(&msg, 3);
	packet_build(&frame, &(struct frame){.family = 4}, msg.data, msg.length);
	maps->control->ifindex[0] = 0;
	maps->control->ifindex[1] = 0;
	run_xdp(&frame);
	run_tc(ifindex[0], DIRECTION_RX, &frame);
	run_tc(ifindex[1], DIRECTION_TX, &frame);
	assert_int_equal(unknown(point_of(0, DIRECTION_RX)), 2);
	assert_int_equal(unknown(point_of(0, DIRECTION_TX)), 1);
	assert_int_equal(all_packets(), 3);
	/* One that comes back has another index. */
	maps->control->ifindex[0] = ifindex[1];
	run_tc(ifindex[1], DIRECTION_TX, &frame);
	assert_int_equal(responses(point_of(0, DIRECTION_TX), 3), 1);
	assert_int_equal(all_packets(), 4);
	buf_free(&msg);
	buf_free(&frame);
}

/* As a bond's, whose packets come by its ports: whatever interface they name, they are of its own. */
static void a_program_of_its_own_needs_no_index(void **state)
{
	struct buf msg = {0}, frame = {0};

	(void)state;
	assert_true(bpf_maps_xdp_program_of(maps, 0) == bpf_maps_xdp_program(maps));
	/* By the loopback, which is the first of the three; tagged, so that the slow path counts some. */
	for (uint32_t i = 1; i < INTERFACES; i++)
		for (uint32_t tags = 0; tags < 2; tags++) {
			answer(&msg, 16 + i);
			packet_build(&frame, &(struct frame){.vlans = tags}, msg.data, msg.length);
			run(bpf_maps_xdp_program_of(maps, i), NULL, 0, &frame);
			assert_int_equal(responses(point_of(i, DIRECTION_RX), 16 + i), tags + 1);
		}
	maps->control->ifindex[0] = 0;
	run(bpf_maps_xdp_program_of(maps, 1), NULL, 0, &frame);
	assert_int_equal(counters_of(point_of(1, DIRECTION_RX))->packets, 3);
	assert_int_equal(all_packets(), 5);
	buf_free(&msg);
	buf_free(&frame);
}

/* One segment of a stream to @client. */
static void segment(struct buf *frame, uint16_t client, unsigned int flags, uint32_t sequence,
		    const uint8_t *bytes, size_t length)
{
	packet_build(frame,
		     &(struct frame){.l4 = L4_TCP,
				     .source_port = 53,
				     .destination_port = client,
				     .sequence = sequence,
				     .tcp_flags = OVERRIDE(flags)},
		     bytes, length);
}

/* What is forwarded passes two interfaces, at each of which it is a stream by itself. */
static void a_stream_is_followed_at_each_interface(void **state)
{
	const uint32_t in = point_of(1, DIRECTION_RX), out = point_of(2, DIRECTION_TX);
	struct buf msg = {0}, stream = {0}, frame = {0};

	(void)state;
	answer(&msg, 23);
	stream_message(&stream, &msg);
	segment(&frame, 40001, TCP_SYN | TCP_ACK, 99, NULL, 0);
	run_tc(ifindex[1], DIRECTION_RX, &frame);
	run_tc(ifindex[2], DIRECTION_TX, &frame);
	for (size_t at = 0; at < stream.length; at++) {
		segment(&frame, 40001, TCP_ACK, 100 + (uint32_t)at, stream.data + at, 1);
		run_tc(ifindex[1], DIRECTION_RX, &frame);
		run_tc(ifindex[2], DIRECTION_TX, &frame);
	}
	assert_int_equal(responses(in, 23), 1);
	assert_int_equal(responses(out, 23), 1);
	assert_int_equal(counters_of(in)->outcome[OUTCOME_RESPONSE], 1);
	assert_int_equal(counters_of(in)->packets, 1 + stream.length);
	assert_int_equal(all_packets(), 2 * (1 + stream.length));
	buf_free(&msg);
	buf_free(&stream);
	buf_free(&frame);
}

/* The message under way counts where it was seen, whichever stream takes the place of its own. */
static void an_evicted_message_counts_at_its_own_interface(void **state)
{
	const uint32_t victim = point_of(2, DIRECTION_TX), other = point_of(0, DIRECTION_RX);
	const uint32_t third = point_of(1, DIRECTION_RX);
	struct buf msg = {0}, stream = {0}, frame = {0};
	const struct pkt_counters *counters = counters_of(victim);

	(void)state;
	answer(&msg, 23); /* 7 until the OPT has come */
	stream_message(&stream, &msg);
	segment(&frame, 40001, TCP_SYN | TCP_ACK, 99, NULL, 0);
	run_tc(ifindex[2], DIRECTION_TX, &frame);
	segment(&frame, 40001, TCP_ACK, 100, stream.data, stream.length - 11);
	run_tc(ifindex[2], DIRECTION_TX, &frame);
	assert_int_equal(responses(victim, 7), 0);
	for (uint16_t client = 1; client <= FLOW_WAYS; client++) {
		/* With data: streams that have only shaken hands give way to one another. */
		for (unsigned int data = 0; data < 2; data++) {
			if (data)
				segment(&frame, client, TCP_ACK, 100, stream.data,
					stream.length - 11);
			else
				segment(&frame, client, TCP_SYN | TCP_ACK, 99, NULL, 0);
			if (client % 2)
				run_tc(ifindex[1], DIRECTION_RX, &frame);
			else
				run_xdp(&frame);
		}
	}
	assert_int_equal(responses(victim, 7), 1);
	assert_int_equal(counters->incomplete[INCOMPLETE_OPT_BEYOND_SEGMENT], 1);
	assert_int_equal(counters->qtype[TYPE_A], 1);
	assert_int_equal(responses(other, 7) + responses(third, 7), 0);
	/* The room was made for a stream at another interface. */
	assert_int_equal(
		counters_of(other)->tcp[TCP_EVICTED] + counters_of(third)->tcp[TCP_EVICTED], 1);
	buf_free(&msg);
	buf_free(&stream);
	buf_free(&frame);
}

/* By itself and not through a shell, which may have an ip of its own that knows less. */
static int add_veth(void)
{
	static const char *const arguments[] = {"ip",   "link", "add",  "one", "type",
						"veth", "peer", "name", "two", NULL};
	int status, err;
	pid_t child;

	err = posix_spawnp(&child, arguments[0], NULL, NULL, (char *const *)(uintptr_t)arguments,
			   environ);
	if (err)
		return -err;
	if (waitpid(child, &status, 0) < 0)
		return -errno;
	return status == 0 ? 0 : -EIO;
}

static int enter_namespace(void **state)
{
	if (stay_on_first_cpu(state) < 0 || unshare(CLONE_NEWNET) < 0) {
		print_error("no network namespace: %s\n", strerror(errno));
		return -1;
	}
	if (add_veth() < 0) {
		print_error("ip could not make a pair of veth devices\n");
		return -1;
	}
	ifindex[0] = if_nametoindex("lo");
	ifindex[1] = if_nametoindex("one");
	ifindex[2] = if_nametoindex("two");
	return ifindex[0] && ifindex[1] && ifindex[2] ? 0 : -1;
}

#define WITH_MAPS(test) cmocka_unit_test_setup_teardown(test, load, unload)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_MAPS(each_interface_and_direction_has_its_own_counters),
		WITH_MAPS(an_interface_not_watched_is_a_reason),
		WITH_MAPS(a_program_of_its_own_needs_no_index),
		WITH_MAPS(a_stream_is_followed_at_each_interface),
		WITH_MAPS(an_evicted_message_counts_at_its_own_interface),
	};

	return cmocka_run_group_tests(tests, enter_namespace, NULL);
}
