// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* All that is known of a zone, name, server or client, of both sides. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "top/listing.h"
#include "top/page_lines.h"
#include "format/figure_text.h"
#include "top/series.h"

#define ROWS  6u /* of what stands beside it */
#define STEPS 30u

static const char *const kinds[MODEL_LISTS] = {
	[MODEL_ZONES] = "zone",
	[MODEL_NAMES] = "name",
	[MODEL_SERVERS] = "server",
	[MODEL_ASKERS] = "client",
};

static double failing_of(const struct model *model, const void *context)
{
	const struct view_place *place = context;
	struct model_row row;

	if (model->past)
		return -1;
	/* In no list: less than those that are. */
	if (!listing_row(model, VIEW_BOTH, (enum model_list)place->list, place->key, &row))
		return 0;
	return row.failing + row.unanswered;
}

static void put_course(struct page_lines *lines, const struct page_input *input)
{
	const struct view_place *place = view_place(input->view);
	double course[STEPS];
	int line = page_line(lines), column;

	column = canvas_put(lines->canvas, line, 0, 40, STYLE_PLAIN,
			    "failing or silent, 15 minutes: ");
	series_course(input->ring, input->view->number, failing_of, place, course, STEPS);
	series_draw(lines->canvas, line, column, STYLE_BAD, course, STEPS, 0);
}

/* What upstream servers sent, as far as it was seen. */
static void put_answers(struct page_lines *lines, const struct model_row *row)
{
	char a[TEXT_NUMBER_SIZE], b[TEXT_NUMBER_SIZE], c[TEXT_NUMBER_SIZE], d[TEXT_NUMBER_SIZE];

	page_add(lines, 2, STYLE_PLAIN,
		 "answers seen: fine %s/s, referral %s/s, refused %s/s, failed %s/s",
		 text_rate(a, row->fine), text_rate(b, row->referral), text_rate(c, row->refused),
		 text_rate(d, row->failed));
}

/* What one side has of it. */
static void put_side(struct page_lines *lines, const struct model *model,
		     const struct view_place *place, enum model_side_name side)
{
	const struct model_row *row = model_row_find(model, side, (enum model_list)place->list,
						     place->key);
	char a[TEXT_NUMBER_SIZE], b[TEXT_NUMBER_SIZE], c[TEXT_NUMBER_SIZE];

	if (!row)
		return;
	page_heading(lines, model->merged           ? "RESPONSES"
			    : side == MODEL_CLIENTS ? "TO CLIENTS (tx)"
						    : "FROM UPSTREAM (rx)");
	for (size_t i = 0; i < row->parts; i++)
		page_add(lines, 2, model_code_fails(row->part[i].name) ? STYLE_BAD : STYLE_PLAIN,
			 "%-10s %10s/s", row->part[i].name, text_rate(a, row->part[i].rate));
	if (row->unanswered > 0)
		page_add(lines, 2, STYLE_BAD, "%-10s %10s/s  of about %s/s asked, %s", "no answer",
			 text_rate(a, row->unanswered), text_rate(b, row->asked),
			 figure_percent(c, row->asked > row->unanswered
						   ? row->unanswered / row->asked
						   : 1));
	if (row->answers)
		put_answers(lines, row);
	if (row->timed)
		page_add(lines, 2, STYLE_PLAIN, "response time: mean %s ms, longest %s ms",
			 figure_ms(a, row->mean_s), figure_ms(b, row->max_s));
	if (row->names > 0)
		page_add(lines, 2, STYLE_PLAIN, "about %s different names in this interval",
			 text_count(a, (uint64_t)row->names));
	if (row->qtype[0])
		page_add(lines, 2, STYLE_PLAIN, "type asked of late: %s", row->qtype);
}

/* Alerts and advice about it, with what they blame. */
static void put_problems(struct page_lines *lines, const struct model *model, const char *key)
{
	bool any = false;

	for (size_t i = 0; i < model->problems; i++) {
		const struct model_problem *problem = &model->problem[i];

		if (!view_is_about(problem, key))
			continue;
		if (!any)
			page_heading(lines, "WHAT IS WRONG");
		any = true;
		page_add_words(lines, 2, STYLE_BAD, problem->text);
		if (problem->check[0])
			page_add(lines, 2, STYLE_BOLD, "%s", problem->check);
		for (size_t b = 0; b < problem->blames; b++)
			page_add_words(lines, 4, STYLE_PLAIN, problem->blame[b]);
	}
}

/*
 * Extended DNS Errors with the code that it has. They are counted for all zones together, and have one text as a sample: on the page of @zone (NULL: of
 * no zone and no name) only if it names that.
 */
static void put_edes(struct page_lines *lines, const struct model *model, uint32_t code,
		     const char *zone)
{
	bool any = false;
	char rate[TEXT_NUMBER_SIZE];

	for (size_t side = 0; code != MODEL_NO_EDE && side < MODEL_SIDES; side++)
		for (size_t i = 0; i < model->side[side].edes; i++) {
			const struct model_ede *ede = &model->side[side].ede[i];

			if (ede->code != code)
				continue;
			if (!any)
				page_heading(lines, "EXTENDED DNS ERROR, of all zones together");
			any = true;
			page_add(lines, 2, STYLE_PLAIN, "EDE %u %s with %s, %s/s (%s)", ede->code,
				 ede->name, ede->rcode_name, text_rate(rate, ede->rate),
				 side == MODEL_CLIENTS ? "to clients" : "from upstream");
			if (ede->text[0] && (!zone || strcasestr(ede->text, zone)))
				page_add_words(lines, 4, STYLE_BOLD, ede->text);
		}
}

static bool is_below(const char *name, const char *zone)
{
	size_t length = strlen(name), end = strlen(zone);

	if (length < end || strcasecmp(name + length - end, zone) != 0)
		return false;
	return length == end || name[length - end - 1] == '.';
}

/* Rows of another list: those that are below a zone, or the worst of all. */
static void put_others(struct page_lines *lines, const struct page_input *input,
		       enum model_list list, const char *heading, const char *zone)
{
	struct view all = {.depth = 1};
	struct listing listing;
	char a[TEXT_NUMBER_SIZE];
	size_t shown = 0;

	if (listing_make(&listing, page_model(input), &all, VIEW_BOTH, list) < 0)
		return;
	for (size_t i = 0; i < listing.rows && shown < ROWS; i++) {
		const struct model_row *row = &listing.row[i];
		int line, used = 0;

		if (zone && !is_below(row->key, zone))
			continue;
		if (!shown++)
			page_heading(lines, heading);
		line = page_line(lines);
		canvas_put_end(lines->canvas, line, 2, 34, STYLE_PLAIN, row->key);
		if (row->failing > 0)
			used = canvas_print(lines->canvas, line, 37, 20, STYLE_BAD,
					    "%8s/s failing  ", text_rate(a, row->failing));
		if (row->unanswered > 0)
			used += canvas_print(lines->canvas, line, 37 + used, 20, STYLE_BAD,
					     "%8s/s silent  ", text_rate(a, row->unanswered));
		if (row->timed)
			canvas_print(lines->canvas, line, 37 + used, 20, STYLE_PLAIN, "%s ms",
				     figure_ms(a, row->mean_s));
	}
	listing_free(&listing);
}

static void content(struct page_lines *lines, const struct page_input *input)
{
	const struct view_place *place = view_place(input->view);
	const struct model *model = page_model(input);
	enum model_list list = (enum model_list)place->list;
	struct model_row row;

	page_add(lines, 0, STYLE_BOLD, "%s %s", kinds[list], place->key);
	if (!model)
		return;
	put_course(lines, input);
	put_problems(lines, model, place->key);
	if (!listing_row(model, VIEW_BOTH, list, place->key, &row)) {
		page_line(lines);
		page_add(lines, 0, STYLE_PLAIN,
			 "In this interval it is in no list: nothing of it failed, "
			 "or less than of those that are.");
		return;
	}
	if (row.here) {
		page_line(lines);
		page_add_words(lines, 0, STYLE_WARNING,
			       "No server leaves queries for it unanswered, as far as is seen "
			       "here: it is this "
			       "host that is silent.");
	}
	for (enum model_side_name side = 0; side < MODEL_SIDES; side++)
		put_side(lines, model, place, side);
	put_edes(lines, model, row.ede,
		 list == MODEL_ZONES || list == MODEL_NAMES ? place->key : NULL);
	if (list == MODEL_ZONES)
		put_others(lines, input, MODEL_NAMES, "NAMES BELOW IT", place->key);
	if (list == MODEL_ZONES || list == MODEL_NAMES)
		put_others(lines, input, MODEL_SERVERS,
			   "SERVERS THAT FAIL OR ARE SILENT, for whatever zone", NULL);
	if (list != MODEL_ASKERS)
		put_others(lines, input, MODEL_ASKERS, "CLIENTS WITH FAILURES, of whatever zone",
			   NULL);
	if (list == MODEL_SERVERS || list == MODEL_ASKERS)
		put_others(lines, input, MODEL_ZONES, "ZONES THAT FAIL, of whatever server", NULL);
}

void page_row(struct canvas *canvas, const struct page_input *input)
{
	page_scroll(canvas, input, content);
}
