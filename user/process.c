// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "process.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1e9

static double seconds_of(clockid_t clock)
{
	struct timespec ts = {0};

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / NS_PER_S;
}

static void read_memory(struct process_cost *cost)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), size, resident;
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file)
		return;
	if (fscanf(file, "%" SCNu64 " %" SCNu64, &size, &resident) == 2) {
		cost->virtual = size * page;
		cost->resident = resident * page;
	}
	fclose(file);
}

/* proc(5): field 22 is in clock ticks since boot. The name in field 2 can hold anything. */
static void read_start(struct process_cost *cost)
{
	char line[1024] = "";
	FILE *file = fopen("/proc/self/stat", "re");
	unsigned long long ticks;
	const char *c;

	if (!file)
		return;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	c = strrchr(line, ')');
	for (int field = 2; c && field < 22; field++)
		c = strchr(c + 1, ' ');
	if (c && sscanf(c, "%llu", &ticks) == 1)
		cost->start_s = seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME) +
				(double)ticks / (double)sysconf(_SC_CLK_TCK);
}

static void read_fds(struct process_cost *cost)
{
	struct rlimit limit;
	DIR *fds = opendir("/proc/self/fd");

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		cost->fds_max = limit.rlim_cur;
	if (!fds)
		return;
	while (readdir(fds))
		cost->fds++;
	closedir(fds);
	cost->fds -= cost->fds < 3 ? cost->fds : 3; /* ".", "..", and the one for reading this */
}

void process_cost_read(struct process_cost *cost)
{
	*cost = (struct process_cost){.cpu_s = seconds_of(CLOCK_PROCESS_CPUTIME_ID)};
	read_memory(cost);
	read_start(cost);
	read_fds(cost);
}
