// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/programs_wait.h"

#include <bpf/bpf.h>
#include <errno.h>

/*
 * Updating a map of maps ends with synchronize_rcu() (kernel/bpf/syscall.c, maybe_wait_bpf_programs(), since 4.20), which is
 * all that is needed of it.
 */
int programs_wait(const struct bpf_maps *maps)
{
	__u32 zero = 0, inner = (__u32)maps->wait_inner_fd;

	return bpf_map_update_elem(maps->wait_map_fd, &zero, &inner, BPF_ANY) < 0 ? -errno : 0;
}
