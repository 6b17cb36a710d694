// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "kernel_maps.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kernel.h"
#include "libbpf_log.h"
#include "log.h"
#include "message_work.h"
#include "tc.skel.h"
#include "xdp.skel.h"

/* The maps that both objects define and share. */
static const char *const shared_maps[] = {
	"control", "cpu_slots", "tallies",   "rcode_rests",   "shared",
	"rares",   "ede_texts", "flows",     "flow_works",    "scratch",
	"works",   "top_sets",  "top_texts", "top_distincts", "suffixes",
};
#define SHARED_MAPS (sizeof(shared_maps) / sizeof(shared_maps[0]))

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

static void set_sizes(struct bpf_object *object, const struct kernel_maps *maps)
{
	const struct {
		const char *name;
		__u32 entries;
	} sizes[] = {
		{"cpu_slots", maps->cpus.ids},
		{"tallies", maps->cpus.slots * maps->config.slots * 2},
		{"rcode_rests", maps->config.slots * 2},
		{"shared", maps->config.slots},
		{"flows", maps->config.flow_buckets},
		{"works", maps->cpus.slots},
		{"top_sets", at_least_one(maps->top_sizes.sets)},
		{"top_texts", at_least_one(maps->top_sizes.texts)},
		{"top_distincts", at_least_one(maps->top_sizes.distincts)},
		{"suffixes", at_least_one(maps->config.suffixes)},
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		bpf_map__set_max_entries(bpf_object__find_map_by_name(object, sizes[i].name),
					 sizes[i].entries);
}

/* What the kernel allocates for the maps: its overhead for hash entries is about 64 bytes each. */
static size_t memory_needed(const struct kernel_maps *maps)
{
	size_t slots = maps->config.slots;

	return page_round(maps->cpus.slots * slots * 2 * sizeof(struct tally)) +
	       page_round(slots * 2 * sizeof(struct rcode_rest)) +
	       page_round(slots * sizeof(struct slot_shared)) +
	       RARE_ENTRIES * (sizeof(struct rare_key) + sizeof(struct rare_value) + 64) +
	       EDE_TEXTS * (sizeof(struct rare_key) + sizeof(struct ede_text) + 64) +
	       maps->config.flow_buckets * sizeof(struct flow_bucket) +
	       page_round(maps->cpus.slots * sizeof(struct message_work)) +
	       page_round(maps->config.suffixes * sizeof(__u64)) +
	       maps->cpus.ids *
		       (sizeof(struct ede_text) + sizeof(struct flow_work) + sizeof(__u32)) +
	       page_round(sizeof(struct control));
}

static int share_maps(struct bpf_object *from, struct bpf_object *to)
{
	for (size_t i = 0; i < SHARED_MAPS; i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(to, shared_maps[i]);
		int fd = bpf_map__fd(bpf_object__find_map_by_name(from, shared_maps[i]));
		int err = bpf_map__reuse_fd(map, fd);

		if (err)
			return err;
	}
	return 0;
}

static int explain_load_failure(int err)
{
	struct utsname uts = {0};
	struct kernel_facts kernel;
	const char *why = libbpf_log_last();

	uname(&uts);
	kernel_read(&kernel);
	/*
	 * Without CAP_PERFMON, and with the mitigations of Spectre on, the verifier lets nobody add
	 * a variable to a packet pointer: kernel/bpf/verifier.c, sanitize_ptr_alu().
	 */
	if (err == -EACCES && !kernel.cap_perfmon)
		log_error(
			"cannot load the BPF programs: %s: without CAP_PERFMON the kernel lets "
			"none look into packets at places that vary: run as root or with CAP_BPF, "
			"CAP_NET_ADMIN and CAP_PERFMON",
			strerror(-err));
	else if (err == -EPERM)
		log_error("cannot load the BPF programs: %s: run as root or with CAP_BPF, "
			  "CAP_NET_ADMIN and CAP_PERFMON%s",
			  strerror(-err),
			  geteuid() == 0 ? "; on kernels before 5.11 also raise the memory lock "
					   "limit (ulimit -l unlimited)"
					 : "");
	else if (err == -ENOMEM)
		log_error("cannot load the BPF programs: out of memory: free some, or lower the "
			  "number of interfaces");
	else if (access("/sys/kernel/btf/vmlinux", R_OK) != 0)
		log_error(
			"cannot load the BPF programs: this kernel (%s) has no BTF: use one built "
			"with CONFIG_DEBUG_INFO_BTF=y, as distributions' kernels are",
			uts.release);
	else
		log_error("cannot load the BPF programs on kernel %s: %s%s%s: 5.10 or newer is "
			  "needed; --verbose shows what the verifier said",
			  uts.release, strerror(-err), why[0] ? ": " : "", why);
	return err;
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

#define REGIONS 7

static void list_regions(struct kernel_maps *maps, struct region regions[REGIONS])
{
	size_t slots = maps->config.slots;
	const struct region all[REGIONS] = {
		{"control", sizeof(struct control), &maps->control},
		{"tallies", maps->cpus.slots * slots * 2 * sizeof(struct tally), &maps->tallies},
		{"rcode_rests", slots * 2 * sizeof(struct rcode_rest), &maps->rests},
		{"shared", slots * sizeof(struct slot_shared), &maps->shared},
		{"top_sets", maps->top_sizes.sets * sizeof(struct top_set), &maps->top.sets},
		{"top_distincts", maps->top_sizes.distincts * sizeof(struct top_distinct),
		 &maps->top.distincts},
		{"suffixes", maps->config.suffixes * sizeof(__u64), &maps->suffixes},
	};

	memcpy(regions, all, sizeof(all));
}

static int map_all(struct kernel_maps *maps, const struct bpf_object *object)
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

static void unmap_all(struct kernel_maps *maps)
{
	struct region regions[REGIONS];

	list_regions(maps, regions);
	for (size_t i = 0; i < REGIONS; i++) {
		void *memory = *(void **)regions[i].at;

		if (memory)
			munmap(memory, page_round(regions[i].size));
	}
}

static int fill_cpu_slots(const struct kernel_maps *maps, const struct bpf_object *object)
{
	int fd = map_fd(object, "cpu_slots");

	for (__u32 id = 0; id < maps->cpus.ids; id++)
		if (bpf_map_update_elem(fd, &id, &maps->cpus.slot[id], BPF_ANY) < 0)
			return -errno;
	return 0;
}

static int open_objects(struct kernel_maps *maps, const struct kernel_wants *wants)
{
	if (wants->xdp) {
		maps->xdp = xdp_bpf__open();
		if (!maps->xdp)
			return -errno;
		maps->xdp->rodata->hook_config = maps->config;
		if (maps->config.xdp_frags)
			bpf_program__set_flags(maps->xdp->progs.rcodewatch_rx, XDP_HAS_FRAGS);
		set_sizes(maps->xdp->obj, maps);
	}
	/* What is not attached is not verified: that takes a tenth of a second and more each. */
	if (wants->tc[DIRECTION_RX] || wants->tc[DIRECTION_TX]) {
		maps->tc = tc_bpf__open();
		if (!maps->tc)
			return -errno;
		maps->tc->rodata->hook_config = maps->config;
		bpf_program__set_autoload(maps->tc->progs.rcodewatch_rx, wants->tc[DIRECTION_RX]);
		bpf_program__set_autoload(maps->tc->progs.rcodewatch_tx, wants->tc[DIRECTION_TX]);
		set_sizes(maps->tc->obj, maps);
	}
	return 0;
}

static int load_objects(struct kernel_maps *maps)
{
	int err = 0;

	if (maps->xdp)
		err = xdp_bpf__load(maps->xdp);
	if (!err && maps->xdp && maps->tc)
		err = share_maps(maps->xdp->obj, maps->tc->obj);
	if (!err && maps->tc)
		err = tc_bpf__load(maps->tc);
	return err;
}

int kernel_maps_open(struct kernel_maps *maps, const struct hook_config *config,
		     const struct kernel_wants *wants)
{
	const struct bpf_object *object;
	int err;

	*maps = (struct kernel_maps){.config = *config};
	err = cpu_slots_read(&maps->cpus);
	if (err) {
		log_error("cannot tell which CPUs are online: %s: is /sys mounted?",
			  strerror(-err));
		return err;
	}
	maps->memory = memory_needed(maps);
	if (maps->memory > wants->memory_max) {
		log_error("counting takes %zu MiB here (online CPUs: %u, interfaces times "
			  "directions: %u), --memory allows %zu: raise it, or watch fewer "
			  "interfaces or one direction",
			  (maps->memory >> 20) + 1, maps->cpus.slots, config->slots,
			  wants->memory_max >> 20);
		err = -ENOSPC;
		goto fail;
	}
	err = top_tables_plan(&maps->config, maps->cpus.slots, wants->memory_max - maps->memory);
	if (err) {
		log_error("--memory %zu leaves no room for lists of names and addresses beside "
			  "%zu MiB of counters: raise it, or do without lists (--top 0)",
			  wants->memory_max >> 20, (maps->memory >> 20) + 1);
		goto fail;
	}
	maps->top_sizes = top_tables_sizes(&maps->config, maps->cpus.slots);
	maps->memory += top_sizes_memory(&maps->top_sizes);
	err = open_objects(maps, wants);
	if (!err)
		err = load_objects(maps);
	if (err) {
		explain_load_failure(err);
		goto fail;
	}
	object = maps->xdp ? maps->xdp->obj : maps->tc->obj;
	err = fill_cpu_slots(maps, object);
	if (err) {
		log_error("cannot set up the map of CPUs: %s", strerror(-err));
		goto fail;
	}
	maps->rares_fd = map_fd(object, "rares");
	maps->ede_texts_fd = map_fd(object, "ede_texts");
	maps->top_texts_fd = map_fd(object, "top_texts");
	err = map_all(maps, object);
	if (err)
		goto fail;
	return 0;
fail:
	kernel_maps_close(maps);
	return err;
}

void kernel_maps_close(struct kernel_maps *maps)
{
	unmap_all(maps);
	xdp_bpf__destroy(maps->xdp);
	tc_bpf__destroy(maps->tc);
	cpu_slots_free(&maps->cpus);
	*maps = (struct kernel_maps){0};
}

int kernel_maps_xdp_program(const struct kernel_maps *maps)
{
	return maps->xdp ? bpf_program__fd(maps->xdp->progs.rcodewatch_rx) : -ENOENT;
}

int kernel_maps_tc_program(const struct kernel_maps *maps, enum direction direction)
{
	if (!maps->tc)
		return -ENOENT;
	return bpf_program__fd(direction == DIRECTION_TX ? maps->tc->progs.rcodewatch_tx
							 : maps->tc->progs.rcodewatch_rx);
}
