// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Both sides at a glance: what is asked, answered and not, how fast, and how it was for 15 minutes. */
#include <stdio.h>
#include <string.h>

#include "top/page.h"
#include "top/page_text.h"
#include "top/series.h"

#define COURSE 8u
/* Columns of each figure, with what stands in front of it: 80 with a course. */
enum {
	NAME = 14,
	NAME_NARROW = 9,
	ASKED = 8,
	ANSWERED = 11,
	UNANSWERED = 14,
	TIMES = 14,
	SERVFAIL = 9
};
/* From so many columns on, sides have their whole name. */
#define WHOLE_NAME 64
/* Failures of less than this part of all fill a course by less than its height. */
#define FULL 0.05

static bool is_shown(const struct model *model, enum model_side_name side)
{
	return model->side[side].seen || model->side[side].followed ||
	       (side == MODEL_CLIENTS && !model->merged && !model->side[MODEL_UPSTREAM].seen);
}

int page_sides_lines(const struct model *model)
{
	int lines = 1;

	for (enum model_side_name side = 0; model && side < MODEL_SIDES; side++)
		lines += is_shown(model, side);
	return lines;
}

static double failing_of(const struct model *model, const void *context)
{
	const struct model_side *side = &model->side[*(const enum model_side_name *)context];

	return side->seen || side->followed ? model_failing_share(side) : -1;
}

/* Column places from the right; what has no room is left out, the last first. */
struct columns {
	int name, asked, answered, unanswered, times, servfail, course;
};

static struct columns lay_out(const struct page_area *area)
{
	struct columns at = {.name = 0, .asked = -1, .answered = -1, .times = -1, .course = -1};
	int column = area->columns >= WHOLE_NAME ? NAME : NAME_NARROW;

	if (area->columns >= 56) {
		at.asked = column;
		column += ASKED;
	}
	if (area->columns >= 66) {
		at.answered = column;
		column += ANSWERED;
	}
	at.unanswered = column;
	column += UNANSWERED;
	if (area->columns >= 72) {
		at.times = column;
		column += TIMES;
	}
	at.servfail = column;
	column += SERVFAIL;
	if (area->columns >= column + 2 + (int)COURSE)
		at.course = column + 2;
	return at;
}

static void put_titles(struct canvas *canvas, const struct page_area *area,
		       const struct columns *at)
{
	int from = area->column;

	if (at->asked >= 0)
		canvas_right(canvas, area->line, from + at->asked, ASKED, STYLE_TITLE, "ASKED/S");
	if (at->answered >= 0)
		canvas_right(canvas, area->line, from + at->answered, ANSWERED, STYLE_TITLE,
			     "ANSWERED/S");
	canvas_right(canvas, area->line, from + at->unanswered, UNANSWERED, STYLE_TITLE,
		     "NO ANSWER");
	if (at->times >= 0)
		canvas_right(canvas, area->line, from + at->times, TIMES, STYLE_TITLE,
			     "p50 / p95 ms");
	canvas_right(canvas, area->line, from + at->servfail, SERVFAIL, STYLE_TITLE, "SERVFAIL");
	if (at->course >= 0)
		canvas_put(canvas, area->line, from + at->course, (int)COURSE, STYLE_TITLE,
			   "15 min");
}

/* Red from the first unanswered percent. */
static enum canvas_style style_of(double share)
{
	return share >= 0.01 ? STYLE_BAD : share > 0 ? STYLE_WARNING : STYLE_PLAIN;
}

static void put_followed(struct canvas *canvas, const struct model_side *side, int line, int from,
			 const struct columns *at)
{
	double share = model_unanswered_share(side);
	char text[2 * TEXT_NUMBER_SIZE + 4], a[TEXT_NUMBER_SIZE], b[TEXT_NUMBER_SIZE];

	if (at->asked >= 0 && !side->one_sided)
		canvas_right(canvas, line, from + at->asked, ASKED, STYLE_PLAIN,
			     text_rate(a, side->asked));
	if (side->one_sided) {
		canvas_right(canvas, line, from + at->unanswered, UNANSWERED, STYLE_WARNING,
			     "one-sided");
	} else {
		snprintf(text, sizeof(text), "%s %6s", text_rate(a, side->unanswered),
			 page_percent(b, share));
		canvas_right(canvas, line, from + at->unanswered, UNANSWERED, style_of(share),
			     text);
	}
	if (at->times >= 0 && side->timed) {
		snprintf(text, sizeof(text), "%s / %4s", page_ms(a, side->p50_s),
			 page_ms(b, side->p95_s));
		canvas_right(canvas, line, from + at->times, TIMES, STYLE_PLAIN, text);
	}
}

static void put_side(struct canvas *canvas, const struct page_input *input,
		     const struct page_area *area, int line, enum model_side_name name,
		     const struct columns *at)
{
	const struct model *model = page_model(input);
	const struct model_side *side = &model->side[name];
	bool whole = area->columns >= WHOLE_NAME;
	const char *title = model->merged           ? whole ? "RESPONSES" : "ALL"
			    : name == MODEL_CLIENTS ? whole ? "CLIENTS  (tx)" : "CLIENTS"
			    : whole                 ? "UPSTREAM (rx)"
						    : "UPSTREAM";
	double servfail = model_servfail_share(side), course[COURSE];
	char text[TEXT_NUMBER_SIZE];
	int from = area->column;

	canvas_put(canvas, line, from, NAME, STYLE_BOLD, title);
	if (side->followed)
		put_followed(canvas, side, line, from, at);
	else
		canvas_right(canvas, line, from + at->unanswered, UNANSWERED, STYLE_DIM,
			     "not known");
	if (at->answered >= 0)
		canvas_right(canvas, line, from + at->answered, ANSWERED, STYLE_PLAIN,
			     text_rate(text, side->followed && !side->one_sided ? side->answered
										: side->responses));
	canvas_right(canvas, line, from + at->servfail, SERVFAIL, style_of(servfail),
		     page_percent(text, servfail));
	if (at->course < 0)
		return;
	series_course(input->ring, input->view->number, failing_of, &name, course, COURSE);
	series_draw(canvas, line, from + at->course, STYLE_BAD, course, COURSE, FULL);
}

void page_sides(struct canvas *canvas, const struct page_input *input, struct page_area area)
{
	const struct model *model = page_model(input);
	struct columns at = lay_out(&area);
	int line = area.line;

	if (!model || area.lines < 1)
		return;
	if (area.lines >= page_sides_lines(model))
		put_titles(canvas, &area, &at), line++;
	for (enum model_side_name side = 0; side < MODEL_SIDES; side++)
		if (is_shown(model, side) && line < area.line + area.lines)
			put_side(canvas, input, &area, line++, side, &at);
}
