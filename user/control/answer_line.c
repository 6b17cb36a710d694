// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "control/answer_line.h"

#include <string.h>

#ifdef HAVE_JANSSON
#include <jansson.h>
#endif

#include "util/text_format.h"

/* Columns of a name or a value at most; more would be of no use to anybody. */
#define WORD_COLUMNS (ANSWER_COLUMNS - ANSWER_NAME - 2)

size_t answer_put(FILE *out, const char *text, size_t columns, bool utf8)
{
	return text_put(out, text, strlen(text), columns, utf8);
}

struct answer_line answer_line_begin(FILE *out, const char *name, bool utf8)
{
	text_cell(out, name, ANSWER_NAME, utf8);
	return (struct answer_line){.out = out, .utf8 = utf8, .column = ANSWER_NAME};
}

/* What @text takes; the bound of what text_put() writes of it. */
static size_t columns_of(const char *text)
{
	size_t length = strlen(text), columns = 0;

	for (size_t i = 0; i < length && columns < WORD_COLUMNS; i++)
		columns += text[i] >= ' ' && text[i] <= '~' && text[i] != '\\' ? 1 : 4;
	return columns < WORD_COLUMNS ? columns : WORD_COLUMNS;
}

void answer_line_item(struct answer_line *line, const char *name, const char *value)
{
	size_t wanted = columns_of(name) + (name[0] && value[0]) + columns_of(value);

	if (line->column > ANSWER_NAME && line->column + 2 + wanted > ANSWER_COLUMNS) {
		fprintf(line->out, "\n%*s", (int)ANSWER_NAME, "");
		line->column = ANSWER_NAME;
	} else if (line->column > ANSWER_NAME) {
		fputs("  ", line->out);
		line->column += 2;
	}
	line->column += answer_put(line->out, name, WORD_COLUMNS, line->utf8);
	if (name[0] && value[0]) {
		fputc(' ', line->out);
		line->column++;
	}
	line->column += answer_put(line->out, value, WORD_COLUMNS, line->utf8);
}

void answer_line_count(struct answer_line *line, const char *name, uint64_t count)
{
	char text[TEXT_NUMBER_SIZE];

	answer_line_item(line, name, text_count(text, count));
}

void answer_line_end(struct answer_line *line)
{
	if (line->column == ANSWER_NAME)
		fputs("none", line->out);
	fputc('\n', line->out);
}

#ifdef HAVE_JANSSON
void answer_line_counts(FILE *out, const char *name, const json_t *object, bool utf8)
{
	struct answer_line line = answer_line_begin(out, name, utf8);
	void *at = json_object_iter((json_t *)(uintptr_t)object);

	for (; at; at = json_object_iter_next((json_t *)(uintptr_t)object, at)) {
		json_int_t count = json_integer_value(json_object_iter_value(at));

		if (count > 0)
			answer_line_count(&line, json_object_iter_key(at), (uint64_t)count);
	}
	answer_line_end(&line);
}
#endif
