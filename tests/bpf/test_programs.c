// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The loaded programs, by BPF_PROG_TEST_RUN: for every case, whole and cut at every length, each
 * program counts exactly what the host's build of the same parser counts, which test_parser holds
 * against the expectations.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/pkt_cls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "expected.h"
#include "parser/host_store.h"
#include "load_maps.h"
#include "loader/bpf_maps.h"
#include "loader/bpf_programs.h"
#include "one_cpu.h"
#include "loader/read_maps.h"
#include "tunnels.h"
#include "packet.h"

/*
 * BPF_PROG_TEST_RUN takes no frame shorter than an Ethernet header, and no tc frame that is only
 * that or, on newer kernels, that ends within its IP header.
 */
#define SHORTEST_XDP  ETHERNET
#define SHORTEST_TC   15u
#define ACCEPTED_FROM (ETHERNET + 40u)
/* It takes about a page, less head and tail room. */
#define ACCEPTED_TO 3500u

struct attached_program {
	const char *name;
	int fd;
	uint32_t point, verdict, shortest;
	struct host_store *host;
	size_t ran, refused;
	size_t rares; /* rare values when the tables were last compared */
};

struct fixture {
	struct bpf_maps maps;
	struct read_maps source;
	struct snapshot_set now;
	struct hook_config config;
};

/* One point per program, so that each is compared on its own. */
static struct hook_config one_point_each(void)
{
	struct hook_config config = expected_config();

	config.point[0][DIRECTION_RX] = 0;
	config.point[0][DIRECTION_TX] = 1;
	return config;
}

static void *must_alloc(size_t size)
{
	void *memory = aligned_alloc(64, (size + 63) / 64 * 64);

	assert_non_null(memory);
	memset(memory, 0, size);
	return memory;
}

static void open_maps(struct fixture *f, bool is_xdp, uint32_t decap)
{
	/* Only what is tested: an emulated machine takes seconds to verify a program. */
	const struct bpf_wants wants = {
		.xdp = is_xdp,
		.tc = {!is_xdp, !is_xdp},
		.memory_max = 64u << 20,
	};

	f->config = one_point_each();
	f->config.decap = decap;
	assert_int_equal(load_maps(&f->maps, &f->config, &wants), 0);
	assert_int_equal(read_maps_open(&f->source, &f->maps), 0);
	assert_int_equal(snapshot_set_init(&f->now, f->config.points), 0);
}

static void close_maps(struct fixture *f)
{
	snapshot_set_free(&f->now);
	read_maps_close(&f->source);
	bpf_maps_close(&f->maps);
}

/* False if the test run does not take a frame of this size. */
static bool run_once(struct attached_program *p, const void *frame, size_t length)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = (__u32)length,
		    .repeat = 1);
	int err;

	if (length < p->shortest)
		return false;
	err = bpf_prog_test_run_opts(p->fd, &options);
	if (err == -EINVAL && (length < ACCEPTED_FROM || length > ACCEPTED_TO)) {
		p->refused++;
		return false;
	}
	assert_int_equal(err, 0);
	/* It never harms: every packet is passed on. */
	assert_int_equal(options.retval, p->verdict);
	p->ran++;
	return true;
}

static const struct pkt_counters *kernel_counters(const struct fixture *f,
						  const struct attached_program *p, __u32 cpu)
{
	static struct pkt_counters now;

	now = f->maps.pkt_counters[counters_index(cpu, f->config.points, p->point,
						  f->source.epoch & 1)];
	counters_spread(&now);
	return &now;
}

static void run_and_compare(struct fixture *f, struct attached_program *p,
			    const struct packet_case *c, size_t length)
{
	/* A copy of just this size: reading past it is seen by a sanitizer. */
	uint8_t *frame = malloc(length ? length : 1);

	assert_non_null(frame);
	memcpy(frame, c->bytes, length);
	if (run_once(p, frame, length)) {
		host_count(p->host, &f->config, HOST_LINK_ETHERNET, frame, (uint32_t)length, 0);
		if (memcmp(kernel_counters(f, p, 0), &p->host->counts.counters,
			   sizeof(struct pkt_counters))) {
			struct snapshot *got = must_alloc(sizeof(*got));

			got->counters = *kernel_counters(f, p, 0);
			fail_msg("%s, %s, first %zu bytes: kernel against host: %s", p->name,
				 c->name, length,
				 expected_difference(&p->host->counts, got, false));
		}
	} else if (length == c->length)
		print_message("%s: %s (%zu bytes) is outside of what a test run takes\n", p->name,
			      c->name, length);
	free(frame);
}

/*
 * Rare values and texts, which lie in hash tables, are compared when there are new ones. Taking a
 * snapshot waits for a grace period and flips the epoch: once more to go on in the first set.
 */
static void compare_tables(struct fixture *f, struct attached_program *p,
			   const struct packet_case *c)
{
	const char *difference;

	assert_int_equal(read_maps_snapshot(&f->source, &f->now), 0);
	assert_int_equal(read_maps_snapshot(&f->source, &f->now), 0);
	p->rares = p->host->counts.rare_count;
	difference = expected_difference(&p->host->counts, &f->now.point[p->point], true);
	if (difference)
		fail_msg("%s, %s: kernel against host: %s", p->name, c->name, difference);
}

static struct fixture *open_program(struct attached_program *p, uint32_t decap)
{
	struct fixture *f = must_alloc(sizeof(*f));
	bool is_xdp = p->point == 0 && p->verdict == XDP_PASS;

	open_maps(f, is_xdp, decap);
	if (is_xdp)
		p->fd = bpf_maps_xdp_program(&f->maps);
	else
		p->fd = bpf_maps_tc_program(&f->maps, p->point ? DIRECTION_TX : DIRECTION_RX);
	p->host = must_alloc(sizeof(*p->host));
	return f;
}

static void close_program(struct fixture *f, struct attached_program *p)
{
	print_message("%s: %zu frames run, %zu refused by the test run\n", p->name, p->ran,
		      p->refused);
	host_store_free(p->host);
	free(p->host);
	close_maps(f);
	free(f);
}

static void walk_cases(struct attached_program *p, bool cut)
{
	struct fixture *f = open_program(p, 0);
	const struct packet_case *cases;
	size_t count;

	cases = packet_cases(&count);
	for (size_t i = 0; i < count; i++) {
		for (size_t length = cut ? 0 : cases[i].length; length <= cases[i].length; length++)
			run_and_compare(f, p, &cases[i], length);
		if (!cut && p->host->counts.rare_count != p->rares)
			compare_tables(f, p, &cases[i]);
	}
	compare_tables(f, p, &cases[count - 1]);
	assert_true(p->ran > count / 2);
	close_program(f, p);
}

/* Every case in every tunnel, and one of them cut at every length. */
static void walk_tunnels(struct attached_program *p)
{
	struct fixture *f = open_program(p, DECAP_ALL);
	const struct packet_case *cases;
	struct buf frame = {0};
	size_t count;

	cases = packet_cases(&count);
	for (size_t i = 0; i < count; i++) {
		run_and_compare(f, p, &cases[i], cases[i].length);
		for (enum tunnel tunnel = 0; tunnel < TUNNELS; tunnel++) {
			struct packet_case wrapped = cases[i];

			if (!tunnel_wrap(&frame, tunnel, i % 2 ? 4 : 6, cases[i].bytes,
					 cases[i].length))
				continue;
			wrapped.bytes = frame.data;
			wrapped.length = frame.length;
			for (size_t length = i < 2 ? 0 : frame.length; length <= frame.length;
			     length++)
				run_and_compare(f, p, &wrapped, length);
		}
	}
	compare_tables(f, p, &cases[count - 1]);
	assert_true(p->ran > count * 5);
	buf_free(&frame);
	close_program(f, p);
}

static struct attached_program xdp(void)
{
	return (struct attached_program){
		.name = "XDP", .verdict = XDP_PASS, .shortest = SHORTEST_XDP};
}

static struct attached_program tc(uint32_t point)
{
	return (struct attached_program){.name = point ? "tc egress" : "tc ingress",
					 .point = point,
					 .verdict = (uint32_t)TC_ACT_UNSPEC,
					 .shortest = SHORTEST_TC};
}

static void xdp_counts_as_the_host(void **state)
{
	struct attached_program p = xdp();

	(void)state;
	walk_cases(&p, false);
}

static void tc_ingress_counts_as_the_host(void **state)
{
	struct attached_program p = tc(0);

	(void)state;
	walk_cases(&p, false);
}

static void tc_egress_counts_as_the_host(void **state)
{
	struct attached_program p = tc(1);

	(void)state;
	walk_cases(&p, false);
}

static void xdp_counts_cut_packets_as_the_host(void **state)
{
	struct attached_program p = xdp();

	(void)state;
	walk_cases(&p, true);
}

static void tc_counts_cut_packets_as_the_host(void **state)
{
	struct attached_program p = tc(1);

	(void)state;
	walk_cases(&p, true);
}

static void xdp_looks_into_tunnels_as_the_host(void **state)
{
	struct attached_program p = xdp();

	(void)state;
	walk_tunnels(&p);
}

static void tc_looks_into_tunnels_as_the_host(void **state)
{
	struct attached_program p = tc(0);

	(void)state;
	walk_tunnels(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xdp_counts_as_the_host),
		cmocka_unit_test(tc_ingress_counts_as_the_host),
		cmocka_unit_test(tc_egress_counts_as_the_host),
		cmocka_unit_test(xdp_counts_cut_packets_as_the_host),
		cmocka_unit_test(tc_counts_cut_packets_as_the_host),
		cmocka_unit_test(xdp_looks_into_tunnels_as_the_host),
		cmocka_unit_test(tc_looks_into_tunnels_as_the_host),
	};

	return cmocka_run_group_tests(tests, stay_on_first_cpu, NULL);
}
