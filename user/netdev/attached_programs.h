/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who is at an interface's hooks already: XDP and tc programs, other tc filters, XDP sockets. */
#ifndef RCODEWATCH_ATTACHED_PROGRAMS_H
#define RCODEWATCH_ATTACHED_PROGRAMS_H

#include "netdev/attached_list.h"

/*
 * Read what is at interface @ifindex of this network namespace. Parts that cannot be seen (names
 * need CAP_SYS_ADMIN, tcx CAP_NET_ADMIN) are left out, each with its error. @tcx: the kernel has
 * tcx at all. @netkit: it is an end of a netkit pair.
 */
void attached_read(struct attached_programs *attached, uint32_t ifindex, enum tristate tcx,
		   bool netkit);

/* The first one at @hook, or NULL. */
const struct attached_program *attached_at(const struct attached_programs *attached,
					   enum attached_hook hook);
/*
 * The first program of others at a tc @hook that runs before one of rcodewatch there, NULL if there is none. Of filters
 * only those of its priority can.
 */
const struct attached_program *attached_ahead(const struct attached_programs *attached,
					      enum attached_hook hook);
/*
 * The filter at @hook, of a clsact or ingress qdisc, with which no filter of rcodewatch can be: a priority is for one
 * kind and one protocol. NULL if there is none.
 */
const struct attached_program *attached_at_priority(const struct attached_programs *attached,
						    enum attached_hook hook);
/* The XDP program that stands in the way of another, in whatever mode, or NULL. */
const struct attached_program *attached_xdp(const struct attached_programs *attached);

#endif
