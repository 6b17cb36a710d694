// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/text_sheet.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <wchar.h>

#include "util/utf8.h"

/* Lines of a head, and of lists that say something: a title, some rows, what is left out. */
#define HEAD_LINES 2u
#define LIST_LINES 6u

int text_part_from_buffer(struct text_part *part, struct memory_buffer *buffer)
{
	bool failed = ferror(buffer->out);

	if (fclose(buffer->out) != 0 || failed) {
		free(buffer->data);
		return -ENOMEM;
	}
	free(part->data);
	*part = (struct text_part){.data = buffer->data, .size = buffer->size};
	return 0;
}

void text_part_free(struct text_part *part)
{
	free(part->data);
	*part = (struct text_part){0};
}

/* ---- lines ------------------------------------------------------------------------------ */

/* Bytes of the control sequence at @text: ECMA-48 section 5.4. 0: there is none. */
static size_t sequence_length(const char *text, size_t left)
{
	size_t n = 2;

	if (left < 2 || text[0] != '\033' || text[1] != '[')
		return 0;
	while (n < left && (text[n] < '@' || text[n] > '~'))
		n++;
	return n < left ? n + 1 : left;
}

/* Columns of the character at @text, and its bytes. */
static size_t character_columns(const char *text, size_t left, size_t *bytes)
{
	size_t length = utf8_length(text, left);
	int columns = 1;

	*bytes = length ? length : 1;
	if (length > 1)
		columns = wcwidth((wchar_t)utf8_code_point(text, length));
	return columns > 0 ? (size_t)columns : 1;
}

/*
 * Lines of a terminal of @width columns that the line at @text takes; @bytes: its own, with the newline. A
 * character that does not fit the rest of a line goes to the next one as a whole.
 */
static size_t line_height(const char *text, size_t left, size_t width, size_t *bytes)
{
	size_t height = 1, used = 0, at = 0;

	while (at < left && text[at] != '\n') {
		size_t length = sequence_length(text + at, left - at), columns;

		if (length) {
			at += length;
			continue;
		}
		columns = character_columns(text + at, left - at, &length);
		if (used + columns > width) {
			height++;
			used = 0;
		}
		used += columns;
		at += length;
	}
	*bytes = at < left ? at + 1 : at;
	return height;
}

/* How many bytes of @part take @most lines at most; how many that are into @lines. */
static size_t part_within(const struct text_part *part, int columns, size_t most, size_t *lines)
{
	size_t width = columns > 0 ? (size_t)columns : 1, at = 0;

	*lines = 0;
	while (at < part->size) {
		size_t bytes;
		size_t height = line_height(part->data + at, part->size - at, width, &bytes);

		if (height > most - *lines)
			break;
		*lines += height;
		at += bytes;
	}
	return at;
}

size_t text_part_lines(const struct text_part *part, int columns)
{
	size_t lines;

	part_within(part, columns, SIZE_MAX, &lines);
	return lines;
}

void text_part_put(const struct text_part *part, int columns, size_t lines, FILE *out)
{
	size_t used, bytes = part_within(part, columns, lines, &used);

	if (bytes)
		fwrite(part->data, 1, bytes, out);
}

/* ---- pages ------------------------------------------------------------------------------ */

/* The lines of all parts up to @last. */
static size_t lines_to(const struct text_sheet *sheet, enum text_part_kind last)
{
	size_t lines = 0;

	for (size_t i = 0; i <= last; i++)
		lines += text_part_lines(&sheet->part[i], sheet->columns);
	return lines;
}

size_t text_sheet_lines(const struct text_sheet *sheet)
{
	return lines_to(sheet, TEXT_DETAILS);
}

size_t text_sheet_put(const struct text_sheet *sheet, FILE *out)
{
	size_t left = sheet->lines;

	for (size_t i = 0; i < TEXT_PARTS; i++) {
		const struct text_part *part = &sheet->part[i];
		size_t lines, bytes = part_within(part, sheet->columns, left, &lines);

		if (bytes)
			fwrite(part->data, 1, bytes, out);
		left -= lines;
		if (bytes < part->size)
			break; /* nothing behind a gap */
	}
	return sheet->lines - left;
}

void text_sheet_free(struct text_sheet *sheet)
{
	for (size_t i = 0; i < TEXT_PARTS; i++)
		text_part_free(&sheet->part[i]);
}

/* ---- sharing ------------------------------------------------------------------------------ */

static bool is_troubled(const struct text_sheet *sheet)
{
	return sheet->report->advice_count > 0;
}

static void give(struct text_sheet *sheet, size_t wanted, size_t *left)
{
	size_t more = wanted > sheet->lines ? wanted - sheet->lines : 0;

	more = more < *left ? more : *left;
	sheet->lines += more;
	*left -= more;
}

static size_t wanted_lists(const struct text_sheet *sheet, size_t most)
{
	size_t lists = text_part_lines(&sheet->part[TEXT_LISTS], sheet->columns);

	return lines_to(sheet, TEXT_REASONS) + (lists < most ? lists : most);
}

/* What is wanted in each round, by those in trouble or by the others. */
static const struct round {
	bool troubled;
	enum text_part_kind to;
	size_t list_lines;
} rounds[] = {
	{true, TEXT_URGENT, 0},        {true, TEXT_REASONS, 0},  {true, TEXT_LISTS, LIST_LINES},
	{false, TEXT_URGENT, 0},       {false, TEXT_REASONS, 0}, {true, TEXT_LISTS, SIZE_MAX},
	{false, TEXT_LISTS, SIZE_MAX}, {true, TEXT_DETAILS, 0},  {false, TEXT_DETAILS, 0},
};

void text_sheets_share(struct text_sheet *sheets, size_t count, size_t lines)
{
	size_t left = lines;

	for (size_t i = 0; i < count; i++)
		sheets[i].lines = 0;
	for (int troubled = 1; troubled >= 0; troubled--)
		for (size_t i = 0; i < count; i++)
			if (is_troubled(&sheets[i]) == troubled)
				give(&sheets[i], HEAD_LINES, &left);
	for (size_t r = 0; r < sizeof(rounds) / sizeof(rounds[0]); r++)
		for (size_t i = 0; i < count; i++) {
			const struct round *round = &rounds[r];

			if (is_troubled(&sheets[i]) != round->troubled)
				continue;
			give(&sheets[i],
			     round->to == TEXT_LISTS ? wanted_lists(&sheets[i], round->list_lines)
						     : lines_to(&sheets[i], round->to),
			     &left);
		}
}
