// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"

#define PROC_LINE_MAX 1024

static double seconds_of(clockid_t clock)
{
	struct timespec ts = {0};

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + clock_seconds(ts.tv_nsec);
}

/* A line of a file of /proc; "" if it cannot be read. Gives @line. */
static char *read_line(const char *path, char line[static PROC_LINE_MAX])
{
	FILE *file = fopen(path, "re");

	line[0] = '\0';
	if (!file)
		return line;
	if (!fgets(line, PROC_LINE_MAX, file))
		line[0] = '\0';
	fclose(file);
	return line;
}

/* proc(5): the first two fields are sizes in pages. */
static void read_memory(struct process_cost *cost)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	char line[PROC_LINE_MAX], *end;

	cost->virtual = strtoull(read_line("/proc/self/statm", line), &end, 10) * page;
	cost->resident = strtoull(end, NULL, 10) * page;
}

/*
 * proc(5): field 22 is in clock ticks since boot. The name in field 2 can hold anything. Found out once:
 * a clock that is set would change it, and a start that changes means a restart.
 */
static double start_s(void)
{
	static double start;
	char line[PROC_LINE_MAX];
	const char *c;

	if (start > 0)
		return start;
	c = strrchr(read_line("/proc/self/stat", line), ')');
	for (int field = 2; c && field < 22; field++)
		c = strchr(c + 1, ' ');
	if (c)
		start = seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME) +
			(double)strtoull(c, NULL, 10) / (double)sysconf(_SC_CLK_TCK);
	return start;
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
	*cost = (struct process_cost){
		.cpu_s = seconds_of(CLOCK_PROCESS_CPUTIME_ID),
		.start_s = start_s(),
	};
	read_memory(cost);
	read_fds(cost);
}
