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

#include "attacher/hooks.h"
#include "loader/kept_step.h"
#include "netdev/clsact_filter.h"
#include "report/names.h"
#include "util/log.h"

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
static bool resume(struct attachment *attachment, const struct attach_place *place, __u32 program,
		   enum direction direction, enum hook hook)
{
	int fd = kept_links_update(place->links, place->ifindex, direction, hook, program);

	if (fd < 0)
		return false;
	*attachment = (struct attachment){
		.hook = hook,
		.direction = direction,
		.ifindex = (int)place->ifindex,
		.link_fd = fd,
		.resumed = true,
	};
	return true;
}

/* Have the attacher do it, and note what it did in @attachment. 0 or a negative errno. */
static int attach(struct attachment *attachment, const struct attach_place *place, __u32 program,
		  enum direction direction, enum hook hook, struct attacher_answer *answer)
{
	const struct attacher_attach wanted = {
		.hook = (__u32)hook,
		.direction = (__u32)direction,
		.program = program,
		.ifindex = place->ifindex,
	};
	int link, err = attacher_attach(place->attacher, &wanted, answer, &link);

	log_debug("%s %s: %s: %s", place->name, direction_names[direction],
		  hook_name((enum hook)(err ? (__u32)hook : answer->hook)),
		  err              ? strerror(-err)
		  : answer->before ? "replaced"
				   : "made");
	if (err)
		return err;
	*attachment = (struct attachment){
		.hook = (enum hook)answer->hook,
		.direction = direction,
		.ifindex = (int)place->ifindex,
		.link_fd = link,
		.program_id = answer->program_id,
	};
	return link >= 0 ? kept_links_add(place->links, link) : 0;
}

int attach_xdp(struct attachment *attachment, const struct attach_place *place, __u32 program,
	       bool generic, char other[ATTACHED_TEXT_MAX])
{
	enum hook hook = generic ? HOOK_XDP_GENERIC : HOOK_XDP_NATIVE;
	const struct attachment known = *attachment;
	int ifindex = (int)place->ifindex, err;
	struct attacher_answer answer;
	char there[IF_NAMESIZE];

	if (resume(attachment, place, program, DIRECTION_RX, hook))
		return 0;
	err = attach(attachment, place, program, DIRECTION_RX, hook, &answer);
	if (!err)
		return 0;
	/* For a link the kernel says EINVAL of an interface that is not there: bpf_xdp_link_attach(). */
	if (!if_indextoname(place->ifindex, there))
		err = -ENODEV;
	if (other && (err == -EBUSY || err == -EEXIST)) {
		describe_attached(&known, ifindex, other, ATTACHED_TEXT_MAX);
		return -EBUSY;
	}
	return explain_xdp(err, &known, ifindex, place->name, generic);
}

static int explain_tc(int err, const struct attach_place *place, enum direction direction)
{
	const char *point = direction == DIRECTION_TX ? "egress" : "ingress";
	const char *why = place->attacher->why;

	/* One priority is for one protocol and kind of filter: net/sched/cls_api.c, tcf_chain_tp_find(). */
	if (err == -EINVAL)
		log_error(
			"cannot attach to tc %s of %s: %s%s%s: if priority %u is held by a filter "
			"of another protocol or kind ('tc filter show dev %s %s'), give that "
			"another priority: this one must see packets first",
			point, place->name, strerror(-err), why[0] ? ": " : "", why,
			CLSACT_PRIORITY, place->name, point);
	else
		log_error("cannot attach to tc %s of %s: %s%s%s: %s", point, place->name,
			  strerror(-err), why[0] ? ": " : "", why,
			  err == -EPERM
				  ? "run as root or with CAP_NET_ADMIN and CAP_BPF"
				  : "'tc filter show' and 'rcodewatch check' show what is there");
	return err;
}

int attach_tc(struct attachment *attachment, const struct attach_place *place, bool was,
	      enum direction direction)
{
	__u32 program = TC_PROGRAM(direction);
	struct attacher_answer answer;
	int err;

	if (resume(attachment, place, program, direction, HOOK_TCX))
		return 0;
	err = attach(attachment, place, program, direction, HOOK_TCX, &answer);
	if (err)
		return explain_tc(err, place, direction);
	if (attachment->hook != HOOK_CLSACT)
		return 0;
	kept_step("filter");
	attachment->resumed = answer.before && was;
	if (answer.before && !was)
		log_warning("the tc filter of another rcodewatch (program %u) on %s is replaced: "
			    "it was "
			    "left by a killed one, or one that still runs counts nothing there now",
			    answer.before, place->name);
	return 0;
}

/* A link that was detached has no interface; where it says so is the same for XDP and tcx. */
static bool link_holds(int link_fd)
{
	struct bpf_link_info info = {0};
	__u32 length = sizeof(info);

	return bpf_obj_get_info_by_fd(link_fd, &info, &length) < 0 || info.xdp.ifindex != 0;
}

bool attachment_holds(const struct attachment *attachment)
{
	if (attachment->link_fd >= 0)
		return link_holds(attachment->link_fd);
	return attachment->hook != HOOK_CLSACT ||
	       clsact_holds(attachment->ifindex, attachment->direction, attachment->program_id);
}

void detach_filter(struct attacher *attacher, uint32_t ifindex, enum direction direction,
		   __u32 program_id)
{
	const struct attacher_detach filter = {
		.ifindex = ifindex,
		.direction = (__u32)direction,
		.program_id = program_id,
	};
	int err = attacher_detach(attacher, &filter);

	if (err)
		log_warning("the tc filter on interface number %u stays, counting for nobody: "
			    "'tc filter del' removes it: %s",
			    ifindex, strerror(-err));
}

void attachment_release(struct attachment *attachment, struct attacher *attacher,
			struct kept_links *links, bool filters)
{
	if (attachment->hook == HOOK_CLSACT && !filters) {
		detach(attachment, attacher, links);
		return;
	}
	if (attachment->link_fd >= 0)
		close(attachment->link_fd);
	*attachment = ATTACHMENT_NONE;
}

void detach(struct attachment *attachment, struct attacher *attacher, struct kept_links *links)
{
	if (attachment->hook != HOOK_NONE)
		log_debug("interface number %d: detaching %s of %s", attachment->ifindex,
			  hook_name(attachment->hook), direction_names[attachment->direction]);
	if (attachment->link_fd >= 0) {
		kept_links_remove(links, attachment->link_fd);
		close(attachment->link_fd);
	}
	if (attachment->hook == HOOK_CLSACT)
		detach_filter(attacher, (uint32_t)attachment->ifindex, attachment->direction,
			      attachment->program_id);
	*attachment = ATTACHMENT_NONE;
}
