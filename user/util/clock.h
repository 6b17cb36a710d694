/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCODEWATCH_CLOCK_H
#define RCODEWATCH_CLOCK_H

#include <stdint.h>

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_US INT64_C(1000)

/* CLOCK_REALTIME and CLOCK_MONOTONIC in nanoseconds. */
int64_t clock_wall_ns(void);
int64_t clock_mono_ns(void);

static inline double clock_seconds(int64_t ns)
{
	return (double)ns / (double)NS_PER_S;
}

#endif
