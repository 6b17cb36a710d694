// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "capture/capture_counter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_LINE 64u

/* Offending responses of a store after which its lists are taken: its rows are counted in 32 bits. */
#define LISTED_MAX (1ULL << 31)
/* So many bytes cannot hold more than as many again: a header alone has 12. */
#define LOOK_BYTES (LISTED_MAX * 12)

static struct host_store *make_store(const __u64 *suffixes, unsigned int cpu)
{
	size_t size = (sizeof(struct host_store) + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
	struct host_store *store = aligned_alloc(CACHE_LINE, size);

	if (store) {
		memset(store, 0, size);
		store->suffixes = suffixes;
		store->offloads = true;
		store->cpu = cpu;
	}
	return store;
}

static int make_pool(struct capture_counter *counter)
{
	struct top_sizes sizes = top_tables_sizes(counter->config, counter->threads);
	int err = top_tables_alloc(&counter->top, &sizes);

	for (unsigned int i = 0; i < counter->threads && !err; i++)
		counter->store[i]->top = counter->top;
	return err ? err
		   : pool_make(&counter->pool, counter->config, counter->store, counter->threads);
}

int capture_open(struct capture_counter *counter, const struct hook_config *config,
		 const __u64 *suffixes, unsigned int threads)
{
	int err = 0;

	*counter = (struct capture_counter){.config = config, .threads = threads};
	for (unsigned int i = 0; i < threads && !err; i++) {
		counter->store[i] = make_store(suffixes, i);
		err = counter->store[i] ? 0 : -ENOMEM;
	}
	if (!err && threads > 1)
		err = make_pool(counter);
	if (err)
		capture_close(counter);
	return err;
}

void capture_close(struct capture_counter *counter)
{
	bool shared = counter->threads > 1;

	pool_free(counter->pool);
	for (unsigned int i = 0; i < counter->threads && counter->store[i]; i++) {
		if (shared)
			counter->store[i]->top = (struct top_tables){0};
		host_store_free(counter->store[i]);
		free(counter->store[i]);
	}
	top_tables_free(&counter->top);
	snapshot_free(&counter->sum);
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
	for (unsigned int i = 0; i < counter->threads; i++)
		if (counter->store[i]->error)
			return counter->store[i]->error;
	return 0;
}

int capture_snapshot(struct capture_counter *counter, struct snapshot **now)
{
	int err = 0;

	if (!counter->pool) {
		*now = &counter->store[0]->counts;
		return counter->store[0]->error;
	}
	pool_drain(counter->pool);
	*now = &counter->sum;
	snapshot_clear(&counter->sum);
	for (unsigned int i = 0; i < counter->threads && !err; i++)
		err = snapshot_add(&counter->sum, &counter->store[i]->counts);
	return err ? err : store_errors(counter);
}

bool capture_counter_rares_retire(struct capture_counter *counter)
{
	bool crowded = false;

	if (counter->pool)
		pool_drain(counter->pool);
	for (unsigned int i = 0; i < counter->threads; i++)
		crowded = crowded || host_rares_crowded(counter->store[i]);
	for (unsigned int i = 0; i < counter->threads && crowded; i++)
		host_rares_retire(counter->store[i]);
	if (crowded)
		counter->sum.rare_count = 0;
	return crowded;
}

void capture_finish(struct capture_counter *counter)
{
	if (counter->pool)
		pool_drain(counter->pool);
	for (unsigned int i = 0; i < counter->threads; i++)
		host_store_finish(counter->store[i], counter->config);
}

/* What all stores have counted so far, of what lists are about. */
static struct top_totals totals(const struct capture_counter *counter)
{
	struct top_totals sum = {0};

	for (unsigned int i = 0; i < counter->threads; i++) {
		const struct top_totals one = top_totals_of(counter->config,
							    &counter->store[i]->counts.counters);

		sum.offending += one.offending;
		sum.unlisted += one.unlisted;
		sum.nodata += one.nodata;
	}
	return sum;
}

bool capture_lists_due(struct capture_counter *counter)
{
	struct top_totals now, grown;

	if (counter->looked_bytes < LOOK_BYTES)
		return false;
	counter->looked_bytes = 0;
	if (counter->pool)
		pool_drain(counter->pool);
	now = totals(counter);
	grown = top_totals_since(&now, &counter->listed);
	return grown.offending + grown.nodata >= LISTED_MAX;
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
	struct top_totals now, grown;
	int err;

	if (counter->pool)
		pool_drain(counter->pool);
	now = totals(counter);
	grown = top_totals_since(&now, &counter->listed);
	err = top_read(&source, &grown, lists);
	counter->listed = now;
	counter->looked_bytes = 0;
	for (unsigned int i = 0; i < counter->threads; i++)
		counter->store[i]->epoch += 2;
	return err;
}
