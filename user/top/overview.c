// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#ifdef HAVE_JANSSON

#include "top/overview.h"

#include <errno.h>
#include <stdlib.h>

#include "top/model_read.h"
#include "top/page.h"
#include "util/clock.h"

/* Rows of zones, with what their list says below. */
#define ZONES_LINES 8

static void read_past(struct model_past *past, const json_t *history)
{
	past->count = 0;
	if (history)
		model_read_history(history, past);
}

/* The time before, and then the interval that is shown. */
static void fill(struct ring *ring, struct model *model, const struct overview_answers *answers)
{
	static struct model_past minutes, full;

	ring_init(ring);
	read_past(&minutes, answers->minutes);
	read_past(&full, answers->history);
	/* What ends with it has its figures already. */
	model_past_into(ring, &minutes, &full, model->end_ns - NS_PER_S / 20);
	ring_add(ring, model);
}

/* A part of @lines from @line on, and behind it an empty line. Gives the next line. */
static int put(struct canvas *canvas, const struct page_input *input, int line, int lines,
	       void (*part)(struct canvas *canvas, const struct page_input *input,
			    struct page_area area))
{
	part(canvas, input,
	     (struct page_area){.line = line, .lines = lines, .columns = canvas->columns});
	return line + lines + 1;
}

static void put_codes(struct canvas *canvas, const struct page_input *input, struct page_area area)
{
	page_codes(canvas, input, area, VIEW_BOTH, false);
}

static void put_zones(struct canvas *canvas, const struct page_input *input, struct page_area area)
{
	page_list(canvas, input, area, VIEW_BOTH, false);
}

static int write(FILE *out, const struct page_input *input, const struct overview_style *style)
{
	const struct model *model = page_model(input);
	int sides = page_sides_lines(model), codes = page_codes_lines(input, VIEW_BOTH);
	int problems = page_problems_lines(model, style->columns), line = 1;
	int zones = page_list_lines(input, VIEW_BOTH, ZONES_LINES);
	struct canvas canvas;
	int err = canvas_init(&canvas, 1 + sides + 1 + problems + 1 + codes + 1 + zones + 1,
			      style->columns, style->utf8);

	if (!err) {
		page_head(&canvas, input, canvas.columns);
		line = put(&canvas, input, line, sides, page_sides);
		line = put(&canvas, input, line, problems, page_problems);
		line = put(&canvas, input, line, codes, put_codes);
		put(&canvas, input, line, zones, put_zones);
		(style->colour ? canvas_write_colour : canvas_write)(&canvas, out);
	}
	canvas_free(&canvas);
	return err;
}

int overview_write(FILE *out, const struct overview_answers *answers,
		   const struct overview_style *style)
{
	struct model *model = model_read_answer(answers->report);
	struct ring *ring = model ? calloc(1, sizeof(*ring)) : NULL;
	const struct feed_status feed = {.state = FEED_RUNNING};
	struct view view;
	int err;

	if (!model)
		return 0;
	if (!ring) {
		model_free(model);
		return -ENOMEM;
	}
	fill(ring, model, answers);
	view_init(&view, false);
	view_follow(&view, ring);
	err = write(out,
		    &(struct page_input){.ring = ring,
					 .view = &view,
					 .feed = &feed,
					 .now_ns = clock_wall_ns(),
					 .printed = true},
		    style);
	ring_free(ring);
	free(ring);
	return err;
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int top_overview_is_not_built_in;
#endif
