/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Links that an earlier run has left: to be given a new program, in which no packet is missed, or to be detached. */
#ifndef RCODEWATCH_KEPT_LINKS_H
#define RCODEWATCH_KEPT_LINKS_H

#include <stdbool.h>

#include "abi.h"
#include "attacher/hook.h"
#include "service/keep.h"

#define KEPT_LINKS_MAX 64u

struct kept_link {
	int fd; /* the keep's */
	char name[KEEP_NAME_MAX];
	__u32 ifindex;
	enum hook hook;
	enum direction direction;
	__u32 program_id;
	bool used; /* by this run */
};

struct kept_links {
	struct keep *keep; /* not owned; NULL: nothing is kept */
	struct kept_link link[KEPT_LINKS_MAX];
	size_t count;
};

/* Look at the links in @keep. One whose interface has gone is kept no more. */
void kept_links_read(struct kept_links *links, struct keep *keep);
/* The hook that a link of an earlier run has at the interface; HOOK_NONE if there is none. */
enum hook kept_links_hook(const struct kept_links *links, __u32 ifindex, enum direction direction);
/* Whether one of the links has attached that program. */
bool kept_links_program(const struct kept_links *links, __u32 program_id);
/*
 * Give the kept link at that hook the program that the attacher knows by @program. A descriptor of the link, which becomes the
 * caller's; -ENOENT if there is none; another negative errno. A link at another hook of the same interface and direction
 * is detached, as packets would count twice.
 */
int kept_links_update(struct kept_links *links, __u32 ifindex, enum direction direction,
		      enum hook hook, __u32 program);
/* Keep a new link. 0 or a negative errno, logged. */
int kept_links_add(struct kept_links *links, int link_fd);
/* Keep the link of @link_fd no more. */
void kept_links_remove(struct kept_links *links, int link_fd);
/* Detach the links that this run has not used. */
void kept_links_sweep(struct kept_links *links);

#endif
