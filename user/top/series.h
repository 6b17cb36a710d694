/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A figure over the 15 minutes before an interval: its course as a line of characters, and what is usual. */
#ifndef RCODEWATCH_TOP_SERIES_H
#define RCODEWATCH_TOP_SERIES_H

#include "report/usual.h"
#include "top/canvas.h"
#include "top/ring.h"

#define SERIES_S     900
#define SERIES_STEPS 32u /* of a course, at most */

/* A figure of @model; negative: it is not known there. */
typedef double series_figure(const struct model *model, const void *context);

/* Means over equal parts of the time up to the end of interval @number; negative: nothing is known of a part. */
void series_course(const struct ring *ring, uint64_t number, series_figure *figure,
		   const void *context, double course[], size_t steps);
/* The time that @model is compared with: see usual.h. */
struct usual_window series_window(const struct model *model);
/* What is usual of @figure in that time; negative: too little is known of it. */
double series_usual(const struct ring *ring, uint64_t number, series_figure *figure,
		    const void *context);

/*
 * Draw a course in @steps columns, the highest value, or @full if that is more, as the highest character. What is 0 is a low line,
 * what is not known a dot; a value above 0 always stands out.
 */
void series_draw(struct canvas *canvas, int line, int column, enum canvas_style style,
		 const double course[], size_t steps, double full);

#endif
