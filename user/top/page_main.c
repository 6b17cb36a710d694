// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The first page: always as many lines as the terminal has, by priority: both sides, what is wrong, codes, one list. A part grows
 * when all before it have what they need most.
 */
#include "top/listing.h"
#include "top/page.h"

#define KEYS_WIDE                                                                        \
	"p pause  <> list  o sort  / filter  Enter drill down  e explain  d direction  " \
	"h history  a all  c copy  w write  ? help"
#define KEYS        "p pause  <> list  o sort  / filter  Enter drill down  d direction  h history"
#define KEYS_NARROW "Enter more  <> list  d side  ? help  q quit"

/* Lines of each part. */
struct layout {
	int sides, problems, codes, list, blind, gaps;
};

/* Give @part more of what is @left, up to @wanted lines in all. */
static void grow(int *part, int wanted, int *left)
{
	int more = wanted - *part;

	if (more > *left)
		more = *left;
	if (more <= 0)
		return;
	*part += more;
	*left -= more;
}

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

static struct layout lay_out(int lines, int sides, int problems, int codes)
{
	struct layout layout = {0};
	int left = lines - 2; /* without the first and the last line */

	if (left < 0)
		left = 0;
	grow(&layout.sides, sides, &left);
	grow(&layout.problems, smaller(problems, 2), &left);
	if (left >= 2)
		grow(&layout.codes, smaller(codes, 2), &left);
	if (left >= 2)
		grow(&layout.list, 2, &left);
	grow(&layout.problems, smaller(problems, 4), &left);
	if (layout.list)
		grow(&layout.blind, 1, &left);
	grow(&layout.codes, smaller(codes, 4), &left);
	grow(&layout.list, 4, &left);
	/* Empty lines give way to what is wrong. */
	grow(&layout.problems, smaller(problems, 8), &left);
	grow(&layout.gaps, 3, &left);
	grow(&layout.codes, codes, &left);
	grow(&layout.list, 8, &left);
	grow(&layout.problems, smaller(problems, lines / 2), &left);
	grow(&layout.list, lines, &left);
	return layout;
}

static struct page_area place(struct canvas *canvas, int *line, int lines, bool gap)
{
	struct page_area area = {.line = *line, .lines = lines, .columns = canvas->columns};

	*line += lines + gap;
	return area;
}

/* Clients on the left, upstream on the right. */
static void put_beside(struct canvas *canvas, const struct page_input *input,
		       struct page_area codes, struct page_area list)
{
	bool upstream = input->view->sides == VIEW_UPSTREAM;
	int half = canvas->columns / 2 - 1, right = canvas->columns - half;

	codes.columns = list.columns = half;
	page_codes(canvas, input, codes, VIEW_CLIENTS, !upstream);
	page_list(canvas, input, list, VIEW_CLIENTS, !upstream);
	codes.column = list.column = right;
	page_codes(canvas, input, codes, VIEW_UPSTREAM, upstream);
	page_list(canvas, input, list, VIEW_UPSTREAM, upstream);
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

void page_main(struct canvas *canvas, const struct page_input *input)
{
	const struct model *model = page_model(input);
	const struct view *view = input->view;
	bool beside = canvas->columns >= VIEW_WIDE && model && !model->merged;
	enum view_sides sides = view->sides;
	struct page_area codes, list;
	struct layout layout;
	int line = 1;

	layout = lay_out(canvas->lines, model ? page_sides_lines(model) : 0,
			 page_problems_lines(model, canvas->columns),
			 beside ? larger(page_codes_lines(input, VIEW_CLIENTS),
					 page_codes_lines(input, VIEW_UPSTREAM))
				: page_codes_lines(input, sides));
	page_sides(canvas, input, place(canvas, &line, layout.sides, layout.gaps > 0));
	page_problems(canvas, input, place(canvas, &line, layout.problems, layout.gaps > 1));
	codes = place(canvas, &line, layout.codes, layout.gaps > 2);
	list = place(canvas, &line, layout.list, false);
	if (beside) {
		put_beside(canvas, input, codes, list);
	} else {
		page_codes(canvas, input, codes, sides, true);
		page_list(canvas, input, list, sides, true);
	}
	if (layout.blind)
		page_blind(canvas, input, canvas->lines - 2);
	page_keys(canvas, input,
		  canvas->columns >= VIEW_WIDE ? KEYS_WIDE
		  : canvas->columns >= 76      ? KEYS
					       : KEYS_NARROW);
}
