// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "load_maps.h"

#include <unistd.h>

int load_maps(struct bpf_maps *maps, const struct hook_config *config,
	      const struct bpf_wants *wants)
{
	const struct run_user same = {.uid = geteuid(), .gid = getegid()};
	struct bpf_wants all = *wants;
	struct attacher attacher;
	int err = attacher_open(&attacher);

	if (err)
		return err;
	all.attacher = &attacher;
	err = attacher_become(&attacher, &same, false, false);
	if (!err)
		err = bpf_maps_open(maps, config, &all);
	attacher_close(&attacher);
	return err;
}
