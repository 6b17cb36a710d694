// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "load_maps.h"

#include <unistd.h>

int load_maps(struct bpf_maps *maps, const struct hook_config *config,
	      const struct bpf_wants *wants)
{
	const struct run_user same = {.uid = geteuid(), .gid = getegid()};
	struct hook_config timed = *config;
	struct bpf_wants all = *wants;
	struct kernel_clock clock;
	struct attacher attacher;
	bool has_swap = true;
	int err = attacher_open(&attacher);

	if (err)
		return err;
	all.attacher = &attacher;
	err = attacher_become(&attacher, &same, false, false);
	if (!err && config->txn_buckets)
		err = attacher_clock(&attacher, &clock, &has_swap);
	if (!err && config->txn_buckets) {
		if (!has_swap)
			timed.txn_locks = TXN_LOCKS;
		timed.txn_tick_ns = clock.tick_ns;
		timed.txn_tick_offset = clock.offset;
	}
	if (!err)
		err = bpf_maps_open(maps, &timed, &all);
	attacher_close(&attacher);
	return err;
}
