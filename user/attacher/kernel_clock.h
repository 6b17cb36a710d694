/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What transactions need to know of the kernel: whether programs have a compare-and-swap, and how its clocks go together. */
#ifndef RCODEWATCH_KERNEL_CLOCK_H
#define RCODEWATCH_KERNEL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the kernel takes programs with BPF_CMPXCHG: from 5.12 on x86-64, 5.18 on arm64. */
bool kernel_has_swap(void);

struct kernel_clock {
	uint64_t tick_ns; /* of jiffies */
	uint64_t offset;  /* ktime is jiffies times tick_ns, plus this, modulo 2^64; to a tick */
	int64_t ahead_ns; /* ktime less CLOCK_MONOTONIC, which a time namespace shifts; to a millisecond */
};

/* 0 or a negative errno. */
int kernel_clock_read(struct kernel_clock *clock);

#endif
