// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Lists that the loaded programs make, by BPF_PROG_TEST_RUN: after all cases their rows are the host's,
 * octet by octet, which test_lists of the unit tests holds against the expectations; and so they are
 * where tables are so small that most arrivals find no room.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "expected_lists.h"
#include "parser/host_store.h"
#include "load_maps.h"
#include "loader/bpf_maps.h"
#include "loader/bpf_programs.h"
#include "one_cpu.h"
#include "loader/read_maps.h"
#include "packet.h"

/* What every kernel's test run takes. */
#define SHORTEST (ETHERNET + 40u)
#define LONGEST  3500u

#define MEMORY_MAX (64u << 20)
#define KEEP       20000u /* all rows */

/* Where most cases have the first letter of the name asked for: Ethernet, IPv4, UDP, DNS, length. */
#define LETTER (ETHERNET + 20u + 8u + 12u + 1u)

struct fixture {
	struct hook_config config;
	struct suffixes suffixes;
	struct bpf_maps maps;
	struct read_maps source;
	struct snapshot_set now;
	struct host_store host;
	struct hook_config host_config; /* with tables of one CPU */
	struct top_lists host_lists[2];
};

struct test_hook {
	bool xdp;
	enum direction direction; /* of tc */
	size_t memory;            /* for tables of a CPU; 0: what they want */
	bool by_default;          /* what is listed; else everything */
};

static int open_maps(struct fixture *f, const struct test_hook *hook, size_t memory)
{
	const struct bpf_wants wants = {
		.xdp = hook->xdp, .tc = {!hook->xdp, !hook->xdp}, .memory_max = memory};

	return load_maps(&f->maps, &f->config, &wants);
}

static struct fixture *fixture_open(const struct test_hook *hook)
{
	struct fixture *f = aligned_alloc(64, (sizeof(*f) + 63) / 64 * 64);

	assert_non_null(f);
	memset(f, 0, sizeof(*f));
	f->config = hook->by_default ? expected_lists_default() : expected_lists_config();
	expected_suffixes(&f->suffixes, &f->config);
	assert_int_equal(open_maps(f, hook, MEMORY_MAX), 0);
	if (hook->memory) {
		size_t memory = f->maps.memory - top_sizes_memory(&f->maps.top_sizes) +
				f->maps.cpus.online * hook->memory;

		bpf_maps_close(&f->maps);
		assert_int_equal(open_maps(f, hook, memory), 0);
	}
	memcpy(f->maps.suffixes, f->suffixes.places, f->config.suffixes * sizeof(__u64));
	assert_int_equal(read_maps_open(&f->source, &f->maps), 0);
	assert_int_equal(snapshot_set_init(&f->now, f->config.points), 0);
	for (size_t i = 0; i < 2; i++)
		f->now.top[i].keep = f->host_lists[i].keep = KEEP;

	f->host_config = f->maps.config;
	top_tables_place(&f->host_config);
	f->host.suffixes = f->suffixes.places;
	return f;
}

static void fixture_close(struct fixture *f)
{
	for (size_t i = 0; i < 2; i++)
		top_lists_free(&f->host_lists[i]);
	host_store_free(&f->host);
	snapshot_set_free(&f->now);
	read_maps_close(&f->source);
	bpf_maps_close(&f->maps);
	suffixes_free(&f->suffixes);
	free(f);
}

/* In each round, many of the names have another letter. */
static void run_cases(struct fixture *f, const struct test_hook *hook, size_t rounds)
{
	int fd = hook->xdp ? bpf_maps_xdp_program(&f->maps)
			   : bpf_maps_tc_program(&f->maps, hook->direction);
	const struct packet_case *cases;
	size_t count;

	cases = packet_cases(&count);
	for (size_t i = 0; i < count * rounds; i++) {
		const struct packet_case *c = &cases[i % count];
		uint8_t frame[LONGEST];
		LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame,
			    .data_size_in = (__u32)c->length, .repeat = 1);

		if (c->length < SHORTEST || c->length > LONGEST)
			continue;
		memcpy(frame, c->bytes, c->length);
		if (c->length > LETTER)
			frame[LETTER] = (uint8_t)(frame[LETTER] + i / count);
		assert_int_equal(bpf_prog_test_run_opts(fd, &options), 0);
		host_count(&f->host, &f->host_config, HOST_LINK_ETHERNET, frame,
			   (uint32_t)c->length, (uint32_t)c->length);
	}
}

static void compare(const struct top_list *kernel, const struct top_list *host, const char *what)
{
	if (kernel->total != host->total || kernel->absent_high != host->absent_high ||
	    kernel->count != host->count)
		fail_msg("%s: %zu rows of %llu, absent %llu; on the host %zu of %llu, absent %llu",
			 what, kernel->count, (unsigned long long)kernel->total,
			 (unsigned long long)kernel->absent_high, host->count,
			 (unsigned long long)host->total, (unsigned long long)host->absent_high);
	for (size_t i = 0; i < host->count; i++)
		assert_memory_equal(&kernel->rows[i], &host->rows[i], sizeof(host->rows[i]));
}

/* Gives how many responses are in no row of names. */
static uint64_t read_and_compare(struct fixture *f, uint32_t point)
{
	static const char *const names[TOP_DIMENSIONS] = {"zones", "names", "servers", "clients"};
	const struct top_source source = {
		.tables = &f->host.top, .config = &f->host_config, .cpus = 1};
	const struct pkt_counters *counters = &f->host.counts.counters;
	struct top_totals totals[2] = {{0}, {0}};

	/* The host knows one point only. */
	totals[0] = top_totals_of(&f->host_config, counters);
	assert_int_equal(top_read(&source, totals, f->host_lists), 0);
	assert_int_equal(read_maps_snapshot(&f->source, &f->now), 0);
	assert_int_equal(f->now.point[point].counters.unlisted, counters->unlisted);
	assert_int_equal(f->now.point[point].counters.offending, counters->offending);
	for (int d = 0; d < TOP_DIMENSIONS; d++)
		compare(&f->now.top[point].list[d], &f->host_lists[0].list[d], names[d]);
	compare(&f->now.top[point].nodata_zones, &f->host_lists[0].nodata_zones, "NODATA by zone");
	return top_list_rest(&f->host_lists[0].list[TOP_NAME],
			     f->host_lists[0].list[TOP_NAME].count)
		.count;
}

static void lists_are_the_hosts(const struct test_hook *hook, size_t rounds)
{
	struct fixture *f = fixture_open(hook);
	uint64_t rest;

	run_cases(f, hook, rounds);
	rest = read_and_compare(f, 0);
	print_message("%zu zones, %zu names, %llu responses in no row of names\n",
		      f->host_lists[0].list[TOP_ZONE].count, f->host_lists[0].list[TOP_NAME].count,
		      (unsigned long long)rest);
	assert_int_equal(f->host_lists[0].nodata_zones.count > 0, hook->by_default);
	/* Either all have their row, or many have none. */
	assert_true(hook->memory ? rest > 500 : f->host_lists[0].list[TOP_NAME].count > 50);
	fixture_close(f);
}

static void tc_lists_as_the_host(void **state)
{
	(void)state;
	lists_are_the_hosts(&(struct test_hook){.direction = DIRECTION_RX}, 1);
}

static void xdp_lists_by_default_as_the_host(void **state)
{
	(void)state;
	lists_are_the_hosts(&(struct test_hook){.xdp = true, .by_default = true}, 1);
}

/* The same numbers are drawn on both sides, so that the same ways have to go. */
static void small_tables_are_the_hosts(void **state)
{
	(void)state;
	lists_are_the_hosts(&(struct test_hook){.xdp = true, .memory = 80u << 10}, 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tc_lists_as_the_host),
		cmocka_unit_test(xdp_lists_by_default_as_the_host),
		cmocka_unit_test(small_tables_are_the_hosts),
	};

	return cmocka_run_group_tests(tests, stay_on_first_cpu, NULL);
}
