// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The loaded programs, by BPF_PROG_TEST_RUN, along every stream scenario: after each frame they have
 * counted exactly what the host's build of the same parser has, which tests/unit/test_tcp.c holds
 * against the expectations. What a scenario leaves behind in the table of flows stays for the next.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/pkt_cls.h>
#include <stdlib.h>
#include <string.h>

#include "expected.h"
#include "host_super.h"
#include "load_maps.h"
#include "loader/bpf_maps.h"
#include "loader/bpf_programs.h"
#include "one_cpu.h"
#include "loader/read_maps.h"
#include "same_counts.h"
#include "streams.h"
#include "streams_flood.h"

/* Ethernet, IPv4 and TCP headers: the least that drivers leave in the linear part. */
#define LINEAR 54u

struct attached_program {
	const char *name;
	bool xdp;
	uint32_t point, verdict;
	uint32_t linear;  /* bytes in the linear part of a packet; 0: all */
	uint32_t buckets; /* of the table of streams; 0: one, as the scenarios want it */
};

struct fixture {
	struct attached_program program;
	int fd;
	struct bpf_maps maps;
	struct read_maps source;
	struct snapshot_set now;
	struct hook_config config;
	struct host_store *host;
	size_t ran;
};

static void *must_alloc(size_t size)
{
	void *memory = aligned_alloc(64, (size + 63) / 64 * 64);

	assert_non_null(memory);
	memset(memory, 0, size);
	return memory;
}

static struct fixture *open_fixture(const struct attached_program *program)
{
	const struct bpf_wants wants = {
		.xdp = program->xdp, .tc = {!program->xdp, !program->xdp}, .memory_max = 64u << 20};
	struct fixture *f = must_alloc(sizeof(*f));

	f->program = *program;
	f->config = expected_config();
	if (program->buckets)
		f->config.flow_buckets = program->buckets;
	/* Each of the two programs of tc has its point. */
	f->config.point[0][DIRECTION_RX] = 0;
	f->config.point[0][DIRECTION_TX] = 1;
	assert_int_equal(load_maps(&f->maps, &f->config, &wants), 0);
	assert_int_equal(read_maps_open(&f->source, &f->maps), 0);
	assert_int_equal(snapshot_set_init(&f->now, f->config.points), 0);
	f->fd = program->xdp ? bpf_maps_xdp_program(&f->maps)
			     : bpf_maps_tc_program(&f->maps,
						   program->point ? DIRECTION_TX : DIRECTION_RX);
	f->host = must_alloc(sizeof(*f->host));
	return f;
}

static void close_fixture(struct fixture *f)
{
	host_store_free(f->host);
	free(f->host);
	snapshot_set_free(&f->now);
	read_maps_close(&f->source);
	bpf_maps_close(&f->maps);
	free(f);
}

/* Run a frame through the program. 0, or what the test run says. */
static int run_frame(const struct attached_program *program, int fd,
		     const struct scenario_frame *frame)
{
	struct __sk_buff skb = {
		.gso_size = frame->gso_size,
		.gso_segs = frame->gso_segments,
		.data_end = program->linear < frame->length ? program->linear : 0,
	};
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame->bytes,
		    .data_size_in = (__u32)frame->length, .repeat = 1);
	int err;

	if (!program->xdp) {
		options.ctx_in = &skb;
		options.ctx_size_in = sizeof(skb);
	}
	err = bpf_prog_test_run_opts(fd, &options);
	/* It never harms: every packet is passed on. */
	if (!err)
		assert_int_equal(options.retval, program->verdict);
	return err;
}

static const struct pkt_counters *kernel_counters(const struct fixture *f)
{
	static struct pkt_counters now;

	now = f->maps.pkt_counters[counters_index(0, f->config.points, f->program.point,
						  f->source.epoch & 1)];
	counters_spread(&now);
	return &now;
}

static void run_and_compare(struct fixture *f, const struct scenario *s, size_t index)
{
	const struct scenario_frame *frame = &s->frame[index];

	assert_int_equal(run_frame(&f->program, f->fd, frame), 0);
	f->ran++;
	host_count_super(f->host, &f->config, frame->bytes, (uint32_t)frame->length,
			 frame->gso_size);
	if (memcmp(kernel_counters(f), &f->host->counts.counters, COUNTED_SIZE)) {
		struct snapshot *got = must_alloc(sizeof(*got));

		got->counters = *kernel_counters(f);
		fail_msg("%s, %s, frame %zu: kernel against host: %s", f->program.name, s->name,
			 index, expected_difference(&f->host->counts, got, false));
	}
}

/*
 * Rare values and texts lie in hash tables. Taking a snapshot flips the epoch: once more to go on in
 * the first set.
 */
static void compare_tables(struct fixture *f, const struct scenario *s)
{
	const char *difference;

	assert_int_equal(read_maps_snapshot(&f->source, &f->now), 0);
	assert_int_equal(read_maps_snapshot(&f->source, &f->now), 0);
	difference = expected_difference(&f->host->counts, &f->now.point[f->program.point], true);
	if (difference)
		fail_msg("%s, %s: kernel against host: %s", f->program.name, s->name, difference);
}

static void walk_scenarios(const struct attached_program *program)
{
	struct fixture *f = open_fixture(program);
	const struct scenario *scenarios;
	size_t count, rares = 0;

	scenarios = stream_scenarios(&count);
	for (size_t i = 0; i < count; i++) {
		if (program->xdp && scenarios[i].super_packets)
			continue;
		for (size_t j = 0; j < scenarios[i].frames; j++)
			run_and_compare(f, &scenarios[i], j);
		if (f->host->counts.rare_count != rares)
			compare_tables(f, &scenarios[i]);
		rares = f->host->counts.rare_count;
	}
	compare_tables(f, &scenarios[count - 1]);
	print_message("%s: %zu frames\n", program->name, f->ran);
	/* Fewer would mean that the scenarios were not run. */
	assert_true(f->ran > 10000);
	close_fixture(f);
}

static void xdp_follows_streams_as_the_host(void **state)
{
	(void)state;
	walk_scenarios(&(struct attached_program){.name = "XDP", .xdp = true, .verdict = XDP_PASS});
}

static void tc_ingress_follows_streams_as_the_host(void **state)
{
	(void)state;
	walk_scenarios(&(struct attached_program){.name = "tc ingress",
						  .verdict = (uint32_t)TC_ACT_UNSPEC});
}

static void tc_egress_follows_streams_as_the_host(void **state)
{
	(void)state;
	walk_scenarios(&(struct attached_program){
		.name = "tc egress", .point = 1, .verdict = (uint32_t)TC_ACT_UNSPEC});
}

/* Payload outside of the linear part, as a sender's TCP has it. Kernels before 6.19 cannot make it
 * in a test run; tests/net sends such packets. */
static void tc_reads_what_is_not_linear(void **state)
{
	const struct attached_program program = {.name = "tc egress, not linear",
						 .point = 1,
						 .verdict = (uint32_t)TC_ACT_UNSPEC,
						 .linear = LINEAR};
	const struct scenario *scenarios;
	struct fixture *f;
	size_t count;
	int err;

	(void)state;
	scenarios = stream_scenarios(&count);
	f = open_fixture(&program);
	err = run_frame(&program, f->fd, &scenarios[0].frame[1]);
	close_fixture(f);
	if (err == -EINVAL) {
		print_message("this kernel's test runs make linear packets only\n");
		return;
	}
	walk_scenarios(&program);
}

/* tests/unit/test_tcp.c says what the host must have counted. */
static void a_flood_counts_as_on_the_host(void **state)
{
	const struct attached_program program = {
		.name = "XDP, flood", .xdp = true, .verdict = XDP_PASS, .buckets = FLOW_BUCKETS};
	struct fixture *f = open_fixture(&program);
	const struct scenario *s = stream_flood();

	(void)state;
	for (size_t i = 0; i < s->frames; i++)
		run_and_compare(f, s, i);
	compare_tables(f, s);
	close_fixture(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xdp_follows_streams_as_the_host),
		cmocka_unit_test(tc_ingress_follows_streams_as_the_host),
		cmocka_unit_test(tc_egress_follows_streams_as_the_host),
		cmocka_unit_test(tc_reads_what_is_not_linear),
		cmocka_unit_test(a_flood_counts_as_on_the_host),
	};

	return cmocka_run_group_tests(tests, stay_on_first_cpu, NULL);
}
