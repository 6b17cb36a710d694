// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Sweeps of a table that is made by hand: what a process that ends at any point has swept, and a sweep that comes too late. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "expected_lists.h"
#include "parser/host_store.h"
#include "parser/txn_table.h"
#include "util/clock.h"

#define BUCKETS 128u
#define TIMEOUT 10
#define WRAP_NS ((int64_t)(TXN_TIME_MASK + 1) << TXN_UNIT_SHIFT)

struct made {
	struct hook_config config;
	struct txn_bucket bucket[BUCKETS];
	struct txn_note note[BUCKETS * (1 + TXN_WAYS)];
	struct host_store names;
	struct txn_swept swept;
	struct txn_counts counts;
	struct txn_table table;
};

static struct made *make(void)
{
	struct made *made = aligned_alloc(64, (sizeof(*made) + 63) / 64 * 64);

	assert_non_null(made);
	memset(made, 0, sizeof(*made));
	made->config = expected_lists_config();
	made->config.txn_buckets = BUCKETS;
	made->config.txn_timeout = TXN_UNITS(TIMEOUT);
	made->table = (struct txn_table){.bucket = made->bucket,
					 .note = made->note,
					 .config = &made->config,
					 .names = &made->names,
					 .swept = &made->swept};
	assert_int_equal(txn_counts_init(&made->counts), 0);
	return made;
}

static void unmake(struct made *made)
{
	txn_counts_free(&made->counts);
	host_store_free(&made->names);
	free(made);
}

/* A query that waits since @at_ns. */
static __u64 word_of(int64_t at_ns)
{
	return ((__u64)at_ns >> TXN_UNIT_SHIFT & TXN_TIME_MASK) << TXN_TIME_SHIFT | TXN_PENDING;
}

/* Entry 3 of bucket 100, which is upstream's. */
#define AT (100 * (1 + TXN_WAYS) + 3)

static void an_end_between_any_two_stores(void **state)
{
	struct made *made = make();
	struct txn_swept *swept = &made->swept, saved;
	__u64 *word = &made->bucket[100].word[3];
	const __u64 value = word_of(NS_PER_S);

	(void)state;
	/* Before the swap: its query still waits, for the next sweep. */
	*word = value;
	txn_swept_begin(swept, &made->config, AT, value);
	txn_swept_resume(swept, &made->config, made->bucket);
	assert_int_equal(swept->count[TXN_UPSTREAM], 0);
	assert_int_equal(swept->at, 0);
	/* After it. */
	txn_swept_begin(swept, &made->config, AT, value);
	*word = value & ~TXN_PENDING;
	txn_swept_resume(swept, &made->config, made->bucket);
	assert_int_equal(swept->count[TXN_UPSTREAM], 1);
	/* Another query has come to its place meanwhile. */
	txn_swept_begin(swept, &made->config, AT, value);
	*word = word_of(2 * NS_PER_S);
	txn_swept_resume(swept, &made->config, made->bucket);
	assert_int_equal(swept->count[TXN_UPSTREAM], 2);
	/* Once it has been counted. */
	txn_swept_begin(swept, &made->config, AT, value);
	*word = value & ~TXN_PENDING;
	saved = *swept;
	txn_swept_end(swept, &made->config, true);
	swept->at = saved.at;
	txn_swept_resume(swept, &made->config, made->bucket);
	assert_int_equal(swept->count[TXN_UPSTREAM], 3);
	/* Between two of them, and of a state that somebody has written to. */
	txn_swept_resume(swept, &made->config, made->bucket);
	swept->at = 1u << 30;
	txn_swept_resume(swept, &made->config, made->bucket);
	assert_int_equal(swept->count[TXN_UPSTREAM], 3);
	assert_int_equal(swept->count[TXN_CLIENTS], 0);
	unmake(made);
}

static void each_side_has_its_own(void **state)
{
	const int64_t now = 100 * NS_PER_S;
	struct made *made = make();

	(void)state;
	made->bucket[1].word[1] = word_of(now - 11 * NS_PER_S);
	made->bucket[63].word[7] = word_of(now - 12 * NS_PER_S);
	made->bucket[64].word[1] = word_of(now - 13 * NS_PER_S);
	made->bucket[64].word[2] = word_of(now - 9 * NS_PER_S);
	made->bucket[64].word[0] = word_of(now - 12 * NS_PER_S); /* of a spill */
	assert_int_equal(txn_table_sweep(&made->table, now, NS_PER_S, &made->counts), 0);
	assert_int_equal(made->swept.count[TXN_CLIENTS], 2);
	assert_int_equal(made->swept.count[TXN_UPSTREAM], 1);
	assert_int_equal(made->counts.side[TXN_CLIENTS].unanswered, 2);
	assert_int_equal(made->counts.side[TXN_UPSTREAM].unanswered, 1);
	assert_int_equal(made->counts.side[TXN_UPSTREAM].outstanding, 1);
	assert_false(made->counts.uncertain);
	unmake(made);
}

static int64_t clock_ns;

static int64_t clock_300ms_later(void)
{
	return 100 * NS_PER_S + 300 * NS_PER_MS;
}

/* Each time it is read, three seconds have gone. */
static int64_t clock_that_runs_away(void)
{
	return clock_ns += 3 * NS_PER_S;
}

/* The thread that sweeps gets no CPU for seconds, before it begins and in between: what came meanwhile is not old. */
static void a_sweep_that_takes_seconds(void **state)
{
	const int64_t now = 100 * NS_PER_S;
	const int64_t later[] = {now + 1, now + NS_PER_S, now + 2 * NS_PER_S, now + 5 * NS_PER_S};
	struct made *made = make();

	(void)state;
	made->bucket[0].word[1] = word_of(now - 9 * NS_PER_S);
	made->bucket[0].word[2] = word_of(now - 11 * NS_PER_S);
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		made->bucket[1].word[1 + i] = word_of(later[i]);
	clock_ns = now;
	made->table.clock = clock_that_runs_away;
	assert_int_equal(txn_table_sweep(&made->table, now, NS_PER_S, &made->counts), 0);
	assert_int_equal(made->swept.count[TXN_CLIENTS], 1);
	assert_false(made->bucket[0].word[2] & TXN_PENDING);
	assert_int_equal(made->counts.side[TXN_CLIENTS].outstanding, 5);
	assert_false(made->counts.uncertain);
	unmake(made);
}

/* After a halt all that waits is swept, however old it seems, but not what came while the halt ended. */
static void a_sweep_that_comes_too_late(void **state)
{
	const int64_t now = 100 * NS_PER_S, ms = NS_PER_MS;
	struct made *made = make();

	(void)state;
	for (int round = 0; round < 2; round++) {
		const int64_t came[] = {now - 30 * ms, now - 4 * NS_PER_S, now - 16 * NS_PER_S,
					now - 17 * NS_PER_S, now - WRAP_NS + 500 * ms};
		const int64_t later[] = {now - 10 * ms, now, now + 200 * ms};
		bool late = round == 1;

		memset(made->bucket, 0, sizeof(made->bucket));
		memset(&made->swept, 0, sizeof(made->swept));
		for (size_t i = 0; i < sizeof(came) / sizeof(came[0]); i++)
			made->bucket[i].word[1] = word_of(came[i]);
		for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
			made->bucket[i].word[2] = word_of(later[i]);
		made->table.clock = clock_300ms_later;
		txn_counts_clear(&made->counts);
		assert_int_equal(txn_table_sweep(&made->table, now,
						 late ? 8 * NS_PER_S : 4 * NS_PER_S, &made->counts),
				 0);
		assert_int_equal(made->counts.uncertain, late);
		/* That of 17 s ago looks as if it had come just now. In time it is those of more than 10 s. */
		assert_int_equal(made->swept.count[TXN_CLIENTS], late ? 4 : 2);
		for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
			assert_true(made->bucket[i].word[2] & TXN_PENDING);
	}
	unmake(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_end_between_any_two_stores),
		cmocka_unit_test(each_side_has_its_own),
		cmocka_unit_test(a_sweep_that_takes_seconds),
		cmocka_unit_test(a_sweep_that_comes_too_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
