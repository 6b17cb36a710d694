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

static int make_crew(struct counting *counting)
{
	struct top_sizes sizes = top_tables_sizes(counting->config, counting->threads);
	int err = top_tables_alloc(&counting->top, &sizes);

	for (unsigned int i = 0; i < counting->threads && !err; i++)
		counting->store[i]->top = counting->top;
	return err ? err
		   : crew_make(&counting->crew, counting->config, counting->store,
			       counting->threads);
}

int counting_open(struct counting *counting, const struct hook_config *config,
		  const __u64 *suffixes, unsigned int threads)
{
	int err = 0;

	*counting = (struct counting){.config = config, .threads = threads};
	for (unsigned int i = 0; i < threads && !err; i++) {
		counting->store[i] = make_store(suffixes, i);
		err = counting->store[i] ? 0 : -ENOMEM;
	}
	if (!err && threads > 1)
		err = make_crew(counting);
	if (err)
		counting_close(counting);
	return err;
}

void counting_close(struct counting *counting)
{
	bool shared = counting->threads > 1;

	crew_free(counting->crew);
	for (unsigned int i = 0; i < counting->threads && counting->store[i]; i++) {
		if (shared)
			counting->store[i]->top = (struct top_tables){0};
		host_store_free(counting->store[i]);
		free(counting->store[i]);
	}
	top_tables_free(&counting->top);
	snapshot_free(&counting->sum);
	*counting = (struct counting){0};
}

void counting_run(struct counting *counting, bool (*turn)(void *context), void *context)
{
	if (counting->crew)
		crew_run(counting->crew, turn, context);
	else
		while (turn(context))
			;
}

void counting_begin(struct counting *counting, struct input *input)
{
	if (counting->crew)
		crew_read(counting->crew, input);
}

static int store_errors(const struct counting *counting)
{
	for (unsigned int i = 0; i < counting->threads; i++)
		if (counting->store[i]->error)
			return counting->store[i]->error;
	return 0;
}

int counting_take(struct counting *counting, struct snapshot **now)
{
	int err = 0;

	if (!counting->crew) {
		*now = &counting->store[0]->counts;
		return counting->store[0]->error;
	}
	crew_settle(counting->crew);
	*now = &counting->sum;
	snapshot_clear(&counting->sum);
	for (unsigned int i = 0; i < counting->threads && !err; i++)
		err = snapshot_add(&counting->sum, &counting->store[i]->counts);
	return err ? err : store_errors(counting);
}

bool counting_rares_retire(struct counting *counting)
{
	bool crowded = false;

	if (counting->crew)
		crew_settle(counting->crew);
	for (unsigned int i = 0; i < counting->threads; i++)
		crowded = crowded || host_rares_crowded(counting->store[i]);
	for (unsigned int i = 0; i < counting->threads && crowded; i++)
		host_rares_retire(counting->store[i]);
	if (crowded)
		counting->sum.rare_count = 0;
	return crowded;
}

void counting_finish(struct counting *counting)
{
	if (counting->crew)
		crew_settle(counting->crew);
	for (unsigned int i = 0; i < counting->threads; i++)
		host_store_finish(counting->store[i], counting->config);
}

/* What all stores have counted so far, of what lists are about. */
static struct top_totals totals(const struct counting *counting)
{
	struct top_totals sum = {0};

	for (unsigned int i = 0; i < counting->threads; i++) {
		sum.offending += counting->store[i]->counts.counters.offending;
		sum.unlisted += counting->store[i]->counts.counters.unlisted;
	}
	return sum;
}

bool counting_lists_due(struct counting *counting)
{
	if (counting->looked_bytes < LOOK_BYTES)
		return false;
	counting->looked_bytes = 0;
	if (counting->crew)
		crew_settle(counting->crew);
	return totals(counting).offending - counting->listed.offending >= LISTED_MAX;
}

int counting_lists(struct counting *counting, struct top_lists *lists)
{
	const struct host_store *first = counting->store[0];
	const struct top_source source = {
		.tables = &first->top,
		.config = counting->config,
		.cpus = counting->threads,
		.epoch = first->epoch,
	};
	struct top_totals now, grown;
	int err;

	if (counting->crew)
		crew_settle(counting->crew);
	now = totals(counting);
	grown.offending = now.offending - counting->listed.offending;
	grown.unlisted = now.unlisted - counting->listed.unlisted;
	err = top_read(&source, &grown, lists);
	counting->listed = now;
	counting->looked_bytes = 0;
	for (unsigned int i = 0; i < counting->threads; i++)
		counting->store[i]->epoch += 2;
	return err;
}
