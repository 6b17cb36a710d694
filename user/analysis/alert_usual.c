// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/alert_usual.h"

#include <stdlib.h>

#include "util/clock.h"

#define HOUR_NS   (3600 * NS_PER_S)
#define LENGTH_NS (HOUR_NS / 2) /* a row says something of its hour from here on */

static int by_size(const void *a, const void *b)
{
	const double *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

static double median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_size);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* The rows of the same hour on the days before, at most ALERT_USUAL_DAYS. */
static size_t same_hours(const struct code_history *history, size_t point, int64_t hour,
			 const struct code_history_row *rows[ALERT_USUAL_DAYS])
{
	const struct code_history_row *row;
	size_t count = 0, at = 0;

	while (count < ALERT_USUAL_DAYS &&
	       (row = code_history_next(history, point, CODE_HISTORY_HOURS,
					(hour - 24 * (int64_t)ALERT_USUAL_DAYS) * HOUR_NS, &at))) {
		int64_t before = hour - row->start_ns / HOUR_NS;

		if (before > 0 && before % 24 == 0 && row->length_ns >= LENGTH_NS)
			rows[count++] = row;
	}
	return count;
}

static double rate_of(const struct code_history_row *row, uint64_t count)
{
	return (double)count / clock_seconds(row->length_ns);
}

bool alert_usual_look(struct alert_usual *usual, const struct code_history *history,
		      const char *interface, enum direction direction, int64_t now_ns)
{
	const struct code_history_row *rows[ALERT_USUAL_DAYS];
	int64_t hour = now_ns / HOUR_NS;
	int point = history ? code_history_find(history, interface, direction) : -1;
	double values[ALERT_USUAL_DAYS];
	size_t days;

	if (point < 0)
		return false;
	if (usual->looked_up && usual->hour == hour)
		return usual->known;
	days = same_hours(history, (size_t)point, hour, rows);
	*usual = (struct alert_usual){
		.hour = hour, .looked_up = true, .known = days >= ALERT_USUAL_MIN};
	if (!usual->known)
		return false;
	for (size_t code = 0; code < CODE_HISTORY_CODES; code++) {
		for (size_t i = 0; i < days; i++)
			values[i] = rate_of(rows[i], rows[i]->codes[code]);
		usual->rate[code] = median(values, days);
	}
	for (size_t i = 0; i < days; i++)
		values[i] = rate_of(rows[i], rows[i]->responses);
	usual->responses = median(values, days);
	return true;
}
