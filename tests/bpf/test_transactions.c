// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The loaded programs match random queries and responses as the host does, which test_txn holds against a model, and
 * write the notes that the host writes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/bpf.h>
#include <linux/pkt_cls.h>
#include <stdlib.h>
#include <string.h>

#include "dialogue.h"
#include "expected_lists.h"
#include "load_maps.h"
#include "loader/bpf_maps.h"
#include "loader/bpf_programs.h"
#include "loader/read_maps.h"
#include "one_cpu.h"
#include "parser/host_store.h"
#include "report/names.h"
#include "util/clock.h"

#define STEPS   20000u
#define BUCKETS 8192u

struct fixture {
	struct bpf_maps maps;
	struct hook_config config;
	struct host_store host[DIRECTION_COUNT];
	struct dialogue d;
};

static void open_fixture(struct fixture *f, bool xdp, bool locks)
{
	const struct bpf_wants wants = {.xdp = xdp, .tc = {!xdp, true}, .memory_max = 64u << 20};

	memset(f, 0, sizeof(*f));
	f->config = expected_lists_config();
	f->config.point[0][DIRECTION_RX] = 0;
	f->config.point[0][DIRECTION_TX] = 1;
	f->config.txn_buckets = BUCKETS;
	f->config.txn_timeout = TXN_UNITS(TXN_TIMEOUT_MAX_S);
	f->config.txn_locks = locks ? TXN_LOCKS : 0;
	assert_int_equal(load_maps(&f->maps, &f->config, &wants), 0);
	f->config = f->maps.config;
	f->maps.txn_control->every = 1;
	f->d.random = 0x9e3779b97f4a7c15;
}

static void close_fixture(struct fixture *f)
{
	f->host[1].txn_buckets = NULL;
	f->host[1].txn_details = NULL;
	f->host[1].txn_times = NULL;
	host_store_free(&f->host[0]);
	host_store_free(&f->host[1]);
	dialogue_free(&f->d);
	bpf_maps_close(&f->maps);
}

static void run_frame(const struct fixture *f, bool xdp)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = f->d.frame.data,
		    .data_size_in = (__u32)f->d.frame.length, .repeat = 1);
	int fd = xdp && f->d.direction == DIRECTION_RX
			 ? bpf_maps_xdp_program(&f->maps)
			 : bpf_maps_tc_program(&f->maps, f->d.direction);

	assert_int_equal(bpf_prog_test_run_opts(fd, &options), 0);
}

/* Both directions of the host have one table. */
static void count_on_host(struct fixture *f)
{
	struct host_store *store = &f->host[f->d.direction], *other = &f->host[!f->d.direction];

	store->direction = f->d.direction;
	store->point = (__u32)f->d.direction;
	store->now_ns = INT64_C(1000000000000);
	host_count(store, &f->config, HOST_LINK_ETHERNET, f->d.frame.data,
		   (uint32_t)f->d.frame.length, 0);
	other->txn_buckets = store->txn_buckets;
	other->txn_details = store->txn_details;
	other->txn_times = store->txn_times;
}

static void compare(const struct fixture *f, size_t step)
{
	__u32 index = counters_index(0, f->config.points, (__u32)f->d.direction, 0);
	const __u64 *kernel = f->maps.pkt_counters[index].txn,
		    *host = f->host[f->d.direction].counts.counters.txn;

	for (size_t i = 0; i < TXN_EVENT_COUNT; i++)
		if (kernel[i] != host[i])
			fail_msg("step %zu, %s, %s: %s: host %llu, kernel %llu", step, f->d.what,
				 direction_names[f->d.direction], txn_event_names[i], host[i],
				 kernel[i]);
}

/* A note but for how long the response took, which the host has no clock for. */
static struct txn_note timeless(const struct txn_note *of)
{
	struct txn_note note = *of;

	note.response &= 0xff;
	return note;
}

/* But for the time, the tables are equal, and so are the notes. */
static void compare_tables(const struct fixture *f)
{
	const __u64 key = ~(TXN_TIME_MASK << TXN_TIME_SHIFT);
	size_t waiting = 0;

	for (__u32 bucket = 0; bucket < BUCKETS; bucket++)
		for (__u32 way = 1; way <= TXN_WAYS; way++) {
			__u64 kernel = f->maps.txn_buckets[bucket].word[way] & key,
			      host = f->host[0].txn_buckets[bucket].word[way] & key;
			size_t at = (size_t)bucket * (1 + TXN_WAYS) + way;
			struct txn_note of_kernel = timeless(&f->maps.txn_details[at]),
					of_host = timeless(&f->host[0].txn_details[at]);

			assert_int_equal(kernel, host);
			assert_memory_equal(&of_kernel, &of_host, sizeof(of_host));
			waiting += !!(host & TXN_PENDING);
		}
	assert_int_equal(waiting, dialogue_waiting(&f->d, TXN_CLIENTS) +
					  dialogue_waiting(&f->d, TXN_UPSTREAM));
}

/* Of notes that are still there, what they say of responses is what the packets were, and no time is longer than the test. */
static void compare_responses(const struct fixture *f, uint64_t longest)
{
	uint64_t seen[TXN_RESULT_COUNT] = {0}, all = 0, sent = 0, timed = 0;

	for (size_t at = 0; at < BUCKETS * (1 + TXN_WAYS); at++) {
		__u64 word = f->maps.txn_buckets[at / (1 + TXN_WAYS)].word[at % (1 + TXN_WAYS)];
		__u32 response = f->maps.txn_details[at].response;

		if (!response)
			continue;
		assert_true(word & TXN_ANSWER && at >= BUCKETS / 2 * (1 + TXN_WAYS));
		assert_true(TXN_RESPONSE_RESULT(response) < TXN_RESULT_COUNT);
		assert_true(TXN_RESPONSE_UNITS(response) <= longest);
		seen[TXN_RESPONSE_RESULT(response)]++;
		if (txn_is_timed(word, TXN_UPSTREAM))
			timed += TXN_RESPONSE_UNITS(response) > 0;
		all++;
	}
	for (size_t i = 0; i < TXN_RESULT_COUNT; i++) {
		uint64_t said = f->d.server[0].result[i] + f->d.server[1].result[i];

		assert_in_range(seen[i], 1, said);
		sent += said;
	}
	assert_in_range(all, sent / 2, sent);
	assert_true(timed > all / 2);
}

static void run(bool xdp, bool locks)
{
	static struct fixture f;
	uint64_t timed = 0, answered;
	int64_t begun;

	open_fixture(&f, xdp, locks);
	begun = clock_mono_ns();
	for (size_t step = 0; step < STEPS; step++) {
		dialogue_step(&f.d);
		run_frame(&f, xdp);
		count_on_host(&f);
		compare(&f, step);
	}
	compare_tables(&f);
	/* To a tick, of which the slowest kernels have 100 in a second. */
	compare_responses(&f,
			  (uint64_t)(clock_mono_ns() - begun + 10 * NS_PER_MS) >> TXN_UNIT_SHIFT);
	/* All were timed, but for those of upstream that were sent again. */
	answered = f.d.count[DIRECTION_RX][TXN_ANSWERED] + f.d.count[DIRECTION_TX][TXN_ANSWERED];
	for (size_t i = 0; i < TXN_SIDES * TRANSPORT_COUNT * 2; i++)
		for (size_t bin = 0; bin < TXN_BINS; bin++)
			timed += ((const struct txn_times *)f.maps.txn_histograms[0].times)[i]
					 .bin[bin];
	assert_int_equal(timed, answered - f.d.count[DIRECTION_RX][TXN_AMBIGUOUS]);
	close_fixture(&f);
}

static void tc_matches_as_the_host(void **state)
{
	(void)state;
	run(false, false);
}

static void xdp_with_tc_matches_as_the_host(void **state)
{
	(void)state;
	run(true, false);
}

static void tc_with_locks_matches_as_the_host(void **state)
{
	(void)state;
	run(false, true);
}

static void xdp_with_tc_and_locks_matches_as_the_host(void **state)
{
	(void)state;
	run(true, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tc_matches_as_the_host),
		cmocka_unit_test(xdp_with_tc_matches_as_the_host),
		cmocka_unit_test(tc_with_locks_matches_as_the_host),
		cmocka_unit_test(xdp_with_tc_and_locks_matches_as_the_host),
	};

	return cmocka_run_group_tests(tests, stay_on_first_cpu, NULL);
}
