/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A page in memory: cells of text with a style each, exactly as many as the terminal has. Whatever text is put there, no
 * terminal takes it for anything else: controls, what turns the writing direction, combining marks and bytes that are not
 * UTF-8 become \xNN.
 */
#ifndef RCODEWATCH_TOP_CANVAS_H
#define RCODEWATCH_TOP_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "format/tone.h"

#define CANVAS_LINES_MAX   500
#define CANVAS_COLUMNS_MAX 1000

enum canvas_style {
	STYLE_PLAIN,
	STYLE_DIM,
	STYLE_BOLD,
	STYLE_BAD,     /* fails now */
	STYLE_WARNING, /* is unusual */
	STYLE_GOOD,
	STYLE_MARKED, /* the row that keys act on */
	STYLE_TITLE,  /* of columns */
	STYLES,
};

enum canvas_style canvas_tone(enum tone tone);

/* A character; "" behind one of two columns. */
struct canvas_cell {
	char text[7];
	unsigned char style;
};

struct canvas {
	int lines, columns;
	bool utf8; /* the terminal takes it */
	struct canvas_cell *cells;
};

/* Blank, of the bounds above at most. 0 or -ENOMEM; canvas_free() in any case. */
int canvas_init(struct canvas *canvas, int lines, int columns, bool utf8);
void canvas_free(struct canvas *canvas);
/* The cell at @line and @column, which are in it. */
const struct canvas_cell *canvas_at(const struct canvas *canvas, int line, int column);

/*
 * Put @text into @room columns from @column on; text that is longer ends in an ellipsis. What is not on the canvas is left out.
 * Gives the columns used.
 */
int canvas_put(struct canvas *canvas, int line, int column, int room, enum canvas_style style,
	       const char *text);
/* The same of a name, whose end says more than its beginning: the ellipsis is in front. */
int canvas_put_end(struct canvas *canvas, int line, int column, int room, enum canvas_style style,
		   const char *text);
/* The same of a figure, flush right; one that has no room becomes "#". */
void canvas_right(struct canvas *canvas, int line, int column, int room, enum canvas_style style,
		  const char *text);
__attribute__((format(printf, 6, 7))) int canvas_print(struct canvas *canvas, int line, int column,
						       int room, enum canvas_style style,
						       const char *format, ...);
/*
 * Put the words of @text into @lines lines of @room columns from @line on, the last one with an ellipsis if that does not do.
 * Gives the lines used. @canvas NULL: only how many there would be.
 */
int canvas_wrap(struct canvas *canvas, int line, int lines, int column, int room,
		enum canvas_style style, const char *text);
/* Give all of a line's cells from @column on, @room of them, a style. */
void canvas_style(struct canvas *canvas, int line, int column, int room, enum canvas_style style);

/* Columns that @text has when it is put. */
int canvas_columns(const char *text, bool utf8);
/* Write the page as plain text, without blanks at the ends of lines. */
void canvas_write(const struct canvas *canvas, FILE *out);
/* The same with a colour in front of each piece: Select Graphic Rendition, ECMA-48. */
void canvas_write_colour(const struct canvas *canvas, FILE *out);

#endif
