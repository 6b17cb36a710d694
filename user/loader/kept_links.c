// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/kept_links.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attacher/client.h"
#include "loader/kept_step.h"
#include "report/names.h"
#include "util/log.h"

/* enum bpf_link_type and enum bpf_attach_type of kernel 6.6, which older headers lack. */
#define LINK_TYPE_TCX     11u
#define ATTACH_TCX_EGRESS 47u

#define PREFIX "link-"

static bool is_link(const struct kept_object *kept)
{
	return strncmp(kept->name, PREFIX, strlen(PREFIX)) == 0;
}

/* An XDP link does not say in which mode it is. */
static enum hook xdp_hook(__u32 ifindex, __u32 program_id)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);

	if (bpf_xdp_query((int)ifindex, 0, &query) == 0 && query.skb_prog_id == program_id)
		return HOOK_XDP_GENERIC;
	return HOOK_XDP_NATIVE;
}

/* False: it is no link of ours, or is attached to nothing any more. */
static bool describe(struct kept_link *link, const struct kept_object *kept)
{
	struct bpf_link_info info = {0};
	__u32 length = sizeof(info), attach_type;

	if (bpf_obj_get_info_by_fd(kept->fd, &info, &length) < 0 || !info.xdp.ifindex)
		return false;
	*link = (struct kept_link){
		.fd = kept->fd,
		.ifindex = info.xdp.ifindex,
		.program_id = info.prog_id,
	};
	memcpy(link->name, kept->name, sizeof(link->name));
	if (info.type == BPF_LINK_TYPE_XDP) {
		link->hook = xdp_hook(link->ifindex, info.prog_id);
		link->direction = DIRECTION_RX;
		return true;
	}
	if (info.type != LINK_TYPE_TCX)
		return false;
	/* A tcx link's ifindex has the place of an XDP link's in the union; its hook follows. */
	memcpy(&attach_type, (const char *)&info.xdp.ifindex + sizeof(info.xdp.ifindex),
	       sizeof(attach_type));
	link->hook = HOOK_TCX;
	link->direction = attach_type == ATTACH_TCX_EGRESS ? DIRECTION_TX : DIRECTION_RX;
	return true;
}

void kept_links_read(struct kept_links *links, struct keep *keep)
{
	*links = (struct kept_links){.keep = keep};
	for (size_t i = 0; i < keep->count && links->count < KEPT_LINKS_MAX;) {
		const struct kept_object *kept = &keep->object[i];

		if (is_link(kept) && !describe(&links->link[links->count], kept)) {
			char name[KEEP_NAME_MAX];

			memcpy(name, kept->name, sizeof(name));
			keep_remove(keep, name); /* another has its place now */
			continue;
		}
		links->count += is_link(kept);
		i++;
	}
}

static struct kept_link *find(struct kept_links *links, __u32 ifindex, enum direction direction)
{
	for (size_t i = 0; i < links->count; i++)
		if (links->link[i].ifindex == ifindex && links->link[i].direction == direction)
			return &links->link[i];
	return NULL;
}

enum hook kept_links_hook(const struct kept_links *links, __u32 ifindex, enum direction direction)
{
	for (size_t i = 0; i < links->count; i++)
		if (links->link[i].ifindex == ifindex && links->link[i].direction == direction)
			return links->link[i].hook;
	return HOOK_NONE;
}

bool kept_links_program(const struct kept_links *links, __u32 program_id)
{
	for (size_t i = 0; i < links->count; i++)
		if (links->link[i].program_id == program_id)
			return true;
	return false;
}

static void drop(struct kept_links *links, struct kept_link *link)
{
	keep_remove(links->keep, link->name);
	*link = links->link[--links->count];
}

int kept_links_update(struct kept_links *links, __u32 ifindex, enum direction direction,
		      enum hook hook, __u32 program)
{
	struct kept_link *link = find(links, ifindex, direction);
	int err, fd;

	if (!link)
		return -ENOENT;
	if (link->hook == hook) {
		err = attacher_update(links->keep->attacher, link->fd, program);
		log_debug("interface number %u: link of an earlier run, %s: %s", ifindex,
			  direction_names[direction], err ? strerror(-err) : "has the new program");
		kept_step("link");
		if (!err) {
			link->used = true;
			fd = fcntl(link->fd, F_DUPFD_CLOEXEC, 3);
			return fd < 0 ? -errno : fd;
		}
	}
	/* It must be off before another is on. */
	drop(links, link);
	keep_sync(links->keep);
	return -ENOENT;
}

int kept_links_add(struct kept_links *links, int link_fd)
{
	struct bpf_link_info info = {0};
	__u32 length = sizeof(info);
	char name[KEEP_NAME_MAX];

	if (!links->keep || !keep_active(links->keep))
		return 0;
	if (bpf_obj_get_info_by_fd(link_fd, &info, &length) < 0)
		return -errno;
	snprintf(name, sizeof(name), PREFIX "%u", info.id);
	return keep_object(links->keep, name, link_fd);
}

void kept_links_remove(struct kept_links *links, int link_fd)
{
	struct bpf_link_info info = {0};
	__u32 length = sizeof(info);
	char name[KEEP_NAME_MAX];

	if (!links->keep || bpf_obj_get_info_by_fd(link_fd, &info, &length) < 0)
		return;
	snprintf(name, sizeof(name), PREFIX "%u", info.id);
	for (size_t i = 0; i < links->count; i++)
		if (strcmp(links->link[i].name, name) == 0)
			links->link[i--] = links->link[--links->count];
	keep_remove(links->keep, name);
}

void kept_links_sweep(struct kept_links *links)
{
	for (size_t i = 0; i < links->count;)
		if (links->link[i].used)
			i++;
		else
			drop(links, &links->link[i]);
	links->count = 0;
}
