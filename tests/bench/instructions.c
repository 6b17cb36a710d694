// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * instructions [FILE]: how many instructions each program has when this kernel has translated it,
 * with what the configuration switches off removed. Times differ from run to run, these do not: a
 * rise above the figures of FILE by more than a few in a hundred fails, on the kernel and with the
 * clang that the figures are for. On others they are only printed.
 */
#include <bpf/bpf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "hook.h"
#include "attacher/libbpf_log.h"
#include "limits.h"
#include "loader/bpf_programs.h"

#define RISE_ALLOWED     0.03
#define INSTRUCTION_SIZE 8u
#define COMMITTED        "tests/bench/instructions.limits"

static struct {
	double clang, kernel; /* major version; major.minor */
	bool held;
} figures;

static double translated(int fd)
{
	struct bpf_prog_info info = {0};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &size) < 0 || !info.xlated_prog_len)
		bench_failed("the kernel does not tell the size of a program: run as root");
	return (double)info.xlated_prog_len / INSTRUCTION_SIZE;
}

/* Whether @fd is as large as it may be. */
static bool hold(const char *path, const char *name, int fd)
{
	double now = translated(fd), was = path ? limit_of(path, name) : -1;

	if (was < 0) {
		printf("translated instructions: %s: %.0f\n", name, now);
		return true;
	}
	printf("translated instructions: %s: %.0f, committed %.0f (%+.1f %%)\n", name, now, was,
	       (now / was - 1) * 100);
	if (!figures.held || now <= was * (1 + RISE_ALLOWED)) {
		if (figures.held && now < was * (1 - RISE_ALLOWED))
			printf("%s has become smaller: put '%s %.0f' into " COMMITTED
			       " to keep it so\n",
			       name, name, now);
		return true;
	}
	fprintf(stderr,
		"instructions: %s has risen from %.0f to %.0f, more than %.0f %%: if that is "
		"meant, "
		"put '%s %.0f' into " COMMITTED " and say in the commit what it buys\n",
		name, was, now, RISE_ALLOWED * 100, name, now);
	return false;
}

static void read_figures(const char *path)
{
	struct utsname uts;
	unsigned int major = 0, minor = 0;

	figures.clang = limit_of(path, "clang");
	figures.kernel = limit_of(path, "kernel");
	if (figures.clang < 0 || figures.kernel < 0)
		bench_failed("%s does not say for which clang and kernel it is", path);
	uname(&uts);
	sscanf(uts.release, "%u.%u", &major, &minor);
	/* "6.1" and "6.10" are one number: the figures are for a kernel whose minor is one digit. */
	figures.held = figures.clang == CLANG_MAJOR && minor < 10 &&
		       (unsigned int)(figures.kernel * 10 + 0.5) == major * 10 + minor;
	if (!figures.held)
		printf("the figures are held with clang %.0f on kernel %.1f; this is clang %d on "
		       "%s: printed only\n",
		       figures.clang, figures.kernel, CLANG_MAJOR, uts.release);
}

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : NULL;
	struct bpf_maps maps;
	bool all;
	int fd;

	libbpf_log_init(false);
	if (path)
		read_figures(path);
	fd = hook_built(&maps, HOOK_KIND_XDP);
	all = hold(path, "xdp.rcodewatch_rx", fd);
	all &= hold(path, "xdp.rcodewatch_rx_slow", bpf_maps_xdp_slow(&maps));
	bpf_maps_close(&maps);
	fd = hook_built(&maps, HOOK_KIND_TC);
	all &= hold(path, "tc.rcodewatch_rx", fd);
	all &= hold(path, "tc.rcodewatch_tx", bpf_maps_tc_program(&maps, DIRECTION_TX));
	all &= hold(path, "tc.rcodewatch_rx_slow", bpf_maps_tc_slow(&maps, DIRECTION_RX));
	all &= hold(path, "tc.rcodewatch_tx_slow", bpf_maps_tc_slow(&maps, DIRECTION_TX));
	bpf_maps_close(&maps);
	return all ? 0 : 1;
}
