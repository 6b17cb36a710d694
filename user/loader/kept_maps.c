// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/kept_maps.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attacher/shared_maps.h"
#include "loader/kept_convert.h"
#include "loader/kept_layout.h"
#include "loader/kept_step.h"
#include "util/clock.h"
#include "util/log.h"

#define PATHS_PREFIX "paths-"
#define PAGE         STATE_PAGE

_Static_assert(KEPT_KEYS == 2 + TOP_KEYS + NAME_KEYS, "the keys of struct hook_config");

static size_t round_up(size_t size)
{
	return (size + PAGE - 1) / PAGE * PAGE;
}

static size_t record_size(__u32 points)
{
	return round_up(sizeof(struct kept_record) + 3 * points * sizeof(struct kept_sums));
}

static size_t state_size(__u32 points)
{
	return round_up(sizeof(struct kept_state)) + round_up(KEPT_WORDS * sizeof(__u64)) +
	       round_up(points * sizeof(struct kept_sums)) + 2 * record_size(points);
}

size_t kept_maps_memory(const struct kept *kept, __u32 points)
{
	return kept_active(kept) ? state_size(points) : 0;
}

/* Of all that decides what maps hold and how large they are. */
static __u64 fingerprint_of(const struct bpf_maps *maps, __u64 layout,
			    const char interfaces[][IF_NAMESIZE])
{
	struct hook_config config = maps->config;
	__u64 hash = kept_hash(KEPT_HASH_START, &layout, sizeof(layout));

	/* Measured anew in each run. */
	config.txn_tick_ns = config.txn_tick_offset = 0;
	hash = kept_hash(hash, &config, sizeof(config));
	for (__u32 i = 0; i < config.interfaces; i++)
		hash = kept_hash(hash, interfaces[i], strlen(interfaces[i]) + 1);
	return kept_hash(hash, maps->cpus.cpu_slot, maps->cpus.ids * sizeof(*maps->cpus.cpu_slot));
}

/* The maps of @generation in the order of the object's, all or none: whether they are there, and of its form. */
static bool find_maps(const struct kept *kept, const struct bpf_object *object, __u32 generation,
		      int old[SHARED_MAPS_MAX], size_t *olds)
{
	struct bpf_map *map;
	size_t count = 0;

	bpf_object__for_each_map(map, object)
	{
		char name[KEEP_NAME_MAX];

		kept_map_name(name, generation, bpf_map__name(map));
		old[count] = keep_get(&kept->keep, name);
		if (old[count] < 0 || !shared_map_has_form(old[count], map))
			return false;
		count++;
	}
	*olds = count;
	return true;
}

static void fill_points(struct kept_state *state, const struct hook_config *config,
			const char interfaces[][IF_NAMESIZE])
{
	for (__u32 i = 0; i < config->interfaces; i++)
		for (__u32 d = 0; d < DIRECTION_COUNT; d++) {
			struct kept_point *point;

			if (config->point[i][d] == UNASSIGNED)
				continue;
			point = &state->point[config->point[i][d]];
			memcpy(point->interface, interfaces[i], sizeof(point->interface));
			point->direction = d;
		}
	memcpy(state->key, config->flow_seed, sizeof(config->flow_seed));
	memcpy(state->key + 2, config->top_key, sizeof(config->top_key));
	memcpy(state->key + 2 + TOP_KEYS, config->name_key, sizeof(config->name_key));
}

static void lay_out(struct kept_state *state)
{
	state->keys_at = round_up(sizeof(*state));
	state->base_at = state->keys_at + round_up(KEPT_WORDS * sizeof(__u64));
	state->record_at[0] = state->base_at + round_up(state->points * sizeof(struct kept_sums));
	state->record_at[1] = state->record_at[0] + record_size(state->points);
	for (int i = 0; i < 2; i++)
		state->reported_at[i] = state->record_at[i] + offsetof(struct kept_record, sums);
}

/* Whether the records of @state are of this version's form. */
static bool has_our_records(const struct kept_state *state)
{
	return state->reported_at[0] - state->record_at[0] == offsetof(struct kept_record, sums);
}

/* The first record of @state: what earlier runs had reported, by the state @before; NULL: nothing. 0 or -ENOMEM. */
static int begin_record(struct kept_state *state, const struct kept_state *before)
{
	struct kept_record *record = (void *)((char *)state + state->record_at[0]);
	struct kept_convert convert;
	const char *last;
	int err;

	record->points = state->points;
	record->wall_ns = clock_wall_ns();
	record->mono_ns = clock_mono_ns();
	state->records = 2; /* the lowest bit says which */
	if (!before)
		return 0;
	last = (const char *)before + before->record_at[before->records & 1];
	memcpy(&record->wall_ns, last, sizeof(record->wall_ns));
	memcpy(&record->mono_ns, last + sizeof(record->wall_ns), sizeof(record->mono_ns));
	err = kept_convert_open(&convert, before, state);
	if (err)
		return err;
	kept_convert_reported(&convert, record->sums);
	kept_convert_close(&convert);
	return 0;
}

/* The state of a new generation. 0 or a negative errno. */
static int make_state(struct kept *kept, const struct bpf_maps *maps,
		      const struct bpf_object *object, __u64 layout, __u64 fingerprint,
		      const char interfaces[][IF_NAMESIZE], struct attacher *attacher)
{
	const struct kept_state *before = kept_newest(kept);
	size_t size = state_size(maps->config.points);
	struct kept_state *state;
	char name[KEEP_NAME_MAX];
	int err, fd = attacher_make_state(attacher, size / PAGE);

	if (fd < 0)
		return fd;
	err = kept_map_state(&kept->now, fd);
	if (err) {
		close(fd);
		return err;
	}
	state = kept->now.state;
	*state = (struct kept_state){
		.magic = KEPT_MAGIC,
		.format = KEPT_FORMAT,
		.generation = before ? before->generation + 1 : 1,
		.size = size,
		.fingerprint = fingerprint,
		.layout = layout,
		.points = maps->config.points,
		.words = KEPT_WORDS,
		.counter_words = sizeof(struct pkt_counters) / sizeof(__u64),
		.rest_words = sizeof(struct rcode_rest) / sizeof(__u64),
		.txn_layout = maps->config.txn_buckets ? kept_layout_transactions(object) : 0,
		.timeout_ns = (__s64)maps->config.txn_timeout << TXN_UNIT_SHIFT,
	};
	lay_out(state);
	if (before) {
		memcpy(state->instance, before->instance, sizeof(state->instance));
		memcpy(state->group, before->group, sizeof(state->group));
	}
	fill_points(state, &maps->config, interfaces);
	err = kept_layout_words(object, (__u64 *)(void *)((char *)state + state->keys_at));
	if (!err)
		err = begin_record(state, before);
	/* Found again by kept_maps_keep(), which keeps it under its name when the maps are there. */
	if (!err) {
		kept_map_name(name, state->generation, "new");
		err = keep_object(&kept->keep, name, fd);
	}
	close(fd);
	return err;
}

int kept_maps_choose(struct kept *kept, const struct bpf_maps *maps,
		     const struct bpf_object *object, const char interfaces[][IF_NAMESIZE],
		     struct attacher *attacher, int old[SHARED_MAPS_MAX], size_t *olds)
{
	const struct kept_state *newest = kept_newest(kept);
	__u64 layout, fingerprint;
	int err;

	if (!kept_active(kept))
		return 0;
	layout = kept_layout(object);
	fingerprint = fingerprint_of(maps, layout, interfaces);
	kept->resumed = newest && newest->fingerprint == fingerprint && newest->layout == layout &&
			newest->words == KEPT_WORDS &&
			newest->size == state_size(maps->config.points) &&
			has_our_records(newest) &&
			find_maps(kept, object, newest->generation, old, olds);
	if (kept->resumed) {
		kept->now = kept->old[kept->olds - 1];
		log_debug("maps of generation %u are used again", newest->generation);
		return 0;
	}
	err = make_state(kept, maps, object, layout, fingerprint, interfaces, attacher);
	if (err)
		log_error("cannot make the map for what is kept: %s", strerror(-err));
	else
		log_debug("generation %u of maps is made", kept->now.state->generation);
	return err;
}

/* By the prog array of a fast path, which the kernel empties when no process and no pin holds it any more. */
static bool paths_name(const struct bpf_program_fds *program, char name[KEEP_NAME_MAX])
{
	struct bpf_map_info info = {0};
	__u32 length = sizeof(info);

	if (program->slow_paths < 0 ||
	    bpf_obj_get_info_by_fd(program->slow_paths, &info, &length) < 0)
		return false;
	snprintf(name, KEEP_NAME_MAX, PATHS_PREFIX "%u", info.id);
	return true;
}

static int keep_paths(struct kept *kept, const struct bpf_maps *maps)
{
	char name[KEEP_NAME_MAX];
	int err = 0;

	for (size_t i = 0; i < HOOK_PROGRAMS && !err; i++)
		if (paths_name(&maps->program[i], name) && keep_get(&kept->keep, name) < 0)
			err = keep_object(&kept->keep, name, maps->program[i].slow_paths);
	return err;
}

static int keep_generation(struct kept *kept, const struct bpf_object *object)
{
	__u32 generation = kept->now.state->generation;
	char name[KEEP_NAME_MAX], made[KEEP_NAME_MAX];
	struct bpf_map *map;
	int err = 0, fd;

	bpf_object__for_each_map(map, object)
	{
		kept_map_name(name, generation, bpf_map__name(map));
		err = keep_object(&kept->keep, name, bpf_map__fd(map));
		if (err)
			return err;
		kept_step("map");
	}
	/* Last, as it says that the others are there. */
	kept_map_name(name, generation, "state");
	kept_map_name(made, generation, "new");
	/* systemd ignores a descriptor that it has under another name: that one goes first. */
	fd = dup(keep_get(&kept->keep, made));
	if (fd < 0)
		return -errno;
	keep_remove(&kept->keep, made);
	err = keep_object(&kept->keep, name, fd);
	close(fd);
	return err;
}

int kept_maps_keep(struct kept *kept, const struct bpf_maps *maps, const struct bpf_object *object)
{
	int err;

	if (!kept_active(kept))
		return 0;
	err = keep_paths(kept, maps);
	kept_step("paths");
	if (!err && !kept->resumed)
		err = keep_generation(kept, object);
	if (!err)
		err = keep_sync(&kept->keep);
	kept_step("kept");
	return err;
}

int kept_maps_keep_paths(struct kept *kept, const struct bpf_maps *maps)
{
	int err;

	if (!kept_active(kept))
		return 0;
	err = keep_paths(kept, maps);
	return err ? err : keep_sync(&kept->keep);
}

void kept_maps_sweep(struct kept *kept, const struct bpf_maps *maps)
{
	for (size_t i = 0; i < kept->keep.count;) {
		char name[KEEP_NAME_MAX], used[KEEP_NAME_MAX];
		bool needed = false;

		memcpy(name, kept->keep.object[i].name, sizeof(name));
		if (strncmp(name, PATHS_PREFIX, strlen(PATHS_PREFIX)) != 0) {
			i++;
			continue;
		}
		for (size_t j = 0; j < HOOK_PROGRAMS && !needed; j++)
			needed = paths_name(&maps->program[j], used) && strcmp(used, name) == 0;
		if (needed)
			i++;
		else
			keep_remove(&kept->keep, name);
	}
	kept_links_sweep(&kept->links);
}
