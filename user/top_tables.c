// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top_tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "identity.h"

#define SHARES 256u /* memory is given out in so many parts of the full size */

static const uint32_t full_rows[TOP_DIMENSIONS] = {
	[TOP_ZONE] = TOP_OTHER_ROWS,
	[TOP_NAME] = TOP_NAME_ROWS,
	[TOP_SERVER] = TOP_OTHER_ROWS,
	[TOP_CLIENT] = TOP_OTHER_ROWS,
};

static uint32_t lists_wanted(const struct hook_config *config)
{
	uint32_t lists = 0;

	for (uint32_t i = 0; i < config->slots && i < SLOTS_MAX; i++)
		lists |= config->top_slot[i];
	return lists;
}

void top_tables_place(struct hook_config *config, uint32_t cpus)
{
	uint32_t first = 0;

	for (uint32_t d = 0; d < TOP_DIMENSIONS; d++) {
		config->top_first[d] = first;
		first += cpus * 2 * config->top_sets[d];
	}
}

static void plan_share(struct hook_config *config, uint32_t cpus, uint32_t share)
{
	uint32_t lists = lists_wanted(config);

	for (uint32_t d = 0; d < TOP_DIMENSIONS; d++) {
		uint32_t rows = full_rows[d] / SHARES * share;

		config->top_sets[d] = lists >> d & 1 ? (rows + TOP_WAYS - 1) / TOP_WAYS : 0;
	}
	top_tables_place(config, cpus);
}

int top_tables_plan(struct hook_config *config, uint32_t cpus, size_t memory)
{
	for (uint32_t share = SHARES; share > 0; share--) {
		struct top_sizes sizes;

		plan_share(config, cpus, share);
		sizes = top_tables_sizes(config, cpus);
		if (top_sizes_memory(&sizes) <= memory)
			return 0;
	}
	return -ENOSPC;
}

struct top_sizes top_tables_sizes(const struct hook_config *config, uint32_t cpus)
{
	struct top_sizes sizes = {0};

	for (uint32_t d = 0; d < TOP_DIMENSIONS; d++)
		sizes.sets += cpus * 2 * config->top_sets[d];
	sizes.distincts = cpus * 2 * config->top_sets[TOP_ZONE];
	sizes.texts = sizes.distincts + cpus * 2 * config->top_sets[TOP_NAME];
	return sizes;
}

size_t top_sizes_memory(const struct top_sizes *sizes)
{
	return sizes->sets * sizeof(struct top_set) + sizes->texts * sizeof(struct top_texts) +
	       sizes->distincts * sizeof(struct top_distinct);
}

static void *zeroed(size_t count, size_t size)
{
	return calloc(count ? count : 1, size);
}

int top_tables_alloc(struct top_tables *tables, const struct top_sizes *sizes)
{
	*tables = (struct top_tables){
		.sets = zeroed(sizes->sets, sizeof(*tables->sets)),
		.texts = zeroed(sizes->texts, sizeof(*tables->texts)),
		.distincts = zeroed(sizes->distincts, sizeof(*tables->distincts)),
	};
	if (tables->sets && tables->texts && tables->distincts)
		return 0;
	top_tables_free(tables);
	return -ENOMEM;
}

void top_tables_free(struct top_tables *tables)
{
	free(tables->sets);
	free(tables->texts);
	free(tables->distincts);
	*tables = (struct top_tables){0};
}

int top_seeds_draw(struct hook_config *config)
{
	int err = random_bytes(config->name_seed, sizeof(config->name_seed));

	if (!err)
		err = random_bytes(config->distinct_seed, sizeof(config->distinct_seed));
	config->name_seed[NAME_SEED_COMBINE] |= 1;
	config->distinct_seed[NAME_SEED_COMBINE] |= 1;
	return err;
}
