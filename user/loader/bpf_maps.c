// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/bpf_maps.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "attacher/shared_maps.h"
#include "loader/kept_maps.h"
#include "util/log.h"
#include "msg_scratch.h"
#include "shared.skel.h"

static size_t page_round(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (size + page - 1) / page * page;
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

#define REGIONS 12

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
		{".data.txn_control", sizeof(struct txn_control), &maps->txn_control},
		{"txn_buckets", maps->config.txn_buckets * sizeof(struct txn_bucket),
		 &maps->txn_buckets},
		{"txn_details", maps->config.txn_buckets * (1 + TXN_WAYS) * sizeof(struct txn_note),
		 &maps->txn_details},
		{"txn_histograms",
		 maps->config.txn_buckets ? maps->cpus.online * 2 * sizeof(struct txn_histograms)
					  : 0,
		 &maps->txn_histograms},
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

static __u32 when(bool now, bool later)
{
	return now ? LOAD_NOW : later ? LOAD_REST : LOAD_NEVER;
}

static void want_programs(struct bpf_maps *maps, const struct bpf_wants *wants)
{
	for (uint32_t i = 0; i < MAX_INTERFACES; i++)
		maps->when[i] = when(wants->xdp_own[i], false);
	maps->when[XDP_SHARED] = when(wants->xdp, wants->xdp_later);
	for (int d = 0; d < DIRECTION_COUNT; d++)
		maps->when[TC_PROGRAM(d)] = when(wants->tc[d], wants->tc_later[d]);
}

static size_t count_programs(const struct bpf_maps *maps, enum attacher_when when)
{
	size_t count = 0;

	for (size_t i = 0; i < HOOK_PROGRAMS; i++)
		count += maps->when[i] == when;
	return count;
}

/* Note the descriptors of the programs whose time was @when. */
static void note_programs(struct bpf_maps *maps, enum attacher_when when, const int *fds)
{
	for (size_t i = 0; i < HOOK_PROGRAMS; i++)
		if (maps->when[i] == when) {
			maps->program[i] = (struct bpf_program_fds){fds[0], fds[1], fds[2]};
			fds += 3;
		}
}

/* Note the @count descriptors that the attacher has given. 0 or a negative errno. */
static int note_descriptors(struct bpf_maps *maps, int *fds, size_t count)
{
	const struct bpf_object *object = maps->object->obj;
	size_t made = shared_maps_count(object);
	int err;

	if (count != made + 2 + 3 * count_programs(maps, LOAD_NOW))
		return -EBADMSG;
	/* The object has copies of its own. */
	err = shared_maps_reuse(object, fds, made);
	for (size_t i = 0; i < made; i++)
		close(fds[i]);
	maps->wait_inner_fd = fds[made];
	maps->wait_map_fd = fds[made + 1];
	note_programs(maps, LOAD_NOW, fds + made + 2);
	return err;
}

int bpf_maps_load_rest(struct bpf_maps *maps, struct attacher *attacher, struct kept *kept)
{
	size_t programs = count_programs(maps, LOAD_REST);
	int fds[ATTACHER_FDS_MAX], got;

	if (!programs)
		return 0;
	got = attacher_load_rest(attacher, fds);
	if (got < 0)
		return got; /* the attacher has said why */
	if ((size_t)got != 3 * programs) {
		for (int i = 0; i < got; i++)
			close(fds[i]);
		log_error("cannot use the programs that were loaded: there are %d descriptors",
			  got);
		return -EBADMSG;
	}
	note_programs(maps, LOAD_REST, fds);
	for (size_t i = 0; i < HOOK_PROGRAMS; i++)
		if (maps->when[i] == LOAD_REST)
			maps->when[i] = LOAD_NOW;
	return kept ? kept_maps_keep_paths(kept, maps) : 0;
}

/* Maps and programs, by the attacher. 0 or a negative errno, logged. */
static int load(struct bpf_maps *maps, const struct bpf_wants *wants)
{
	struct attacher_load load = {.config = maps->config, .cpus_online = maps->cpus.online};
	int fds[ATTACHER_FDS_MAX], old[SHARED_MAPS_MAX], err, got;
	bool transactions;
	size_t olds = 0;

	load.needs_transactions = wants->needs_transactions;
	want_programs(maps, wants);
	memcpy(load.program, maps->when, sizeof(load.program));
	maps->object = shared_bpf__open();
	if (!maps->object) {
		err = -errno;
		log_error("cannot open the BPF programs: %s", strerror(-err));
		return err;
	}
	shared_maps_size(maps->object->obj, &load);
	err = wants->kept ? kept_maps_choose(wants->kept, maps, maps->object->obj, wants->interface,
					     wants->attacher, old, &olds)
			  : 0;
	if (err)
		return err;
	got = attacher_load(wants->attacher, &load, old, olds, fds, &transactions);
	if (got < 0)
		return got; /* the attacher has said why */
	if (!transactions)
		maps->config.txn_buckets = 0;
	err = note_descriptors(maps, fds, (size_t)got);
	if (err)
		log_error("cannot use the maps that were made: %s", strerror(-err));
	return err;
}

static size_t transactions_memory(const struct bpf_maps *maps)
{
	if (!maps->config.txn_buckets)
		return 0;
	return maps->config.txn_buckets * TXN_BUCKET_MEMORY +
	       page_round(maps->config.txn_locks * TXN_LOCK_MEMORY) +
	       page_round(maps->cpus.online * 2 * sizeof(struct txn_histograms));
}

/* Transactions give way before lists do: fewer of them at a time, then none. Gives whether there is less now. */
static bool shrink_transactions(struct bpf_maps *maps)
{
	if (!maps->config.txn_buckets)
		return false;
	maps->config.txn_buckets = maps->config.txn_buckets > TXN_BUCKETS_MIN
					   ? maps->config.txn_buckets / 2
					   : 0;
	return true;
}

/* All but lists. */
static size_t memory_beside_lists(const struct bpf_maps *maps, const struct bpf_wants *wants)
{
	return memory_needed(maps) + transactions_memory(maps) +
	       (wants->kept ? kept_maps_memory(wants->kept, maps->config.points) : 0);
}

/* Whether all but lists fits, and lists do. */
static bool all_fits(struct bpf_maps *maps, const struct bpf_wants *wants)
{
	struct hook_config planned = maps->config;

	maps->memory = memory_beside_lists(maps, wants);
	return maps->memory <= wants->memory_max &&
	       top_tables_plan(&planned, maps->cpus.online, wants->memory_max - maps->memory) == 0;
}

/* The least --memory, in MiB, for what is left when nothing fits: the smallest lists, and @buckets of transactions. */
static size_t least_mib(struct bpf_maps *maps, const struct bpf_wants *wants, __u32 buckets)
{
	size_t bytes;

	maps->config.txn_buckets = buckets;
	bytes = memory_beside_lists(maps, wants) +
		top_tables_least(&maps->config, maps->cpus.online);
	return (bytes + (1u << 20) - 1) >> 20;
}

/* Decide how much there is of everything. 0 or a negative errno, logged. */
static int plan_memory(struct bpf_maps *maps, const struct bpf_wants *wants)
{
	size_t memory_max = wants->memory_max;
	__u32 wanted = maps->config.txn_buckets;
	int err;

	while (!all_fits(maps, wants) && shrink_transactions(maps))
		;
	if (wanted && !maps->config.txn_buckets && wants->needs_transactions) {
		log_error("--transactions on: --memory %zu leaves no room for them: raise it to "
			  "%zu",
			  memory_max >> 20, least_mib(maps, wants, TXN_BUCKETS_MIN));
		return -ENOSPC;
	}
	if (maps->config.txn_buckets < wanted)
		log_warning("--memory %zu leaves room for %u transactions at a time, not %u as "
			    "--transaction-memory allows%s",
			    memory_max >> 20, maps->config.txn_buckets * TXN_WAYS,
			    wanted * TXN_WAYS,
			    maps->config.txn_buckets ? "" : ": they are not followed");
	if (maps->memory > memory_max) {
		log_error("counting takes %zu MiB here (online CPUs: %u, interfaces times "
			  "directions: %u), --memory allows %zu: raise it to %zu, or watch fewer "
			  "interfaces or one direction",
			  (maps->memory >> 20) + 1, maps->cpus.online, maps->config.points,
			  memory_max >> 20, least_mib(maps, wants, 0));
		return -ENOSPC;
	}
	err = top_tables_plan(&maps->config, maps->cpus.online, memory_max - maps->memory);
	if (err) {
		log_error("--memory %zu leaves no room for lists of names and addresses beside "
			  "%zu MiB of counters: raise it to %zu, or do without lists (--top 0)",
			  memory_max >> 20, (maps->memory >> 20) + 1, least_mib(maps, wants, 0));
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

static const struct bpf_program_fds no_program = {-1, -1, -1};

static void empty(struct bpf_maps *maps)
{
	*maps = (struct bpf_maps){.wait_map_fd = -1, .wait_inner_fd = -1};
	for (size_t i = 0; i < HOOK_PROGRAMS; i++)
		maps->program[i] = no_program;
}

int bpf_maps_open(struct bpf_maps *maps, const struct hook_config *config,
		  const struct bpf_wants *wants)
{
	int err;

	empty(maps);
	maps->config = *config;
	maps->clock_ahead_ns = wants->clock_ahead_ns;
	err = cpu_slots_read(&maps->cpus);
	if (err) {
		log_error("cannot tell which CPUs are online: %s: is /sys mounted?",
			  strerror(-err));
		return err;
	}
	err = plan_memory(maps, wants);
	if (!err)
		err = load(maps, wants);
	if (!err)
		err = open_maps(maps);
	maps->resumed = !err && wants->kept && wants->kept->resumed;
	if (!err && wants->kept && wants->kept->now.state)
		maps->txn_swept = &wants->kept->now.state->swept;
	if (!err && wants->kept)
		err = kept_maps_keep(wants->kept, maps, maps->object->obj);
	if (err)
		bpf_maps_close(maps);
	return err;
}

static void close_one(int fd)
{
	if (fd >= 0)
		close(fd);
}

void bpf_maps_close(struct bpf_maps *maps)
{
	unmap_all(maps);
	for (size_t i = 0; i < HOOK_PROGRAMS; i++) {
		close_one(maps->program[i].fast);
		close_one(maps->program[i].slow);
		close_one(maps->program[i].slow_paths);
	}
	close_one(maps->wait_map_fd);
	close_one(maps->wait_inner_fd);
	shared_bpf__destroy(maps->object);
	cpu_slots_free(&maps->cpus);
	empty(maps);
}
