// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/canvas.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "util/utf8.h"

#define TEXT_MAX 4096u

/* A character as it is put, and what of the text it stands for. */
struct unit {
	char text[7];
	int columns;
	size_t bytes;
};

static struct unit unit_at(const char *s, size_t left, bool utf8)
{
	size_t length = utf8_length(s, left);
	struct unit unit = {.columns = 1, .bytes = 1};
	int columns;

	if (length == 1 && *s >= 0x20 && *s < 0x7f) {
		unit.text[0] = *s;
		return unit;
	}
	if (length > 1 && utf8) {
		uint32_t code = utf8_code_point(s, length);

		/* Combining marks have no width of their own. */
		columns = utf8_harmless(code) ? wcwidth((wchar_t)code) : 0;
		if (columns > 0 && columns <= 2) {
			memcpy(unit.text, s, length);
			unit.columns = columns;
			unit.bytes = length;
			return unit;
		}
	}
	snprintf(unit.text, sizeof(unit.text), "\\x%02x", (unsigned char)*s);
	unit.columns = 4;
	return unit;
}

enum canvas_style canvas_tone(enum tone tone)
{
	static const enum canvas_style styles[TONES] = {
		[TONE_PLAIN] = STYLE_PLAIN,     [TONE_DIM] = STYLE_DIM, [TONE_GOOD] = STYLE_GOOD,
		[TONE_WARNING] = STYLE_WARNING, [TONE_BAD] = STYLE_BAD,
	};

	return styles[tone];
}

int canvas_init(struct canvas *canvas, int lines, int columns, bool utf8)
{
	*canvas = (struct canvas){.utf8 = utf8};
	lines = lines < 1 ? 1 : lines > CANVAS_LINES_MAX ? CANVAS_LINES_MAX : lines;
	columns = columns < 1 ? 1 : columns > CANVAS_COLUMNS_MAX ? CANVAS_COLUMNS_MAX : columns;
	canvas->cells = calloc((size_t)lines * (size_t)columns, sizeof(*canvas->cells));
	if (!canvas->cells)
		return -ENOMEM;
	canvas->lines = lines;
	canvas->columns = columns;
	for (int i = 0; i < lines * columns; i++)
		canvas->cells[i].text[0] = ' ';
	return 0;
}

void canvas_free(struct canvas *canvas)
{
	free(canvas->cells);
	*canvas = (struct canvas){0};
}

static struct canvas_cell *cell_at(const struct canvas *canvas, int line, int column)
{
	return &canvas->cells[line * canvas->columns + column];
}

const struct canvas_cell *canvas_at(const struct canvas *canvas, int line, int column)
{
	return cell_at(canvas, line, column);
}

static bool holds(const struct canvas *canvas, int line, int column)
{
	return line >= 0 && line < canvas->lines && column >= 0 && column < canvas->columns;
}

/* What @room leaves from @column on. */
static int room_at(const struct canvas *canvas, int line, int column, int room)
{
	if (!holds(canvas, line, column))
		return 0;
	return room < canvas->columns - column ? room : canvas->columns - column;
}

static void put_unit(struct canvas *canvas, int line, int column, const struct unit *unit,
		     enum canvas_style style)
{
	bool wide = unit->columns == 2;

	for (int i = 0; i < unit->columns; i++) {
		struct canvas_cell *cell = cell_at(canvas, line, column + i);

		memset(cell->text, 0, sizeof(cell->text));
		cell->style = (unsigned char)style;
		if (unit->columns > 2)
			cell->text[0] = unit->text[i]; /* an escape is ASCII */
		else if (!wide || i == 0)
			memcpy(cell->text, unit->text, sizeof(cell->text));
	}
}

int canvas_columns(const char *text, bool utf8)
{
	size_t length = strnlen(text, TEXT_MAX);
	int columns = 0;

	for (size_t i = 0; i < length;) {
		struct unit unit = unit_at(text + i, length - i, utf8);

		columns += unit.columns;
		i += unit.bytes;
	}
	return columns;
}

/* The characters of @length bytes that fit. Gives the columns used. */
static int put_units(struct canvas *canvas, int line, int column, int room, enum canvas_style style,
		     const char *text, size_t length)
{
	int used = 0;

	for (size_t i = 0; i < length;) {
		struct unit unit = unit_at(text + i, length - i, canvas->utf8);

		if (used + unit.columns > room)
			break;
		put_unit(canvas, line, column + used, &unit, style);
		used += unit.columns;
		i += unit.bytes;
	}
	return used;
}

static const char *ellipsis_of(const struct canvas *canvas)
{
	return canvas->utf8 ? "…" : "..";
}

static int put_ellipsis(struct canvas *canvas, int line, int column, int room,
			enum canvas_style style)
{
	const char *text = ellipsis_of(canvas);

	return put_units(canvas, line, column, room, style, text, strlen(text));
}

int canvas_put(struct canvas *canvas, int line, int column, int room, enum canvas_style style,
	       const char *text)
{
	int mark = canvas->utf8 ? 1 : 2, used;

	room = room_at(canvas, line, column, room);
	if (room <= 0)
		return 0;
	if (canvas_columns(text, canvas->utf8) <= room)
		return put_units(canvas, line, column, room, style, text, strnlen(text, TEXT_MAX));
	used = put_units(canvas, line, column, room > mark ? room - mark : 0, style, text,
			 strnlen(text, TEXT_MAX));
	return used + put_ellipsis(canvas, line, column + used, room - used, style);
}

int canvas_put_end(struct canvas *canvas, int line, int column, int room, enum canvas_style style,
		   const char *text)
{
	int mark = canvas->utf8 ? 1 : 2, over, used;
	size_t length = strnlen(text, TEXT_MAX), i = 0;

	room = room_at(canvas, line, column, room);
	over = canvas_columns(text, canvas->utf8) - room;
	if (over <= 0 || room <= mark)
		return canvas_put(canvas, line, column, room, style, text);
	for (over += mark; over > 0 && i < length;) {
		struct unit unit = unit_at(text + i, length - i, canvas->utf8);

		over -= unit.columns;
		i += unit.bytes;
	}
	used = put_ellipsis(canvas, line, column, room, style);
	return used +
	       put_units(canvas, line, column + used, room - used, style, text + i, length - i);
}

void canvas_right(struct canvas *canvas, int line, int column, int room, enum canvas_style style,
		  const char *text)
{
	int columns = canvas_columns(text, canvas->utf8);

	if (columns > room) {
		text = "#";
		columns = 1;
	}
	canvas_put(canvas, line, column + room - columns, columns, style, text);
}

int canvas_print(struct canvas *canvas, int line, int column, int room, enum canvas_style style,
		 const char *format, ...)
{
	char text[TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return canvas_put(canvas, line, column, room, style, text);
}

/* How many bytes of @text a line of @room columns has: whole words, unless the first one is longer. */
static size_t line_length(const char *text, int room, bool utf8)
{
	size_t length = strnlen(text, TEXT_MAX), end = 0;
	int columns = 0;

	for (size_t i = 0; i < length;) {
		struct unit unit = unit_at(text + i, length - i, utf8);

		if (text[i] == ' ')
			end = i;
		if (columns + unit.columns > room)
			return end ? end : i ? i : unit.bytes;
		columns += unit.columns;
		i += unit.bytes;
	}
	return length;
}

int canvas_wrap(struct canvas *canvas, int line, int lines, int column, int room,
		enum canvas_style style, const char *text)
{
	bool utf8 = canvas && canvas->utf8;
	char part[TEXT_MAX + 1];
	int used = 0;

	if (room < 1)
		return 0;
	while (*text && used < lines) {
		size_t length = line_length(text, room, utf8);

		snprintf(part, sizeof(part), "%.*s",
			 used + 1 < lines ? (int)length : (int)strnlen(text, TEXT_MAX), text);
		if (canvas)
			canvas_put(canvas, line + used, column, room, style, part);
		text += length;
		text += strspn(text, " ");
		used++;
	}
	return used;
}

void canvas_style(struct canvas *canvas, int line, int column, int room, enum canvas_style style)
{
	room = room_at(canvas, line, column, room);
	for (int i = 0; i < room; i++)
		cell_at(canvas, line, column + i)->style = (unsigned char)style;
}

/* Behind the last column of @line that is not blank. */
static int end_of(const struct canvas *canvas, int line)
{
	int end = canvas->columns;

	while (end > 0 && strcmp(canvas_at(canvas, line, end - 1)->text, " ") == 0)
		end--;
	return end;
}

void canvas_write(const struct canvas *canvas, FILE *out)
{
	for (int line = 0; line < canvas->lines; line++) {
		int end = end_of(canvas, line);

		for (int column = 0; column < end; column++)
			fputs(canvas_at(canvas, line, column)->text, out);
		fputc('\n', out);
	}
}

void canvas_write_colour(const struct canvas *canvas, FILE *out)
{
	static const char *const codes[STYLES] = {
		[STYLE_PLAIN] = "0",  [STYLE_DIM] = "2",      [STYLE_BOLD] = "1",
		[STYLE_BAD] = "31",   [STYLE_WARNING] = "33", [STYLE_GOOD] = "32",
		[STYLE_MARKED] = "1", [STYLE_TITLE] = "2",
	};

	for (int line = 0; line < canvas->lines; line++) {
		int end = end_of(canvas, line);
		unsigned style = STYLE_PLAIN;

		for (int column = 0; column < end; column++) {
			const struct canvas_cell *cell = canvas_at(canvas, line, column);

			/* What is plain stands behind what is not: all is taken back first. */
			if (cell->style != style)
				fprintf(out, cell->style == STYLE_PLAIN ? "\033[0m" : "\033[0;%sm",
					codes[cell->style]);
			style = cell->style;
			fputs(cell->text, out);
		}
		fputs(style == STYLE_PLAIN ? "\n" : "\033[0m\n", out);
	}
}
