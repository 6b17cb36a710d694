/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A report on its way to a page of a given width: for the text_*.c files alone. */
#ifndef RCODEWATCH_TEXT_PAGE_H
#define RCODEWATCH_TEXT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "format/tone.h"
#include "report/code_history.h"
#include "report/report.h"
#include "report/usual.h"

#define NAME_COLUMNS  10u /* of an RCODE; the longest are "BADCOOKIE" and "RCODE4095" */
#define SHARE_COLUMNS 6u
#define LABEL_COLUMNS 12u /* in front of a line of items */

/* Select Graphic Rendition: ECMA-48 section 8.3.117. */
#define BOLD   "1"
#define DIM    "2"
#define RED    "31"
#define GREEN  "32"
#define YELLOW "33"
#define PURPLE "35"

struct page {
	FILE *out;
	const struct report *report;
	bool colour, utf8;
	bool compact;                       /* lines are few: no empty ones */
	size_t shown_max;                   /* of what is wrong; of more there is the number */
	size_t code_rows;                   /* of the table of codes at most; 0: all */
	const struct code_history *history; /* NULL: nothing is compared */
	struct usual_window window;         /* what is compared with */
	size_t list_lines;                  /* 0: as many as the lists need */
	size_t width;
	/* As wide as this report's largest figures need. */
	size_t count_columns, rate_columns;
	size_t used; /* columns of the current line of items */
};

/* The columns of a page where so many are wanted. */
size_t page_width(int wanted);
/* Give the columns of @page, whose report is known, their widths within @width. */
void page_lay_out(struct page *page, int width);

/* Switch to @code, and back; nothing without colour. */
void page_colour(const struct page *page, const char *code);
void page_plain(const struct page *page);
/* The colour of @tone; of TONE_PLAIN back. */
void page_tone(const struct page *page, enum tone tone);

/* An empty line behind a part of the page, unless lines are few. */
void page_gap(const struct page *page);

/* Header codes of RFC 1035 section 4.1.1 by what they mean to who runs a resolver. */
const char *page_rcode_colour(uint16_t code);

/* A string of any origin in at most @columns, whose number is given, or in exactly so many. */
size_t page_put(const struct page *page, const char *string, size_t columns);
void page_cell(const struct page *page, const char *string, size_t columns);
/* A space and @text, which is a figure, flush right. */
void page_number(const struct page *page, const char *text, size_t columns);

/*
 * A labelled line of items, wrapped under one another. An item's @text or @name is plain ASCII of the
 * program's own; a @quiet one, or a count of 0, is dimmed. The share of @of is added unless that is 0.
 */
void page_items_begin(struct page *page, const char *label);
void page_item(struct page *page, const char *text, bool quiet);
void page_item_count(struct page *page, const char *name, uint64_t count, uint64_t of);
void page_items_end(const struct page *page);

#endif
