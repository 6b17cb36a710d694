// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/kept.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "util/log.h"

#define STATE "state"

void kept_map_name(char text[KEEP_NAME_MAX], __u32 generation, const char *name)
{
	snprintf(text, KEEP_NAME_MAX, "g%u-%s", generation, name);
	for (char *c = text; *c; c++)
		if (*c == '.')
			*c = '_';
}

/* The generation that a kept map is of; 0: it is no such map. */
static __u32 generation_of(const char *name)
{
	unsigned long number;
	char *end;

	if (name[0] != 'g' || name[1] < '1' || name[1] > '9')
		return 0;
	number = strtoul(name + 1, &end, 10);
	return *end == '-' && number < UINT32_MAX ? (__u32)number : 0;
}

static bool has_record(const struct kept_state *state, int i, size_t sums)
{
	return state->record_at[i] % sizeof(__u64) == 0 &&
	       state->reported_at[i] % sizeof(__u64) == 0 && state->record_at[i] < state->size &&
	       state->size - state->record_at[i] >= 2 * sizeof(__u64) &&
	       state->reported_at[i] <= state->size && sums <= state->size - state->reported_at[i];
}

static bool fits(const struct kept_state *state, size_t size)
{
	const size_t sums = state->points * sizeof(__u64) * (size_t)state->words;

	return state->magic == KEPT_MAGIC && state->format == KEPT_FORMAT && state->size <= size &&
	       state->size >= sizeof(*state) && state->points <= POINTS_MAX && state->words &&
	       state->words <= size / sizeof(__u64) && state->base_at <= state->size &&
	       sums <= state->size - state->base_at && state->keys_at <= state->size &&
	       state->words * sizeof(__u64) <= state->size - state->keys_at &&
	       state->counter_words + (size_t)state->rest_words <= state->words &&
	       has_record(state, 0, sums) && has_record(state, 1, sums) &&
	       state->base_at % sizeof(__u64) == 0 && state->keys_at % sizeof(__u64) == 0 &&
	       memchr(state->instance, 0, sizeof(state->instance));
}

int kept_map_state(struct kept_generation *generation, int fd)
{
	struct bpf_map_info info = {0};
	__u32 length = sizeof(info);
	size_t size;
	void *memory;

	if (bpf_obj_get_info_by_fd(fd, &info, &length) < 0)
		return -errno;
	size = (size_t)info.value_size * info.max_entries;
	if (info.type != BPF_MAP_TYPE_ARRAY || !(info.map_flags & BPF_F_MMAPABLE) ||
	    size < sizeof(struct kept_state))
		return -EINVAL;
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	*generation = (struct kept_generation){.state = memory, .size = size};
	return 0;
}

/* What has no state, or one that cannot be read, was not kept to its end: no link counts there. */
static void remove_unfinished(struct kept *kept)
{
	for (size_t i = 0; i < kept->keep.count;) {
		__u32 generation = generation_of(kept->keep.object[i].name);
		bool known = !generation;

		for (size_t j = 0; j < kept->olds && !known; j++)
			known = kept->old[j].state->generation == generation;
		if (known) {
			i++;
		} else {
			kept_remove_generation(kept, generation);
			i = 0;
		}
	}
}

static int by_generation(const void *a, const void *b)
{
	const struct kept_generation *x = a, *y = b;

	return (x->state->generation > y->state->generation) -
	       (x->state->generation < y->state->generation);
}

static void read_generations(struct kept *kept)
{
	for (size_t i = 0; i < kept->keep.count && kept->olds < KEPT_GENERATIONS; i++) {
		const struct kept *const all = kept;
		const struct kept_generation none = {0};
		__u32 number = generation_of(all->keep.object[i].name);
		struct kept_generation *found = &kept->old[kept->olds];
		char name[KEEP_NAME_MAX];

		kept_map_name(name, number, STATE);
		if (!number || strcmp(name, all->keep.object[i].name) != 0)
			continue;
		if (kept_map_state(found, all->keep.object[i].fd))
			continue;
		if (found->state && fits(found->state, found->size) &&
		    found->state->generation == number) {
			kept->olds++;
			continue;
		}
		log_warning("what an earlier run has kept as %s is of another form: its counts are "
			    "not used",
			    name);
		munmap(found->state, found->size);
		*found = none;
	}
	qsort(kept->old, kept->olds, sizeof(kept->old[0]), by_generation);
}

int kept_open(struct kept *kept, struct attacher *attacher, const char *folder, uid_t uid,
	      gid_t gid)
{
	int err;

	*kept = (struct kept){0};
	err = keep_open(&kept->keep, attacher, folder, uid, gid);
	if (err)
		return err;
	if (!keep_active(&kept->keep))
		return 0;
	read_generations(kept);
	remove_unfinished(kept);
	kept_links_read(&kept->links, &kept->keep);
	log_debug("kept by earlier runs: %zu objects, %zu generations of maps, %zu links",
		  kept->keep.count, kept->olds, kept->links.count);
	return 0;
}

void kept_close(struct kept *kept)
{
	bool shared = false;

	kept_txn_close(&kept->txn);
	for (size_t i = 0; i < kept->olds; i++) {
		shared |= kept->old[i].state == kept->now.state;
		munmap(kept->old[i].state, kept->old[i].size);
	}
	if (kept->now.state && !shared)
		munmap(kept->now.state, kept->now.size);
	kept->now = (struct kept_generation){0};
	kept->olds = 0;
	keep_close(&kept->keep);
}

bool kept_active(const struct kept *kept)
{
	return keep_active(&kept->keep);
}

bool kept_anew(const struct kept *kept)
{
	return kept->now.state && !kept->now.state->announced && kept->now.state->generation > 1;
}

const struct kept_state *kept_newest(const struct kept *kept)
{
	return kept->olds ? kept->old[kept->olds - 1].state : NULL;
}

void kept_use_keys(const struct kept *kept, struct hook_config *config)
{
	const struct kept_state *state = kept_newest(kept);

	if (!state)
		return;
	memcpy(config->flow_seed, state->key, sizeof(config->flow_seed));
	memcpy(config->top_key, state->key + 2, sizeof(config->top_key));
	memcpy(config->name_key, state->key + 2 + TOP_KEYS, sizeof(config->name_key));
}

enum hook kept_hook(const struct kept *kept, const char *interface, __u32 ifindex,
		    enum direction direction)
{
	const struct kept_state *state = kept_newest(kept);
	enum hook hook = kept_links_hook(&kept->links, ifindex, direction);

	for (__u32 i = 0; state && hook == HOOK_NONE && i < state->points; i++) {
		const struct kept_point *point = &state->point[i];

		if (point->hook == HOOK_CLSACT && point->ifindex == ifindex &&
		    point->direction == (__u32)direction &&
		    strncmp(point->interface, interface, sizeof(point->interface)) == 0)
			return HOOK_CLSACT;
	}
	return hook;
}

void kept_remove_generation(struct kept *kept, __u32 generation)
{
	char name[KEEP_NAME_MAX];

	/* The state first: without it the others are none. */
	kept_map_name(name, generation, STATE);
	keep_remove(&kept->keep, name);
	for (size_t i = 0; i < kept->keep.count;) {
		if (generation_of(kept->keep.object[i].name) != generation) {
			i++;
			continue;
		}
		memcpy(name, kept->keep.object[i].name, sizeof(name));
		keep_remove(&kept->keep, name);
	}
}
