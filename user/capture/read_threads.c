// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "capture/read_threads.h"

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What cannot be looked at is no reason for threads: it will not be read either. */
static bool is_large(char *const *paths, int count)
{
	uint64_t bytes = 0;

	for (int i = 0; i < count && bytes < READ_THREADS_BYTES; i++) {
		bool standard = strcmp(paths[i], "-") == 0;
		struct stat file;

		if (standard ? fstat(STDIN_FILENO, &file) : stat(paths[i], &file))
			continue;
		if (!S_ISREG(file.st_mode) && !S_ISDIR(file.st_mode))
			return true;
		bytes += (uint64_t)file.st_size;
	}
	return bytes >= READ_THREADS_BYTES;
}

unsigned int read_threads(char *const *paths, int count)
{
	unsigned int cpus = READ_THREADS_MAX;
	cpu_set_t allowed;

	if (!is_large(paths, count))
		return 1;
	/* It fails where there are more CPUs than the set has bits. */
	if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0)
		cpus = (unsigned int)CPU_COUNT(&allowed);
	return cpus < READ_THREADS_MAX ? cpus : READ_THREADS_MAX;
}
