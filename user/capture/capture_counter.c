// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "capture/capture_counter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_LINE 64u

static struct host_store *make_store(const __u64 *suffixes, unsigned int cpu, unsigned int point)
{
	size_t size = (sizeof(struct host_store) + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
	struct host_store *store = aligned_alloc(CACHE_LINE, size);

	if (store) {
		memset(store, 0, size);
		store->suffixes = suffixes;
		store->offloads = true;
		store->cpu = cpu;
		store->point = point;
	}
	return store;
}

static unsigned int count_stores(const struct capture_counter *counter)
{
	return counter->threads * counter->points;
}

static int make_stores(struct capture_counter *counter, const struct local_prefixes *local,
		       const __u64 *suffixes)
{
	for (unsigned int i = 0; i < count_stores(counter); i++) {
		unsigned int thread = i / counter->points, point = i % counter->points;

		counter->store[i] = make_store(suffixes, thread, point);
		if (!counter->store[i])
			return -ENOMEM;
		counter->by_thread[thread].local = local;
		counter->by_thread[thread].store[point] = counter->store[i];
	}
	return 0;
}

/* A single store gets tables when it needs them; several have them together. */
static int share_tables(struct capture_counter *counter)
{
	struct top_sizes sizes = top_tables_sizes(counter->config, counter->threads);
	int err = top_tables_alloc(&counter->top, &sizes);

	for (unsigned int i = 0; i < count_stores(counter) && !err; i++)
		counter->store[i]->top = counter->top;
	return err;
}

int capture_open(struct capture_counter *counter, const struct hook_config *config,
		 const struct local_prefixes *local, const __u64 *suffixes, unsigned int threads)
{
	int err;

	*counter = (struct capture_counter){
		.config = config,
		.threads = threads,
		.points = local ? LOCAL_SIDES : 1,
	};
	err = make_stores(counter, local, suffixes);
	if (!err && count_stores(counter) > 1)
		err = share_tables(counter);
	if (!err && threads > 1)
		err = pool_make(&counter->pool, config, counter->by_thread, threads);
	if (err)
		capture_close(counter);
	return err;
}

void capture_close(struct capture_counter *counter)
{
	bool shared = count_stores(counter) > 1;

	pool_free(counter->pool);
	for (unsigned int i = 0; i < count_stores(counter) && counter->store[i]; i++) {
		if (shared)
			counter->store[i]->top = (struct top_tables){0};
		host_store_free(counter->store[i]);
		free(counter->store[i]);
	}
	top_tables_free(&counter->top);
	for (unsigned int point = 0; point < counter->points; point++)
		snapshot_free(&counter->sum[point]);
	*counter = (struct capture_counter){0};
}

void capture_run(struct capture_counter *counter, bool (*token)(void *context), void *context)
{
	if (counter->pool)
		pool_run(counter->pool, token, context);
	else
		while (token(context))
			;
}

void capture_begin(struct capture_counter *counter, struct input *input)
{
	if (counter->pool)
		pool_begin_input(counter->pool, input);
}

static int store_errors(const struct capture_counter *counter)
{
	for (unsigned int i = 0; i < count_stores(counter); i++)
		if (counter->store[i]->error)
			return counter->store[i]->error;
	return 0;
}

int capture_snapshot(struct capture_counter *counter, unsigned int point, struct snapshot **now)
{
	int err = 0;

	if (!counter->pool) {
		*now = &counter->store[point]->counts;
		return store_errors(counter);
	}
	pool_drain(counter->pool);
	*now = &counter->sum[point];
	snapshot_clear(*now);
	for (unsigned int i = 0; i < counter->threads && !err; i++)
		err = snapshot_add(*now, &counter->by_thread[i].store[point]->counts);
	return err ? err : store_errors(counter);
}

bool capture_counter_rares_retire(struct capture_counter *counter)
{
	bool crowded = false;

	if (counter->pool)
		pool_drain(counter->pool);
	for (unsigned int i = 0; i < count_stores(counter); i++)
		crowded = crowded || host_rares_crowded(counter->store[i]);
	if (!crowded)
		return false;
	for (unsigned int i = 0; i < count_stores(counter); i++)
		host_rares_retire(counter->store[i]);
	for (unsigned int point = 0; point < counter->points; point++)
		counter->sum[point].rare_count = 0;
	return true;
}

void capture_finish(struct capture_counter *counter)
{
	if (counter->pool)
		pool_drain(counter->pool);
	for (unsigned int i = 0; i < count_stores(counter); i++)
		host_store_finish(counter->store[i], counter->config);
}

/* What all threads have counted at @point so far, of what lists are about. */
static struct top_totals totals(const struct capture_counter *counter, unsigned int point)
{
	struct top_totals sum = {0};

	for (unsigned int i = 0; i < counter->threads; i++) {
		const struct host_store *store = counter->by_thread[i].store[point];
		const struct top_totals one = top_totals_of(counter->config,
							    &store->counts.counters);

		sum.offending += one.offending;
		sum.unlisted += one.unlisted;
		sum.nodata += one.nodata;
	}
	return sum;
}

bool capture_lists_full(struct capture_counter *counter)
{
	uint64_t unread = 0;

	counter->looked_bytes = 0;
	if (counter->pool)
		pool_drain(counter->pool);
	/* Of all points together, as sets of the tables count them together too. */
	for (unsigned int point = 0; point < counter->points; point++) {
		const struct top_totals now = totals(counter, point);
		const struct top_totals grown = top_totals_since(&now, &counter->listed[point]);

		unread += grown.offending + grown.nodata;
	}
	return unread >= CAPTURE_LISTED_MAX;
}

int capture_read_lists(struct capture_counter *counter, struct top_lists *lists)
{
	const struct host_store *first = counter->store[0];
	const struct top_source source = {
		.tables = &first->top,
		.config = counter->config,
		.cpus = counter->threads,
		.epoch = first->epoch,
	};
	struct top_totals grown[LOCAL_SIDES];
	int err;

	if (counter->pool)
		pool_drain(counter->pool);
	for (unsigned int point = 0; point < counter->points; point++) {
		const struct top_totals now = totals(counter, point);

		grown[point] = top_totals_since(&now, &counter->listed[point]);
		counter->listed[point] = now;
	}
	err = top_read(&source, grown, lists);
	counter->looked_bytes = 0;
	for (unsigned int i = 0; i < count_stores(counter); i++)
		counter->store[i]->epoch += 2;
	return err;
}
