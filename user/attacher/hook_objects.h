/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The BPF objects with the programs, opened and configured. */
#ifndef RCODEWATCH_HOOK_OBJECTS_H
#define RCODEWATCH_HOOK_OBJECTS_H

#include <stdbool.h>

#include "abi.h"

struct bpf_object;

/* BPF_F_XDP_HAS_FRAGS of kernel 5.18, which older headers lack: for the XDP program. */
#define XDP_HAS_FRAGS (1u << 5)

/*
 * What a packet is counted by: the program that is attached, or the one that it leaves unusual packets to
 * (include/fastpath.h).
 */
enum path { PATH_FAST, PATH_SLOW, PATHS };

/* The program of a hook for packets in @direction: "rcodewatch_rx_slow". */
const char *hook_program_name(enum direction direction, enum path path);

/*
 * Open the object of XDP or tc with @config, and choose the one program of it to be loaded. NULL, with errno set, on failure; close with bpf_object__close().
 */
struct bpf_object *hook_object_open(bool xdp, enum direction direction, enum path path,
				    const struct hook_config *config);

#endif
