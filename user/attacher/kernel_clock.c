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

/* One half of what the helper, without arguments, gives. 0 or a negative errno. */
static int run_half(int helper, int shift, uint32_t *half)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, helper),
		INSN(BPF_ALU64 | BPF_RSH | BPF_K, BPF_REG_0, 0, 0, shift),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	char frame[FRAME_SIZE] = {0};
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = sizeof(frame));
	int fd = load(insns, sizeof(insns) / sizeof(insns[0])), err = 0;

	if (fd < 0)
		return fd;
	if (bpf_prog_test_run_opts(fd, &run) < 0)
		err = -errno;
	close(fd);
	*half = run.retval;
	return err;
}

/* Again if the upper half has changed meanwhile. */
static int run_helper(int helper, uint64_t *value)
{
	uint32_t high, low, after;
	int err;

	do {
		err = run_half(helper, 32, &high);
		if (!err)
			err = run_half(helper, 0, &low);
		if (!err)
			err = run_half(helper, 32, &after);
	} while (!err && high != after);
	if (!err)
		*value = (uint64_t)high << 32 | low;
	return err;
}

int kernel_clock_read(struct kernel_clock *clock)
{
	struct timespec tick;
	uint64_t jiffies, after, ktime = 0;
	int64_t mono;
	int err;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) < 0)
		return -errno;
	clock->tick_ns = (uint64_t)tick.tv_sec * NS_PER_S + (uint64_t)tick.tv_nsec;
	/* Within one tick. */
	do {
		err = run_helper(BPF_FUNC_jiffies64, &jiffies);
		mono = clock_mono_ns();
		if (!err)
			err = run_helper(BPF_FUNC_ktime_get_ns, &ktime);
		if (!err)
			err = run_helper(BPF_FUNC_jiffies64, &after);
	} while (!err && after - jiffies > 1);
	if (err)
		return err;
	clock->offset = ktime - after * clock->tick_ns;
	clock->ahead_ns = ((int64_t)ktime - mono) / (int64_t)NS_PER_MS * NS_PER_MS;
	return 0;
}
