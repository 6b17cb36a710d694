// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/page_lines.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

#define WORDS_LINES 200 /* of a text */

int page_line(struct page_lines *lines)
{
	int line = lines->top + lines->next++ - lines->first;

	return line >= lines->top && line < lines->bottom ? line : -1;
}

void page_add(struct page_lines *lines, int indent, enum canvas_style style, const char *format,
	      ...)
{
	char text[MODEL_TEXT_MAX + 512];
	va_list arguments;
	int line = page_line(lines);

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	canvas_put(lines->canvas, line, indent, lines->canvas->columns - indent, style, text);
}

void page_add_words(struct page_lines *lines, int indent, enum canvas_style style, const char *text)
{
	int room = lines->canvas->columns - indent;
	struct canvas part;
	int count = canvas_wrap(NULL, 0, WORDS_LINES, 0, room, style, text);

	/* Wrapped as a whole, shown by the line. */
	if (canvas_init(&part, count, room > 0 ? room : 1, lines->canvas->utf8) == 0)
		count = canvas_wrap(&part, 0, WORDS_LINES, 0, room, style, text);
	for (int i = 0; i < count; i++) {
		int line = page_line(lines);

		for (int column = 0; part.cells && line >= 0 && i < part.lines && column < room;
		     column++)
			if (canvas_at(&part, i, column)->text[0])
				canvas_put(lines->canvas, line, indent + column, room - column,
					   style, canvas_at(&part, i, column)->text);
	}
	canvas_free(&part);
}

void page_heading(struct page_lines *lines, const char *text)
{
	page_line(lines);
	page_add(lines, 0, STYLE_TITLE, "%s", text);
}

void page_scroll(struct canvas *canvas, const struct page_input *input, page_content *content)
{
	struct page_lines lines = {
		.canvas = canvas,
		.first = INT_MAX / 2,
		.top = 1,
		.bottom = canvas->lines - 1,
	};
	int room = lines.bottom - lines.top, over;

	content(&lines, input);
	over = lines.next - room;
	lines.first = view_place(input->view)->first;
	if (lines.first > over)
		lines.first = over > 0 ? over : 0;
	lines.next = 0;
	content(&lines, input);
	over -= lines.first;
	page_keys(canvas, input,
		  over > 0 ? "Backspace up  arrows scroll (there is more below)  c copy  ? help  q "
			     "quit"
			   : "Backspace up  arrows scroll  e explain  c copy  w write  ? help  q "
			     "quit");
}
