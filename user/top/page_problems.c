// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is wrong, in words, and below each the command that shows more. */
#include <stdio.h>
#include <string.h>

#include "top/page.h"

#define NARROW    60 /* below it times of beginning are left out */
#define TEXT_MAX  2  /* lines of a text */
#define BLAME_MAX 2  /* of who is to blame */

static int indent_of(int columns)
{
	return columns < NARROW ? PROBLEM_MARK + 1 : PROBLEM_INDENT;
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

/* Lines that a problem has: of its text, of who is to blame, and of its command. */
struct share {
	int text, blame, command;
};

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

/* The text, who is to blame, then the command. Gives the lines used. */
static int put_problem(struct canvas *canvas, const struct page_input *input, size_t number,
		       int line, const struct share *share)
{
	const struct model_problem *problem = &page_model(input)->problem[number];
	int indent = indent_of(canvas->columns), room = canvas->columns - indent, used;
	struct problem is = model_problem_of(problem);
	enum canvas_style style = canvas_tone(problem_tone(&is));
	char begin[PROBLEM_INDENT + 1];

	problem_begin(begin, &is);
	canvas_put(canvas, line, 0, PROBLEM_MARK, style, problem_mark(&is));
	if (indent == PROBLEM_INDENT)
		canvas_put(canvas, line, PROBLEM_MARK, PROBLEM_INDENT - PROBLEM_MARK, STYLE_PLAIN,
			   begin + PROBLEM_MARK);
	used = put_text(canvas, line, share->text, indent, style, problem);
	if (share->blame)
		used += canvas_wrap(canvas, line + used, share->blame, indent, room, STYLE_PLAIN,
				    problem->blame[0]);
	if (!share->command)
		return used;
	/* The number has its place beside a command that is short enough. */
	canvas_put(canvas, line + used, indent, room, STYLE_BOLD, problem->check);
	if (!input->printed)
		put_number(canvas, line + used,
			   room - canvas_columns(problem->check, canvas->utf8) - 2, number,
			   problem);
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

/* Give @to more of what is @left, up to @wanted in all. */
static void give(int *to, int wanted, int *left)
{
	int more = wanted - *to;

	more = more < *left ? more : *left;
	if (more <= 0)
		return;
	*to += more;
	*left -= more;
}

/*
 * Where not all have room, each has a line for its text, then the first has all of its own and its command, and all others their texts; what is
 * left goes to who is to blame, the worst first, and then to commands.
 */
static void share_lines(const struct model *model, int columns, int lines,
			struct share share[MODEL_PROBLEMS])
{
	size_t count = model->problems;
	struct share wanted[MODEL_PROBLEMS];

	memset(share, 0, sizeof(*share) * MODEL_PROBLEMS);
	for (size_t i = 0; i < count; i++) {
		wanted[i].text = text_lines(&model->problem[i], columns);
		wanted[i].blame = blame_lines(&model->problem[i], columns);
		wanted[i].command = model->problem[i].check[0] != 0;
		give(&share[i].text, 1, &lines);
	}
	give(&share[0].text, wanted[0].text, &lines);
	give(&share[0].command, wanted[0].command, &lines);
	for (size_t i = 1; i < count; i++)
		give(&share[i].text, wanted[i].text, &lines);
	for (size_t i = 0; i < count; i++)
		give(&share[i].blame, wanted[i].blame, &lines);
	for (size_t i = 1; i < count; i++)
		give(&share[i].command, wanted[i].command, &lines);
}

void page_problems(struct canvas *canvas, const struct page_input *input, struct page_area area)
{
	const struct model *model = page_model(input);
	struct share share[MODEL_PROBLEMS];
	int line = area.line, last = line;
	size_t i = 0;

	if (!model || !model->problems) {
		if (area.lines > 0)
			put_none(canvas, input, line);
		return;
	}
	share_lines(model, canvas->columns, area.lines, share);
	for (; i < model->problems && share[i].text; i++) {
		last = line;
		line += put_problem(canvas, input, i, line, &share[i]);
	}
	if (i < model->problems && area.lines > 0)
		put_more(canvas, last, model, i);
}
