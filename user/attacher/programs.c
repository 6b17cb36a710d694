// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "attacher/programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "attacher/hook_objects.h"
#include "attacher/load_objects.h"
#include "attacher/shared_maps.h"
#include "netdev/kernel_probe.h"
#include "util/log.h"
#include "shared.skel.h"

/* Tell the user why loading has failed: @err, a negative errno, and what libbpf said. Gives @err. */
static int explain(int err, const char *why)
{
	struct utsname uts = {0};
	struct kernel_facts kernel;

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
			  kernel.cap_bpf ? "; on kernels before 5.11 also raise the memory lock "
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

/* The objects while they are loaded, each with one program: they are loaded at once. */
struct objects {
	struct attacher_load load;
	struct shared_bpf *shared;
	struct bpf_object *program[HOOK_PROGRAMS][PATHS]; /* NULL where not asked for */
};

/* Variables with a section of their own are shared; the configuration is each object's. */
static bool is_own(const struct bpf_map *map)
{
	return bpf_map__type(map) == BPF_MAP_TYPE_PROG_ARRAY ||
	       (bpf_map__is_internal(map) && strncmp(bpf_map__name(map), ".data.", 6) != 0);
}

/* Have @object use the maps of @shared. */
static int share_maps(const struct bpf_object *shared, const struct bpf_object *object)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		const struct bpf_map *made;
		int err;

		if (is_own(map))
			continue;
		made = bpf_object__find_map_by_name(shared, bpf_map__name(map));
		err = made ? bpf_map__reuse_fd(map, bpf_map__fd(made)) : -ENOENT;
		if (err)
			return err;
	}
	return 0;
}

/* @config for a program that takes all packets for those of the interface at @position. */
static struct hook_config config_of_one(const struct hook_config *config, uint32_t position)
{
	struct hook_config one = *config;

	one.interfaces = 1;
	one.raw_ip[0] = config->raw_ip[position];
	memcpy(one.point[0], config->point[position], sizeof(one.point[0]));
	return one;
}

static enum direction direction_of(__u32 program)
{
	return program == TC_PROGRAM(DIRECTION_TX) ? DIRECTION_TX : DIRECTION_RX;
}

static int open_program(struct objects *objects, __u32 program, enum path path)
{
	const struct hook_config *all = &objects->load.config;
	struct hook_config one = program < XDP_SHARED ? config_of_one(all, program) : *all;
	struct bpf_object *object = hook_object_open(program < XDP_PROGRAMS, direction_of(program),
						     path, &one);

	objects->program[program][path] = object;
	return object ? share_maps(objects->shared->obj, object) : -errno;
}

/* The program of a path: each object has one that is loaded. */
static int program_fd(const struct objects *objects, __u32 program, enum path path)
{
	const struct bpf_object *object = objects->program[program][path];
	const char *name = hook_program_name(direction_of(program), path);

	return bpf_program__fd(bpf_object__find_program_by_name(object, name));
}

/* The array by which a fast path continues with its slow path. */
static int joint_fd(const struct objects *objects, __u32 program)
{
	return bpf_object__find_map_fd_by_name(objects->program[program][PATH_FAST], "slow_paths");
}

/* Let the fast path of @program continue with its slow path. 0 or a negative errno. */
static int join(const struct objects *objects, __u32 program)
{
	__u32 direction = direction_of(program);
	int slow = program_fd(objects, program, PATH_SLOW);

	return bpf_map_update_elem(joint_fd(objects, program), &direction, &slow, BPF_ANY) < 0
		       ? -errno
		       : 0;
}

/* Those whose time is @when. 0 or a negative errno, logged but where there is @another way if the kernel refuses them. */
static int load_all(struct objects *objects, enum attacher_when when, bool another)
{
	const __u32 *program = objects->load.program;
	struct object_load loads[PATHS * HOOK_PROGRAMS] = {0};
	const struct object_load *failed;
	size_t count = 0;
	int err = 0;

	for (__u32 i = 0; i < HOOK_PROGRAMS && !err; i++)
		for (enum path path = 0; path < PATHS && !err && program[i] == when; path++) {
			err = open_program(objects, i, path);
			if (!err)
				loads[count++].object = objects->program[i][path];
		}
	if (err)
		return explain(err, libbpf_log_last());
	failed = load_objects(loads, count);
	if (failed)
		return another ? failed->err : explain(failed->err, failed->why);
	for (__u32 i = 0; i < HOOK_PROGRAMS && !err; i++)
		if (program[i] == when)
			err = join(objects, i);
	if (err)
		log_error("cannot put the BPF programs together: %s", strerror(-err));
	return err;
}

/* 0 or a negative errno, logged. */
static int make_maps(struct objects *objects, const int *maps, size_t count)
{
	int err;

	objects->shared = shared_bpf__open();
	if (!objects->shared)
		return explain(-errno, libbpf_log_last());
	shared_maps_size(objects->shared->obj, &objects->load);
	err = count ? shared_maps_reuse(objects->shared->obj, maps, count) : 0;
	if (err) {
		log_error("cannot use the maps of the last run: %s", strerror(-err));
		return err;
	}
	err = shared_bpf__load(objects->shared);
	return err ? explain(err, libbpf_log_last()) : 0;
}

/* ---- what is given ------------------------------------------------------------------ */

/* A descriptor that outlives the objects. */
static int give(struct loaded *loaded, int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (copy < 0)
		return -errno;
	loaded->fd[loaded->count++] = copy;
	return 0;
}

/* An array of maps, and its element: programs_wait() says what for. 0 or a negative errno. */
static int give_wait_maps(struct loaded *loaded)
{
	LIBBPF_OPTS(bpf_map_create_opts, options);
	int inner, outer;

	inner = bpf_map_create(BPF_MAP_TYPE_ARRAY, "rcw_wait_in", sizeof(__u32), sizeof(__u32), 1,
			       &options);
	if (inner < 0)
		return inner;
	loaded->fd[loaded->count++] = inner;
	options.inner_map_fd = (__u32)inner;
	outer = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "rcw_wait", sizeof(__u32), sizeof(__u32),
			       1, &options);
	if (outer < 0)
		return outer;
	loaded->fd[loaded->count++] = outer;
	return 0;
}

static int give_maps(struct loaded *loaded, const struct objects *objects)
{
	struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map(map, objects->shared->obj) if (!err)
		err = give(loaded, bpf_map__fd(map));
	return err ? err : give_wait_maps(loaded);
}

/* The programs whose time was @when; also the maps, if that is the first. 0 or a negative errno, logged. */
static int give_all(struct loaded *loaded, const struct objects *objects, enum attacher_when when)
{
	int err = when == LOAD_NOW ? give_maps(loaded, objects) : 0;

	for (__u32 i = 0; i < HOOK_PROGRAMS && !err; i++) {
		if (objects->load.program[i] != when)
			continue;
		err = give(loaded, program_fd(objects, i, PATH_FAST));
		loaded->program[i] = loaded->fd[loaded->count - 1];
		if (!err)
			err = give(loaded, program_fd(objects, i, PATH_SLOW));
		if (!err)
			err = give(loaded, joint_fd(objects, i));
	}
	if (err)
		log_error("cannot hand over the BPF programs: %s", strerror(-err));
	return err;
}

static void close_programs(struct objects *objects)
{
	for (size_t i = 0; i < HOOK_PROGRAMS; i++)
		for (enum path path = 0; path < PATHS; path++) {
			bpf_object__close(objects->program[i][path]);
			objects->program[i][path] = NULL;
		}
}

static void objects_close(struct objects *objects)
{
	close_programs(objects);
	shared_bpf__destroy(objects->shared);
}

/*
 * What programs are wanted now; without transactions, unless they are needed, where those with them do not load: a kernel that
 * nobody has tried must not keep counting from being done. 0 or a negative errno, logged.
 */
static int load_now(struct objects *objects)
{
	bool another = objects->load.config.txn_buckets && !objects->load.needs_transactions;
	int err = load_all(objects, LOAD_NOW, another);

	if (!err || !another)
		return err;
	close_programs(objects);
	objects->load.config.txn_buckets = 0;
	err = load_all(objects, LOAD_NOW, false);
	if (!err)
		log_warning("queries are not matched with responses: the kernel refuses the "
			    "programs that do so; --verbose shows why");
	return err;
}

static bool has_rest(const struct objects *objects)
{
	for (size_t i = 0; i < HOOK_PROGRAMS; i++)
		if (objects->load.program[i] == LOAD_REST)
			return true;
	return false;
}

void programs_drop_rest(struct objects *rest)
{
	if (rest)
		objects_close(rest);
	free(rest);
}

int programs_load(struct loaded *loaded, const struct attacher_load *load, const int *maps,
		  size_t count, struct objects **rest)
{
	struct objects *objects = calloc(1, sizeof(*objects));
	int err;

	loaded_clear(loaded);
	*rest = NULL;
	if (!objects)
		return explain(-ENOMEM, "");
	objects->load = *load;
	err = make_maps(objects, maps, count);
	if (!err)
		err = load_now(objects);
	if (!err)
		err = give_all(loaded, objects, LOAD_NOW);
	loaded->transactions = !err && objects->load.config.txn_buckets;
	if (err)
		loaded_close(loaded);
	if (!err && has_rest(objects))
		*rest = objects;
	else
		programs_drop_rest(objects);
	return err;
}

int programs_load_rest(struct loaded *loaded, struct objects *rest)
{
	int err = load_all(rest, LOAD_REST, false);

	if (!err)
		err = give_all(loaded, rest, LOAD_REST);
	if (err)
		loaded_close(loaded);
	programs_drop_rest(rest);
	return err;
}

void loaded_clear(struct loaded *loaded)
{
	*loaded = (struct loaded){0};
	for (size_t i = 0; i < HOOK_PROGRAMS; i++)
		loaded->program[i] = -1;
}

void loaded_close(struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->count; i++)
		close(loaded->fd[i]);
	loaded_clear(loaded);
}
