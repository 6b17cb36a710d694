// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/bpf_maps.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "loader/bpf_programs.h"
#include "loader/kept_maps.h"
#include "loader/libbpf_log.h"
#include "util/log.h"
#include "msg_scratch.h"
#include "shared.skel.h"

static size_t page_round(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (size + page - 1) / page * page;
}

/* An array of nothing is none. */
static __u32 at_least_one(__u32 entries)
{
	return entries ? entries : 1;
}

static void set_sizes(struct bpf_object *object, const struct bpf_maps *maps)
{
	const struct {
		const char *name;
		__u32 entries;
	} sizes[] = {
		{"pkt_counters", maps->cpus.online * maps->config.points * 2},
		{"rcode_rests", maps->config.points * 2},
		{"shared", maps->config.points},
		{"flows", maps->config.flow_buckets},
		{"msg_scratch", maps->cpus.online},
		{"top_sets", at_least_one(maps->top_sizes.sets)},
		{"top_meta", at_least_one(maps->top_sizes.sets)},
		{"top_texts", at_least_one(maps->top_sizes.texts)},
		{"top_hll", at_least_one(maps->top_sizes.hlls)},
		{"suffixes", at_least_one(maps->config.suffixes)},
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		bpf_map__set_max_entries(bpf_object__find_map_by_name(object, sizes[i].name),
					 sizes[i].entries);
}

/* What the kernel allocates for the maps: its overhead for hash entries is about 64 bytes each. */
static size_t memory_needed(const struct bpf_maps *maps)
{
	size_t points = maps->config.points;

	return page_round(maps->cpus.online * points * 2 * sizeof(struct pkt_counters)) +
	       page_round(points * 2 * sizeof(struct rcode_rest)) +
	       page_round(points * sizeof(struct point_shared)) +
	       (size_t)2 * RARE_ENTRIES * (sizeof(struct rare_key) + sizeof(__u64) + 64) +
	       EDE_TEXTS * (sizeof(struct rare_key) + sizeof(struct ede_text) + 64) +
	       maps->config.flow_buckets * sizeof(struct flow_bucket) +
	       page_round(maps->cpus.online * sizeof(struct msg_scratch)) +
	       page_round(maps->config.suffixes * sizeof(__u64)) +
	       maps->cpus.ids * (sizeof(struct ede_text) + sizeof(struct flow_scratch)) +
	       page_round(CPU_IDS_MAX * sizeof(__u32)) + page_round(sizeof(struct control));
}

static int map_fd(const struct bpf_object *object, const char *name)
{
	return bpf_map__fd(bpf_object__find_map_by_name(object, name));
}

/* The maps that are mapped into this process. */
struct region {
	const char *map;
	size_t size; /* bytes; 0: not wanted */
	void *at;    /* of the pointer to it */
};

#define REGIONS 8

static void list_regions(struct bpf_maps *maps, struct region regions[REGIONS])
{
	size_t points = maps->config.points;
	const struct region all[REGIONS] = {
		{".data.control", sizeof(struct control), &maps->control},
		{"pkt_counters", maps->cpus.online * points * 2 * sizeof(struct pkt_counters),
		 &maps->pkt_counters},
		{"rcode_rests", points * 2 * sizeof(struct rcode_rest), &maps->rests},
		{"shared", points * sizeof(struct point_shared), &maps->shared},
		{"top_sets", maps->top_sizes.sets * sizeof(struct top_set), &maps->top.sets},
		{"top_meta", maps->top_sizes.sets * sizeof(struct top_meta), &maps->top.row_meta},
		{"top_hll", maps->top_sizes.hlls * sizeof(struct top_hll), &maps->top.hlls},
		{"suffixes", maps->config.suffixes * sizeof(__u64), &maps->suffixes},
	};

	memcpy(regions, all, sizeof(all));
}

static int map_all(struct bpf_maps *maps, const struct bpf_object *object)
{
	struct region regions[REGIONS];

	list_regions(maps, regions);
	for (size_t i = 0; i < REGIONS; i++) {
		void *memory;

		if (!regions[i].size)
			continue;
		memory = mmap(NULL, page_round(regions[i].size), PROT_READ | PROT_WRITE, MAP_SHARED,
			      map_fd(object, regions[i].map), 0);
		if (memory == MAP_FAILED) {
			int err = -errno;

			log_error("cannot map the counters: %s: %s", regions[i].map,
				  strerror(-err));
			return err;
		}
		*(void **)regions[i].at = memory;
	}
	return 0;
}

static void unmap_all(struct bpf_maps *maps)
{
	struct region regions[REGIONS];

	list_regions(maps, regions);
	for (size_t i = 0; i < REGIONS; i++) {
		void *memory = *(void **)regions[i].at;

		if (memory)
			munmap(memory, page_round(regions[i].size));
	}
}

static int fill_cpu_slots(const struct bpf_maps *maps, const struct bpf_object *object)
{
	__u32 *points = malloc(CPU_IDS_MAX * sizeof(*points)), zero = 0;
	int err = 0;

	if (!points)
		return -ENOMEM;
	for (__u32 id = 0; id < CPU_IDS_MAX; id++)
		points[id] = id < maps->cpus.ids ? maps->cpus.cpu_slot[id] : UNASSIGNED;
	if (bpf_map_update_elem(map_fd(object, ".data.cpu_slots"), &zero, points, BPF_ANY) < 0)
		err = -errno;
	free(points);
	return err;
}

/* The maps themselves. 0 or a negative errno, logged. */
static int make_maps(struct bpf_maps *maps, const struct bpf_wants *wants)
{
	int err;

	maps->object = shared_bpf__open();
	if (!maps->object)
		return bpf_explain_load(-errno, libbpf_log_last());
	set_sizes(maps->object->obj, maps);
	err = wants->kept ? kept_maps_choose(wants->kept, maps, maps->object->obj, wants->interface)
			  : 0;
	if (err)
		return err;
	err = shared_bpf__load(maps->object);
	return err ? bpf_explain_load(err, libbpf_log_last()) : 0;
}

/* Decide how much there is of everything. 0 or a negative errno, logged. */
static int plan_memory(struct bpf_maps *maps, const struct bpf_wants *wants)
{
	size_t memory_max = wants->memory_max;
	int err;

	maps->memory = memory_needed(maps);
	if (wants->kept)
		maps->memory += kept_maps_memory(wants->kept, maps->config.points);
	if (maps->memory > memory_max) {
		log_error("counting takes %zu MiB here (online CPUs: %u, interfaces times "
			  "directions: %u), --memory allows %zu: raise it, or watch fewer "
			  "interfaces or one direction",
			  (maps->memory >> 20) + 1, maps->cpus.online, maps->config.points,
			  memory_max >> 20);
		return -ENOSPC;
	}
	err = top_tables_plan(&maps->config, maps->cpus.online, memory_max - maps->memory);
	if (err) {
		log_error("--memory %zu leaves no room for lists of names and addresses beside "
			  "%zu MiB of counters: raise it, or do without lists (--top 0)",
			  memory_max >> 20, (maps->memory >> 20) + 1);
		return err;
	}
	maps->top_sizes = top_tables_sizes(&maps->config, maps->cpus.online);
	maps->memory += top_sizes_memory(&maps->top_sizes);
	return 0;
}

/* What can be done with maps that are there. 0 or a negative errno, logged. */
static int open_maps(struct bpf_maps *maps)
{
	const struct bpf_object *object = maps->object->obj;
	int err = fill_cpu_slots(maps, object);

	if (err) {
		log_error("cannot set up the map of CPUs: %s", strerror(-err));
		return err;
	}
	maps->rares_fd = map_fd(object, "rares");
	maps->flows_fd = map_fd(object, "flows");
	maps->ede_texts_fd = map_fd(object, "ede_texts");
	maps->top_texts_fd = map_fd(object, "top_texts");
	return map_all(maps, object);
}

int bpf_maps_open(struct bpf_maps *maps, const struct hook_config *config,
		  const struct bpf_wants *wants)
{
	int err;

	*maps = (struct bpf_maps){.config = *config};
	err = cpu_slots_read(&maps->cpus);
	if (err) {
		log_error("cannot tell which CPUs are online: %s: is /sys mounted?",
			  strerror(-err));
		return err;
	}
	err = plan_memory(maps, wants);
	if (!err)
		err = make_maps(maps, wants);
	if (!err)
		err = open_maps(maps);
	if (!err)
		err = bpf_programs_open(maps, wants);
	if (!err && wants->kept)
		err = kept_maps_keep(wants->kept, maps, maps->object->obj);
	if (err)
		bpf_maps_close(maps);
	return err;
}

void bpf_maps_close(struct bpf_maps *maps)
{
	unmap_all(maps);
	bpf_programs_close(maps);
	shared_bpf__destroy(maps->object);
	cpu_slots_free(&maps->cpus);
	*maps = (struct bpf_maps){0};
}
