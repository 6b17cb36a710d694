// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Transactions on the host: random queries and responses against a model that has no table, by the fast path and by the
 * slow path; a table that is too small; bins of response times.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "dialogue.h"
#include "expected_lists.h"
#include "message.h"
#include "packet.h"
#include "parser/host_store.h"
#include "report/names.h"

#define STEPS   40000u
#define BUCKETS (1u << 15) /* so many that no query takes the place of another one's answer */
#define TIMEOUT INT64_C(1000000000)

static struct hook_config config(uint32_t buckets)
{
	struct hook_config c = expected_lists_config();

	c.txn_buckets = buckets;
	c.txn_timeout = (uint32_t)(TIMEOUT >> TXN_UNIT_SHIFT);
	return c;
}

static void take(struct host_store *store, const struct hook_config *c, const struct dialogue *d)
{
	store->direction = d->direction;
	store->now_ns = d->now_ns;
	host_count(store, c, HOST_LINK_ETHERNET, d->frame.data, (uint32_t)d->frame.length, 0);
}

/* A store for each direction has the table of both. */
static void share_table(struct host_store store[DIRECTION_COUNT], enum direction from)
{
	struct host_store *to = &store[!from];

	to->txn_buckets = store[from].txn_buckets;
	to->txn_notes = store[from].txn_notes;
	to->txn_times = store[from].txn_times;
}

static void hold(const struct dialogue *d, const struct host_store *store, const char *path,
		 size_t step)
{
	for (int direction = 0; direction < DIRECTION_COUNT; direction++)
		for (size_t i = 0; i < TXN_EVENT_COUNT; i++)
			if (d->count[direction][i] != store[direction].counts.counters.txn[i])
				fail_msg("%s path, step %zu, %s, %s: %s: want %llu, got %llu", path,
					 step, d->what, direction_names[d->direction],
					 txn_event_names[i],
					 (unsigned long long)d->count[direction][i],
					 (unsigned long long)store[direction]
						 .counts.counters.txn[i]);
}

static void run(bool slow, uint64_t seed)
{
	static struct host_store store[DIRECTION_COUNT];
	struct hook_config c = config(BUCKETS);
	struct dialogue d = {.random = seed, .timeout_ns = TIMEOUT};

	memset(store, 0, sizeof(store));
	for (int i = 0; i < DIRECTION_COUNT; i++)
		store[i].slow_path = slow;
	for (size_t step = 0; step < STEPS; step++) {
		dialogue_step(&d);
		take(&store[d.direction], &c, &d);
		share_table(store, d.direction);
		hold(&d, store, slow ? "slow" : "fast", step);
	}
	assert_int_equal(store[0].error, 0);
	if (!slow) /* else nothing was tested */
		assert_true(store[0].counts.counters.slow_path < STEPS / 3);
	for (size_t i = 0; i < TXN_EVICTED; i++)
		if (i != TXN_QUERY_CONTENDED && i != TXN_RESPONSE_CONTENDED &&
		    i != TXN_BEFORE_START)
			assert_true(store[0].counts.counters.txn[i] > 20);
	memset(&store[1].txn_buckets, 0, sizeof(store[1].txn_buckets));
	store[1].txn_notes = NULL;
	store[1].txn_times = NULL;
	host_store_free(&store[0]);
	host_store_free(&store[1]);
	dialogue_free(&d);
}

static void model_by_the_fast_path(void **state)
{
	(void)state;
	run(false, 0x243f6a8885a308d3);
	run(false, 0x13198a2e03707344);
}

static void model_by_the_slow_path(void **state)
{
	(void)state;
	run(true, 0xa4093822299f31d0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(model_by_the_fast_path),
		cmocka_unit_test(model_by_the_slow_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
