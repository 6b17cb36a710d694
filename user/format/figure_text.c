// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/figure_text.h"

#include <stdio.h>
#include <time.h>

#include "util/clock.h"

const char *figure_clock(char text[static TEXT_NUMBER_SIZE], int64_t ns)
{
	time_t seconds = (time_t)(ns / NS_PER_S);
	struct tm tm;

	text[0] = '\0';
	if (ns > 0 && gmtime_r(&seconds, &tm))
		strftime(text, TEXT_NUMBER_SIZE, "%H:%M:%SZ", &tm);
	return text;
}

const char *figure_percent(char text[static TEXT_NUMBER_SIZE], double share)
{
	double percent = share * 100;

	if (percent <= 0)
		snprintf(text, TEXT_NUMBER_SIZE, "0%%");
	else if (percent < 0.1)
		snprintf(text, TEXT_NUMBER_SIZE, "<0.1%%");
	else if (percent >= 100)
		snprintf(text, TEXT_NUMBER_SIZE, "100%%");
	else
		/* All but not quite: rounding must not hide the rest. */
		snprintf(text, TEXT_NUMBER_SIZE, "%.1f%%", percent > 99.9 ? 99.9 : percent);
	return text;
}

const char *figure_ms(char text[static TEXT_NUMBER_SIZE], double seconds)
{
	double ms = seconds * 1000;

	if (ms < 0.095)
		snprintf(text, TEXT_NUMBER_SIZE, "%.2f", ms);
	else if (ms < 9.95)
		snprintf(text, TEXT_NUMBER_SIZE, "%.1f", ms);
	else
		snprintf(text, TEXT_NUMBER_SIZE, "%.0f", ms < 99999 ? ms : 99999);
	return text;
}

const char *figure_interval(char text[static TEXT_NUMBER_SIZE], double seconds)
{
	double whole = (double)(long)(seconds < 1e6 ? seconds + 0.5 : 1e6);
	char number[TEXT_NUMBER_SIZE];

	if (seconds > 0.99 * whole && seconds < 1.01 * whole)
		snprintf(text, TEXT_NUMBER_SIZE, "mean of %.0f s", whole);
	else
		snprintf(text, TEXT_NUMBER_SIZE, "mean of %.12s s", text_rate(number, seconds));
	return text;
}

const char *figure_span(char text[static TEXT_NUMBER_SIZE], double seconds)
{
	static const struct {
		double seconds;
		const char *unit;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	size_t i = 0;

	while (i < 3 && seconds < 2 * units[i].seconds)
		i++;
	snprintf(text, TEXT_NUMBER_SIZE, "%.0f %s", seconds > 0 ? seconds / units[i].seconds : 0,
		 units[i].unit);
	return text;
}
