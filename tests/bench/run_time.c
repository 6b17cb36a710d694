// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * run_time PROGRAM COMMAND...: runs the command, and prints on standard error how often the loaded
 * BPF programs called PROGRAM ran meanwhile and for how many nanoseconds, "run_time RUNS NS". The
 * kernel's clock costs some tens of nanoseconds a run, which an empty program shows too.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook.h"

struct sum {
	unsigned long long runs, ns;
};

static struct sum sum_of(const char *name)
{
	struct sum sum = {0};
	__u32 id = 0;

	while (bpf_prog_get_next_id(id, &id) == 0) {
		struct bpf_prog_info info = {0};
		__u32 size = sizeof(info);
		int fd = bpf_prog_get_fd_by_id(id);

		/* One that is gone by now cannot be ours. */
		if (fd < 0)
			continue;
		if (bpf_obj_get_info_by_fd(fd, &info, &size) == 0 && !strcmp(info.name, name)) {
			sum.runs += info.run_cnt;
			sum.ns += info.run_time_ns;
		}
		close(fd);
	}
	return sum;
}

static int run(char **command)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		bench_failed("cannot start %s: %s", command[0], strerror(errno));
	if (child == 0) {
		execvp(command[0], command);
		_exit(127);
	}
	if (waitpid(child, &status, 0) < 0)
		bench_failed("cannot wait for %s: %s", command[0], strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	struct sum before, after;
	int status, stats;

	if (argc < 3) {
		fputs("usage: run_time PROGRAM COMMAND...\n", stderr);
		return 2;
	}
	/* As long as this descriptor is open: kernel 5.8. */
	stats = bpf_enable_stats(BPF_STATS_RUN_TIME);
	if (stats < 0)
		bench_failed("the kernel does not measure run times: %s", strerror(errno));
	before = sum_of(argv[1]);
	status = run(argv + 2);
	after = sum_of(argv[1]);
	fprintf(stderr, "run_time %llu %llu\n", after.runs - before.runs, after.ns - before.ns);
	return status;
}
