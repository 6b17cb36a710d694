// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "capture/seed.h"

#include <stddef.h>

/* SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014), figure 16. */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static void fill(uint64_t *state, __u64 *keys, size_t count)
{
	for (size_t i = 0; i < count; i++)
		keys[i] = next(state);
}

void seed_keys(struct hook_config *config, uint64_t seed)
{
	uint64_t state = seed;

	fill(&state, config->name_key, NAME_KEYS);
	fill(&state, config->top_key, TOP_KEYS);
	fill(&state, config->flow_seed, 2);
	config->top_key[TOP_KEY_SET] |= 1;
}
