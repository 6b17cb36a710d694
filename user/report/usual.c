// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/usual.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/clock.h"

/* Less is no change: a part of what is usual. */
#define EQUAL 0.10
/* From so many times on a factor says more than a percentage. */
#define FACTOR 2.0
/* Rates below it are none, for what is new: one in a hundred seconds. */
#define HARDLY 0.01

struct usual_window usual_window(int64_t end_ns, const int64_t wrong_ns[], size_t count)
{
	struct usual_window window = {.to_ns = end_ns};

	for (size_t i = 0; i < count; i++) {
		if (wrong_ns[i] <= end_ns - USUAL_WRONG_S * NS_PER_S || wrong_ns[i] >= window.to_ns)
			continue;
		window.to_ns = window.wrong_ns = wrong_ns[i];
	}
	window.to_ns -= USUAL_APART_S * NS_PER_S;
	window.from_ns = window.to_ns - USUAL_SPAN_S * NS_PER_S;
	return window;
}

bool usual_has(const struct usual_window *window, int64_t end_ns)
{
	return end_ns > window->from_ns && end_ns <= window->to_ns;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double usual_median(double values[], size_t count, double known_s)
{
	/* Intervals are hardly ever whole. */
	if (!count || known_s < USUAL_KNOWN_S * 0.95)
		return -1;
	qsort(values, count, sizeof(values[0]), compare);
	return values[count / 2];
}

const char *usual_compare(char text[static USUAL_TEXT_SIZE], double now, double usual)
{
	double change = usual > 0 ? now / usual : 0;

	if (usual < 0)
		snprintf(text, USUAL_TEXT_SIZE, "-");
	else if (usual < HARDLY)
		snprintf(text, USUAL_TEXT_SIZE, "%s", now < HARDLY ? "=" : "new");
	else if (now < HARDLY)
		snprintf(text, USUAL_TEXT_SIZE, "none");
	else if (change >= FACTOR)
		snprintf(text, USUAL_TEXT_SIZE, change < 10 ? "x %.1f" : "x %.0f",
			 change < 1e6 ? change : 1e6);
	else if (change > 1 - EQUAL && change < 1 + EQUAL)
		snprintf(text, USUAL_TEXT_SIZE, "=");
	else
		snprintf(text, USUAL_TEXT_SIZE, "%+.0f%%",
			 change > 0.01 ? (change - 1) * 100 : -99);
	return text;
}
