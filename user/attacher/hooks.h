/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel's calls that attach programs and take them off. Links wherever the kernel has them, so that their last
 * descriptor detaches; a clsact filter (tc before 6.6) is recognised by its handle instead. Errors are negative errnos,
 * and what libbpf said of them is libbpf_log_last().
 */
#ifndef RCODEWATCH_HOOKS_H
#define RCODEWATCH_HOOKS_H

#include <stdbool.h>

#include "abi.h"

/* An XDP link, native or generic: a descriptor. */
int xdp_attach(int program, int ifindex, bool generic);
/* A tcx link at the head of the others: a descriptor; -EINVAL where the kernel has no tcx (before 6.6). */
int tcx_attach(int program, int ifindex, enum direction direction);
/*
 * Our clsact filter, for which the qdisc is added if it is not there. One with our handle is replaced, without a gap:
 * *@before is its program, 0 if there was none; *@id that of @program. 0 or an error.
 */
int clsact_attach(int program, int ifindex, enum direction direction, __u32 *before, __u32 *id);
/* Whether our filter is there still, with the program of that number. */
bool clsact_holds(int ifindex, enum direction direction, __u32 program_id);
/* Take it off if so: another program is another rcodewatch's. The qdisc stays, as others may have filters there. */
void clsact_detach(int ifindex, enum direction direction, __u32 program_id);

/* Whether @fd is an XDP or tcx link. */
bool link_is_hook(int fd);

#endif
