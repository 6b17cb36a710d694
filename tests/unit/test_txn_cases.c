// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* On the host, by the fast path and by the slow path: each case of txn_cases.h is counted as what it is, and so are its times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "expected_lists.h"
#include "parser/host_store.h"
#include "report/names.h"
#include "txn_cases.h"

#define BUCKETS 8192u
#define TIMEOUT INT64_C(1000000000)
#define MS      INT64_C(1000000)

struct sums {
	uint64_t event[DIRECTION_COUNT][TXN_EVENT_COUNT];
	uint64_t timed[TXN_SIDES], time_ms[TXN_SIDES];
};

/* Of the step at hand, what must be counted. */
static void expect(const struct txn_case_run *run, struct sums *want, uint64_t more_ms[TXN_SIDES])
{
	const struct txn_case_step *step = txn_case_now(run);
	enum txn_side side = run->frames.side;
	uint64_t timed = 0;

	for (int i = 0; i < TXN_CASE_EVENTS && step->is[i]; i++) {
		want->event[run->frames.direction][step->is[i] - 1]++;
		timed += step->is[i] - 1 == TXN_ANSWERED;
		if (step->is[i] - 1 == TXN_AMBIGUOUS && side == TXN_UPSTREAM)
			timed = 0;
	}
	more_ms[side] += step->took_ms;
	if (step->more)
		return;
	want->timed[side] += timed;
	want->time_ms[side] += timed ? more_ms[side] : 0;
	more_ms[side] = 0;
}

static void hold(const struct txn_case_run *run, unsigned int variant, const struct sums *want,
		 const struct host_store store[DIRECTION_COUNT])
{
	for (size_t d = 0; d < DIRECTION_COUNT; d++)
		for (size_t i = 0; i < TXN_EVENT_COUNT; i++)
			if (want->event[d][i] != store[d].counts.counters.txn[i])
				fail_msg("%s: step %u, variant %u: %s, %s: want %llu, got %llu",
					 run->of->name, run->at + 1, variant, direction_names[d],
					 txn_event_names[i], (unsigned long long)want->event[d][i],
					 (unsigned long long)store[d].counts.counters.txn[i]);
	for (size_t side = 0; side < TXN_SIDES; side++) {
		const struct txn_times *times =
			(const struct txn_times *)store[0].txn_times->times + side * 4;
		uint64_t timed = 0, units = 0, ms = want->time_ms[side];

		for (size_t i = 0; i < TRANSPORT_COUNT * 2; i++) {
			units += times[i].sum;
			for (size_t bin = 0; bin < TXN_BINS; bin++)
				timed += times[i].bin[bin];
		}
		if (timed != want->timed[side])
			fail_msg("%s: step %u, variant %u: %llu timed, not %llu", run->of->name,
				 run->at + 1, variant, (unsigned long long)timed,
				 (unsigned long long)want->timed[side]);
		/* Two ends of each are rounded to units. */
		if (llabs((long long)(units << TXN_UNIT_SHIFT) - (long long)ms * MS) >
		    (long long)timed << TXN_UNIT_SHIFT)
			fail_msg("%s: step %u, variant %u: took %llu ns in all, not %llu ms",
				 run->of->name, run->at + 1, variant,
				 (unsigned long long)units << TXN_UNIT_SHIFT,
				 (unsigned long long)ms);
	}
}

static void play(bool slow)
{
	static struct host_store store[DIRECTION_COUNT];
	struct hook_config config = expected_lists_config();
	struct sums want = {0};
	int64_t now = 1000 * TIMEOUT;

	config.txn_buckets = BUCKETS;
	config.txn_timeout = (uint32_t)(TIMEOUT >> TXN_UNIT_SHIFT);
	memset(store, 0, sizeof(store));
	assert_int_equal(host_share_transactions(&store[0], &store[1], &config), 0);
	for (size_t i = 0; i < DIRECTION_COUNT; i++) {
		store[i].slow_path = slow;
		store[i].direction = (enum direction)i;
	}
	for (size_t i = 0; i < txn_case_count; i++) {
		struct txn_case_run run = {.of = &txn_cases[i]};
		uint64_t more_ms[TXN_CASE_VARIANTS][TXN_SIDES] = {0};
		const struct txn_case_step *step;

		for (; (step = txn_case_now(&run)); run.at++) {
			now += step->after_ms == TXN_CASE_LATER ? TIMEOUT + MS
								: step->after_ms * MS;
			for (unsigned int v = 0; v < TXN_CASE_VARIANTS; v++) {
				txn_case_frames(&run, v);
				for (unsigned int f = 0; f < run.frames.count; f++) {
					struct host_store *to = &store[run.frames.direction];

					to->now_ns = now;
					host_count(to, &config, HOST_LINK_ETHERNET,
						   run.frames.frame[f].data,
						   (uint32_t)run.frames.frame[f].length, 0);
				}
				expect(&run, &want, more_ms[v]);
				hold(&run, v, &want, store);
			}
		}
		assert_true(run.at > 1);
		txn_case_free(&run);
	}
	assert_int_equal(store[0].error | store[1].error, 0);
	host_store_free(&store[1]);
	host_store_free(&store[0]);
}

static void by_the_fast_path(void **state)
{
	(void)state;
	play(false);
}

static void by_the_slow_path(void **state)
{
	(void)state;
	play(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_the_fast_path),
		cmocka_unit_test(by_the_slow_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
