/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The programs of bpf_maps.h: each in an object of its own, loaded at once, on maps that are there. */
#ifndef RCODEWATCH_BPF_PROGRAMS_H
#define RCODEWATCH_BPF_PROGRAMS_H

#include "loader/bpf_objects.h"

/*
 * Load what @wants asks for and is not there, with maps->config, on the maps of maps->object, which is
 * loaded. 0, or a negative errno, logged, and what was not there before has been closed; to be
 * freed with bpf_programs_close() in any case.
 */
int bpf_programs_open(struct bpf_maps *maps, const struct bpf_wants *wants);
/* Nothing if there are none. */
void bpf_programs_close(struct bpf_maps *maps);

/*
 * Descriptors of the programs to attach; negative if that was not asked for. Of XDP: that for all; that for
 * the interface at @position, its own if it has one; that at @index of maps->xdp.
 */
int bpf_maps_xdp_program(const struct bpf_maps *maps);
int bpf_maps_xdp_program_of(const struct bpf_maps *maps, uint32_t position);
int bpf_maps_xdp_program_at(const struct bpf_maps *maps, uint32_t index);
int bpf_maps_tc_program(const struct bpf_maps *maps, enum direction direction);
/* Of those that they leave unusual packets to. */
int bpf_maps_xdp_slow(const struct bpf_maps *maps);
int bpf_maps_tc_slow(const struct bpf_maps *maps, enum direction direction);

/* The objects of all fast paths, by number; NULL where one is not loaded. */
#define BPF_FAST_PATHS (XDP_PROGRAMS + DIRECTION_COUNT)
struct bpf_object;
const struct bpf_object *bpf_programs_fast_path(const struct bpf_maps *maps, size_t i);

/* Tell the user why loading has failed: @err, a negative errno, and what libbpf said. Gives @err. */
int bpf_explain_load(int err, const char *why);

#endif
