// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reports as pages for people. What did not happen in the interval takes no line of its own, what is wrong
 * comes first, and the pages of a batch share what lines there are.
 */
#include "format/formatter.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "util/memory_buffer.h"
#include "util/terminal.h"
#include "format/text_codes.h"
#include "format/text_details.h"
#include "util/text_format.h"
#include "format/text_guide.h"
#include "format/text_page.h"
#include "format/text_problems.h"
#include "format/text_sheet.h"
#include "format/text_sides.h"
#include "format/text_top.h"
#include "format/text_transactions.h"
#include "util/timestamp.h"

/* Of what is wrong, where lines are few: at most, and one for so many lines. */
#define SHOWN_MAX         3u
#define LINES_PER_PROBLEM 7u
/* Where lines are few: queries, servers and zones have one of so many of those that are left. */
#define BACK_PART 5u
/* And pages have so many of all. */
#define PAGES_MIN 7u

/* ---- the head ------------------------------------------------------------------ */

static void put_head(const struct page *page)
{
	const struct report *report = page->report;
	char count[TEXT_NUMBER_SIZE], rate[TEXT_NUMBER_SIZE], total[TEXT_NUMBER_SIZE];
	char stamp[TIMESTAMP_SIZE];
	bool one_line;

	/* The rest of the line takes 50 columns at most; a capture file's name can be long. */
	page_colour(page, BOLD);
	page_put(page, report->interface, page->width > 70 ? page->width - 50 : 20);
	fprintf(page->out, " %s", report->direction);
	page_plain(page);
	fprintf(page->out, "  %s%s", report->hook, page->width < 70 ? "\n" : "  ");
	timestamp_utc(stamp, report->end_ns);
	fprintf(page->out, "%.10s %.8s UTC, %.*f s\n", stamp, stamp + sizeof("2026-11-23T") - 1,
		report->interval_s < 10 ? 2 : 1, report->interval_s);

	text_count(count, report->responses);
	text_rate(rate, report->rate);
	text_count(total, report->total_responses);
	page_colour(page, BOLD);
	fputs(count, page->out);
	page_plain(page);
	fprintf(page->out, " %s, ", report->responses == 1 ? "response" : "responses");
	page_colour(page, BOLD);
	fputs(rate, page->out);
	page_plain(page);
	fputs("/s", page->out);
	page_colour(page, DIM);
	one_line = strlen(count) + strlen(" responses, ") + strlen(rate) + strlen("/s, ") +
			   strlen(total) + strlen(" since the start") <=
		   page->width;
	fprintf(page->out, "%s%s since the start", one_line ? ", " : "\n", total);
	page_plain(page);
	fputc('\n', page->out);
	page_gap(page);
}

/* ---- the parts of a page ---------------------------------------------------------------- */

static void put_urgent(struct page *page)
{
	put_head(page);
	page_put_rcodes(page);
}

static void put_reasons(struct page *page)
{
	page_put_edes(page);
	page_put_guide(page);
}

/* Write a part into @text. 0 or -ENOMEM. */
static int write_part(struct page *page, void (*put)(struct page *page), struct text_part *part)
{
	struct memory_buffer buffer;
	int err = memory_buffer_open(&buffer);

	if (err)
		return err;
	page->out = buffer.out;
	put(page);
	return text_part_from_buffer(part, &buffer);
}

static void put_lists(struct page *page)
{
	page_put_top(page, page->list_lines);
}

/* ---- around the pages -------------------------------------------------------------------- */

struct around {
	const struct text_formatter *formatter;
	const struct report *const *reports;
	size_t count;
};

/* Where lines are few, codes and lists are to be seen as well. */
static size_t shown_max(const struct text_formatter *formatter)
{
	size_t shown = formatter->lines / LINES_PER_PROBLEM;

	if (!formatter->lines)
		return SIZE_MAX;
	return shown < 1 ? 1 : shown > SHOWN_MAX ? SHOWN_MAX : shown;
}

static int put_front(struct page *page, const struct around *around)
{
	page_put_sides(page, around->formatter, around->reports, around->count);
	return page_put_problems(page, around->formatter, around->reports, around->count);
}

static int put_back(struct page *page, const struct around *around)
{
	page_put_transactions(page, around->formatter->transactions, around->formatter->sides);
	return 0;
}

/* Write what stands in front of the pages, or behind them, into @part. 0 or -ENOMEM. */
static int write_around(const struct around *around,
			int (*put)(struct page *page, const struct around *around),
			struct text_part *part)
{
	const struct text_formatter *formatter = around->formatter;
	struct page page = {.colour = formatter->colour,
			    .utf8 = formatter->utf8,
			    .compact = formatter->lines != 0,
			    .shown_max = shown_max(formatter),
			    .width = page_width(formatter->width)};
	struct memory_buffer buffer;
	int err = memory_buffer_open(&buffer);

	if (err)
		return err;
	page.out = buffer.out;
	err = put(&page, around);
	if (err) {
		memory_buffer_drop(&buffer);
		return err;
	}
	return text_part_from_buffer(part, &buffer);
}

/* All parts of the page of @report. 0 or -ENOMEM. */
static int write_sheet(const struct text_formatter *formatter, const struct report *report,
		       const struct usual_window *window, bool compact, struct text_sheet *sheet)
{
	int err;

	text_sheet_free(sheet);
	*sheet = (struct text_sheet){
		.report = report,
		.columns = formatter->width,
		.page = {.report = report,
			 .colour = formatter->colour,
			 .utf8 = formatter->utf8,
			 .compact = compact,
			 .history = formatter->history,
			 .window = *window},
	};
	page_lay_out(&sheet->page, formatter->width);
	err = write_part(&sheet->page, put_urgent, &sheet->part[TEXT_URGENT]);
	if (!err)
		err = write_part(&sheet->page, put_reasons, &sheet->part[TEXT_REASONS]);
	if (!err)
		err = write_part(&sheet->page, put_lists, &sheet->part[TEXT_LISTS]);
	if (!err)
		err = write_part(&sheet->page, page_put_details, &sheet->part[TEXT_DETAILS]);
	return err;
}

/* ---- where lines are few ---------------------------------------------------------------- */

/* Of codes those that tell most, where not all have room. 0 or -ENOMEM. */
static int shorten_urgent(struct text_sheet *sheet)
{
	size_t lines = text_part_lines(&sheet->part[TEXT_URGENT], sheet->columns);
	size_t rows = sheet->report->rcode_count + 1, over;

	if (lines <= sheet->lines)
		return 0;
	over = lines - sheet->lines;
	sheet->page.code_rows = rows > over ? rows - over : 1;
	return write_part(&sheet->page, put_urgent, &sheet->part[TEXT_URGENT]);
}

/* The lists again, as the other parts leave room for them. 0 or -ENOMEM. */
static int shorten_lists(struct text_sheet *sheet)
{
	size_t before = text_part_lines(&sheet->part[TEXT_URGENT], sheet->columns) +
			text_part_lines(&sheet->part[TEXT_REASONS], sheet->columns);
	size_t room = sheet->lines > before ? sheet->lines - before : 0;

	if (text_part_lines(&sheet->part[TEXT_LISTS], sheet->columns) <= room)
		return 0;
	if (!room) {
		text_part_free(&sheet->part[TEXT_LISTS]);
		return 0;
	}
	sheet->page.list_lines = room;
	return write_part(&sheet->page, put_lists, &sheet->part[TEXT_LISTS]);
}

#define CUT_FORMAT "... %zu more lines; a larger terminal or -o json shows them\n"

/* Lines that this takes; its number has 6 digits at most. */
static size_t cut_lines(const struct text_formatter *formatter)
{
	size_t width = formatter->width > 0 ? (size_t)formatter->width : 1;

	return (sizeof(CUT_FORMAT) + 3 + width - 1) / width;
}

/* The lines that are left for pages where the last line says how many are cut. */
static size_t lines_for_pages(const struct text_formatter *formatter)
{
	size_t cut = cut_lines(formatter);

	return formatter->lines > cut ? formatter->lines - cut : 1;
}

/* Pages within formatter->lines, and a line that says what was left out. 0 or a negative errno. */
static int write_shared(const struct text_formatter *formatter, const struct report *const *reports,
			size_t count, const struct usual_window *window, struct text_sheet *sheets,
			FILE *out)
{
	size_t whole = 0, shown = 0;
	int err = 0;

	for (size_t i = 0; i < count && !err; i++) {
		err = write_sheet(formatter, reports[i], window, true, &sheets[i]);
		whole += text_sheet_lines(&sheets[i]);
	}
	if (err)
		return err;
	text_sheets_share(sheets, count, lines_for_pages(formatter));
	for (size_t i = 0; i < count && !err; i++) {
		err = shorten_urgent(&sheets[i]);
		if (!err)
			err = shorten_lists(&sheets[i]);
		if (!err)
			shown += text_sheet_put(&sheets[i], out);
	}
	if (!err && whole > shown)
		fprintf(out, CUT_FORMAT, whole - shown);
	return err;
}

/* ---- reports of one batch ---------------------------------------------------------------- */

void text_report_init(struct text_formatter *formatter, FILE *out)
{
	const char *no_color = getenv("NO_COLOR");

	*formatter = (struct text_formatter){
		.out = out,
		.colour = terminal_obeys(fileno(out)) && !(no_color && *no_color),
		.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
		.width = terminal_width(fileno(out)),
	};
}

static int write_all(const struct text_formatter *formatter, const struct report *const *reports,
		     size_t count, const struct usual_window *window, struct text_sheet *sheets,
		     FILE *out)
{
	size_t lines = 0;
	int err = 0;

	for (size_t i = 0; i < count && !err; i++) {
		err = write_sheet(formatter, reports[i], window, false, &sheets[i]);
		lines += formatter->lines ? text_sheet_lines(&sheets[i]) : 0;
	}
	if (err)
		return err;
	if (formatter->lines && lines > formatter->lines)
		return write_shared(formatter, reports, count, window, sheets, out);
	for (size_t i = 0; i < count; i++) {
		sheets[i].lines = SIZE_MAX;
		text_sheet_put(&sheets[i], out);
	}
	return 0;
}

/* What is left of @lines; 0 is no limit, and stays it. */
static size_t lines_left(size_t lines, size_t used)
{
	return lines ? lines > used + 1 ? lines - used : 1 : 0;
}

/* Lines of @front that are put: pages must have some, too. */
static size_t front_lines(const struct text_formatter *formatter, const struct text_part *front)
{
	size_t lines = text_part_lines(front, formatter->width), least = cut_lines(formatter) + 2;
	size_t pages = formatter->lines > 2 * PAGES_MIN ? PAGES_MIN : formatter->lines / 2 + 1;
	size_t most;

	pages = pages > least ? pages : least;
	most = formatter->lines > pages ? formatter->lines - pages : 0;
	return formatter->lines && lines > most ? most : lines;
}

/*
 * Both sides and what is wrong, then pages, then queries, servers and zones. Where lines are few these have a part of what is left, as alerts say most of
 * it. 0 or a negative errno.
 */
static int write_batch(const struct text_formatter *formatter, const struct report *const *reports,
		       size_t count, struct text_sheet *sheets, FILE *out)
{
	const struct around around = {formatter, reports, count};
	const struct usual_window window = text_window(formatter, reports, count);
	struct text_formatter pages = *formatter;
	struct text_part front = {0}, back = {0};
	int err = write_around(&around, put_front, &front);
	size_t lines;

	if (!err)
		err = write_around(&around, put_back, &back);
	if (!err) {
		lines = front_lines(formatter, &front);
		text_part_put(&front, formatter->width, lines, out);
		pages.lines = lines_left(pages.lines, lines);
		lines = text_part_lines(&back, formatter->width);
		if (pages.lines && lines > pages.lines / BACK_PART)
			lines = pages.lines / BACK_PART;
		pages.lines = lines_left(pages.lines, lines);
		err = write_all(&pages, reports, count, &window, sheets, out);
		if (!err)
			text_part_put(&back, formatter->width, lines, out);
	}
	text_part_free(&front);
	text_part_free(&back);
	return err;
}

/* What clients got is in front, as in the table of both sides. */
static void order_reports(const struct report **order, const struct report *const *reports,
			  size_t count)
{
	size_t at = 0;

	for (int clients = 1; clients >= 0; clients--)
		for (size_t i = 0; i < count; i++)
			if ((strcmp(reports[i]->direction, "tx") == 0) == clients)
				order[at++] = reports[i];
}

int text_report_write_all(struct text_formatter *formatter, const struct report *const *reports,
			  size_t count)
{
	struct text_sheet *sheets = calloc(count ? count : 1, sizeof(*sheets));
	const struct report **order = calloc(count ? count : 1, sizeof(void *));
	struct memory_buffer buffer;
	int err = sheets && order ? memory_buffer_open(&buffer) : -ENOMEM;

	if (!err) {
		order_reports(order, reports, count);
		err = write_batch(formatter, order, count, sheets, buffer.out);
		if (err)
			memory_buffer_drop(&buffer);
		else
			err = memory_buffer_write(&buffer, formatter->out);
	}
	for (size_t i = 0; sheets && i < count; i++)
		text_sheet_free(&sheets[i]);
	free(sheets);
	free(order);
	return err;
}

int text_report_write(struct text_formatter *formatter, const struct report *report)
{
	return text_report_write_all(formatter, &report, 1);
}
