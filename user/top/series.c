// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/series.h"

#include <stdlib.h>
#include <string.h>

#include "util/clock.h"

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

struct usual_window series_window(const struct model *model)
{
	int64_t wrong[MODEL_PROBLEMS];

	for (size_t i = 0; i < model->problems; i++)
		wrong[i] = model->problem[i].since_ns;
	return usual_window(model->end_ns, wrong, model->problems);
}

double series_usual(const struct ring *ring, uint64_t number, series_figure *figure,
		    const void *context)
{
	static const size_t room = RING_MODELS;
	const struct model *last = ring_get(ring, number);
	double *values = last ? malloc(room * sizeof(*values)) : NULL;
	struct usual_window window;
	double known_s = 0, usual;
	size_t count = 0;

	if (!values)
		return -1;
	window = series_window(last);
	for (uint64_t n = number; n >= ring->first && count < room; n--) {
		const struct model *model = ring_get(ring, n);
		double value = usual_has(&window, model->end_ns) ? figure(model, context) : -1;

		if (value < 0)
			continue;
		values[count++] = value;
		known_s += model->interval_s;
	}
	usual = usual_median(values, count, known_s);
	free(values);
	return usual;
}

void series_draw(struct canvas *canvas, int line, int column, enum canvas_style style,
		 const double course[], size_t steps, double full)
{
	const char *unknown = canvas->utf8 ? "·" : ".";
	static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const ascii[] = {"_", "-", "=", "#"};
	const char *const *marks = canvas->utf8 ? blocks : ascii;
	size_t levels = canvas->utf8 ? 8 : 4;

	for (size_t i = 0; i < steps; i++)
		full = course[i] > full ? course[i] : full;
	for (size_t i = 0; i < steps; i++) {
		size_t level = 0;

		if (course[i] < 0) {
			canvas_put(canvas, line, column + (int)i, 1, STYLE_DIM, unknown);
			continue;
		}
		if (course[i] > 0 && full > 0)
			level = 1 + (size_t)(course[i] / full * (double)(levels - 1) * 0.999);
		level = level < levels ? level : levels - 1;
		canvas_put(canvas, line, column + (int)i, 1, level ? style : STYLE_DIM,
			   marks[level]);
	}
}
