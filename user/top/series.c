// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/series.h"

#include <stdlib.h>
#include <string.h>

#include "util/clock.h"

/* Against what is usual, less is no change: a part of it. */
#define EQUAL 0.10
/* From so many times on a factor says more than a percentage. */
#define FACTOR 2.0
/* Rates below it are none, for what is new: one in a hundred seconds. */
#define HARDLY 0.01

/* Where in the time before @end_ns a model ended: seconds before it, or negative if it is later or was too long ago. */
static double age_of(const struct model *model, int64_t end_ns)
{
	double age = clock_seconds(end_ns - model->end_ns);

	return age >= 0 && age < SERIES_S ? age : -1;
}

void series_course(const struct ring *ring, uint64_t number, series_figure *figure,
		   const void *context, double course[], size_t steps)
{
	const struct model *last = ring_get(ring, number);
	double time[SERIES_STEPS] = {0};

	steps = steps < SERIES_STEPS ? steps : SERIES_STEPS;
	for (size_t i = 0; i < steps; i++)
		course[i] = -1;
	for (uint64_t n = number; last && n >= ring->first; n--) {
		const struct model *model = ring_get(ring, n);
		double age = age_of(model, last->end_ns), value = figure(model, context);
		size_t step;

		if (age < 0 || value < 0)
			continue;
		step = steps - 1 - (size_t)(age * (double)steps / SERIES_S);
		course[step] = (course[step] < 0 ? 0 : course[step]) + value * model->interval_s;
		time[step] += model->interval_s;
	}
	for (size_t i = 0; i < steps; i++)
		if (time[i] > 0)
			course[i] /= time[i];
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double series_usual(const struct ring *ring, uint64_t number, series_figure *figure,
		    const void *context)
{
	static const size_t room = RING_MODELS;
	const struct model *last = ring_get(ring, number);
	double *values = last ? malloc(room * sizeof(*values)) : NULL;
	double known_s = 0, usual = -1;
	size_t count = 0;

	for (uint64_t n = number; values && n >= ring->first && count < room; n--) {
		const struct model *model = ring_get(ring, n);
		double age = age_of(model, last->end_ns);
		double value = age < SERIES_APART_S ? -1 : figure(model, context);

		if (value < 0)
			continue;
		values[count++] = value;
		known_s += model->interval_s;
	}
	if (count && known_s >= SERIES_APART_S) {
		qsort(values, count, sizeof(*values), compare);
		usual = values[count / 2];
	}
	free(values);
	return usual;
}

void series_draw(struct canvas *canvas, int line, int column, enum canvas_style style,
		 const double course[], size_t steps, double full)
{
	static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const ascii[] = {"_", "-", "=", "#"};
	const char *const *marks = canvas->utf8 ? blocks : ascii;
	size_t levels = canvas->utf8 ? 8 : 4;

	for (size_t i = 0; i < steps; i++)
		full = course[i] > full ? course[i] : full;
	for (size_t i = 0; i < steps; i++) {
		size_t level = 0;

		if (course[i] < 0)
			continue;
		if (course[i] > 0 && full > 0)
			level = 1 + (size_t)(course[i] / full * (double)(levels - 1) * 0.999);
		level = level < levels ? level : levels - 1;
		canvas_put(canvas, line, column + (int)i, 1, level ? style : STYLE_DIM,
			   marks[level]);
	}
}

const char *series_compare(char text[static 16], double now, double usual)
{
	double change = usual > 0 ? now / usual : 0;

	text[0] = '\0';
	if (usual < 0)
		return text;
	if (usual < HARDLY)
		snprintf(text, 16, "%s", now < HARDLY ? "=" : "new");
	else if (now < HARDLY)
		snprintf(text, 16, "none");
	else if (change >= FACTOR)
		snprintf(text, 16, change < 10 ? "x %.1f" : "x %.0f", change < 1e6 ? change : 1e6);
	else if (change > 1 - EQUAL && change < 1 + EQUAL)
		snprintf(text, 16, "=");
	else
		snprintf(text, 16, "%+.0f%%", change > 0.01 ? (change - 1) * 100 : -99);
	return text;
}
