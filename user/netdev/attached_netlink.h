/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The programs and sockets at an interface's hooks that netlink lists; for attached_programs.c. */
#ifndef RCODEWATCH_ATTACHED_NETLINK_H
#define RCODEWATCH_ATTACHED_NETLINK_H

#include "netdev/attached_list.h"

/* Add the filters of the clsact or ingress qdisc and note its kind. 0 or a negative errno. */
int attached_read_filters(struct attached_programs *attached, uint32_t ifindex);

/*
 * Count the XDP sockets bound to the interface (sock_diag; the kernel's xdp_diag is an option of
 * its build). 0 or a negative errno.
 */
int attached_count_sockets(uint32_t ifindex, uint32_t *count);

#endif
