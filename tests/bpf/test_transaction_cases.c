// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The loaded programs count each case of txn_cases.h as what it is, by XDP with tc and by tc alone, with and without locks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/bpf.h>
#include <string.h>
#include <unistd.h>

#include "expected_lists.h"
#include "load_maps.h"
#include "loader/bpf_maps.h"
#include "loader/bpf_programs.h"
#include "loader/read_maps.h"
#include "one_cpu.h"
#include "report/names.h"
#include "txn_cases.h"

#define BUCKETS   8192u
#define TIMEOUT_S 3u /* longer than a case takes on an emulated machine */

struct fixture {
	struct bpf_maps maps;
	struct hook_config config;
	bool xdp;
	uint64_t want[DIRECTION_COUNT][TXN_EVENT_COUNT];
};

static void open_fixture(struct fixture *f, bool xdp, bool locks)
{
	const struct bpf_wants wants = {.xdp = xdp, .tc = {!xdp, true}, .memory_max = 64u << 20};

	memset(f, 0, sizeof(*f));
	f->xdp = xdp;
	f->config = expected_lists_config();
	f->config.point[0][DIRECTION_RX] = 0;
	f->config.point[0][DIRECTION_TX] = 1;
	f->config.txn_buckets = BUCKETS;
	f->config.txn_timeout = TXN_UNITS(TIMEOUT_S);
	f->config.txn_locks = locks ? TXN_LOCKS : 0;
	assert_int_equal(load_maps(&f->maps, &f->config, &wants), 0);
	f->config = f->maps.config;
	f->maps.txn_control->every = 1;
}

static void run_frame(const struct fixture *f, const struct buf *frame, enum direction direction)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame->data,
		    .data_size_in = (__u32)frame->length, .repeat = 1);
	int fd = f->xdp && direction == DIRECTION_RX ? bpf_maps_xdp_program(&f->maps)
						     : bpf_maps_tc_program(&f->maps, direction);

	assert_int_equal(bpf_prog_test_run_opts(fd, &options), 0);
}

static void hold(const struct fixture *f, const struct txn_case_run *run, unsigned int variant)
{
	for (size_t d = 0; d < DIRECTION_COUNT; d++) {
		__u32 index = counters_index(0, f->config.points, (__u32)d, 0);
		const __u64 *got = f->maps.pkt_counters[index].txn;

		for (size_t i = 0; i < TXN_EVENT_COUNT; i++)
			if (got[i] != f->want[d][i])
				fail_msg("%s: step %u, variant %u: %s, %s: want %llu, got %llu",
					 run->of->name, run->at + 1, variant, direction_names[d],
					 txn_event_names[i], (unsigned long long)f->want[d][i],
					 got[i]);
	}
}

static void play(bool xdp, bool locks)
{
	static struct fixture f;

	open_fixture(&f, xdp, locks);
	for (size_t i = 0; i < txn_case_count; i++) {
		struct txn_case_run run = {.of = &txn_cases[i]};
		const struct txn_case_step *step;

		for (; (step = txn_case_now(&run)); run.at++) {
			/* Other pauses are for clocks that a test can set. */
			if (step->after_ms == TXN_CASE_LATER)
				usleep(TIMEOUT_S * 1000000 + 50000);
			for (unsigned int v = 0; v < TXN_CASE_VARIANTS; v++) {
				txn_case_frames(&run, v);
				for (unsigned int n = 0; n < run.frames.count; n++)
					run_frame(&f, &run.frames.frame[n], run.frames.direction);
				for (int e = 0; e < TXN_CASE_EVENTS && step->is[e]; e++)
					f.want[run.frames.direction][step->is[e] - 1]++;
				hold(&f, &run, v);
			}
		}
		txn_case_free(&run);
	}
	bpf_maps_close(&f.maps);
}

static void by_tc(void **state)
{
	(void)state;
	play(false, false);
}

static void by_xdp_and_tc(void **state)
{
	(void)state;
	play(true, false);
}

static void by_tc_with_locks(void **state)
{
	(void)state;
	play(false, true);
}

static void by_xdp_and_tc_with_locks(void **state)
{
	(void)state;
	play(true, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_tc),
		cmocka_unit_test(by_xdp_and_tc),
		cmocka_unit_test(by_tc_with_locks),
		cmocka_unit_test(by_xdp_and_tc_with_locks),
	};

	return cmocka_run_group_tests(tests, stay_on_first_cpu, NULL);
}
