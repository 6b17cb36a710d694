// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/bpf_programs.h"

__u32 bpf_maps_xdp_number(const struct bpf_maps *maps, uint32_t position)
{
	return maps->program[position].fast >= 0 ? position : XDP_SHARED;
}

int bpf_maps_xdp_program_at(const struct bpf_maps *maps, uint32_t index)
{
	return maps->program[index].fast;
}

int bpf_maps_xdp_program(const struct bpf_maps *maps)
{
	return bpf_maps_xdp_program_at(maps, XDP_SHARED);
}

int bpf_maps_xdp_program_of(const struct bpf_maps *maps, uint32_t position)
{
	return bpf_maps_xdp_program_at(maps, bpf_maps_xdp_number(maps, position));
}

int bpf_maps_tc_program(const struct bpf_maps *maps, enum direction direction)
{
	return maps->program[TC_PROGRAM(direction)].fast;
}

int bpf_maps_xdp_slow(const struct bpf_maps *maps)
{
	return maps->program[XDP_SHARED].slow;
}

int bpf_maps_tc_slow(const struct bpf_maps *maps, enum direction direction)
{
	return maps->program[TC_PROGRAM(direction)].slow;
}
