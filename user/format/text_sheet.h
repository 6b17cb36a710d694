/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The pages of a batch and the lines of a terminal: how many a page takes, and how pages share them. For
 * text_report.c alone.
 */
#ifndef RCODEWATCH_TEXT_SHEET_H
#define RCODEWATCH_TEXT_SHEET_H

#include <stddef.h>
#include <stdio.h>

#include "util/memory_buffer.h"
#include "format/text_page.h"

/* In the order in which they are read. */
enum text_part_kind {
	TEXT_URGENT,  /* the head, advice, RCODEs */
	TEXT_REASONS, /* Extended DNS Errors, the guide's numbers */
	TEXT_LISTS,
	TEXT_DETAILS,
	TEXT_PARTS,
};

/* Whole lines; zeroed: none. */
struct text_part {
	char *data;
	size_t size;
};

/* Have what was written to @buffer, which is closed, in place of what @part has. 0 or -ENOMEM. */
int text_part_from_buffer(struct text_part *part, struct memory_buffer *buffer);
void text_part_free(struct text_part *part);
/*
 * Lines that @part takes on a terminal of @columns, which wraps what is longer; control sequences have no
 * width, and some characters have two columns.
 */
size_t text_part_lines(const struct text_part *part, int columns);

/* Write its first lines, at most @lines of the terminal. */
void text_part_put(const struct text_part *part, int columns, size_t lines, FILE *out);

/* A page. */
struct text_sheet {
	const struct report *report;
	struct page page;
	int columns; /* of the terminal */
	struct text_part part[TEXT_PARTS];
	size_t lines; /* that it may take: of text_sheets_share() */
};

/* All lines of the page. */
size_t text_sheet_lines(const struct text_sheet *sheet);
/* Write its first lines, as many as it may take. Gives how many lines of the terminal that are. */
size_t text_sheet_put(const struct text_sheet *sheet, FILE *out);
void text_sheet_free(struct text_sheet *sheet);

/*
 * Share @lines among the @count pages: each gets its head, then those with advice get what says so,
 * with their codes, the reasons and a few rows of lists, then the others their codes, and so on.
 */
void text_sheets_share(struct text_sheet *sheets, size_t count, size_t lines);

#endif
