/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Lines of a page that may be longer than the terminal: those that are scrolled to are put on the canvas. */
#ifndef RCODEWATCH_TOP_PAGE_LINES_H
#define RCODEWATCH_TOP_PAGE_LINES_H

#include "top/page.h"

struct page_lines {
	struct canvas *canvas;
	int next;        /* the line of the page that comes next */
	int first;       /* the one at the top */
	int top, bottom; /* lines of the canvas: the first, and behind the last */
};

/* Put all lines of a page: called twice, the first time to see how many there are. */
typedef void page_content(struct page_lines *lines, const struct page_input *input);

/* Between the first and the last line of the canvas. */
void page_scroll(struct canvas *canvas, const struct page_input *input, page_content *content);

/* The line of the canvas for the next line of the page; one that is not shown is not on the canvas. */
int page_line(struct page_lines *lines);
__attribute__((format(printf, 4, 5))) void
page_add(struct page_lines *lines, int indent, enum canvas_style style, const char *format, ...);
/* The words of @text in as many lines as they need. */
void page_add_words(struct page_lines *lines, int indent, enum canvas_style style,
		    const char *text);
/* An empty line and a heading. */
void page_heading(struct page_lines *lines, const char *text);

#endif
