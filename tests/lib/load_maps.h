/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* BPF maps and programs for a test, by an attacher of their own, which ends once they are loaded. */
#ifndef TESTS_LOAD_MAPS_H
#define TESTS_LOAD_MAPS_H

#include "loader/bpf_maps.h"

/* See bpf_maps_open(); @wants names no attacher. Where the kernel has no compare-and-swap for programs, transactions are by locks. */
int load_maps(struct bpf_maps *maps, const struct hook_config *config,
	      const struct bpf_wants *wants);

#endif
