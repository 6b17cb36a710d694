// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "toplist/top_tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/random.h"

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

	for (uint32_t i = 0; i < config->points && i < POINTS_MAX; i++)
		lists |= config->top_point[i];
	return lists;
}

void top_tables_place(struct hook_config *config)
{
	uint32_t first = 0;

	for (uint32_t d = 0; d < TOP_DIMENSIONS; d++) {
		config->top_first[d] = first;
		first += config->top_sets[d];
	}
	config->top_first[TOP_DIMENSIONS] = first;
}

uint32_t top_tables_first(const struct hook_config *config, enum top_dimension dimension,
			  uint32_t cpu, uint32_t parity)
{
	return top_base(cpu, parity, config->top_first[TOP_DIMENSIONS]) +
	       config->top_first[dimension];
}

/* The place of set @index in an array that has, of each CPU's epoch, only the first @kept. */
static uint32_t kept_index(const struct hook_config *config, uint32_t index, uint32_t kept)
{
	uint32_t all = config->top_first[TOP_DIMENSIONS];

	return index / all * kept + index % all;
}

uint32_t top_tables_text(const struct hook_config *config, uint32_t index)
{
	return kept_index(config, index, config->top_first[TOP_SERVER]);
}

uint32_t top_tables_hll(const struct hook_config *config, uint32_t index)
{
	return kept_index(config, index, config->top_first[TOP_NAME]);
}

static void plan_share(struct hook_config *config, uint32_t share)
{
	uint32_t lists = lists_wanted(config);

	for (uint32_t d = 0; d < TOP_DIMENSIONS; d++) {
		uint32_t rows = full_rows[d] / SHARES * share;

		config->top_sets[d] = lists >> d & 1 ? (rows + TOP_WAYS - 1) / TOP_WAYS : 0;
	}
	top_tables_place(config);
}

/* Plan @share parts; gives the bytes that they take. */
static size_t try_share(struct hook_config *config, uint32_t cpus, uint32_t share)
{
	struct top_sizes sizes;

	plan_share(config, share);
	sizes = top_tables_sizes(config, cpus);
	return top_sizes_memory(&sizes);
}

int top_tables_plan(struct hook_config *config, uint32_t cpus, size_t memory)
{
	for (uint32_t share = SHARES; share > 0; share--)
		if (try_share(config, cpus, share) <= memory)
			return 0;
	return -ENOSPC;
}

size_t top_tables_least(const struct hook_config *config, uint32_t cpus)
{
	struct hook_config planned = *config;

	return try_share(&planned, cpus, 1);
}

struct top_sizes top_tables_sizes(const struct hook_config *config, uint32_t cpus)
{
	return (struct top_sizes){
		.sets = cpus * 2 * config->top_first[TOP_DIMENSIONS],
		.texts = cpus * 2 * config->top_first[TOP_SERVER],
		.hlls = cpus * 2 * config->top_first[TOP_NAME],
	};
}

size_t top_sizes_memory(const struct top_sizes *sizes)
{
	return sizes->sets * (sizeof(struct top_set) + sizeof(struct top_meta)) +
	       sizes->texts * sizeof(struct top_texts) + sizes->hlls * sizeof(struct top_hll);
}

static void *zeroed(size_t count, size_t size)
{
	return calloc(count ? count : 1, size);
}

int top_tables_alloc(struct top_tables *tables, const struct top_sizes *sizes)
{
	*tables = (struct top_tables){
		.sets = zeroed(sizes->sets, sizeof(*tables->sets)),
		.row_meta = zeroed(sizes->sets, sizeof(*tables->row_meta)),
		.texts = zeroed(sizes->texts, sizeof(*tables->texts)),
		.hlls = zeroed(sizes->hlls, sizeof(*tables->hlls)),
	};
	if (tables->sets && tables->row_meta && tables->texts && tables->hlls)
		return 0;
	top_tables_free(tables);
	return -ENOMEM;
}

void top_tables_free(struct top_tables *tables)
{
	free(tables->sets);
	free(tables->row_meta);
	free(tables->texts);
	free(tables->hlls);
	*tables = (struct top_tables){0};
}

int top_keys_draw(struct hook_config *config)
{
	int err = random_bytes(config->name_key, sizeof(config->name_key));

	if (!err)
		err = random_bytes(config->top_key, sizeof(config->top_key));
	if (!err)
		err = random_bytes(config->flow_seed, sizeof(config->flow_seed));
	config->top_key[TOP_KEY_SET] |= 1;
	return err;
}
