/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who is at an interface's hooks already: XDP and tc programs, other tc filters, XDP sockets. */
#ifndef RCODEWATCH_ATTACHED_PROGRAMS_H
#define RCODEWATCH_ATTACHED_PROGRAMS_H

#include "netdev/attached_list.h"

/*
 * Read what is at interface @ifindex of this network namespace. Parts that cannot be seen (names
 * need CAP_SYS_ADMIN, tcx CAP_NET_ADMIN) are left out, each with its error. @tcx: the kernel has
 * tcx at all.
 */
void attached_read(struct attached_programs *attached, uint32_t ifindex, enum tristate tcx);

/* The first one at @hook, or NULL. */
const struct attached_program *attached_at(const struct attached_programs *attached,
					   enum attached_hook hook);
/* The XDP program that stands in the way of another, in whatever mode, or NULL. */
const struct attached_program *attached_xdp(const struct attached_programs *attached);

#endif
