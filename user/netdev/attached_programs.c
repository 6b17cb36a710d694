// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/attached_programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "loader/attach.h"
#include "netdev/attached_netlink.h"

/* enum bpf_attach_type of kernel 6.6, which older headers lack. */
#define ATTACH_TCX_INGRESS ((enum bpf_attach_type)46)
#define ATTACH_TCX_EGRESS  ((enum bpf_attach_type)47)
/* enum bpf_link_type of kernel 6.6, likewise. */
#define LINK_TYPE_TCX 11u

/* Programs at one tcx hook: BPF_MPROG_MAX of kernel/bpf/mprog.c. */
#define TCX_MAX 64u
/* Maps of one program that are looked at: MAX_USED_MAPS of linux/bpf.h. */
#define MAPS_MAX 64u
/* Links of the host that are looked at; a bound, so that no host can make this take long. */
#define LINKS_MAX 20000

const char *const holder_hook_names[HOLDER_HOOKS] = {
	"xdp_native", "xdp_generic", "xdp_offload", "tcx_ingress",
	"tcx_egress", "tc_ingress",  "tc_egress",
};

static bool is_xdp(enum holder_hook hook)
{
	return hook == HOLDER_XDP_NATIVE || hook == HOLDER_XDP_GENERIC ||
	       hook == HOLDER_XDP_OFFLOAD;
}

struct holder *holders_add(struct holders *holders, enum holder_hook hook)
{
	struct holder *holder;

	if (holders->count == HOLDERS_MAX) {
		holders->unlisted++;
		return NULL;
	}
	holder = &holders->list[holders->count++];
	*holder = (struct holder){.hook = hook};
	return holder;
}

static void add_program(struct holders *holders, enum holder_hook hook, uint32_t id)
{
	struct holder *holder = id ? holders_add(holders, hook) : NULL;

	if (holder)
		holder->id = id;
}

static void read_xdp(struct holders *holders, uint32_t ifindex)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);

	holders->xdp_error = bpf_xdp_query((int)ifindex, 0, &query);
	if (holders->xdp_error)
		return;
	add_program(holders, HOLDER_XDP_NATIVE, query.drv_prog_id);
	add_program(holders, HOLDER_XDP_GENERIC, query.skb_prog_id);
	add_program(holders, HOLDER_XDP_OFFLOAD, query.hw_prog_id);
}

static int read_tcx(struct holders *holders, uint32_t ifindex, enum holder_hook hook)
{
	LIBBPF_OPTS(bpf_prog_query_opts, query);
	uint32_t ids[TCX_MAX] = {0};
	int error;

	query.prog_ids = ids;
	query.prog_cnt = TCX_MAX;
	error = bpf_prog_query_opts(
		(int)ifindex, hook == HOLDER_TCX_INGRESS ? ATTACH_TCX_INGRESS : ATTACH_TCX_EGRESS,
		&query);
	if (error)
		return error;
	for (uint32_t i = 0; i < query.prog_cnt && i < TCX_MAX; i++)
		add_program(holders, hook, ids[i]);
	return 0;
}

/* Programs that receive from a network card by XDP sockets redirect into a map of them. */
static enum fact has_sockets(const uint32_t *maps, uint32_t count)
{
	enum fact found = FACT_NO;

	for (uint32_t i = 0; i < count && i < MAPS_MAX; i++) {
		struct bpf_map_info info = {0};
		__u32 size = sizeof(info);
		int fd = bpf_map_get_fd_by_id(maps[i]);

		if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
			found = FACT_UNKNOWN;
		if (fd >= 0)
			close(fd);
		if (info.type == BPF_MAP_TYPE_XSKMAP)
			return FACT_YES;
	}
	return found;
}

static int describe(struct holder *holder)
{
	uint32_t maps[MAPS_MAX] = {0};
	struct bpf_prog_info info = {
		.nr_map_ids = is_xdp(holder->hook) ? MAPS_MAX : 0,
		.map_ids = is_xdp(holder->hook) ? (uint64_t)(uintptr_t)maps : 0,
	};
	__u32 size = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(holder->id);
	int error;

	if (fd < 0)
		return fd;
	error = bpf_obj_get_info_by_fd(fd, &info, &size);
	close(fd);
	if (error)
		return error;
	/* A filter was given its name by its maker, and shows the program's section there. */
	if (info.name[0]) {
		memcpy(holder->name, info.name, sizeof(info.name));
		holder->name[sizeof(info.name) - 1] = '\0';
	}
	if (is_xdp(holder->hook))
		holder->sockets = has_sockets(maps, info.nr_map_ids);
	return 0;
}

static bool is_ours(const struct holder *holder)
{
	if (holder->kind[0])
		return !strcmp(holder->kind, "bpf") && holder->handle == CLSACT_HANDLE &&
		       holder->priority == CLSACT_PRIORITY;
	return !strcmp(holder->name, "rcodewatch_rx") || !strcmp(holder->name, "rcodewatch_tx");
}

static void read_names(struct holders *holders)
{
	for (size_t i = 0; i < holders->count; i++) {
		struct holder *holder = &holders->list[i];
		int error = holder->id ? describe(holder) : 0;

		/* One that went away in the meantime is no lack of anything. */
		if (error && error != -ENOENT)
			holders->names_error = error;
		holder->ours = is_ours(holder);
	}
}

static void take_link(struct holders *holders, uint32_t ifindex, const struct bpf_link_info *info)
{
	bool xdp = info->type == BPF_LINK_TYPE_XDP;

	if (!xdp && info->type != LINK_TYPE_TCX)
		return;
	/* A tcx link's ifindex has the place of an XDP link's in the union; its hook follows. */
	if (info->xdp.ifindex != ifindex)
		return;
	for (size_t i = 0; i < holders->count; i++) {
		struct holder *holder = &holders->list[i];
		bool same_hook = xdp ? is_xdp(holder->hook)
				     : holder->hook == HOLDER_TCX_INGRESS ||
						 holder->hook == HOLDER_TCX_EGRESS;

		if (same_hook && holder->id == info->prog_id)
			holder->link_id = info->id;
	}
}

static bool links_matter(const struct holders *holders)
{
	for (size_t i = 0; i < holders->count; i++)
		if (holders->list[i].hook <= HOLDER_TCX_EGRESS)
			return true;
	return false;
}

static void read_links(struct holders *holders, uint32_t ifindex)
{
	uint32_t id = 0;

	for (int i = 0; links_matter(holders) && i < LINKS_MAX; i++) {
		struct bpf_link_info info = {0};
		__u32 size = sizeof(info);
		int error = bpf_link_get_next_id(id, &id);
		int fd;

		if (error) {
			holders->links_error = error == -ENOENT ? 0 : error;
			return;
		}
		fd = bpf_link_get_fd_by_id(id);
		if (fd < 0) {
			if (fd != -ENOENT)
				holders->links_error = fd;
			continue;
		}
		if (!bpf_obj_get_info_by_fd(fd, &info, &size))
			take_link(holders, ifindex, &info);
		close(fd);
	}
}

void holders_read(struct holders *holders, uint32_t ifindex, enum fact tcx)
{
	*holders = (struct holders){0};
	read_xdp(holders, ifindex);
	if (tcx != FACT_NO) {
		holders->tcx_error = read_tcx(holders, ifindex, HOLDER_TCX_INGRESS);
		if (!holders->tcx_error)
			holders->tcx_error = read_tcx(holders, ifindex, HOLDER_TCX_EGRESS);
		/* A kernel of which it was not known has none. */
		if (holders->tcx_error == -EINVAL && tcx == FACT_UNKNOWN)
			holders->tcx_error = 0;
	}
	holders->tc_error = holders_read_filters(holders, ifindex);
	holders->sockets_error = holders_count_sockets(ifindex, &holders->xdp_sockets);
	read_names(holders);
	read_links(holders, ifindex);
}

const struct holder *holders_at(const struct holders *holders, enum holder_hook hook)
{
	for (size_t i = 0; i < holders->count; i++)
		if (holders->list[i].hook == hook)
			return &holders->list[i];
	return NULL;
}

const struct holder *holders_xdp(const struct holders *holders)
{
	for (size_t i = 0; i < holders->count; i++)
		if (is_xdp(holders->list[i].hook))
			return &holders->list[i];
	return NULL;
}
