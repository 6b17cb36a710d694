// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/alert_window.h"

#include <stddef.h>

void alert_window_add(struct alert_window *window, const struct alert_tick *tick)
{
	window->tick[window->next] = *tick;
	window->next = (window->next + 1) % ALERT_WINDOW_TICKS;
	if (window->count < ALERT_WINDOW_TICKS)
		window->count++;
}

/* The one that is @back evaluations old; NULL: there is none. */
static const struct alert_tick *tick_at(const struct alert_window *window, unsigned int back)
{
	if (back >= window->count)
		return NULL;
	return &window->tick[(window->next + ALERT_WINDOW_TICKS - 1 - back) % ALERT_WINDOW_TICKS];
}

uint64_t alert_window_sum(const struct alert_window *window, unsigned int figure, unsigned int skip,
			  unsigned int ticks)
{
	const struct alert_tick *tick;
	uint64_t sum = 0;

	for (unsigned int i = 0; i < ticks && (tick = tick_at(window, skip + i)); i++)
		sum += tick->figure[figure];
	return sum;
}

static double seconds_of(const struct alert_window *window, unsigned int skip, unsigned int ticks)
{
	const struct alert_tick *tick;
	double seconds = 0;

	for (unsigned int i = 0; i < ticks && (tick = tick_at(window, skip + i)); i++)
		seconds += tick->seconds;
	return seconds;
}

double alert_window_rate(const struct alert_window *window, unsigned int figure, unsigned int skip,
			 unsigned int ticks)
{
	double seconds = seconds_of(window, skip, ticks);

	return seconds > 0 ? (double)alert_window_sum(window, figure, skip, ticks) / seconds : 0;
}

double alert_window_share(const struct alert_window *window, unsigned int figure, unsigned int of,
			  unsigned int ticks)
{
	uint64_t all = alert_window_sum(window, of, 0, ticks);

	return all ? (double)alert_window_sum(window, figure, 0, ticks) / (double)all : 0;
}
