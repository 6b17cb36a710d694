// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "kernel_programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kernel.h"
#include "load_objects.h"
#include "log.h"
#include "shared.skel.h"
#include "tc.skel.h"
#include "xdp.skel.h"

int kernel_explain_load(int err, const char *why)
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

static int open_xdp(struct kernel_maps *maps, enum way way)
{
	struct xdp_bpf *xdp = xdp_bpf__open();

	maps->xdp[way] = xdp;
	if (!xdp)
		return -errno;
	xdp->rodata->hook_config = maps->config;
	bpf_program__set_autoload(xdp->progs.rcodewatch_rx, way == WAY_SHORT);
	bpf_program__set_autoload(xdp->progs.rcodewatch_rx_long, way == WAY_LONG);
	if (maps->config.xdp_frags) {
		bpf_program__set_flags(xdp->progs.rcodewatch_rx, XDP_HAS_FRAGS);
		bpf_program__set_flags(xdp->progs.rcodewatch_rx_long, XDP_HAS_FRAGS);
	}
	return share_maps(maps->object->obj, xdp->obj);
}

static int open_tc(struct kernel_maps *maps, enum direction direction, enum way way)
{
	struct tc_bpf *tc = tc_bpf__open();
	bool rx = direction == DIRECTION_RX;

	maps->tc[direction][way] = tc;
	if (!tc)
		return -errno;
	tc->rodata->hook_config = maps->config;
	bpf_program__set_autoload(tc->progs.rcodewatch_rx, rx && way == WAY_SHORT);
	bpf_program__set_autoload(tc->progs.rcodewatch_tx, !rx && way == WAY_SHORT);
	bpf_program__set_autoload(tc->progs.rcodewatch_rx_long, rx && way == WAY_LONG);
	bpf_program__set_autoload(tc->progs.rcodewatch_tx_long, !rx && way == WAY_LONG);
	return share_maps(maps->object->obj, tc->obj);
}

static int open_all(struct kernel_maps *maps, const struct kernel_wants *wants)
{
	int err = 0;

	for (enum way way = 0; way < WAYS && !err; way++) {
		if (wants->xdp)
			err = open_xdp(maps, way);
		for (enum direction d = 0; d < DIRECTION_COUNT && !err; d++)
			if (wants->tc[d])
				err = open_tc(maps, d, way);
	}
	return err ? kernel_explain_load(err, libbpf_log_last()) : 0;
}

/* Let the short way's program of @object go on to that of the long way. 0 or a negative errno. */
static int join_ways(const struct bpf_object *object, __u32 direction, int long_way)
{
	int ways = bpf_object__find_map_fd_by_name(object, "long_ways");

	return bpf_map_update_elem(ways, &direction, &long_way, BPF_ANY) < 0 ? -errno : 0;
}

static int join_all(struct kernel_maps *maps)
{
	int err = 0;

	if (maps->xdp[WAY_SHORT])
		err = join_ways(maps->xdp[WAY_SHORT]->obj, DIRECTION_RX,
				kernel_maps_xdp_long_way(maps));
	for (enum direction d = 0; d < DIRECTION_COUNT && !err; d++)
		if (maps->tc[d][WAY_SHORT])
			err = join_ways(maps->tc[d][WAY_SHORT]->obj, d,
					kernel_maps_tc_long_way(maps, d));
	if (err)
		log_error("cannot put the BPF programs together: %s", strerror(-err));
	return err;
}

int kernel_programs_open(struct kernel_maps *maps, const struct kernel_wants *wants)
{
	struct object_load loads[WAYS * (1 + DIRECTION_COUNT)] = {0};
	const struct object_load *failed;
	int err = open_all(maps, wants);
	size_t count = 0;

	if (err)
		return err;
	for (enum way way = 0; way < WAYS; way++) {
		if (maps->xdp[way])
			loads[count++].skeleton = maps->xdp[way]->skeleton;
		for (enum direction d = 0; d < DIRECTION_COUNT; d++)
			if (maps->tc[d][way])
				loads[count++].skeleton = maps->tc[d][way]->skeleton;
	}
	failed = load_objects(loads, count);
	return failed ? kernel_explain_load(failed->err, failed->why) : join_all(maps);
}

void kernel_programs_close(struct kernel_maps *maps)
{
	for (enum way way = 0; way < WAYS; way++) {
		xdp_bpf__destroy(maps->xdp[way]);
		maps->xdp[way] = NULL;
		for (enum direction d = 0; d < DIRECTION_COUNT; d++) {
			tc_bpf__destroy(maps->tc[d][way]);
			maps->tc[d][way] = NULL;
		}
	}
}

int kernel_maps_xdp_program(const struct kernel_maps *maps)
{
	const struct xdp_bpf *xdp = maps->xdp[WAY_SHORT];

	return xdp ? bpf_program__fd(xdp->progs.rcodewatch_rx) : -ENOENT;
}

int kernel_maps_xdp_long_way(const struct kernel_maps *maps)
{
	const struct xdp_bpf *xdp = maps->xdp[WAY_LONG];

	return xdp ? bpf_program__fd(xdp->progs.rcodewatch_rx_long) : -ENOENT;
}

int kernel_maps_tc_program(const struct kernel_maps *maps, enum direction direction)
{
	const struct tc_bpf *tc = maps->tc[direction][WAY_SHORT];

	if (!tc)
		return -ENOENT;
	return bpf_program__fd(direction == DIRECTION_TX ? tc->progs.rcodewatch_tx
							 : tc->progs.rcodewatch_rx);
}

int kernel_maps_tc_long_way(const struct kernel_maps *maps, enum direction direction)
{
	const struct tc_bpf *tc = maps->tc[direction][WAY_LONG];

	if (!tc)
		return -ENOENT;
	return bpf_program__fd(direction == DIRECTION_TX ? tc->progs.rcodewatch_tx_long
							 : tc->progs.rcodewatch_rx_long);
}
