/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The programs of kernel_maps.h: each in an object of its own, loaded at once, on maps that are there. */
#ifndef RCODEWATCH_BPF_PROGRAMS_H
#define RCODEWATCH_BPF_PROGRAMS_H

#include "loader/bpf_maps.h"

/*
 * Load what @wants asks for and is not there, with maps->config, on the maps of maps->object, which is
 * loaded. 0, or a negative errno, told to the user, and what was not there before has been closed; to be
 * freed with kernel_programs_close() in any case.
 */
int kernel_programs_open(struct kernel_maps *maps, const struct kernel_wants *wants);
/* Nothing if there are none. */
void kernel_programs_close(struct kernel_maps *maps);

/* Tell the user why loading has failed: @err, a negative errno, and what libbpf said. Gives @err. */
int kernel_explain_load(int err, const char *why);

#endif
