/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCODEWATCH_CLOCK_H
#define RCODEWATCH_CLOCK_H

#include <stdint.h>

/* CLOCK_REALTIME and CLOCK_MONOTONIC in nanoseconds. */
int64_t clock_wall_ns(void);
int64_t clock_mono_ns(void);

#endif
