// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "kernel_cost.h"

#include <bpf/bpf.h>
#include <stdio.h>

#include "kernel_maps.h"

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

void kernel_cost_read(const struct kernel_maps *maps, struct kernel_cost *cost)
{
	const int fds[COST_PROGRAMS] = {
		[COST_XDP] = kernel_maps_xdp_program(maps),
		[COST_INGRESS] = kernel_maps_tc_program(maps, DIRECTION_RX),
		[COST_EGRESS] = kernel_maps_tc_program(maps, DIRECTION_TX),
	};
	bool on = statistics_on();

	*cost = (struct kernel_cost){.memory = maps->memory};
	for (size_t i = 0; i < COST_PROGRAMS; i++) {
		struct bpf_prog_info info = {0};
		__u32 size = sizeof(info);

		if (fds[i] < 0 || bpf_obj_get_info_by_fd(fds[i], &info, &size) < 0)
			continue;
		cost->program[i].measured = on || info.run_cnt;
		cost->program[i].runs = info.run_cnt;
		cost->program[i].run_ns = info.run_time_ns;
	}
}
