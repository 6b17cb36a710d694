// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Response codes against what is usual, and why they come. */
#include <stdio.h>
#include <string.h>

#include "dns_wire.h"
#include "top/listing.h"
#include "top/page.h"
#include "top/page_text.h"
#include "top/series.h"

#define COURSE     8u
#define CODES_MAX  9 /* rows that are worth a line before lists have theirs */
#define CODE       11
#define PER_S      8
#define SHARE      8
#define COMPARED   8
#define WHY_MIN    12
#define WHY_COURSE (WHY_MIN + 2 + (int)COURSE)

struct figure {
	enum model_side_name side;
	uint32_t code;
};

static double rate_of(const struct model *model, const void *context)
{
	const struct figure *figure = context;
	const struct model_side *side = &model->side[figure->side];

	/* The history of codes does not tell NODATA from other NOERROR: of that both are compared. */
	if (!side->seen || (model->past && figure->code == MODEL_NODATA))
		return -1;
	return model_code_rate(side, figure->code) +
	       (figure->code == DNS_RCODE_NOERROR ? model_code_rate(side, MODEL_NODATA) : 0);
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

/* ", 1 zone", ", 12+ zones": whether one zone fails, or many do. */
static const char *zones_text(char text[static TEXT_NUMBER_SIZE], const struct model_code *code)
{
	text[0] = '\0';
	if (code->zones_low)
		snprintf(text, TEXT_NUMBER_SIZE, ", %.12s%s zone%s",
			 text_count((char[TEXT_NUMBER_SIZE]){0}, code->zones_low),
			 code->zones_high > code->zones_low ? "+" : "",
			 code->zones_high > 1 ? "s" : "");
	return text;
}

/*
 * "EDE 6 DNSSEC Bogus 100%, 1 zone": the error that most responses with @code have, and for how many of them; without one "shop.example
 * 98%, 3 zones": the zone that most are of.
 */
static void put_why(struct canvas *canvas, int line, int column, int room,
		    const struct model_side *side, const struct model_code *code)
{
	char share[2 * TEXT_NUMBER_SIZE], zones[TEXT_NUMBER_SIZE], text[MODEL_TEXT_MAX];
	const struct model_ede *most = NULL;
	double part = code->zone_share;
	int used;

	for (size_t i = 0; i < side->edes && !most; i++)
		if (side->ede[i].rcode == code->code)
			most = &side->ede[i];
	if (room < WHY_MIN || code->rate <= 0 || (!most && !(code->zone && code->zone[0])))
		return;
	if (most)
		part = most->rate / code->rate;
	snprintf(text, sizeof(text), "EDE %u %s", most ? most->code : 0, most ? most->name : "");
	snprintf(share, sizeof(share), " %.0f%%%s", part < 1 ? 100 * part : 100,
		 zones_text(zones, code));
	/* How many zones there are is the first thing to go. */
	if ((int)strlen(share) > room / 2)
		share[strcspn(share, ",")] = '\0';
	room -= (int)strlen(share);
	used = most ? canvas_put(canvas, line, column, room, STYLE_PLAIN, text)
		    : canvas_put_end(canvas, line, column, room, STYLE_PLAIN, code->zone);
	canvas_put(canvas, line, column + used, (int)strlen(share), STYLE_PLAIN, share);
}

static enum canvas_style style_of(const struct model_code *code, double usual)
{
	if (!model_code_fails(code->name) || code->rate <= 0)
		return STYLE_PLAIN;
	return usual >= 0 && code->rate <= 2 * usual ? STYLE_WARNING : STYLE_BAD;
}

struct columns {
	int per_s, share, compared, why, why_room, course;
};

static struct columns lay_out(const struct page_area *area)
{
	struct columns at = {.per_s = area->column + CODE};
	int right = area->column + area->columns;

	at.share = at.per_s + PER_S;
	at.compared = at.share + SHARE;
	at.why = at.compared + COMPARED + 2;
	at.course = right - at.why >= WHY_COURSE ? right - (int)COURSE : right;
	at.why_room = at.course - 2 - at.why;
	return at;
}

static void put_code(struct canvas *canvas, const struct page_input *input,
		     const struct page_area *area, int line, const struct columns *at,
		     enum model_side_name name, const struct model_code *code)
{
	const struct model_side *side = &page_model(input)->side[name];
	const struct figure figure = {name, code->code};
	double usual = series_usual(input->ring, input->view->number, rate_of, &figure);
	enum canvas_style style = style_of(code, usual);
	char text[TEXT_NUMBER_SIZE];
	double course[COURSE];

	canvas_put(canvas, line, area->column, CODE - 1, style, code->name);
	canvas_right(canvas, line, at->per_s, PER_S, style, text_rate(text, code->rate));
	canvas_right(canvas, line, at->share, SHARE, style,
		     page_percent(text, side->responses > 0 ? code->rate / side->responses : 0));
	if (at->compared + COMPARED > area->column + area->columns)
		return;
	canvas_right(canvas, line, at->compared, COMPARED, style,
		     series_compare(text, rate_of(page_model(input), &figure), usual));
	if (at->why_room > 0)
		put_why(canvas, line, at->why, at->why_room, side, code);
	if (at->course >= area->column + area->columns)
		return;
	series_course(input->ring, input->view->number, rate_of, &figure, course, COURSE);
	series_draw(canvas, line, at->course, style, course, COURSE, 0);
}

static void put_titles(struct canvas *canvas, const struct page_area *area,
		       const struct columns *at, const struct model *model,
		       enum model_side_name side)
{
	const char *of = model->merged ? "" : side == MODEL_CLIENTS ? " (tx)" : " (rx)";

	canvas_print(canvas, area->line, area->column, CODE - 1, STYLE_TITLE, "CODE%s", of);
	canvas_right(canvas, area->line, at->per_s, PER_S, STYLE_TITLE, "PER S");
	canvas_right(canvas, area->line, at->share, SHARE, STYLE_TITLE, "SHARE");
	if (at->compared + COMPARED > area->column + area->columns)
		return;
	canvas_right(canvas, area->line, at->compared, COMPARED, STYLE_TITLE, "VS 15m");
	if (at->why_room >= WHY_MIN)
		canvas_put(canvas, area->line, at->why, at->why_room, STYLE_TITLE, "WHY");
	if (at->course < area->column + area->columns)
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
