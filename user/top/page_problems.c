// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is wrong, in words, and below each the command that shows more. */
#include <stdio.h>
#include <string.h>

#include "top/page.h"
#include "top/page_text.h"

#define INDENT    12 /* "! 15:38:33  " */
#define NARROW    60 /* below it times of beginning are left out */
#define TEXT_MAX  2  /* lines of a text */
#define BLAME_MAX 2  /* of who is to blame */

static int indent_of(int columns)
{
	return columns < NARROW ? 2 : INDENT;
}

static int text_lines(const struct model_problem *problem, int columns)
{
	return canvas_wrap(NULL, 0, TEXT_MAX, 0, columns - indent_of(columns), STYLE_PLAIN,
			   problem->text);
}

/* Who is to blame is the first line of what is known of that. */
static int blame_lines(const struct model_problem *problem, int columns)
{
	return problem->blames ? canvas_wrap(NULL, 0, BLAME_MAX, 0, columns - indent_of(columns),
					     STYLE_PLAIN, problem->blame[0])
			       : 0;
}

int page_problems_lines(const struct model *model, int columns)
{
	int lines = 0;

	for (size_t i = 0; model && i < model->problems; i++)
		lines += text_lines(&model->problem[i], columns) +
			 blame_lines(&model->problem[i], columns) +
			 (model->problem[i].check[0] != 0);
	return lines ? lines : 1;
}

static enum canvas_style style_of(const struct model_problem *problem)
{
	switch (problem->severity) {
	case MODEL_CRITICAL: return STYLE_BAD;
	case MODEL_WARNING: return problem->advice ? STYLE_WARNING : STYLE_BAD;
	case MODEL_NOTICE: break;
	}
	return STYLE_WARNING;
}

/* "[1] explain ede:6"; the whole story where there is no code to explain. */
static void put_number(struct canvas *canvas, int line, int room, size_t number,
		       const struct model_problem *problem)
{
	char text[64];

	if (number >= 9)
		return;
	if (problem->explain[0] && room > 30)
		snprintf(text, sizeof(text), "[%zu] explain %.16s", number + 1, problem->explain);
	else
		snprintf(text, sizeof(text), "[%zu] more", number + 1);
	if (room > (int)strlen(text))
		canvas_put(canvas, line, canvas->columns - (int)strlen(text), (int)strlen(text),
			   STYLE_DIM, text);
}

/* A text that is cut says whom it is about before it is. Gives the lines used. */
static int put_text(struct canvas *canvas, int line, int texts, int indent, enum canvas_style style,
		    const struct model_problem *problem)
{
	int room = canvas->columns - indent;
	char text[2 * MODEL_TEXT_MAX];

	const char *subject = strstr(problem->text, problem->subject);

	if (text_lines(problem, canvas->columns) <= texts ||
	    (subject && subject + strlen(problem->subject) < problem->text + room * texts))
		return canvas_wrap(canvas, line, texts, indent, room, style, problem->text);
	snprintf(text, sizeof(text), "%.*s: %s", (int)MODEL_TEXT_MAX, problem->subject,
		 problem->text);
	return canvas_wrap(canvas, line, texts, indent, room, style, text);
}

/* The text in @texts lines at most, who is to blame in @blames, then the command. Gives the lines used. */
static int put_problem(struct canvas *canvas, const struct model_problem *problem, size_t number,
		       int line, int texts, int blames, bool command)
{
	int indent = indent_of(canvas->columns), room = canvas->columns - indent, used;
	enum canvas_style style = style_of(problem);
	char since[TEXT_NUMBER_SIZE];

	canvas_put(canvas, line, 0, 1, style, "!");
	if (indent > 2 && problem->since_ns) {
		page_clock(since, problem->since_ns);
		since[8] = '\0'; /* without its Z */
		canvas_put(canvas, line, 2, 8, STYLE_PLAIN, since);
	}
	used = put_text(canvas, line, texts, indent, style, problem);
	if (blames)
		used += canvas_wrap(canvas, line + used, blames, indent, room, STYLE_PLAIN,
				    problem->blame[0]);
	if (!command)
		return used;
	/* The number has its place beside a command that is short enough. */
	canvas_put(canvas, line + used, indent, room, STYLE_BOLD, problem->check);
	put_number(canvas, line + used, room - canvas_columns(problem->check, canvas->utf8) - 2,
		   number, problem);
	return used + 1;
}

static bool has_traffic(const struct model *model)
{
	for (size_t i = 0; i < MODEL_SIDES; i++)
		if (model->side[i].responses > 0 || model->side[i].unanswered > 0)
			return true;
	return false;
}

static void put_none(struct canvas *canvas, const struct page_input *input, int line)
{
	const struct model *model = page_model(input);

	if (!model)
		canvas_put(canvas, line, 0, canvas->columns, STYLE_PLAIN,
			   input->feed->text[0] ? input->feed->text
						: "the first interval is not over yet");
	else if (model->past)
		canvas_put(canvas, line, 0, canvas->columns, STYLE_DIM,
			   "Of this time, before top was started, only the codes are known.");
	else if (!has_traffic(model))
		canvas_put(canvas, line, 0, canvas->columns, STYLE_WARNING,
			   "No DNS response was seen in this interval.");
	else
		canvas_put(canvas, line, 0, canvas->columns, STYLE_GOOD,
			   "Nothing is known to be wrong.");
}

/* How many more there are, at the end of @line. */
static void put_more(struct canvas *canvas, int line, const struct model *model, size_t shown)
{
	char text[64];
	int length = snprintf(text, sizeof(text), " +%zu more [%zu]", model->problems - shown,
			      shown + 1);

	canvas_put(canvas, line, canvas->columns - length, length, STYLE_WARNING, text);
}

/* What stands below a text: lines of who is to blame, and the command. */
struct below {
	int blames, command;
};

/*
 * Where not all have room, each has a line for its text. What is left goes to who is to blame, the worst first, then to commands; the
 * first has its command if there is nobody to blame.
 */
static void share_lines(const struct model *model, int columns, int lines,
			struct below below[MODEL_PROBLEMS])
{
	bool whole = page_problems_lines(model, columns) <= lines;
	int left = lines - (int)model->problems;

	if (left < 1 && lines > 1)
		left = 1;
	for (size_t i = 0; i < model->problems; i++) {
		int wanted = blame_lines(&model->problem[i], columns);

		below[i].blames = whole ? wanted : wanted && left > 0;
		left -= below[i].blames;
	}
	for (size_t i = 0; i < model->problems; i++) {
		below[i].command = model->problem[i].check[0] && (whole || left > 0);
		left -= below[i].command;
	}
}

void page_problems(struct canvas *canvas, const struct page_input *input, struct page_area area)
{
	const struct model *model = page_model(input);
	int line = area.line, end = area.line + area.lines, last = line, texts;
	struct below below[MODEL_PROBLEMS];
	size_t i = 0;

	if (!model || !model->problems) {
		if (area.lines > 0)
			put_none(canvas, input, line);
		return;
	}
	share_lines(model, canvas->columns, area.lines, below);
	texts = page_problems_lines(model, canvas->columns) <= area.lines ? TEXT_MAX : 1;
	for (; i < model->problems && line < end; i++) {
		const struct below *of = &below[i];

		last = line;
		line += put_problem(canvas, &model->problem[i], i, line, texts,
				    line + of->blames < end ? of->blames : 0,
				    line + of->blames + of->command < end && of->command);
	}
	if (i < model->problems)
		put_more(canvas, last, model, i);
}
