// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "kernel_programs.h"

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

/* Have @object use the maps of @shared: all but those that libbpf makes for variables. */
static int share_maps(const struct bpf_object *shared, const struct bpf_object *object)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		const struct bpf_map *made;
		int err;

		if (bpf_map__is_internal(map))
			continue;
		made = bpf_object__find_map_by_name(shared, bpf_map__name(map));
		err = made ? bpf_map__reuse_fd(map, bpf_map__fd(made)) : -ENOENT;
		if (err)
			return err;
	}
	return 0;
}

static int open_xdp(struct kernel_maps *maps)
{
	maps->xdp = xdp_bpf__open();
	if (!maps->xdp)
		return -errno;
	maps->xdp->rodata->hook_config = maps->config;
	if (maps->config.xdp_frags)
		bpf_program__set_flags(maps->xdp->progs.rcodewatch_rx, XDP_HAS_FRAGS);
	return share_maps(maps->object->obj, maps->xdp->obj);
}

static int open_tc(struct kernel_maps *maps, enum direction direction)
{
	struct tc_bpf *tc = tc_bpf__open();

	maps->tc[direction] = tc;
	if (!tc)
		return -errno;
	tc->rodata->hook_config = maps->config;
	bpf_program__set_autoload(tc->progs.rcodewatch_rx, direction == DIRECTION_RX);
	bpf_program__set_autoload(tc->progs.rcodewatch_tx, direction == DIRECTION_TX);
	return share_maps(maps->object->obj, tc->obj);
}

static int open_all(struct kernel_maps *maps, const struct kernel_wants *wants)
{
	int err = wants->xdp ? open_xdp(maps) : 0;

	for (enum direction d = 0; d < DIRECTION_COUNT && !err; d++)
		if (wants->tc[d])
			err = open_tc(maps, d);
	return err ? kernel_explain_load(err, libbpf_log_last()) : 0;
}

int kernel_programs_open(struct kernel_maps *maps, const struct kernel_wants *wants)
{
	struct object_load loads[1 + DIRECTION_COUNT] = {0};
	const struct object_load *failed;
	int err = open_all(maps, wants);
	size_t count = 0;

	if (err)
		return err;
	if (maps->xdp)
		loads[count++].skeleton = maps->xdp->skeleton;
	for (enum direction d = 0; d < DIRECTION_COUNT; d++)
		if (maps->tc[d])
			loads[count++].skeleton = maps->tc[d]->skeleton;
	failed = load_objects(loads, count);
	return failed ? kernel_explain_load(failed->err, failed->why) : 0;
}

void kernel_programs_close(struct kernel_maps *maps)
{
	xdp_bpf__destroy(maps->xdp);
	maps->xdp = NULL;
	for (enum direction d = 0; d < DIRECTION_COUNT; d++) {
		tc_bpf__destroy(maps->tc[d]);
		maps->tc[d] = NULL;
	}
}

int kernel_maps_xdp_program(const struct kernel_maps *maps)
{
	return maps->xdp ? bpf_program__fd(maps->xdp->progs.rcodewatch_rx) : -ENOENT;
}

int kernel_maps_tc_program(const struct kernel_maps *maps, enum direction direction)
{
	const struct tc_bpf *tc = maps->tc[direction];

	if (!tc)
		return -ENOENT;
	return bpf_program__fd(direction == DIRECTION_TX ? tc->progs.rcodewatch_tx
							 : tc->progs.rcodewatch_rx);
}
