// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * fill_tables POINTS: fills the tables of rare values of the monitor that was last started. A point is
 * an interface and a direction.
 */
#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "full.h"
#include "hook.h"

/* The newest map of that name. */
static int map_called(const char *name)
{
	int found = -1;
	__u32 id = 0;

	while (bpf_map_get_next_id(id, &id) == 0) {
		struct bpf_map_info info = {0};
		__u32 size = sizeof(info);
		int fd = bpf_map_get_fd_by_id(id);

		if (fd < 0)
			continue; /* it is gone by now */
		if (bpf_obj_get_info_by_fd(fd, &info, &size) == 0 && !strcmp(info.name, name)) {
			if (found >= 0)
				close(found);
			found = fd;
		} else {
			close(fd);
		}
	}
	if (found < 0)
		bench_failed("no monitor is running: there is no map %s", name);
	return found;
}

int main(int argc, char **argv)
{
	unsigned long points = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;

	if (!points || points > MAX_INTERFACES * DIRECTION_COUNT) {
		fputs("usage: fill_tables SLOTS\n", stderr);
		return 2;
	}
	full_tables(map_called("rares"), map_called("ede_texts"), (__u32)points);
	return 0;
}
