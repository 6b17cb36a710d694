// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "attacher/kernel_clock.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"

#ifndef BPF_ATOMIC
#define BPF_ATOMIC 0xc0 /* linux/bpf.h of 5.12 */
#endif
#ifndef BPF_CMPXCHG
#define BPF_CMPXCHG (0xf0 | 0x01)
#endif

#define INSN(op, to, from, offset, number)                                         \
	{                                                                          \
		.code = (op), .dst_reg = (to), .src_reg = (from), .off = (offset), \
		.imm = (number),                                                   \
	}

/* A frame of the least size: nothing looks at it. */
#define FRAME_SIZE 14

static int load(const struct bpf_insn *insns, size_t count)
{
	return bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "rcw_probe", "Dual BSD/GPL", insns, count,
			     NULL);
}

bool kernel_has_swap(void)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0),
		INSN(BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, BPF_REG_0, -8, 0),
		INSN(BPF_STX | BPF_ATOMIC | BPF_DW, BPF_REG_10, BPF_REG_0, -8, BPF_CMPXCHG),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	int fd = load(insns, sizeof(insns) / sizeof(insns[0]));

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* Halves of the two clocks, each what a program gives. */
enum half { JIFFIES_LOW, JIFFIES_HIGH, KTIME_LOW, KTIME_HIGH, HALVES };

static int load_half(int helper, int shift)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, helper),
		INSN(BPF_ALU64 | BPF_RSH | BPF_K, BPF_REG_0, 0, 0, shift),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return load(insns, sizeof(insns) / sizeof(insns[0]));
}

/* 0 or a negative errno. */
static int run_half(int fd, uint32_t *half)
{
	char frame[FRAME_SIZE] = {0};
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = sizeof(frame));

	if (bpf_prog_test_run_opts(fd, &run) < 0)
		return -errno;
	*half = run.retval;
	return 0;
}

/* A clock, read twice where its upper half changes in between. */
static int run_clock(const int fds[HALVES], enum half low_half, uint64_t *value)
{
	uint32_t high = 0, low = 0, after = 0;
	int err;

	do {
		err = run_half(fds[low_half + 1], &high);
		if (!err)
			err = run_half(fds[low_half], &low);
		if (!err)
			err = run_half(fds[low_half + 1], &after);
	} while (!err && high != after);
	if (!err)
		*value = (uint64_t)high << 32 | low;
	return err;
}

/* As often, for the two clocks to be read within a tick: a machine may be busy, and ticks are of a millisecond. */
#define ATTEMPTS 20

/* 0 or a negative errno. */
static int compare(const int fds[HALVES], struct kernel_clock *clock)
{
	uint64_t least = UINT64_MAX;
	int err = 0;

	for (int i = 0; i < ATTEMPTS && !err && least > 1; i++) {
		uint64_t jiffies = 0, after = 0, ktime = 0;
		int64_t mono;

		err = run_clock(fds, JIFFIES_LOW, &jiffies);
		mono = clock_mono_ns();
		if (!err)
			err = run_clock(fds, KTIME_LOW, &ktime);
		if (!err)
			err = run_clock(fds, JIFFIES_LOW, &after);
		if (err || after - jiffies >= least)
			continue;
		least = after - jiffies;
		clock->offset = ktime - after * clock->tick_ns;
		clock->ahead_ns = ((int64_t)ktime - mono) / (int64_t)NS_PER_MS * NS_PER_MS;
	}
	return err;
}

int kernel_clock_read(struct kernel_clock *clock)
{
	struct timespec tick;
	int fds[HALVES], err = 0;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) < 0)
		return -errno;
	clock->tick_ns = (uint64_t)tick.tv_sec * NS_PER_S + (uint64_t)tick.tv_nsec;
	fds[JIFFIES_LOW] = load_half(BPF_FUNC_jiffies64, 0);
	fds[JIFFIES_HIGH] = load_half(BPF_FUNC_jiffies64, 32);
	fds[KTIME_LOW] = load_half(BPF_FUNC_ktime_get_ns, 0);
	fds[KTIME_HIGH] = load_half(BPF_FUNC_ktime_get_ns, 32);
	for (size_t i = 0; i < HALVES && !err; i++)
		err = fds[i] < 0 ? fds[i] : 0;
	if (!err)
		err = compare(fds, clock);
	for (size_t i = 0; i < HALVES; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return err;
}
