// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/service_loop.h"

#include <errno.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "service/notify.h"
#include "util/log.h"

/* An answer of the sampler is seen one period later, and one late period must not end the service. */
#define BEATS 4u

int service_loop_open(void)
{
	uint64_t period_us = notify_watchdog_us() / BEATS;
	const struct timespec period = {
		.tv_sec = (time_t)(period_us / 1000000),
		.tv_nsec = (long)(period_us % 1000000 * 1000),
	};
	const struct itimerspec times = {.it_value = period, .it_interval = period};
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (timer >= 0 && timerfd_settime(timer, 0, &times, NULL) == 0)
		return timer;
	if (timer >= 0)
		close(timer);
	return -errno;
}

void service_loop_beat(int timer, struct sampler *sampler)
{
	uint64_t times;

	if (read(timer, &times, sizeof(times)) != sizeof(times))
		return;
	if (sampler_beat(sampler))
		notify_try("WATCHDOG=1"); /* more of them follow in time */
	else
		log_debug("the thread that reads the counters has not answered yet");
}

void service_loop_ready(const struct watch *watch, const struct config *config)
{
	char text[256];
	size_t used = (size_t)snprintf(text, sizeof(text), "watching");

	for (uint32_t i = 0; i < watch->count && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s %s", i ? "," : "",
					 watch->interface[i].name);
	if (config->fault[0] && used < sizeof(text))
		snprintf(text + used, sizeof(text) - used,
			 "; the configuration is wrong, the last good one in force");
	notify_status(text);
	notify_send("READY=1");
}
