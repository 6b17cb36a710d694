/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* When to report: on the multiples of the interval, by the wall clock. */
#ifndef RCODEWATCH_SCHEDULE_H
#define RCODEWATCH_SCHEDULE_H

#include <stdint.h>

/*
 * The first multiple of @interval_ns (of the time since 1970) after @now_ns, but never within a
 * tenth of an interval: a timer that fires a little early must not make two reports of one.
 */
int64_t schedule_next(int64_t now_ns, int64_t interval_ns);

/*
 * Arm timer @fd, made on CLOCK_REALTIME, for the wall clock's @at_ns. It also fires, with
 * ECANCELED from read(), when the clock is set (timerfd_create(2)). 0 or a negative errno.
 */
int schedule_arm(int fd, int64_t at_ns);

#endif
