/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Facts of one interface, as far as they bear on watching it. Reading them changes nothing. */
#ifndef RCODEWATCH_INTERFACE_H
#define RCODEWATCH_INTERFACE_H

#include "netdev/interface_facts.h"

/*
 * Read the facts of the interface called @name (an alternative name will do). @tcx: the kernel has
 * tcx. 0; -ENODEV if there is no such interface; or another negative errno.
 */
int interface_read(struct interface_facts *facts, const char *name, enum tristate tcx);

/*
 * Names that the user may have meant by @name, nearest first, separated by ", "; "" if none is
 * near.
 */
void interface_suggest(const char *name, char *text, size_t size);

/* How frames of a link type begin. @arphrd: ARPHRD_* of linux/if_arp.h. */
enum interface_framing interface_framing(uint16_t arphrd);

/*
 * Does its driver hand an XDP program on to other devices, which packets then name as the interface that they
 * came in by? A bond does to its ports, and Hyper-V's to the virtual function behind it (netvsc_vf_setxdp());
 * both can get these at any time.
 */
bool interface_shares_xdp(const struct interface_facts *facts);

/*
 * Would watching both count packets twice? 1 if so, with the reason as a clause in @why, else 0.
 */
int interface_overlap(const struct interface_facts *a, const struct interface_facts *b, char *why,
		      size_t size);

#endif
