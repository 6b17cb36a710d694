// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/bpf_programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "netdev/kernel_probe.h"
#include "loader/load_objects.h"
#include "util/log.h"
#include "shared.skel.h"
#include "tc.skel.h"
#include "xdp.skel.h"

int bpf_explain_load(int err, const char *why)
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

static int open_xdp(struct bpf_maps *maps, uint32_t index, enum path path)
{
	struct xdp_bpf *xdp = xdp_bpf__open();

	maps->xdp[index][path] = xdp;
	if (!xdp)
		return -errno;
	xdp->rodata->hook_config = index == XDP_SHARED ? maps->config
						       : config_of_one(&maps->config, index);
	bpf_program__set_autoload(xdp->progs.rcodewatch_rx, path == PATH_FAST);
	bpf_program__set_autoload(xdp->progs.rcodewatch_rx_slow, path == PATH_SLOW);
	if (maps->config.xdp_frags) {
		bpf_program__set_flags(xdp->progs.rcodewatch_rx, XDP_HAS_FRAGS);
		bpf_program__set_flags(xdp->progs.rcodewatch_rx_slow, XDP_HAS_FRAGS);
	}
	return share_maps(maps->object->obj, xdp->obj);
}

static int open_tc(struct bpf_maps *maps, enum direction direction, enum path path)
{
	struct tc_bpf *tc = tc_bpf__open();
	bool rx = direction == DIRECTION_RX;

	maps->tc[direction][path] = tc;
	if (!tc)
		return -errno;
	tc->rodata->hook_config = maps->config;
	bpf_program__set_autoload(tc->progs.rcodewatch_rx, rx && path == PATH_FAST);
	bpf_program__set_autoload(tc->progs.rcodewatch_tx, !rx && path == PATH_FAST);
	bpf_program__set_autoload(tc->progs.rcodewatch_rx_slow, rx && path == PATH_SLOW);
	bpf_program__set_autoload(tc->progs.rcodewatch_tx_slow, !rx && path == PATH_SLOW);
	return share_maps(maps->object->obj, tc->obj);
}

/* Let the fast path of @object continue with its slow path. 0 or a negative errno. */
static int join_paths(const struct bpf_object *object, __u32 direction, int slow_path)
{
	int paths = bpf_object__find_map_fd_by_name(object, "slow_paths");

	return bpf_map_update_elem(paths, &direction, &slow_path, BPF_ANY) < 0 ? -errno : 0;
}

/* A pair of objects, one for each way, that is being added. */
struct pair {
	bool tc;
	enum direction direction; /* of tc */
	uint32_t index;           /* of XDP: in maps->xdp */
};

#define PAIRS_MAX (XDP_PROGRAMS + DIRECTION_COUNT)

static int open_pair(struct bpf_maps *maps, const struct pair *pair,
		     struct object_load loads[PATHS])
{
	int err = 0;

	for (enum path path = 0; path < PATHS && !err; path++) {
		if (pair->tc) {
			err = open_tc(maps, pair->direction, path);
			if (!err)
				loads[path].skeleton = maps->tc[pair->direction][path]->skeleton;
		} else {
			err = open_xdp(maps, pair->index, path);
			if (!err)
				loads[path].skeleton = maps->xdp[pair->index][path]->skeleton;
		}
	}
	return err;
}

static int xdp_slow_fd(const struct bpf_maps *maps, uint32_t index)
{
	const struct xdp_bpf *xdp = maps->xdp[index][PATH_SLOW];

	return xdp ? bpf_program__fd(xdp->progs.rcodewatch_rx_slow) : -ENOENT;
}

static int join_pair(struct bpf_maps *maps, const struct pair *pair)
{
	if (pair->tc)
		return join_paths(maps->tc[pair->direction][PATH_FAST]->obj, pair->direction,
				  bpf_maps_tc_slow(maps, pair->direction));
	return join_paths(maps->xdp[pair->index][PATH_FAST]->obj, DIRECTION_RX,
			  xdp_slow_fd(maps, pair->index));
}

static void close_pair(struct bpf_maps *maps, const struct pair *pair)
{
	for (enum path path = 0; path < PATHS; path++) {
		if (pair->tc) {
			tc_bpf__destroy(maps->tc[pair->direction][path]);
			maps->tc[pair->direction][path] = NULL;
		} else {
			xdp_bpf__destroy(maps->xdp[pair->index][path]);
			maps->xdp[pair->index][path] = NULL;
		}
	}
}

/* What @wants asks for and is not there. Gives how many pairs. */
static size_t missing(const struct bpf_maps *maps, const struct bpf_wants *wants,
		      struct pair pairs[PAIRS_MAX])
{
	size_t count = 0;

	for (uint32_t i = 0; i < XDP_PROGRAMS; i++)
		if ((i == XDP_SHARED ? wants->xdp : wants->xdp_own[i]) && !maps->xdp[i][PATH_FAST])
			pairs[count++] = (struct pair){.index = i};
	for (enum direction d = 0; d < DIRECTION_COUNT; d++)
		if (wants->tc[d] && !maps->tc[d][PATH_FAST])
			pairs[count++] = (struct pair){.tc = true, .direction = d};
	return count;
}

int bpf_programs_open(struct bpf_maps *maps, const struct bpf_wants *wants)
{
	struct object_load loads[PATHS * PAIRS_MAX] = {0};
	struct pair pairs[PAIRS_MAX];
	size_t count = missing(maps, wants, pairs);
	const struct object_load *failed;
	int err = 0;

	for (size_t i = 0; i < count && !err; i++)
		err = open_pair(maps, &pairs[i], &loads[i * PATHS]);
	if (err) {
		bpf_explain_load(err, libbpf_log_last());
	} else {
		failed = load_objects(loads, count * PATHS);
		if (failed)
			err = bpf_explain_load(failed->err, failed->why);
		for (size_t i = 0; i < count && !err; i++) {
			err = join_pair(maps, &pairs[i]);
			if (err)
				log_error("cannot put the BPF programs together: %s",
					  strerror(-err));
		}
	}
	for (size_t i = 0; i < count && err; i++)
		close_pair(maps, &pairs[i]);
	return err;
}

void bpf_programs_close(struct bpf_maps *maps)
{
	for (uint32_t i = 0; i < XDP_PROGRAMS; i++)
		close_pair(maps, &(struct pair){.index = i});
	for (enum direction d = 0; d < DIRECTION_COUNT; d++)
		close_pair(maps, &(struct pair){.tc = true, .direction = d});
}

int bpf_maps_xdp_program_at(const struct bpf_maps *maps, uint32_t index)
{
	const struct xdp_bpf *xdp = maps->xdp[index][PATH_FAST];

	return xdp ? bpf_program__fd(xdp->progs.rcodewatch_rx) : -ENOENT;
}

int bpf_maps_xdp_program(const struct bpf_maps *maps)
{
	return bpf_maps_xdp_program_at(maps, XDP_SHARED);
}

int bpf_maps_xdp_program_of(const struct bpf_maps *maps, uint32_t position)
{
	return bpf_maps_xdp_program_at(maps,
				       maps->xdp[position][PATH_FAST] ? position : XDP_SHARED);
}

int bpf_maps_xdp_slow(const struct bpf_maps *maps)
{
	return xdp_slow_fd(maps, XDP_SHARED);
}

int bpf_maps_tc_program(const struct bpf_maps *maps, enum direction direction)
{
	const struct tc_bpf *tc = maps->tc[direction][PATH_FAST];

	if (!tc)
		return -ENOENT;
	return bpf_program__fd(direction == DIRECTION_TX ? tc->progs.rcodewatch_tx
							 : tc->progs.rcodewatch_rx);
}

int bpf_maps_tc_slow(const struct bpf_maps *maps, enum direction direction)
{
	const struct tc_bpf *tc = maps->tc[direction][PATH_SLOW];

	if (!tc)
		return -ENOENT;
	return bpf_program__fd(direction == DIRECTION_TX ? tc->progs.rcodewatch_tx_slow
							 : tc->progs.rcodewatch_rx_slow);
}

const struct bpf_object *bpf_programs_fast_path(const struct bpf_maps *maps, size_t i)
{
	const struct xdp_bpf *xdp = i < XDP_PROGRAMS ? maps->xdp[i][PATH_FAST] : NULL;
	const struct tc_bpf *tc = i < XDP_PROGRAMS ? NULL : maps->tc[i - XDP_PROGRAMS][PATH_FAST];

	return xdp ? xdp->obj : tc ? tc->obj : NULL;
}
