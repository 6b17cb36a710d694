// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/attach.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "loader/kept_step.h"
#include "loader/libbpf_log.h"
#include "netdev/clsact_filter.h"
#include "report/names.h"
#include "util/log.h"

/* enum bpf_attach_type of kernel 6.6; libbpf 1.1 does not know them, but passes them on. */
#define ATTACH_TCX_INGRESS ((enum bpf_attach_type)46)
#define ATTACH_TCX_EGRESS  ((enum bpf_attach_type)47)
/* BPF_F_BEFORE with no program to stand before: the head of the list (kernel 6.6). */
#define ATTACH_FIRST (1u << 3)

const char *hook_name(enum hook hook)
{
	switch (hook) {
	case HOOK_XDP_NATIVE: return "xdp_native";
	case HOOK_XDP_GENERIC: return "xdp_generic";
	case HOOK_TCX: return "tcx";
	case HOOK_CLSACT: return "clsact";
	case HOOK_NONE: break;
	}
	return "none";
}

/* The program that holds the interface's XDP hook, and in *@mode how; 0: none, or not known. */
static __u32 find_attached(int ifindex, const char **mode)
{
	static const char *const modes[] = {"", "native", "generic", "offloaded", "several"};
	LIBBPF_OPTS(bpf_xdp_query_opts, query);

	if (bpf_xdp_query(ifindex, 0, &query) < 0)
		return 0;
	*mode = query.attach_mode < 5 ? modes[query.attach_mode] : "unknown mode";
	return query.drv_prog_id   ? query.drv_prog_id
	       : query.skb_prog_id ? query.skb_prog_id
	       : query.prog_id     ? query.prog_id
				   : query.hw_prog_id;
}

void attach_look(struct attachment *attachment, int ifindex)
{
	struct bpf_prog_info info = {0};
	__u32 length = sizeof(info);
	const char *mode;
	int fd;

	*attachment = ATTACHMENT_NONE;
	attachment->other_id = find_attached(ifindex, &mode);
	fd = attachment->other_id ? bpf_prog_get_fd_by_id(attachment->other_id) : -1;
	if (fd < 0)
		return;
	if (bpf_obj_get_info_by_fd(fd, &info, &length) == 0)
		snprintf(attachment->other_name, sizeof(attachment->other_name), "%s", info.name);
	close(fd);
}

/* "program 42 'name' (native)" for whatever holds the interface's XDP hook, which @known may know. */
static void describe_attached(const struct attachment *known, int ifindex, char *text, size_t size)
{
	const char *mode = "", *name = "";
	__u32 id = find_attached(ifindex, &mode);

	if (id && id == known->other_id)
		name = known->other_name;
	if (!id)
		snprintf(text, size, "another program");
	else if (name[0])
		snprintf(text, size, "program %u '%s' (%s)", id, name, mode);
	else
		snprintf(text, size, "program %u (%s)", id, mode);
}

static int explain_xdp(int err, const struct attachment *known, int ifindex, const char *name,
		       bool generic)
{
	char program[ATTACHED_TEXT_MAX];

	switch (err) {
	case -EBUSY:
	case -EEXIST:
		describe_attached(known, ifindex, program, sizeof(program));
		log_error("cannot attach to %s: XDP is held by %s: stop that program, or use "
			  "--mode tc",
			  name, program);
		break;
	case -EPERM:
		log_error(
			"cannot attach to %s: permission denied: run as root or with CAP_NET_ADMIN "
			"and CAP_BPF",
			name);
		break;
	case -EOPNOTSUPP:
		log_error(
			"cannot attach to %s: its driver has no native XDP: use --mode auto or tc",
			name);
		break;
	case -ENODEV: log_error("cannot attach to %s: the interface has gone", name); break;
	case -ERANGE:
	case -EINVAL:
		log_error(
			"cannot attach to %s: its driver refuses native XDP in the present set-up "
			"(often an MTU too large, LRO or the number of queues; the kernel log "
			"says): "
			"'rcodewatch check %s' tells more, --mode tc works without",
			name, name);
		break;
	default:
		log_error(
			"cannot attach %s XDP to %s: %s: 'rcodewatch check %s' tells more, --mode "
			"tc works without",
			generic ? "generic" : "native", name, strerror(-err), name);
	}
	return err;
}

/* Note the link of an earlier run that has the new program. False if there is none. */
static bool resume(struct attachment *attachment, struct kept_links *links, int program_fd,
		   int ifindex, enum direction direction, enum hook hook)
{
	int fd = kept_links_update(links, (__u32)ifindex, direction, hook, program_fd);

	if (fd < 0)
		return false;
	*attachment = (struct attachment){
		.hook = hook,
		.direction = direction,
		.ifindex = ifindex,
		.link_fd = fd,
		.resumed = true,
	};
	return true;
}

int attach_xdp(struct attachment *attachment, struct kept_links *links, int program_fd, int ifindex,
	       const char *name, bool generic, char program[ATTACHED_TEXT_MAX])
{
	char there[IF_NAMESIZE];
	LIBBPF_OPTS(bpf_link_create_opts, options,
		    .flags = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);
	int fd;

	if (resume(attachment, links, program_fd, ifindex, DIRECTION_RX,
		   generic ? HOOK_XDP_GENERIC : HOOK_XDP_NATIVE))
		return 0;
	fd = bpf_link_create(program_fd, ifindex, BPF_XDP, &options);
	log_debug("%s: XDP link, %s: %s", name, generic ? "generic" : "native",
		  fd < 0 ? strerror(-fd) : "made");
	/* For a link the kernel says EINVAL of an interface that is not there: bpf_xdp_link_attach(). */
	if (fd < 0 && !if_indextoname((unsigned int)ifindex, there))
		fd = -ENODEV;
	if (program && (fd == -EBUSY || fd == -EEXIST)) {
		describe_attached(attachment, ifindex, program, ATTACHED_TEXT_MAX);
		return -EBUSY;
	}
	if (fd < 0)
		return explain_xdp(fd, attachment, ifindex, name, generic);
	*attachment = (struct attachment){
		.hook = generic ? HOOK_XDP_GENERIC : HOOK_XDP_NATIVE,
		.direction = DIRECTION_RX,
		.ifindex = ifindex,
		.link_fd = fd,
	};
	return kept_links_add(links, fd);
}

/* The program of the filter that has our handle, 0 if there is none. */
static __u32 clsact_program(const struct bpf_tc_hook *where)
{
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = CLSACT_HANDLE, .priority = CLSACT_PRIORITY);

	return bpf_tc_query(where, &filter) == 0 ? filter.prog_id : 0;
}

static int attach_clsact(struct attachment *attachment, bool was, int program_fd, int ifindex,
			 const char *name, enum direction direction)
{
	LIBBPF_OPTS(bpf_tc_hook, where, .ifindex = ifindex,
		    .attach_point = direction == DIRECTION_TX ? BPF_TC_EGRESS : BPF_TC_INGRESS);
	/* A filter with our handle was most likely left by a killed run: it gives way, no gap. */
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = CLSACT_HANDLE, .priority = CLSACT_PRIORITY,
		    .prog_fd = program_fd, .flags = BPF_TC_F_REPLACE);
	__u32 before = clsact_program(&where);
	int err;

	libbpf_log_reset();
	err = bpf_tc_hook_create(&where);
	log_debug("%s: clsact qdisc: %s", name, err ? strerror(-err) : "made");
	if (err && err != -EEXIST)
		return err;
	libbpf_log_reset(); /* that the qdisc is there already is said there too */
	err = bpf_tc_attach(&where, &filter);
	log_debug("%s: clsact %s filter: %s", name, direction_names[direction],
		  err      ? strerror(-err)
		  : before ? "replaced"
			   : "made");
	if (err)
		return err;
	kept_step("filter");
	if (before && !was)
		log_warning("the tc filter of another rcodewatch (program %u) on %s is replaced: "
			    "it was "
			    "left by a killed one, or one that still runs counts nothing there now",
			    before, name);
	*attachment = (struct attachment){
		.hook = HOOK_CLSACT,
		.direction = direction,
		.ifindex = ifindex,
		.link_fd = -1,
		.program_id = clsact_program(&where),
		.resumed = before && was,
	};
	return 0;
}

int attach_tc(struct attachment *attachment, struct kept_links *links, bool was, int program_fd,
	      int ifindex, const char *name, enum direction direction)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = ATTACH_FIRST);
	int fd, err;

	if (resume(attachment, links, program_fd, ifindex, direction, HOOK_TCX))
		return 0;
	fd = bpf_link_create(program_fd, ifindex,
			     direction == DIRECTION_TX ? ATTACH_TCX_EGRESS : ATTACH_TCX_INGRESS,
			     &options);
	log_debug("%s: tcx link, %s: %s", name, direction_names[direction],
		  fd < 0 ? strerror(-fd) : "made");
	if (fd >= 0) {
		*attachment = (struct attachment){
			.hook = HOOK_TCX,
			.direction = direction,
			.ifindex = ifindex,
			.link_fd = fd,
		};
		return kept_links_add(links, fd);
	}
	/* A kernel that does not know the attach type says EINVAL. */
	err = fd == -EINVAL ? attach_clsact(attachment, was, program_fd, ifindex, name, direction)
			    : fd;
	/* One priority is for one protocol and kind of filter: net/sched/cls_api.c, tcf_chain_tp_find(). */
	if (err == -EINVAL)
		log_error(
			"cannot attach to tc %s of %s: %s%s%s: if priority %u is held by a filter "
			"of another protocol or kind ('tc filter show dev %s %s'), give that "
			"another priority: this one must see packets first",
			direction == DIRECTION_TX ? "egress" : "ingress", name, strerror(-err),
			libbpf_log_last()[0] ? ": " : "", libbpf_log_last(), CLSACT_PRIORITY, name,
			direction == DIRECTION_TX ? "egress" : "ingress");
	else if (err)
		log_error("cannot attach to tc %s of %s: %s%s%s: %s",
			  direction == DIRECTION_TX ? "egress" : "ingress", name, strerror(-err),
			  libbpf_log_last()[0] ? ": " : "", libbpf_log_last(),
			  err == -EPERM
				  ? "run as root or with CAP_NET_ADMIN and CAP_BPF"
				  : "'tc filter show' and 'rcodewatch check' show what is there");
	return err;
}

/* A link that was detached has no interface; where it says so is the same for XDP and tcx. */
static bool link_holds(int link_fd)
{
	struct bpf_link_info info = {0};
	__u32 length = sizeof(info);

	return bpf_obj_get_info_by_fd(link_fd, &info, &length) < 0 || info.xdp.ifindex != 0;
}

static bool filter_holds(const struct attachment *attachment)
{
	LIBBPF_OPTS(bpf_tc_hook, where, .ifindex = attachment->ifindex,
		    .attach_point = attachment->direction == DIRECTION_TX ? BPF_TC_EGRESS
									  : BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = CLSACT_HANDLE, .priority = CLSACT_PRIORITY);
	int err = bpf_tc_query(&where, &filter);

	/* What the kernel says without the filter, without the qdisc, without the interface. */
	if (err)
		return err != -ENOENT && err != -EINVAL && err != -ENODEV;
	return filter.prog_id == attachment->program_id;
}

bool attachment_holds(const struct attachment *attachment)
{
	if (attachment->link_fd >= 0)
		return link_holds(attachment->link_fd);
	return attachment->hook != HOOK_CLSACT || filter_holds(attachment);
}

void detach_filter(int ifindex, enum direction direction, __u32 program_id)
{
	const struct attachment filter = {
		.hook = HOOK_CLSACT,
		.direction = direction,
		.ifindex = ifindex,
		.link_fd = -1,
		.program_id = program_id,
	};
	LIBBPF_OPTS(bpf_tc_hook, where, .ifindex = ifindex,
		    .attach_point = direction == DIRECTION_TX ? BPF_TC_EGRESS : BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, options, .handle = CLSACT_HANDLE, .priority = CLSACT_PRIORITY);

	/* Not that of another rcodewatch, which has replaced ours. */
	if (filter_holds(&filter))
		bpf_tc_detach(&where, &options);
}

void attachment_release(struct attachment *attachment, struct kept_links *links, bool filters)
{
	if (attachment->hook == HOOK_CLSACT && !filters) {
		detach(attachment, links);
		return;
	}
	if (attachment->link_fd >= 0)
		close(attachment->link_fd);
	*attachment = ATTACHMENT_NONE;
}

void detach(struct attachment *attachment, struct kept_links *links)
{
	if (attachment->hook != HOOK_NONE)
		log_debug("interface number %d: detaching %s of %s", attachment->ifindex,
			  hook_name(attachment->hook), direction_names[attachment->direction]);
	if (attachment->link_fd >= 0) {
		kept_links_remove(links, attachment->link_fd);
		close(attachment->link_fd);
	}
	if (attachment->hook == HOOK_CLSACT)
		detach_filter(attachment->ifindex, attachment->direction, attachment->program_id);
	*attachment = ATTACHMENT_NONE;
}
