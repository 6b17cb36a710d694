/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The programs of bpf_maps.h, which the attacher has loaded: descriptors; negative if that was not asked for. */
#ifndef RCODEWATCH_BPF_PROGRAMS_H
#define RCODEWATCH_BPF_PROGRAMS_H

#include "loader/bpf_objects.h"

/*
 * Descriptors of the programs to attach. Of XDP: that for all; that for the interface at @position, its own if it has one; that
 * at @index of those of XDP.
 */
int bpf_maps_xdp_program(const struct bpf_maps *maps);
int bpf_maps_xdp_program_of(const struct bpf_maps *maps, uint32_t position);
int bpf_maps_xdp_program_at(const struct bpf_maps *maps, uint32_t index);
int bpf_maps_tc_program(const struct bpf_maps *maps, enum direction direction);
/* Of those that they leave unusual packets to. */
int bpf_maps_xdp_slow(const struct bpf_maps *maps);
int bpf_maps_tc_slow(const struct bpf_maps *maps, enum direction direction);

/* The number by which the attacher knows the XDP program of the interface at @position. */
__u32 bpf_maps_xdp_number(const struct bpf_maps *maps, uint32_t position);

#endif
