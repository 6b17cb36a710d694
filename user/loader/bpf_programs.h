/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The programs of bpf_maps.h: each in an object of its own, loaded at once, on maps that are there. */
#ifndef RCODEWATCH_BPF_PROGRAMS_H
#define RCODEWATCH_BPF_PROGRAMS_H

#include "loader/bpf_maps.h"

/*
 * Load what @wants asks for and is not there, with maps->config, on the maps of maps->object, which is
 * loaded. 0, or a negative errno, told to the user, and what was not there before has been closed; to be
 * freed with bpf_programs_close() in any case.
 */
int bpf_programs_open(struct bpf_maps *maps, const struct bpf_wants *wants);
/* Nothing if there are none. */
void bpf_programs_close(struct bpf_maps *maps);

/* Tell the user why loading has failed: @err, a negative errno, and what libbpf said. Gives @err. */
int bpf_explain_load(int err, const char *why);

#endif
