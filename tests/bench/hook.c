// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "attacher/hook_objects.h"
#include "load_maps.h"
#include "hook.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/pkt_cls.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench_mutate_tc.skel.h"
#include "bench_mutate_xdp.skel.h"
#include "netdev/kernel_probe.h"
#include "cli/settings.h"
#include "shared.skel.h"
#include "toplist/top_tables.h"
#include "loader/bpf_programs.h"

#define PROGRAM "rcodewatch_rx"

static const int passes[HOOK_KINDS] = {XDP_PASS, TC_ACT_UNSPEC};
static const enum bpf_prog_type types[HOOK_KINDS] = {BPF_PROG_TYPE_XDP, BPF_PROG_TYPE_SCHED_CLS};
const char *const hook_kind_names[HOOK_KINDS] = {"xdp", "tc"};

int hook_passes(enum hook_kind kind)
{
	return passes[kind];
}

enum bpf_prog_type hook_type(enum hook_kind kind)
{
	return types[kind];
}

void bench_failed(const char *format, ...)
{
	va_list arguments;

	fputs("bench: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

/* As by default: all four lists, of all responses but NOERROR, and NODATA by zone; with whole addresses. */
static void add_lists(struct hook_config *config)
{
	for (__u32 point = 0; point < POINTS_MAX; point++)
		config->top_point[point] = (1u << TOP_DIMENSIONS) - 1;
	config->offending_rcodes = ~1u;
	config->offending = OFFENDING_REST | OFFENDING_NODATA_ZONES;
	memset(config->address_mask, 0xff, sizeof(config->address_mask));
	if (top_keys_draw(config) < 0)
		bench_failed("the kernel gives no random numbers");
}

static bool transactions, locks;

void bench_transactions(bool follow)
{
	transactions = follow;
}

void bench_locks(void)
{
	locks = true;
}

static bool by_slow_path;

void bench_slow_path(void)
{
	by_slow_path = true;
}

struct hook_config bench_config(void)
{
	struct hook_config config = {0};
	struct kernel_facts kernel;
	struct settings settings;

	kernel_read(&kernel);
	settings_init(&settings);
	settings_configure(&settings, &config);
	bench_interfaces(&config, 1);
	add_lists(&config);
	config.xdp_frags = kernel.xdp_frags == TRISTATE_YES;
	if (transactions)
		transactions_configure(&settings, &config);
	if (by_slow_path) /* which is all that looks for tunnels; of these there is none here */
		config.decap = DECAP_GRE;
	config.txn_locks = transactions && locks ? TXN_LOCKS : 0;
	/* Any will do, but always the same ones. */
	config.flow_seed[0] = 0x243f6a8885a308d3;
	config.flow_seed[1] = 0x13198a2e03707344;
	return config;
}

void bench_interfaces(struct hook_config *config, __u32 interfaces)
{
	config->interfaces = interfaces;
	config->points = 0;
	for (__u32 i = 0; i < interfaces; i++)
		for (__u32 d = 0; d < DIRECTION_COUNT; d++)
			config->point[i][d] = config->points++;
}

void bench_one_cpu(bool first)
{
	cpu_set_t may, one;

	if (sched_getaffinity(0, sizeof(may), &may) < 0)
		return;
	CPU_ZERO(&one);
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &may)) {
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
			if (first)
				break;
		}
	sched_setaffinity(0, sizeof(one), &one);
}

int hook_empty(enum hook_kind kind, bool frags)
{
	const struct bpf_insn insns[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = passes[kind]},
		{.code = BPF_JMP | BPF_EXIT},
	};
	bool xdp = kind == HOOK_KIND_XDP;
	/* As the mutators are loaded: only programs that are alike go into one array for tail calls. */
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = xdp ? BPF_XDP : 0,
		    .prog_flags = xdp && frags ? XDP_HAS_FRAGS : 0);
	int fd = bpf_prog_load(types[kind], "empty", "GPL", insns, 2, &options);

	if (fd < 0)
		bench_failed("cannot load an empty program: %s: run as root", strerror(-fd));
	return fd;
}

int hook_built(struct bpf_maps *maps, enum hook_kind kind)
{
	const struct hook_config config = bench_config();
	const struct bpf_wants wants = {
		.xdp = kind == HOOK_KIND_XDP,
		.tc = {kind == HOOK_KIND_TC, true},
		.memory_max = 64u << 20,
	};

	if (load_maps(maps, &config, &wants) < 0)
		exit(1); /* the reason is printed */
	if (kind == HOOK_KIND_XDP)
		return bpf_maps_xdp_program(maps);
	return bpf_maps_tc_program(maps, DIRECTION_RX);
}

static struct bpf_map *rodata_of(const struct bpf_object *object)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		const char *name = bpf_map__name(map);
		size_t length = strlen(name);

		if (length >= 7 && !strcmp(name + length - 7, ".rodata"))
			return map;
	}
	return NULL;
}

/* Where @name lies in the section of read-only data; NULL if it is not there. */
void *hook_rodata(const struct bpf_object *object, const char *name, size_t *size)
{
	const struct btf *btf = bpf_object__btf(object);
	struct bpf_map *map = rodata_of(object);
	int id = btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC);
	const struct btf_type *section;
	char *data;

	if (!map || id < 0)
		return NULL;
	/* Before load it is ours to change, as skeletons do; libbpf 1.1 calls it const all the same. */
	data = (char *)(uintptr_t)bpf_map__initial_value(map, size);
	section = btf__type_by_id(btf, (__u32)id);
	for (__u32 i = 0; data && i < btf_vlen(section); i++) {
		const struct btf_var_secinfo *at = btf_var_secinfos(section) + i;
		const struct btf_type *variable = btf__type_by_id(btf, at->type);

		if (strcmp(btf__name_by_offset(btf, variable->name_off), name) != 0)
			continue;
		*size = at->size;
		return data + at->offset;
	}
	return NULL;
}

/* An object of before or after a change: what both have is made equal. */
static void configure_like(struct bpf_object *object, const struct bpf_object *built,
			   const struct hook_config *config)
{
	struct bpf_map *map;
	size_t size;
	void *at = hook_rodata(object, "hook_config", &size);

	if (!at)
		bench_failed("the object has no hook_config");
	memcpy(at, config, size < sizeof(*config) ? size : sizeof(*config));
	bpf_object__for_each_map(map, object)
	{
		const struct bpf_map *like = bpf_object__find_map_by_name(built,
									  bpf_map__name(map));

		if (like && !bpf_map__is_internal(map))
			bpf_map__set_max_entries(map, bpf_map__max_entries(like));
	}
}

/* Objects from before there were two ways have no @slow_path. */
static int join_paths(const struct bpf_object *object, const struct bpf_program *slow_path)
{
	__u32 rx = DIRECTION_RX;
	int fd = bpf_program__fd(slow_path);

	return bpf_map_update_elem(bpf_object__find_map_fd_by_name(object, "slow_paths"), &rx, &fd,
				   BPF_ANY);
}

int hook_from_file(struct bpf_object **object, const char *path, enum hook_kind kind,
		   const struct bpf_maps *built)
{
	const struct bpf_object *like = built->object->obj;
	struct bpf_program *program, *slow_path;
	int err;

	*object = bpf_object__open_file(path, NULL);
	if (!*object)
		bench_failed("cannot open %s: %s", path, strerror(errno));
	program = bpf_object__find_program_by_name(*object, PROGRAM);
	if (!program || bpf_program__type(program) != types[kind])
		bench_failed("%s has no %s program " PROGRAM, path, hook_kind_names[kind]);
	slow_path = bpf_object__find_program_by_name(*object, PROGRAM "_slow");
	if (kind == HOOK_KIND_XDP && built->config.xdp_frags) {
		bpf_program__set_flags(program, XDP_HAS_FRAGS);
		if (slow_path)
			bpf_program__set_flags(slow_path, XDP_HAS_FRAGS);
	}
	configure_like(*object, like, &built->config);
	err = bpf_object__load(*object);
	if (!err && slow_path)
		err = join_paths(*object, slow_path);
	if (err)
		bench_failed("cannot load %s: %s", path, strerror(-err));
	return bpf_program__fd(program);
}

void hook_restart(const struct bpf_object *object, __u64 seed)
{
	__u32 zero = 0;
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		const char *name = bpf_map__name(map), *end = name + strlen(name) - 5;

		if (end < name || strcmp(end, ".data") != 0)
			continue;
		if (bpf_map__value_size(map) == sizeof(seed) &&
		    bpf_map_update_elem(bpf_map__fd(map), &zero, &seed, BPF_ANY) == 0)
			return;
	}
	bench_failed("the mutator has no state of random numbers");
}

int hook_mutator(struct bpf_object **object, enum hook_kind kind, const struct mutation *mutation,
		 bool frags, int next)
{
	const void *elf;
	size_t size;
	__u32 zero = 0;
	struct bpf_program *program;
	void *at;
	int err;

	elf = kind == HOOK_KIND_XDP ? bench_mutate_xdp_bpf__elf_bytes(&size)
				    : bench_mutate_tc_bpf__elf_bytes(&size);
	*object = bpf_object__open_mem(elf, size, NULL);
	at = *object ? hook_rodata(*object, "mutation", &size) : NULL;
	if (!at)
		bench_failed("the mutator is broken");
	memcpy(at, mutation, sizeof(*mutation));
	program = bpf_object__find_program_by_name(*object, "mutator");
	if (kind == HOOK_KIND_XDP && frags)
		bpf_program__set_flags(program, XDP_HAS_FRAGS);
	err = bpf_object__load(*object);
	if (!err)
		err = bpf_map_update_elem(bpf_object__find_map_fd_by_name(*object, "next"), &zero,
					  &next, BPF_ANY);
	if (err)
		bench_failed("cannot load the mutator: %s", strerror(-err));
	return bpf_program__fd(program);
}

static double cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

double hook_run(enum hook_kind kind, int fd, const void *frame, size_t length, uint32_t times)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = (__u32)length,
		    .repeat = (int)times);
	/*
	 * Not the duration that the kernel gives: that is whole nanoseconds, and includes the time
	 * of the tasks that preempt us.
	 */
	double before = cpu_ns();
	int err = bpf_prog_test_run_opts(fd, &options);
	double took = cpu_ns() - before;

	if (err)
		bench_failed("the test run fails: %s", strerror(-err));
	if ((int)options.retval != passes[kind])
		bench_failed("the program did not pass the packet: verdict %u", options.retval);
	return took;
}

double hook_cost(enum hook_kind kind, int fd, const void *frame, size_t length, uint32_t times)
{
	double once = hook_run(kind, fd, frame, length, 1);

	return (hook_run(kind, fd, frame, length, times + 1) - once) / times;
}
