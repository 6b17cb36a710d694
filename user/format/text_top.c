// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/text_top.h"

#include <string.h>

#include "catalog/catalog.h"
#include "report/names.h"
#include "util/text_format.h"
#include "format/top_text.h"
#include "dns_wire.h"
#include "report/report_names.h"

#define KEY_MIN        20u /* of names and addresses */
#define KEY_MAX        64u
#define SOURCE_COLUMNS 4u
#define NAMES_COLUMNS  8u /* at least */
#define AROUND         3u /* lines of a list that are no rows: title, rest, an empty one unless compact */

/* Widths of a list's columns; 0: left out. */
struct columns {
	size_t key, rate, low, source, names;
};

struct view {
	const struct page *page;
	const struct top_list *list;
	enum top_dimension dimension;
	size_t rows;
	struct columns columns;
};

/* Do not show bounds that say nothing. */
static bool is_exact(const struct view *view)
{
	for (size_t i = 0; i < view->rows; i++)
		if (view->list->rows[i].low != view->list->rows[i].high)
			return false;
	return true;
}

/* Give a column @wanted columns of what is @left over the key's least, or none. */
static void give(size_t *column, size_t wanted, size_t *left)
{
	if (wanted + 1 > *left)
		return;
	*column = wanted;
	*left -= wanted + 1;
}

/* How many different names: an estimate, and shown as one. */
static const char *names_text(char text[TEXT_NUMBER_SIZE + 1], const struct top_row *row)
{
	uint64_t names = top_row_names(row);

	text[0] = '~';
	text_count(text + 1, names);
	return names ? text : text + 1;
}

static size_t names_columns(const struct view *view)
{
	size_t columns = NAMES_COLUMNS;
	char figure[TEXT_NUMBER_SIZE + 1];

	for (size_t i = 0; i < view->rows; i++) {
		size_t length = strlen(names_text(figure, &view->list->rows[i]));

		columns = length > columns ? length : columns;
	}
	return columns;
}

static void lay_out(struct view *view)
{
	const struct page *page = view->page;
	struct columns *columns = &view->columns;
	size_t fixed = 1 + NAME_COLUMNS + 1 + page->count_columns;
	size_t left = page->width > fixed + KEY_MIN ? page->width - fixed - KEY_MIN : 0;
	size_t wide = 0;

	*columns = (struct columns){0};
	if (!is_exact(view)) {
		give(&wide, page->count_columns * 2 + 1, &left);
		columns->low = wide ? page->count_columns : 0;
	}
	give(&columns->rate, page->rate_columns, &left);
	if (view->dimension == TOP_ZONE) {
		give(&columns->names, names_columns(view), &left);
		give(&columns->source, SOURCE_COLUMNS, &left);
	}
	columns->key = KEY_MIN + left < KEY_MAX ? KEY_MIN + left : KEY_MAX;
}

/* Of a name that is too long the end says more than the beginning. It is printable ASCII. */
static void put_key(const struct view *view, const struct top_row *row)
{
	const struct page *page = view->page;
	const uint8_t *bits = page->report->top_bits[view->dimension];
	char text[TOP_TEXT_SIZE];
	size_t length = strlen(top_row_text(row, view->dimension, bits, text));
	size_t room = view->columns.key, mark = page->utf8 ? 1 : 3;

	if (length <= room)
		fprintf(page->out, "%-*s", (int)room, text);
	else
		fprintf(page->out, "%s%s", page->utf8 ? "…" : "...", text + length - (room - mark));
}

static void put_titles(const struct view *view)
{
	static const char *const titles[TOP_DIMENSIONS] = {
		[TOP_ZONE] = "ZONE",
		[TOP_NAME] = "NAME",
		[TOP_SERVER] = "SERVER",
		[TOP_CLIENT] = "CLIENT",
	};
	const struct page *page = view->page;
	const struct columns *columns = &view->columns;

	page_colour(page, DIM);
	page_cell(page, titles[view->dimension], columns->key);
	fputc(' ', page->out);
	if (columns->source) {
		page_cell(page, "BY", SOURCE_COLUMNS);
		fputc(' ', page->out);
	}
	page_cell(page, "RCODE", NAME_COLUMNS);
	if (columns->names)
		page_number(page, "NAMES", columns->names);
	page_number(page, "COUNT", page->count_columns);
	if (columns->low) {
		page_number(page, "AT LEAST", columns->low);
		page_number(page, "AT MOST", columns->low);
	}
	if (columns->rate)
		page_number(page, "PER S", columns->rate);
	page_plain(page);
	fputc('\n', page->out);
}

static void put_row(const struct view *view, const struct top_row *row)
{
	const struct page *page = view->page;
	const struct columns *columns = &view->columns;
	double seconds = page->report->interval_s;
	char figure[TEXT_NUMBER_SIZE + 1], number[CATALOG_UNNAMED_MAX];

	page_colour(page, page_rcode_colour(row->rcode));
	put_key(view, row);
	fputc(' ', page->out);
	if (columns->source) {
		page_cell(page, top_zone_source(row), SOURCE_COLUMNS);
		fputc(' ', page->out);
	}
	page_cell(page,
		  row->rcode == DNS_RCODE_NOERROR && page->report->top_nodata
			  ? "NODATA"
			  : rcode_text(row->rcode_name, row->rcode, number),
		  NAME_COLUMNS);
	if (columns->names)
		page_number(page, names_text(figure, row), columns->names);
	page_number(page, text_count(figure, row->count), page->count_columns);
	if (columns->low) {
		page_number(page, text_count(figure, row->low), columns->low);
		page_number(page, text_count(figure, row->high), columns->low);
	}
	if (columns->rate)
		page_number(page, text_rate(figure, seconds > 0 ? (double)row->count / seconds : 0),
			    columns->rate);
	page_plain(page);
	fputc('\n', page->out);
}

static void put_rest(const struct view *view)
{
	const struct page *page = view->page;
	struct top_rest rest = top_list_rest(view->list, view->rows);
	char count[TEXT_NUMBER_SIZE], most[TEXT_NUMBER_SIZE];

	if (!rest.count)
		return;
	page_colour(page, DIM);
	fprintf(page->out, "  and %s more", text_count(count, rest.count));
	if (rest.absent_high)
		fprintf(page->out, ", at most %s each", text_count(most, rest.absent_high));
	page_plain(page);
	fputc('\n', page->out);
}

static void put_list(const struct page *page, enum top_dimension dimension, size_t rows)
{
	struct view view = {
		.page = page,
		.list = &page->report->top->list[dimension],
		.dimension = dimension,
	};

	view.rows = view.list->count < rows ? view.list->count : rows;
	lay_out(&view);
	put_titles(&view);
	for (size_t i = 0; i < view.rows; i++)
		put_row(&view, &view.list->rows[i]);
	put_rest(&view);
	page_gap(page);
}

void page_put_top(const struct page *page, size_t lines)
{
	const struct report *report = page->report;
	size_t lists = 0, rows = report->top_rows, around = page->compact ? AROUND - 1 : AROUND;

	for (size_t d = 0; report->top && d < TOP_DIMENSIONS; d++)
		lists += report->top->list[d].count > 0;
	if (lines && lists) {
		if (lists > lines / (around + 1))
			lists = lines / (around + 1);
		if (lists && rows > lines / lists - around)
			rows = lines / lists - around;
	}
	for (size_t d = 0; report->top && d < TOP_DIMENSIONS && lists; d++)
		if (report->top->list[d].count) {
			put_list(page, (enum top_dimension)d, rows);
			lists--;
		}
}
