/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Pages: from models and a view to a canvas that is exactly as large as the terminal. They ask no clock, no terminal and no
 * file, so that tests can hold them against pages that people have read.
 */
#ifndef RCODEWATCH_TOP_PAGE_H
#define RCODEWATCH_TOP_PAGE_H

#include "top/canvas.h"
#include "top/ring.h"
#include "top/view.h"

enum feed_state {
	FEED_WAITING, /* for the first interval */
	FEED_RUNNING,
	FEED_LOST,  /* a monitor that does not answer; it is asked again */
	FEED_ENDED, /* a capture that is read, a program that has ended */
};

/* Where models come from. */
struct feed_status {
	enum feed_state state;
	char text[VIEW_MESSAGE_MAX];  /* what went wrong or is done, in words; "": nothing */
	char words[VIEW_MESSAGE_MAX]; /* what was said last by what counts, and when */
	int64_t words_ns;
	int64_t started_ns;    /* when the monitor began; 0: not known */
	uint64_t kernel_bytes; /* of memory; 0: not known */
	char untracked[96];    /* why queries are not matched with responses; "": not known */
};

/* What a page is made of; nothing of it is changed. */
struct page_input {
	const struct ring *ring;
	const struct view *view;
	const struct feed_status *feed;
	int64_t now_ns; /* since 1970: to say that figures are old */
	bool printed;   /* there are no keys: nothing is said of them */
};

/* A part of the canvas. */
struct page_area {
	int line, lines, column, columns;
};

void page_draw(struct canvas *canvas, const struct page_input *input);

/* ---- for page_*.c alone -------------------------------------------------------------------------- */

/* The interval that is shown; NULL: there is none yet. */
const struct model *page_model(const struct page_input *input);

void page_title(struct canvas *canvas, const struct page_input *input);
/* Of the first line what is shown: host, interfaces, time; up to column @end. */
void page_head(struct canvas *canvas, const struct page_input *input, int end);
/* The last line: keys, a message, or the filter that is typed. */
void page_keys(struct canvas *canvas, const struct page_input *input, const char *keys);
/* The line above it: what is not seen here, and what the monitor costs. */
void page_blind(struct canvas *canvas, const struct page_input *input, int line);

/* Lines that the table of sides takes, with its titles. */
int page_sides_lines(const struct model *model);
void page_sides(struct canvas *canvas, const struct page_input *input, struct page_area area);
/* Lines that all problems take. */
int page_problems_lines(const struct model *model, int columns);
void page_problems(struct canvas *canvas, const struct page_input *input, struct page_area area);
/* Lines that the codes take. */
int page_codes_lines(const struct page_input *input, enum view_sides sides);
void page_codes(struct canvas *canvas, const struct page_input *input, struct page_area area,
		enum view_sides sides, bool acting);
/* Lines that the list takes, @most at most. */
int page_list_lines(const struct page_input *input, enum view_sides sides, int most);
void page_list(struct canvas *canvas, const struct page_input *input, struct page_area area,
	       enum view_sides sides, bool acting);

void page_main(struct canvas *canvas, const struct page_input *input);
void page_row(struct canvas *canvas, const struct page_input *input);
void page_code(struct canvas *canvas, const struct page_input *input);
void page_problem(struct canvas *canvas, const struct page_input *input);
void page_help(struct canvas *canvas, const struct page_input *input);

#endif
