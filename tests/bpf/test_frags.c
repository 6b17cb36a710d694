// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The XDP program on frames of several buffers, by BPF_PROG_TEST_RUN: it counts what the host's
 * build of the parser counts and what the frames were made to say. That these frames do end before
 * what is looked for is seen from the same program loaded without frags, which finds them cut.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "expected.h"
#include "parser/host_store.h"
#include "netdev/kernel_probe.h"
#include "load_maps.h"
#include "loader/bpf_maps.h"
#include "loader/bpf_programs.h"
#include "mix_jumbo.h"
#include "report/names.h"
#include "one_cpu.h"
#include "loader/read_maps.h"
#include "same_counts.h"
#include "streams.h"
#include "packet.h"

#define SHORTEST ETHERNET /* what a test run takes at least */

struct fixture {
	struct bpf_maps maps;
	struct read_maps source;
	struct snapshot_set now;
	struct hook_config config;
	struct host_store host;
	struct snapshot want;
	int fd;
	size_t ran;
};

static struct kernel_facts kernel;

static void *must_alloc(size_t size)
{
	void *memory = aligned_alloc(64, (size + 63) / 64 * 64);

	assert_non_null(memory);
	memset(memory, 0, size);
	return memory;
}

static struct fixture *open_fixture(bool frags)
{
	const struct bpf_wants wants = {.xdp = true, .memory_max = 64u << 20};
	struct fixture *f = must_alloc(sizeof(*f));

	f->config = expected_config();
	f->config.xdp_frags = frags;
	assert_int_equal(load_maps(&f->maps, &f->config, &wants), 0);
	assert_int_equal(read_maps_open(&f->source, &f->maps), 0);
	assert_int_equal(snapshot_set_init(&f->now, f->config.points), 0);
	f->fd = bpf_maps_xdp_program(&f->maps);
	return f;
}

static void close_fixture(struct fixture *f)
{
	host_store_free(&f->host);
	snapshot_free(&f->want);
	snapshot_set_free(&f->now);
	read_maps_close(&f->source);
	bpf_maps_close(&f->maps);
	free(f);
}

static const struct pkt_counters *kernel_counters(const struct fixture *f)
{
	static struct pkt_counters now;

	now = f->maps.pkt_counters[counters_index(0, f->config.points, 0, f->source.epoch & 1)];
	counters_spread(&now);
	return &now;
}

/* @linear: bytes in the first buffer, where the kernel lets them be chosen; 0: its own choice. */
static int run_frame(struct fixture *f, const uint8_t *bytes, size_t length, size_t linear)
{
	struct xdp_md md = {.data_end = (__u32)linear};
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = bytes, .data_size_in = (__u32)length,
		    .repeat = 1);
	int err;

	if (linear) {
		options.ctx_in = &md;
		options.ctx_size_in = sizeof(md);
	}
	err = bpf_prog_test_run_opts(f->fd, &options);
	if (err)
		return err;
	assert_int_equal(options.retval, XDP_PASS);
	f->ran++;
	return 0;
}

static void run_and_compare(struct fixture *f, const char *name, const uint8_t *bytes,
			    size_t length, size_t linear)
{
	struct snapshot *got;

	assert_int_equal(run_frame(f, bytes, length, linear), 0);
	host_count(&f->host, &f->config, HOST_LINK_ETHERNET, bytes, (uint32_t)length, 0);
	if (!memcmp(kernel_counters(f), &f->host.counts.counters, COUNTED_SIZE))
		return;
	got = must_alloc(sizeof(*got));
	got->counters = *kernel_counters(f);
	fail_msg("%s, %zu bytes, %zu in the first buffer: kernel against host: %s", name, length,
		 linear, expected_difference(&f->host.counts, got, false));
}

/* With all that lies in hash tables, and the texts. */
static void compare_tables(struct fixture *f)
{
	const char *difference;

	assert_int_equal(read_maps_snapshot(&f->source, &f->now), 0);
	difference = expected_difference(&f->host.counts, &f->now.point[0], true);
	if (difference)
		fail_msg("kernel against host: %s", difference);
}

static void need_frags(void)
{
	if (kernel.xdp_frags != TRISTATE_YES)
		print_message("Linux %s has no XDP programs with frags\n", kernel.release);
	else if (kernel.page_size != 4096)
		print_message("the frames are made for pages of 4096 bytes, not of %ld\n",
			      kernel.page_size);
	else
		return;
	skip();
}

/*
 * May a test run say where the first buffer ends? 6.18 lets it, and some older kernels have that
 * too. Asked of the program without frags, which then sees no more than the Ethernet header.
 */
static void need_choice(void)
{
	const struct packet_case *response = packet_case("udp4-data");
	struct fixture *f = open_fixture(false);
	int err = run_frame(f, response->bytes, response->length, SHORTEST);
	bool cut = kernel_counters(f)->outcome[PKT_UNPARSED(UNPARSED_TRUNCATED_FRAME)] == 1;

	close_fixture(f);
	if (!err && cut)
		return;
	print_message("Linux %s does not let a test run say where a buffer ends\n", kernel.release);
	skip();
}

static void jumbo_frames_are_counted(void **state)
{
	const char *difference;
	struct fixture *f;
	struct mix mix;

	(void)state;
	need_frags();
	f = open_fixture(true);
	mix_build(&mix, MIX_JUMBO, 1, NULL);
	for (size_t i = 0; i < mix.count; i++) {
		const struct mix_packet *packet = &mix.packet[i];

		run_and_compare(f, "jumbo", packet->bytes, packet->length, 0);
		expected_add(&f->want, &packet->expect);
	}
	compare_tables(f);
	assert_int_equal(f->now.point[0].counters.tcp[TCP_GAP], 0);
	/* Not a thing that the frames say. */
	memset(f->now.point[0].counters.tcp, 0, sizeof(f->now.point[0].counters.tcp));
	difference = expected_difference(&f->want, &f->now.point[0], false);
	if (difference)
		fail_msg("kernel against what was made: %s", difference);
	assert_true(f->ran > 500);
	mix_free(&mix);
	close_fixture(f);
}

/* They are cut: what is longer than the first buffer belies its IP length. */
static void without_frags_they_end_early(void **state)
{
	struct fixture *f;
	struct mix mix;
	uint64_t cut = 0;

	(void)state;
	need_frags();
	f = open_fixture(false);
	mix_build(&mix, MIX_JUMBO, 1, NULL);
	for (size_t i = 0; i < mix.count; i++) {
		const struct mix_packet *packet = &mix.packet[i];

		assert_int_equal(run_frame(f, packet->bytes, packet->length, 0), 0);
		cut += packet->length > JUMBO_FIRST_BUFFER;
		assert_int_equal(kernel_counters(f)->outcome[PKT_UNPARSED(UNPARSED_BAD_IP_HEADER)],
				 cut);
		assert_int_equal(kernel_counters(f)->packets, i + 1);
	}
	assert_true(cut > 400 && cut < mix.count);
	mix_free(&mix);
	close_fixture(f);
}

/* Nothing that is read needs to be in the first buffer, or in one buffer. */
static void cases_are_counted_wherever_the_buffer_ends(void **state)
{
	const struct packet_case *cases;
	struct fixture *f;
	size_t count;

	(void)state;
	need_frags();
	need_choice();
	f = open_fixture(true);
	cases = packet_cases(&count);
	for (size_t i = 0; i < count; i++)
		for (size_t linear = SHORTEST; linear < cases[i].length; linear++)
			run_and_compare(f, cases[i].name, cases[i].bytes, cases[i].length, linear);
	compare_tables(f);
	print_message("%zu frames run\n", f->ran);
	close_fixture(f);
}

static void streams_are_followed_wherever_the_buffer_ends(void **state)
{
	const struct scenario *scenarios;
	struct fixture *f;
	size_t count;

	(void)state;
	need_frags();
	need_choice();
	f = open_fixture(true);
	scenarios = stream_scenarios(&count);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < scenarios[i].frames && !scenarios[i].super_packets; j++) {
			const struct scenario_frame *frame = &scenarios[i].frame[j];
			size_t room = frame->length - SHORTEST, linear = SHORTEST;

			/* Any, but every run the same. */
			if (room)
				linear += (i * 31 + j * 7) % room;
			run_and_compare(f, scenarios[i].name, frame->bytes, frame->length, linear);
		}
	compare_tables(f);
	print_message("%zu frames run\n", f->ran);
	assert_true(f->ran > 10000);
	close_fixture(f);
}

static int prepare(void **state)
{
	kernel_read(&kernel);
	return stay_on_first_cpu(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jumbo_frames_are_counted),
		cmocka_unit_test(without_frags_they_end_early),
		cmocka_unit_test(cases_are_counted_wherever_the_buffer_ends),
		cmocka_unit_test(streams_are_followed_wherever_the_buffer_ends),
	};

	return cmocka_run_group_tests(tests, prepare, NULL);
}
