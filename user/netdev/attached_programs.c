// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/attached_programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>
#include <unistd.h>

#include "netdev/attached_netlink.h"
#include "netdev/clsact_filter.h"

/* enum bpf_attach_type of kernel 6.6, which older headers lack. */
#define ATTACH_TCX_INGRESS ((enum bpf_attach_type)46)
#define ATTACH_TCX_EGRESS  ((enum bpf_attach_type)47)
/* Of kernel 6.7. */
#define ATTACH_NETKIT_PRIMARY ((enum bpf_attach_type)54)
#define ATTACH_NETKIT_PEER    ((enum bpf_attach_type)55)
/* enum bpf_link_type of kernels 6.6 and 6.7, likewise. */
#define LINK_TYPE_TCX    11u
#define LINK_TYPE_NETKIT 13u

/* Programs at one such hook: BPF_MPROG_MAX of kernel/bpf/mprog.c. */
#define MPROG_MAX 64u
/* Maps of one program that are looked at: MAX_USED_MAPS of linux/bpf.h. */
#define MAPS_MAX 64u
/* Links of the host that are looked at; a bound, so that no host can make this take long. */
#define LINKS_MAX 20000

static bool is_xdp(enum attached_hook hook)
{
	return hook == ATTACHED_XDP_NATIVE || hook == ATTACHED_XDP_GENERIC ||
	       hook == ATTACHED_XDP_OFFLOAD;
}

static void add_program(struct attached_programs *attached, enum attached_hook hook, uint32_t id)
{
	struct attached_program *program = id ? attached_add(attached, hook) : NULL;

	if (program)
		program->id = id;
}

static void read_xdp(struct attached_programs *attached, uint32_t ifindex)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);

	attached->xdp_error = bpf_xdp_query((int)ifindex, 0, &query);
	if (attached->xdp_error)
		return;
	add_program(attached, ATTACHED_XDP_NATIVE, query.drv_prog_id);
	add_program(attached, ATTACHED_XDP_GENERIC, query.skb_prog_id);
	add_program(attached, ATTACHED_XDP_OFFLOAD, query.hw_prog_id);
}

static enum bpf_attach_type attach_type(enum attached_hook hook)
{
	if (hook == ATTACHED_TCX_INGRESS)
		return ATTACH_TCX_INGRESS;
	if (hook == ATTACHED_TCX_EGRESS)
		return ATTACH_TCX_EGRESS;
	return hook == ATTACHED_NETKIT_PRIMARY ? ATTACH_NETKIT_PRIMARY : ATTACH_NETKIT_PEER;
}

static int read_mprog(struct attached_programs *attached, uint32_t ifindex, enum attached_hook hook)
{
	LIBBPF_OPTS(bpf_prog_query_opts, query);
	uint32_t ids[MPROG_MAX] = {0};
	int error;

	query.prog_ids = ids;
	query.prog_cnt = MPROG_MAX;
	error = bpf_prog_query_opts((int)ifindex, attach_type(hook), &query);
	if (error)
		return error;
	for (uint32_t i = 0; i < query.prog_cnt && i < MPROG_MAX; i++)
		add_program(attached, hook, ids[i]);
	return 0;
}

/* Programs that receive from a network card by XDP sockets redirect into a map of them. */
static enum tristate has_sockets(const uint32_t *maps, uint32_t count)
{
	enum tristate found = TRISTATE_NO;

	for (uint32_t i = 0; i < count && i < MAPS_MAX; i++) {
		struct bpf_map_info info = {0};
		__u32 size = sizeof(info);
		int fd = bpf_map_get_fd_by_id(maps[i]);

		if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
			found = TRISTATE_UNKNOWN;
		if (fd >= 0)
			close(fd);
		if (info.type == BPF_MAP_TYPE_XSKMAP)
			return TRISTATE_YES;
	}
	return found;
}

static int describe(struct attached_program *program)
{
	uint32_t maps[MAPS_MAX] = {0};
	struct bpf_prog_info info = {
		.nr_map_ids = is_xdp(program->hook) ? MAPS_MAX : 0,
		.map_ids = is_xdp(program->hook) ? (uint64_t)(uintptr_t)maps : 0,
	};
	__u32 size = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(program->id);
	int error;

	if (fd < 0)
		return fd;
	error = bpf_obj_get_info_by_fd(fd, &info, &size);
	close(fd);
	if (error)
		return error;
	/* A filter was given its name by its maker, and shows the program's section there. */
	if (info.name[0]) {
		memcpy(program->name, info.name, sizeof(info.name));
		program->name[sizeof(info.name) - 1] = '\0';
	}
	if (is_xdp(program->hook))
		program->sockets = has_sockets(maps, info.nr_map_ids);
	return 0;
}

static bool is_ours(const struct attached_program *program)
{
	if (program->kind[0])
		return !strcmp(program->kind, "bpf") && program->handle == CLSACT_HANDLE &&
		       program->priority == CLSACT_PRIORITY;
	return !strcmp(program->name, "rcodewatch_rx") || !strcmp(program->name, "rcodewatch_tx");
}

static void read_names(struct attached_programs *attached)
{
	for (size_t i = 0; i < attached->count; i++) {
		struct attached_program *program = &attached->list[i];
		int error = program->id ? describe(program) : 0;

		/* One that went away in the meantime is no lack of anything. */
		if (error && error != -ENOENT)
			attached->names_error = error;
		program->ours = is_ours(program);
	}
}

static bool is_mprog(enum attached_hook hook)
{
	return hook >= ATTACHED_TCX_INGRESS && hook <= ATTACHED_NETKIT_PEER;
}

static void add_link(struct attached_programs *attached, uint32_t ifindex,
		     const struct bpf_link_info *info)
{
	bool xdp = info->type == BPF_LINK_TYPE_XDP;

	if (!xdp && info->type != LINK_TYPE_TCX && info->type != LINK_TYPE_NETKIT)
		return;
	/* The ifindex of these links has the place of an XDP link's in the union; their hook follows. */
	if (info->xdp.ifindex != ifindex)
		return;
	for (size_t i = 0; i < attached->count; i++) {
		struct attached_program *program = &attached->list[i];
		bool same_hook = xdp ? is_xdp(program->hook) : is_mprog(program->hook);

		if (same_hook && program->id == info->prog_id)
			program->link_id = info->id;
	}
}

static bool links_matter(const struct attached_programs *attached)
{
	for (size_t i = 0; i < attached->count; i++)
		if (is_xdp(attached->list[i].hook) || is_mprog(attached->list[i].hook))
			return true;
	return false;
}

static void read_links(struct attached_programs *attached, uint32_t ifindex)
{
	uint32_t id = 0;

	for (int i = 0; links_matter(attached) && i < LINKS_MAX; i++) {
		struct bpf_link_info info = {0};
		__u32 size = sizeof(info);
		int error = bpf_link_get_next_id(id, &id);
		int fd;

		if (error) {
			attached->links_error = error == -ENOENT ? 0 : error;
			return;
		}
		fd = bpf_link_get_fd_by_id(id);
		if (fd < 0) {
			if (fd != -ENOENT)
				attached->links_error = fd;
			continue;
		}
		if (!bpf_obj_get_info_by_fd(fd, &info, &size))
			add_link(attached, ifindex, &info);
		close(fd);
	}
}

void attached_read(struct attached_programs *attached, uint32_t ifindex, enum tristate tcx,
		   bool netkit)
{
	*attached = (struct attached_programs){0};
	read_xdp(attached, ifindex);
	if (tcx != TRISTATE_NO) {
		attached->tcx_error = read_mprog(attached, ifindex, ATTACHED_TCX_INGRESS);
		if (!attached->tcx_error)
			attached->tcx_error = read_mprog(attached, ifindex, ATTACHED_TCX_EGRESS);
		/* A kernel of which it was not known has none. */
		if (attached->tcx_error == -EINVAL && tcx == TRISTATE_UNKNOWN)
			attached->tcx_error = 0;
	}
	if (netkit) {
		attached->netkit_error = read_mprog(attached, ifindex, ATTACHED_NETKIT_PRIMARY);
		if (!attached->netkit_error)
			attached->netkit_error = read_mprog(attached, ifindex,
							    ATTACHED_NETKIT_PEER);
	}
	attached->tc_error = attached_read_filters(attached, ifindex);
	attached->sockets_error = attached_count_sockets(ifindex, &attached->xdp_sockets);
	read_names(attached);
	read_links(attached, ifindex);
}

const struct attached_program *attached_at(const struct attached_programs *attached,
					   enum attached_hook hook)
{
	for (size_t i = 0; i < attached->count; i++)
		if (attached->list[i].hook == hook)
			return &attached->list[i];
	return NULL;
}

static bool is_filter(const struct attached_program *program)
{
	return program->kind[0] != '\0';
}

/* net/sched/cls_api.c: chains begin with the lowest priority; cls_bpf.c: of one priority the last one first. */
static bool has_our_priority(const struct attached_program *program)
{
	return program->priority == CLSACT_PRIORITY && program->chain == 0;
}

const struct attached_program *attached_ahead(const struct attached_programs *attached,
					      enum attached_hook hook)
{
	const struct attached_program *first = NULL;

	for (size_t i = 0; i < attached->count; i++) {
		const struct attached_program *program = &attached->list[i];

		if (program->hook != hook || (is_filter(program) && !has_our_priority(program)))
			continue;
		if (program->ours)
			return first;
		if (!first)
			first = program;
	}
	return NULL;
}

/* net/sched/cls_api.c, tcf_chain_tp_find() and tc_new_tfilter(). */
const struct attached_program *attached_at_priority(const struct attached_programs *attached,
						    enum attached_hook hook)
{
	for (size_t i = 0; i < attached->count; i++) {
		const struct attached_program *program = &attached->list[i];

		if (program->hook == hook && is_filter(program) && has_our_priority(program) &&
		    (strcmp(program->kind, "bpf") != 0 || program->protocol != ETH_P_ALL))
			return program;
	}
	return NULL;
}

const struct attached_program *attached_xdp(const struct attached_programs *attached)
{
	for (size_t i = 0; i < attached->count; i++)
		if (is_xdp(attached->list[i].hook))
			return &attached->list[i];
	return NULL;
}
