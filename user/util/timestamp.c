// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/timestamp.h"

#include <stdio.h>
#include <time.h>

#include "util/clock.h"

const char *timestamp_utc(char buf[static TIMESTAMP_SIZE], int64_t ns)
{
	int64_t below = ns % NS_PER_S;
	time_t seconds = (time_t)(ns / NS_PER_S);
	struct tm tm;

	if (below < 0) {
		below += NS_PER_S;
		seconds--;
	}
	/* 64 bits of nanoseconds stay within the years 1677 to 2262. */
	gmtime_r(&seconds, &tm);
	snprintf(buf, TIMESTAMP_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year + 1900,
		 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		 (int)(below / NS_PER_US));
	return buf;
}
