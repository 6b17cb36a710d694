// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/schedule.h"

#include <errno.h>
#include <sys/timerfd.h>

#include "util/clock.h"

int64_t schedule_next(int64_t now_ns, int64_t interval_ns)
{
	return ((now_ns + interval_ns / 10) / interval_ns + 1) * interval_ns;
}

int schedule_arm(int fd, int64_t at_ns)
{
	const struct itimerspec at = {
		.it_value = {.tv_sec = at_ns / NS_PER_S, .tv_nsec = at_ns % NS_PER_S},
	};

	if (timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &at, NULL) < 0)
		return -errno;
	return 0;
}
