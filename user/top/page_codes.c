// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Response codes against what is usual, and why they come. */
#include <stdio.h>
#include <string.h>

#include "dns_wire.h"
#include "top/listing.h"
#include "top/page.h"
#include "format/figure_text.h"
#include "top/series.h"

#define COURSE     8u
#define CODES_MAX  9 /* rows that are worth a line before lists have theirs */
#define WHY_COURSE (CODE_WHY_MIN + 2 + (int)COURSE)

struct figure {
	enum model_side_name side;
	uint32_t code;
};

static double rate_of(const struct model *model, const void *context)
{
	const struct figure *figure = context;
	const struct model_side *side = &model->side[figure->side];

	/* The history of codes does not tell NODATA from other NOERROR: of that both are compared. */
	if (!side->seen || (model->past && figure->code == CODE_NODATA))
		return -1;
	return model_code_rate(side, figure->code) +
	       (figure->code == DNS_RCODE_NOERROR ? model_code_rate(side, CODE_NODATA) : 0);
}

int page_codes_lines(const struct page_input *input, enum view_sides sides)
{
	const struct model *model = page_model(input);
	struct model_code codes[MODEL_CODES + 1];
	size_t count;

	if (!model)
		return 0;
	count = listing_codes(&model->side[listing_code_side(model, sides)], input->view->all,
			      codes, MODEL_CODES + 1);
	return 1 + (int)(count < CODES_MAX ? count : CODES_MAX);
}

/* The Extended DNS Error that most responses with @code have. */
static const struct model_ede *ede_of(const struct model_side *side, uint32_t code)
{
	for (size_t i = 0; i < side->edes; i++)
		if (side->ede[i].rcode == code)
			return &side->ede[i];
	return NULL;
}

static void put_why(struct canvas *canvas, int line, int column, int room,
		    const struct model_side *side, const struct model_code *code)
{
	const struct model_ede *most = code->rate > 0 ? ede_of(side, code->code) : NULL;
	struct code_why why = {.zone = code->zone,
			       .zone_part = code->zone_share,
			       .zones_low = code->zones_low,
			       .zones_high = code->zones_high};
	struct code_why_text text;
	int tail;

	if (room <= 0 || code->rate <= 0)
		return;
	if (most) {
		why.ede_name = most->name;
		why.ede = most->code;
		why.ede_part = most->rate / code->rate;
	}
	code_why_text(&text, &why, (size_t)room);
	if (!text.head)
		return;
	tail = (int)strlen(text.tail);
	column += text.is_zone
			  ? canvas_put_end(canvas, line, column, room - tail, STYLE_PLAIN,
					   text.head)
			  : canvas_put(canvas, line, column, room - tail, STYLE_PLAIN, text.head);
	canvas_put(canvas, line, column, tail, STYLE_PLAIN, text.tail);
}

/* Where cells begin, and the course behind them; of what has no room that is past the area. */
struct columns {
	int cell[CODE_CELLS], end, why, why_room, course;
};

static struct columns lay_out(const struct page_area *area)
{
	int column = area->column + (int)CODE_NAME_COLUMNS;
	struct columns at = {.end = area->column + area->columns};

	for (int cell = 0; cell < CODE_CELLS; cell++) {
		at.cell[cell] = column;
		column += code_columns[cell].columns;
	}
	at.why = column + 2;
	at.course = at.end - at.why >= WHY_COURSE ? at.end - (int)COURSE : at.end;
	at.why_room = at.course - 2 - at.why;
	return at;
}

static void put_cell(struct canvas *canvas, int line, const struct columns *at, enum code_cell cell,
		     enum canvas_style style, const char *text)
{
	/* The others are cut where they do not fit. */
	if (cell == CODE_COMPARED && at->cell[cell] + code_columns[cell].columns > at->end)
		return;
	canvas_right(canvas, line, at->cell[cell], code_columns[cell].columns, style, text);
}

static void put_code(struct canvas *canvas, const struct page_input *input,
		     const struct page_area *area, int line, const struct columns *at,
		     enum model_side_name name, const struct model_code *code)
{
	const struct model_side *side = &page_model(input)->side[name];
	const struct figure figure = {name, code->code};
	double usual = series_usual(input->ring, input->view->number, rate_of, &figure);
	enum canvas_style style = canvas_tone(code_tone(code->code, code->rate, usual));
	char text[TEXT_NUMBER_SIZE];
	double course[COURSE];

	canvas_put(canvas, line, area->column, (int)CODE_NAME_COLUMNS - 1, style, code->name);
	put_cell(canvas, line, at, CODE_PER_S, style, text_rate(text, code->rate));
	put_cell(canvas, line, at, CODE_SHARE, style,
		 figure_percent(text, side->responses > 0 ? code->rate / side->responses : 0));
	put_cell(canvas, line, at, CODE_COMPARED, style,
		 usual_compare(text, rate_of(page_model(input), &figure), usual));
	put_why(canvas, line, at->why, at->why_room, side, code);
	if (at->course >= at->end)
		return;
	series_course(input->ring, input->view->number, rate_of, &figure, course, COURSE);
	series_draw(canvas, line, at->course, style, course, COURSE, 0);
}

static void put_titles(struct canvas *canvas, const struct page_area *area,
		       const struct columns *at, const struct model *model,
		       enum model_side_name side)
{
	const char *of = model->merged ? "" : side == MODEL_CLIENTS ? " (tx)" : " (rx)";

	canvas_print(canvas, area->line, area->column, (int)CODE_NAME_COLUMNS - 1, STYLE_TITLE,
		     "CODE%s", of);
	for (int cell = 0; cell < CODE_CELLS; cell++)
		put_cell(canvas, area->line, at, (enum code_cell)cell, STYLE_TITLE,
			 code_columns[cell].title);
	if (at->why_room >= CODE_WHY_MIN)
		canvas_put(canvas, area->line, at->why, at->why_room, STYLE_TITLE, "WHY");
	if (at->course < at->end)
		canvas_put(canvas, area->line, at->course, (int)COURSE, STYLE_TITLE, "15 min");
}

void page_codes(struct canvas *canvas, const struct page_input *input, struct page_area area,
		enum view_sides sides, bool acting)
{
	const struct view *view = input->view;
	const struct model *model = page_model(input);
	struct model_code codes[MODEL_CODES + 1];
	enum model_side_name side;
	struct columns at = lay_out(&area);
	size_t count, chosen = 0;

	if (!model || area.lines < 2)
		return;
	side = listing_code_side(model, sides);
	put_titles(canvas, &area, &at, model, side);
	count = listing_codes(&model->side[side], view->all, codes, (size_t)area.lines - 1);
	for (size_t i = 0; i < count; i++)
		if (strcmp(codes[i].name, view->chosen) == 0)
			chosen = i;
	for (size_t i = 0; i < count; i++) {
		int line = area.line + 1 + (int)i;

		put_code(canvas, input, &area, line, &at, side, &codes[i]);
		if (acting && view->list == VIEW_CODES && i == chosen)
			canvas_style(canvas, line, area.column, area.columns, STYLE_MARKED);
	}
}
