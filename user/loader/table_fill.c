// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/table_fill.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>

/* So many elements at once: memory for them is bounded whatever the size of the table. */
#define BATCH 256u

/* Adds up what @count says of each element of the map @fd. False if that cannot be read. */
static bool each(int fd, size_t key_size, size_t value_size, uint64_t (*count)(const void *value),
		 uint64_t *sum)
{
	char *keys = calloc(BATCH, key_size), *values = calloc(BATCH, value_size);
	__u32 got, position = 0;
	bool first = true, ok = keys && values;
	int err = 0;

	/* BPF_MAP_LOOKUP_BATCH: ENOENT is how it says that the end was reached. */
	while (ok && !err) {
		got = BATCH;
		if (bpf_map_lookup_batch(fd, first ? NULL : &position, &position, keys, values,
					 &got, NULL) < 0)
			err = errno;
		first = false;
		ok = !err || err == ENOENT;
		for (__u32 i = 0; ok && i < got; i++)
			*sum += count(values + i * value_size);
	}
	free(keys);
	free(values);
	return ok;
}

static uint64_t one(const void *value)
{
	(void)value;
	return 1;
}

static uint64_t ways_used(const void *value)
{
	const struct flow_bucket *bucket = value;
	uint64_t used = 0;

	for (size_t i = 0; i < FLOW_WAYS; i++)
		used += bucket->way[i].id != 0;
	return used;
}

static struct table_fill top_fill(const struct bpf_maps *maps, enum top_dimension dimension)
{
	const struct hook_config *config = &maps->config;
	struct table_fill fill = {.known = true};
	__u32 epoch = __atomic_load_n(&maps->control->epoch, __ATOMIC_RELAXED);

	for (__u32 cpu = 0; cpu < maps->cpus.online; cpu++) {
		__u32 first = top_tables_first(config, dimension, cpu, epoch & 1);

		for (__u32 i = 0; i < config->top_sets[dimension]; i++) {
			const struct top_set *set = &maps->top.sets[first + i];

			for (__u32 way = 0; way < TOP_WAYS; way++) {
				fill.room++;
				fill.used += set->generation == epoch && set->count[way];
			}
		}
	}
	return fill;
}

/* Those of one side are one half of the table, which changes meanwhile. */
static struct table_fill transactions_fill(const struct bpf_maps *maps, enum txn_side side)
{
	__u32 half = maps->config.txn_buckets / 2;
	struct table_fill fill = {.known = true, .room = (uint64_t)half * TXN_WAYS};

	for (__u32 b = side * half; b < (side + 1) * half; b++)
		for (__u32 way = 1; way <= TXN_WAYS; way++)
			fill.used += (maps->txn_buckets[b].word[way] & TXN_PENDING) != 0;
	return fill;
}

void tables_fill_read(struct tables_fill *fill, const struct bpf_maps *maps)
{
	*fill = (struct tables_fill){
		.rare_values.room = 2 * RARE_ENTRIES,
		.ede_texts.room = EDE_TEXTS,
		.flows.room = (uint64_t)maps->config.flow_buckets * FLOW_WAYS,
	};
	fill->rare_values.known = each(maps->rares_fd, sizeof(struct rare_key), sizeof(__u64), one,
				       &fill->rare_values.used);
	fill->ede_texts.known = each(maps->ede_texts_fd, sizeof(struct rare_key),
				     sizeof(struct ede_text), one, &fill->ede_texts.used);
	fill->flows.known = each(maps->flows_fd, sizeof(__u32), sizeof(struct flow_bucket),
				 ways_used, &fill->flows.used);
	for (int s = 0; s < TXN_SIDES; s++)
		fill->transactions[s] = transactions_fill(maps, (enum txn_side)s);
	for (int d = 0; d < TOP_DIMENSIONS; d++)
		fill->top[d] = top_fill(maps, (enum top_dimension)d);
}
