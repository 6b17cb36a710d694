/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Attaching a program to an interface, by the attacher, and taking it off again. Links wherever the kernel has them, so
 * that a crash detaches; a clsact filter (tc before 6.6) is recognised by its handle instead.
 */
#ifndef RCODEWATCH_ATTACH_H
#define RCODEWATCH_ATTACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "attacher/client.h"
#include "loader/kept_links.h"

struct attachment {
	enum hook hook;
	enum direction direction;
	int ifindex;
	int link_fd;      /* of links; -1 for clsact */
	__u32 program_id; /* clsact: to tell our filter from one that has replaced it */
	bool resumed;     /* it was there before, and has counted all the while */
	/* Before attaching: the program that attach_look() found there, 0 for none. */
	__u32 other_id;
	char other_name[16]; /* BPF_OBJ_NAME_LEN */
};

#define ATTACHMENT_NONE ((struct attachment){.link_fd = -1})

#define ATTACHED_TEXT_MAX 96 /* room for "program 42 'name' (native)" */

/*
 * Note in @attachment, which is not attached, what holds the XDP hook of interface @ifindex. The kernel
 * tells its name to CAP_SYS_ADMIN alone, and attach_xdp(), which logs it, may lack that.
 */
void attach_look(struct attachment *attachment, int ifindex);

/* Where an interface's programs are attached. */
struct attach_place {
	struct attacher *attacher; /* not owned */
	struct kept_links *links;  /* of earlier runs, and where new ones are kept; not owned */
	uint32_t ifindex;
	const char *name; /* of the interface, for messages */
};

/*
 * Attach XDP program number @program for ingress, native or generic; a link of an earlier run gets it. 0 or a negative errno, which is
 * explained to the user with what attach_look() has noted in @attachment. But if another
 * program holds the hook, -EBUSY, and @other is not NULL, nothing is logged: @other says which.
 */
int attach_xdp(struct attachment *attachment, const struct attach_place *place, __u32 program,
	       bool generic, char other[ATTACHED_TEXT_MAX]);
/*
 * Attach the tc program of @direction: by a tcx link where the kernel has that (6.6), else by a clsact
 * filter, for which the qdisc is added if it is not there. A link of an earlier run gets it; a filter of
 * an earlier run, where one @was there, is replaced. 0 or a negative errno, explained.
 */
int attach_tc(struct attachment *attachment, const struct attach_place *place, bool was,
	      enum direction direction);
/*
 * Whether it is attached still. Others can undo it: 'bpftool link detach', or tc for a filter or its
 * qdisc. True of an attachment that never was.
 */
bool attachment_holds(const struct attachment *attachment);
/*
 * Take our program off; nothing else: a clsact qdisc stays, as others may have put filters there
 * since. Harmless on an attachment that never was, or whose interface has gone.
 */
void detach(struct attachment *attachment, struct attacher *attacher, struct kept_links *links);
/* Let it go on counting without this process: links that are kept, filters if @filters says so. */
void attachment_release(struct attachment *attachment, struct attacher *attacher,
			struct kept_links *links, bool filters);
/* Take off a clsact filter, if it still has that program. */
void detach_filter(struct attacher *attacher, uint32_t ifindex, enum direction direction,
		   __u32 program_id);

#endif
