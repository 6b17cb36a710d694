// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Both sides at a glance: what is asked, answered and not, how fast, and how it was for 15 minutes. */
#include <stdio.h>
#include <string.h>

#include "top/page.h"
#include "top/series.h"

#define COURSE 8u
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

/* Where cells are, and the course behind them; negative: it has no room. */
struct columns {
	int cell[SIDE_CELLS], course;
};

static struct columns lay_out(const struct page_area *area)
{
	int column = area->columns >= SIDE_NAME_PAGE ? SIDE_NAME : SIDE_NAME_SHORT;
	struct columns at = {.course = -1};

	for (int cell = 0; cell < SIDE_CELLS; cell++) {
		bool fits = area->columns >= side_columns[cell].page;

		at.cell[cell] = fits ? area->column + column : -1;
		column += fits ? side_columns[cell].columns : 0;
	}
	if (area->columns >= column + 2 + (int)COURSE)
		at.course = area->column + column + 2;
	return at;
}

static void put_titles(struct canvas *canvas, const struct page_area *area,
		       const struct columns *at)
{
	for (int cell = 0; cell < SIDE_CELLS; cell++)
		if (at->cell[cell] >= 0)
			canvas_right(canvas, area->line, at->cell[cell], side_columns[cell].columns,
				     STYLE_TITLE, side_columns[cell].title);
	if (at->course >= 0)
		canvas_put(canvas, area->line, at->course, (int)COURSE, STYLE_TITLE, "15 min");
}

static void put_side(struct canvas *canvas, const struct page_input *input,
		     const struct page_area *area, int line, enum model_side_name name,
		     const struct columns *at)
{
	const struct model *model = page_model(input);
	struct side_figures figures = model_side_figures(&model->side[name]);
	double course[COURSE];

	canvas_put(canvas, line, area->column, SIDE_NAME, STYLE_BOLD,
		   side_name(name == MODEL_UPSTREAM, model->merged,
			     area->columns >= SIDE_NAME_PAGE));
	for (int cell = 0; cell < SIDE_CELLS; cell++) {
		char text[SIDE_CELL_SIZE];
		enum tone tone = side_cell(text, &figures, (enum side_cell)cell);

		if (at->cell[cell] >= 0)
			canvas_right(canvas, line, at->cell[cell], side_columns[cell].columns,
				     canvas_tone(tone), text);
	}
	if (at->course < 0)
		return;
	series_course(input->ring, input->view->number, failing_of, &name, course, COURSE);
	series_draw(canvas, line, at->course, STYLE_BAD, course, COURSE, FULL);
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
