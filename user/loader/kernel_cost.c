// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/kernel_cost.h"

#include <bpf/bpf.h>
#include <stdio.h>

#include "loader/bpf_maps.h"
#include "loader/bpf_programs.h"

/* sysctl kernel.bpf_stats_enabled. Others can have them kept in another way: then there are runs. */
static bool statistics_on(void)
{
	FILE *file = fopen("/proc/sys/kernel/bpf_stats_enabled", "re");
	bool on;

	if (!file)
		return false;
	on = fgetc(file) == '1';
	fclose(file);
	return on;
}

/* Add what the kernel says of the program @fd to @program. */
static void add_program(struct kernel_cost *cost, enum cost_program program, int fd, bool on)
{
	struct bpf_prog_info info = {0};
	__u32 size = sizeof(info);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) < 0)
		return;
	cost->program[program].measured |= on || info.run_cnt;
	cost->program[program].runs += info.run_cnt;
	cost->program[program].run_ns += info.run_time_ns;
}

enum cost_program kernel_cost_program(enum hook hook, enum direction direction)
{
	if (hook == HOOK_XDP_NATIVE || hook == HOOK_XDP_GENERIC)
		return COST_XDP;
	return direction == DIRECTION_TX ? COST_EGRESS : COST_INGRESS;
}

void kernel_cost_read(const struct bpf_maps *maps, struct kernel_cost *cost)
{
	bool on = statistics_on();

	*cost = (struct kernel_cost){.memory = maps->memory};
	for (uint32_t i = 0; i < XDP_PROGRAMS; i++)
		add_program(cost, COST_XDP, bpf_maps_xdp_program_at(maps, i), on);
	add_program(cost, COST_INGRESS, bpf_maps_tc_program(maps, DIRECTION_RX), on);
	add_program(cost, COST_EGRESS, bpf_maps_tc_program(maps, DIRECTION_TX), on);
}
