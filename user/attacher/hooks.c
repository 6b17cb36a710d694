// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "attacher/hooks.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <string.h>

#include "attacher/libbpf_log.h"
#include "netdev/clsact_filter.h"
#include "util/log.h"

/* enum bpf_attach_type of kernel 6.6; libbpf 1.1 does not know them, but passes them on. */
#define ATTACH_TCX_INGRESS ((enum bpf_attach_type)46)
#define ATTACH_TCX_EGRESS  ((enum bpf_attach_type)47)
/* BPF_F_BEFORE with no program to stand before: the head of the list (kernel 6.6). */
#define ATTACH_FIRST (1u << 3)
/* enum bpf_link_type of kernel 6.6. */
#define LINK_TYPE_TCX 11u

int xdp_attach(int program, int ifindex, bool generic)
{
	LIBBPF_OPTS(bpf_link_create_opts, options,
		    .flags = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);

	return bpf_link_create(program, ifindex, BPF_XDP, &options);
}

int tcx_attach(int program, int ifindex, enum direction direction)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = ATTACH_FIRST);

	return bpf_link_create(program, ifindex,
			       direction == DIRECTION_TX ? ATTACH_TCX_EGRESS : ATTACH_TCX_INGRESS,
			       &options);
}

static enum bpf_tc_attach_point point_of(enum direction direction)
{
	return direction == DIRECTION_TX ? BPF_TC_EGRESS : BPF_TC_INGRESS;
}

/* The program of the filter that has our handle, 0 if there is none. */
static __u32 clsact_program(const struct bpf_tc_hook *where)
{
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = CLSACT_HANDLE, .priority = CLSACT_PRIORITY);

	return bpf_tc_query(where, &filter) == 0 ? filter.prog_id : 0;
}

int clsact_attach(int program, int ifindex, enum direction direction, __u32 *before, __u32 *id)
{
	LIBBPF_OPTS(bpf_tc_hook, where, .ifindex = ifindex, .attach_point = point_of(direction));
	/* A filter with our handle was most likely left by a killed run: it gives way, no gap. */
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = CLSACT_HANDLE, .priority = CLSACT_PRIORITY,
		    .prog_fd = program, .flags = BPF_TC_F_REPLACE);
	int err;

	*before = clsact_program(&where);
	libbpf_log_reset();
	err = bpf_tc_hook_create(&where);
	log_debug("interface number %d: clsact qdisc: %s", ifindex, err ? strerror(-err) : "made");
	if (err && err != -EEXIST)
		return err;
	libbpf_log_reset(); /* that the qdisc is there already is said there too */
	err = bpf_tc_attach(&where, &filter);
	if (!err)
		*id = clsact_program(&where);
	return err;
}

bool clsact_holds(int ifindex, enum direction direction, __u32 program_id)
{
	LIBBPF_OPTS(bpf_tc_hook, where, .ifindex = ifindex, .attach_point = point_of(direction));
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = CLSACT_HANDLE, .priority = CLSACT_PRIORITY);
	int err = bpf_tc_query(&where, &filter);

	/* What the kernel says without the filter, without the qdisc, without the interface. */
	if (err)
		return err != -ENOENT && err != -EINVAL && err != -ENODEV;
	return filter.prog_id == program_id;
}

void clsact_detach(int ifindex, enum direction direction, __u32 program_id)
{
	LIBBPF_OPTS(bpf_tc_hook, where, .ifindex = ifindex, .attach_point = point_of(direction));
	LIBBPF_OPTS(bpf_tc_opts, options, .handle = CLSACT_HANDLE, .priority = CLSACT_PRIORITY);

	if (clsact_holds(ifindex, direction, program_id))
		bpf_tc_detach(&where, &options);
}

bool link_is_hook(int fd)
{
	struct bpf_link_info info = {0};
	__u32 length = sizeof(info);

	/* What another kind of object says can look like that: updating it is refused by the kernel. */
	return bpf_obj_get_info_by_fd(fd, &info, &length) == 0 &&
	       (info.type == BPF_LINK_TYPE_XDP || info.type == LINK_TYPE_TCX);
}
