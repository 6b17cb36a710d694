// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/nic_watch.h"

#include "util/clock.h"

static void look(struct nic_watch *nics, const struct bpf_maps *maps)
{
	int64_t mono = clock_mono_ns();

	for (uint32_t i = 0; i < maps->config.interfaces; i++)
		if (maps->config.point[i][DIRECTION_RX] != UNASSIGNED)
			nic_losses_read(&nics->losses, &nics->counter[i],
					__atomic_load_n(&maps->control->ifindex[i],
							__ATOMIC_RELAXED),
					mono);
}

void nic_watch_open(struct nic_watch *nics, const struct bpf_maps *maps,
		    const struct nic_reading *before)
{
	*nics = (struct nic_watch){0};
	nic_losses_open(&nics->losses);
	for (uint32_t i = 0; i < maps->config.interfaces; i++)
		if (maps->config.point[i][DIRECTION_RX] != UNASSIGNED)
			nic_counter_begin(&nics->counter[i],
					  &before[maps->config.point[i][DIRECTION_RX]]);
	look(nics, maps);
}

void nic_watch_close(struct nic_watch *nics)
{
	nic_losses_close(&nics->losses);
}

void nic_watch_read(struct nic_watch *nics, const struct bpf_maps *maps, struct snapshot_set *now)
{
	look(nics, maps);
	for (uint32_t i = 0; i < maps->config.interfaces; i++) {
		uint32_t point = maps->config.point[i][DIRECTION_RX];

		if (point == UNASSIGNED)
			continue;
		now->point[point].nic = nic_counter_reading(&nics->counter[i]);
	}
}
