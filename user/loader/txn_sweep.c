// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/txn_sweep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/programs_wait.h"
#include "parser/host_store.h"
#include "parser/txn_table.h"
#include "util/clock.h"
#include "util/log.h"

/* So many new queries a second, and a precise clock for each would cost too much. */
#define TIMED_ALL_RATE 20000u
#define TIMED_EVERY    8u

int txn_sweep_open(struct txn_sweep *sweep, struct bpf_maps *maps)
{
	const struct hook_config *config = &maps->config;
	int err;

	*sweep = (struct txn_sweep){0};
	if (!config->txn_buckets)
		return 0;
	err = txn_counts_init(&sweep->now);
	sweep->names = calloc(1, sizeof(*sweep->names));
	if (!err && !sweep->names)
		err = -ENOMEM;
	if (err) {
		log_error("cannot set up reading of transactions: %s", strerror(-err));
		free(sweep->names);
		return err;
	}
	sweep->names->suffixes = maps->suffixes;
	for (__u32 i = 0; i < config->interfaces; i++)
		for (__u32 d = 0; d < DIRECTION_COUNT; d++)
			if (config->point[i][d] != UNASSIGNED)
				sweep->direction[config->point[i][d]] = (enum direction)d;
	sweep->maps = maps;
	sweep->swept = maps->txn_swept ? maps->txn_swept : &sweep->own;
	/* Where the table is an earlier run's, that had not ended its start, or had. */
	if (!maps->resumed)
		maps->txn_control->settling = 1;
	maps->txn_control->every = 1;
	sweep->now.every = 1;
	/* Of a table that was never swept nothing is older than this. */
	sweep->swept_ns = maps->resumed ? maps->txn_control->swept_ns : clock_mono_ns();
	return 0;
}

void txn_sweep_close(struct txn_sweep *sweep)
{
	if (!sweep->maps)
		return;
	txn_counts_free(&sweep->now);
	host_store_free(sweep->names);
	free(sweep->names);
	*sweep = (struct txn_sweep){0};
}

/* What has begun to wait, and what has ended it, without what was swept. */
static void count_waiting(struct txn_sweep *sweep, __u32 point, const __u64 before[TXN_EVENT_COUNT],
			  const __u64 now[TXN_EVENT_COUNT])
{
	static const enum txn_event events[] = {TXN_NEW, TXN_ANSWERED, TXN_EVICTED, TXN_EXPIRED};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		enum txn_event event = events[i];
		enum txn_side side = txn_event_side(event, sweep->direction[point]);
		int64_t count = (int64_t)(now[event] - before[event]);

		sweep->waiting[side] += event == TXN_NEW ? count : -count;
	}
}

/* Responses that may be to queries of the table before. */
static void count_unmatched(struct txn_sweep *sweep, __u32 point,
			    const __u64 before[TXN_EVENT_COUNT], const __u64 now[TXN_EVENT_COUNT])
{
	enum txn_side side = txn_event_side(TXN_BEFORE_START, sweep->direction[point]);

	sweep->unmatched[side] += now[TXN_BEFORE_START] - before[TXN_BEFORE_START];
}

void txn_sweep_resume(struct txn_sweep *sweep, const struct snapshot_set left[2],
		      const struct txn_before *before)
{
	static const __u64 none[TXN_EVENT_COUNT];

	if (!sweep->maps)
		return;
	txn_swept_resume(sweep->swept, &sweep->maps->config, sweep->maps->txn_buckets);
	for (int set = 0; set < 2; set++)
		for (__u32 point = 0; point < left[set].points; point++)
			count_waiting(sweep, point, none, left[set].point[point].counters.txn);
	for (size_t s = 0; s < TXN_SIDES; s++) {
		sweep->waiting[s] -= (int64_t)sweep->swept->count[s];
		sweep->now.side[s].unanswered += before->missed[s] + sweep->swept->count[s];
		sweep->waited[s] = before->waited[s];
	}
	sweep->waited_until_ns = before->until_ns;
	sweep->before = before->table;
}

void txn_sweep_unreported(struct txn_sweep *sweep, __u32 point,
			  const __u64 reported[TXN_EVENT_COUNT],
			  const __u64 counted[TXN_EVENT_COUNT])
{
	/* What waits of it is in the table before, and in txn_before.waited. */
	if (sweep->maps)
		txn_counts_add_events(&sweep->now, sweep->direction[point], reported, counted);
}

static void claim(const struct txn_sweep *sweep, enum txn_sweeping words)
{
	if (sweep->maps && sweep->maps->config.txn_locks)
		__atomic_store_n(&sweep->maps->txn_control->sweeping, words, __ATOMIC_SEQ_CST);
}

void txn_sweep_claim(struct txn_sweep *sweep)
{
	claim(sweep, TXN_SWEEPS_OLD);
}

void txn_sweep_begin(struct txn_sweep *sweep)
{
	if (sweep->maps && sweep->given)
		txn_counts_clear(&sweep->now);
	sweep->given = true;
}

void txn_sweep_point(struct txn_sweep *sweep, __u32 point, const struct pkt_counters *before,
		     const struct pkt_counters *now)
{
	if (!sweep->maps)
		return;
	txn_counts_add_events(&sweep->now, sweep->direction[point], before->txn, now->txn);
	count_waiting(sweep, point, before->txn, now->txn);
	count_unmatched(sweep, point, before->txn, now->txn);
}

/* At high rates not every query is timed by the precise clock. */
static void choose_timed(struct txn_sweep *sweep, int64_t elapsed_ns)
{
	uint64_t begun = sweep->now.side[TXN_CLIENTS].event[TXN_NEW] +
			 sweep->now.side[TXN_UPSTREAM].event[TXN_NEW];
	double rate = elapsed_ns > 0 ? (double)begun / clock_seconds(elapsed_ns) : 0;

	__atomic_store_n(&sweep->maps->txn_control->every, rate > TIMED_ALL_RATE ? TIMED_EVERY : 1,
			 __ATOMIC_RELAXED);
}

/* The timeout of what waited in the table before is over. Its notes tell servers and zones only if nothing of it can have been answered. */
static int end_waited(struct txn_sweep *sweep, int64_t flipped_ns)
{
	__u64 unanswered[TXN_SIDES];
	int err = 0;

	for (size_t s = 0; s < TXN_SIDES; s++)
		unanswered[s] = sweep->now.side[s].unanswered + sweep->waited[s];
	if (!sweep->any_unmatched)
		err = kept_txn_sweep(sweep->before, &sweep->maps->config, sweep->names,
				     sweep->maps->clock_ahead_ns, flipped_ns, &sweep->now);
	for (size_t s = 0; s < TXN_SIDES; s++) {
		sweep->now.side[s].unanswered = unanswered[s];
		sweep->waited[s] = 0;
	}
	kept_txn_close(sweep->before);
	return err;
}

/*
 * What waited in the table before: a response that matches nothing in this one is taken for one to such a query, as long as there are
 * any. 0 or -ENOMEM.
 */
static int see_waited(struct txn_sweep *sweep, int64_t flipped_ns)
{
	bool any = false;

	for (size_t s = 0; s < TXN_SIDES; s++) {
		__u64 unmatched = sweep->unmatched[s];

		any |= sweep->waited[s] != 0;
		sweep->any_unmatched |= unmatched && sweep->waited[s];
		sweep->waited[s] -= unmatched < sweep->waited[s] ? unmatched : sweep->waited[s];
		sweep->unmatched[s] = 0;
	}
	if (!any)
		return 0;
	sweep->now.uncertain = true;
	return flipped_ns >= sweep->waited_until_ns ? end_waited(sweep, flipped_ns) : 0;
}

/* Sweep @table up to @flipped_ns. 0 or -ENOMEM. */
static int sweep_table(struct txn_sweep *sweep, const struct txn_table *table, int64_t flipped_ns)
{
	const struct txn_swept before = *sweep->swept;
	int err = see_waited(sweep, flipped_ns);

	if (!err)
		err = txn_table_sweep(table, flipped_ns, flipped_ns - sweep->swept_ns, &sweep->now);

	for (size_t s = 0; s < TXN_SIDES; s++) {
		sweep->waiting[s] -= (int64_t)(sweep->swept->count[s] - before.count[s]);
		sweep->now.side[s].outstanding =
			sweep->waited[s] +
			(sweep->waiting[s] > 0 ? (uint64_t)sweep->waiting[s] : 0);
	}
	return err;
}

/* Sweep @table, with what that takes where programs have locks. 0 or a negative errno. */
static int sweep_claimed(struct txn_sweep *sweep, const struct txn_table *table, int64_t flipped_ns)
{
	const struct hook_config *config = &sweep->maps->config;
	int err = 0;

	if (config->txn_locks && txn_table_came_round(config, flipped_ns - sweep->swept_ns)) {
		claim(sweep, TXN_SWEEPS_ALL);
		err = programs_wait(sweep->maps);
	}
	if (!err)
		err = sweep_table(sweep, table, flipped_ns);
	/* A program that runs now may have read a word before it was taken out. */
	if (!err && config->txn_locks)
		err = programs_wait(sweep->maps);
	if (!err)
		claim(sweep, TXN_SWEEPS_NONE);
	return err;
}

int txn_sweep_table(struct txn_sweep *sweep, __u32 epoch, int64_t flipped_ns)
{
	struct txn_control *control;
	struct txn_table table;
	int64_t gap;
	int err;

	if (!sweep->maps)
		return 0;
	control = sweep->maps->txn_control;
	gap = flipped_ns - sweep->swept_ns;
	table = (struct txn_table){
		.bucket = sweep->maps->txn_buckets,
		.note = sweep->maps->txn_details,
		.config = &sweep->maps->config,
		.names = sweep->names,
		.ahead_ns = sweep->maps->clock_ahead_ns,
		.swept = sweep->swept,
		.clock = clock_mono_ns,
	};
	sweep->now.every = control->every;
	for (__u32 cpu = 0; cpu < sweep->maps->cpus.online; cpu++)
		txn_counts_add_times(&sweep->now, &sweep->maps->txn_histograms[cpu * 2 + epoch]);
	err = sweep_claimed(sweep, &table, flipped_ns);
	choose_timed(sweep, gap);
	if (!sweep->start_over_ns) {
		sweep->start_over_ns = flipped_ns +
				       ((int64_t)sweep->maps->config.txn_timeout << TXN_UNIT_SHIFT);
		if (sweep->start_over_ns < sweep->waited_until_ns)
			sweep->start_over_ns = sweep->waited_until_ns;
	}
	if (control->settling && flipped_ns >= sweep->start_over_ns)
		__atomic_store_n(&control->settling, 0, __ATOMIC_RELAXED);
	sweep->swept_ns = flipped_ns;
	control->swept_ns = flipped_ns;
	return err;
}
