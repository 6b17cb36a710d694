/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The memory of the top lists (include/top_set.h): how much there is, where a table lies in it, and
 * the same on the host, where captures are counted.
 */
#ifndef RCODEWATCH_TOP_TABLES_H
#define RCODEWATCH_TOP_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"

/* Rows of a CPU and an epoch, where memory allows. */
#define TOP_NAME_ROWS  16384u
#define TOP_OTHER_ROWS 4096u /* of zones, servers, clients each */

/* All sets, of all dimensions, CPUs and epochs. Where a table begins: top_tables_first(). */
struct top_tables {
	struct top_set *sets;
	struct top_meta *row_meta; /* of each set */
	struct top_texts *texts;   /* of zones and names */
	struct top_hll *hlls;      /* of zones */
};

/* How many elements the arrays have. */
struct top_sizes {
	uint32_t sets, texts, hlls;
};

/*
 * Give the lists that @config asks for in top_point as many sets as @memory bytes allow for @cpus CPUs,
 * up to the rows above: sets config->top_sets and top_first. 0, or -ENOSPC when not even the least
 * (a row in 256 of the above) fits.
 */
int top_tables_plan(struct hook_config *config, uint32_t cpus, size_t memory);
/* The bytes that this takes: the least that top_tables_plan() can do with. */
size_t top_tables_least(const struct hook_config *config, uint32_t cpus);
/* Where tables of config->top_sets begin: sets config->top_first. */
void top_tables_place(struct hook_config *config);
/* The place of the first set of a table among all sets. @parity: of the epoch. */
uint32_t top_tables_first(const struct hook_config *config, enum top_dimension dimension,
			  uint32_t cpu, uint32_t parity);
/* The place of the texts of set @index, which is of a zone or name; of the registers, of a zone. */
uint32_t top_tables_text(const struct hook_config *config, uint32_t index);
uint32_t top_tables_hll(const struct hook_config *config, uint32_t index);
/* The sizes that the plan of @config comes to. */
struct top_sizes top_tables_sizes(const struct hook_config *config, uint32_t cpus);
/* What these take, in bytes. */
size_t top_sizes_memory(const struct top_sizes *sizes);

/* Zeroed memory of @sizes. 0 or -ENOMEM. Free with top_tables_free(). */
int top_tables_alloc(struct top_tables *tables, const struct top_sizes *sizes);
void top_tables_free(struct top_tables *tables);

/*
 * Draw the keys of hashes at random: config->name_key, top_key and flow_seed. 0 or a negative errno, logged.
 */
int top_keys_draw(struct hook_config *config);

#endif
