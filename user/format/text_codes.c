// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/text_codes.h"

#include <stdlib.h>
#include <string.h>

#include "format/code_cells.h"
#include "format/figure_text.h"
#include "format/top_text.h"
#include "report/failing.h"
#include "report/names.h"
#include "util/clock.h"
#include "util/utf8.h"
#include "dns_wire.h"
#include "report/report_names.h"

#define EDE_ROWS 12

#define PURPOSE_MIN 6u
#define PURPOSE_MAX 48u

/* ---- RCODEs --------------------------------------------------------------------- */

/* A line of the table. NOERROR without data has one of its own. */
struct code_row {
	uint32_t code;
	const char *name; /* NULL: it has none */
	uint64_t count;
	double rate;
};

/* Columns of cells; 0: left out. */
struct code_columns {
	size_t rate, compared, why;
};

static struct code_columns code_columns_of(const struct page *page)
{
	struct code_columns at = {
		.rate = page->rate_columns + 1 > (size_t)code_columns[CODE_PER_S].columns
				? page->rate_columns + 1
				: (size_t)code_columns[CODE_PER_S].columns,
		.compared = page->history ? (size_t)code_columns[CODE_COMPARED].columns : 0,
	};
	size_t used = CODE_NAME_COLUMNS + at.rate + (size_t)code_columns[CODE_SHARE].columns +
		      at.compared + 1 + page->count_columns;

	if (page->width >= used + 2 + CODE_WHY_MIN)
		at.why = page->width - used - 2;
	return at;
}

static void put_rcode_header(const struct page *page, const struct code_columns *at)
{
	page_colour(page, DIM);
	page_cell(page, "CODE", CODE_NAME_COLUMNS);
	fprintf(page->out, "%*s%*s", (int)at->rate, code_columns[CODE_PER_S].title,
		code_columns[CODE_SHARE].columns, code_columns[CODE_SHARE].title);
	if (at->compared)
		fprintf(page->out, "%*s", (int)at->compared, code_columns[CODE_COMPARED].title);
	if (at->why)
		fprintf(page->out, "  %-*s", (int)at->why, "WHY");
	page_number(page, "COUNT", page->count_columns);
	page_plain(page);
	fputc('\n', page->out);
}

/* The Extended DNS Error that most of them carry, and the zone that most are of. */
static struct code_why why_of(const struct report *report, const struct code_row *row,
			      char zone[static TOP_TEXT_SIZE])
{
	const struct report_failing *failing =
		row->code < CODE_NODATA ? report_failing_find(report, (uint16_t)row->code) : NULL;
	struct code_why why = {0};

	for (size_t i = 0; i < report->ede_count && !why.ede_name; i++)
		if (report->edes[i].rcode == row->code) {
			why.ede_name = report->edes[i].info_name ? report->edes[i].info_name : "";
			why.ede = report->edes[i].info_code;
			why.ede_part = (double)report->edes[i].count / (double)row->count;
		}
	if (!failing)
		return why;
	why.zones_low = failing->zones_low;
	why.zones_high = failing->zones_high;
	why.zone_part = failing->share;
	if (failing->largest)
		why.zone = top_name_text(failing->largest->key, zone);
	return why;
}

/* Of a name that is too long the end says more than the beginning; it is printable ASCII. */
static size_t put_end(const struct page *page, const char *name, size_t room)
{
	size_t length = strlen(name), mark = page->utf8 ? 1 : 3;

	if (length <= room)
		return page_put(page, name, room);
	fputs(page->utf8 ? "…" : "...", page->out);
	return mark + page_put(page, name + length - (room - mark), room - mark);
}

static void put_why(const struct page *page, const struct code_row *row, size_t room)
{
	char zone[TOP_TEXT_SIZE];
	struct code_why why = {0};
	struct code_why_text text;
	size_t used = 0, tail;

	if (row->count)
		why = why_of(page->report, row, zone);
	code_why_text(&text, &why, room);
	tail = strlen(text.tail);
	if (text.head)
		used = text.is_zone ? put_end(page, text.head, room - tail)
				    : page_put(page, text.head, room - tail);
	fprintf(page->out, "%-*s", (int)(room - used), text.head ? text.tail : "");
}

static double rate_then(const struct code_history_row *row, uint32_t code)
{
	return (double)row->codes[code < RCODE_DIRECT ? code : RCODE_DIRECT] /
	       clock_seconds(row->length_ns);
}

/* What is usual of @code here, of intervals or else of minutes; negative: not known. */
static double usual_of(const struct page *page, uint32_t code)
{
	static const enum code_history_resolution from[] = {CODE_HISTORY_FULL,
							    CODE_HISTORY_MINUTES};
	bool rx = strcmp(page->report->direction, direction_names[DIRECTION_RX]) == 0;
	int point = page->history ? code_history_find(page->history, page->report->interface,
						      rx ? DIRECTION_RX : DIRECTION_TX)
				  : -1;
	double *values = point >= 0 ? calloc(CODE_HISTORY_FULL_MAX, sizeof(*values)) : NULL;
	double usual = -1;

	for (size_t i = 0; values && usual < 0 && i < sizeof(from) / sizeof(from[0]); i++) {
		const struct code_history_row *row;
		size_t at = 0, count = 0;
		double known_s = 0;

		while (count < CODE_HISTORY_FULL_MAX &&
		       (row = code_history_next(page->history, (size_t)point, from[i],
						page->window.from_ns, &at))) {
			if (!usual_has(&page->window, row->start_ns + row->length_ns) ||
			    row->length_ns <= 0)
				continue;
			values[count++] = rate_then(row, code);
			known_s += clock_seconds(row->length_ns);
		}
		usual = usual_median(values, count, known_s);
	}
	free(values);
	return usual;
}

static void put_rcode(const struct page *page, const struct code_columns *at,
		      const struct code_row *row)
{
	const struct report *report = page->report;
	/* The history has NODATA within NOERROR, and codes past RCODE_DIRECT in one: these are not compared. */
	double usual = row->code < RCODE_DIRECT ? usual_of(page, row->code) : -1, rate = row->rate;
	double share = report->responses ? (double)row->count / (double)report->responses : 0;
	char figure[TEXT_NUMBER_SIZE], number[CATALOG_UNNAMED_MAX];

	if (row->code == DNS_RCODE_NOERROR && report->interval_s > 0)
		rate += (double)report->answers[ANSWER_NODATA] / report->interval_s;
	if (row->count)
		page_tone(page, code_tone(row->code, row->rate, usual));
	else
		page_tone(page, TONE_DIM);
	page_cell(page, rcode_text(row->name, row->code, number), CODE_NAME_COLUMNS);
	fprintf(page->out, "%*s", (int)at->rate, text_rate(figure, row->rate));
	fprintf(page->out, "%*s", code_columns[CODE_SHARE].columns, figure_percent(figure, share));
	if (at->compared)
		fprintf(page->out, "%*s", (int)at->compared, usual_compare(figure, rate, usual));
	if (at->why) {
		fputs("  ", page->out);
		put_why(page, row, at->why);
	}
	page_number(page, text_count(figure, row->count), page->count_columns);
	page_plain(page);
	fputc('\n', page->out);
}

static void put_other_rcodes(const struct page *page)
{
	const struct report *report = page->report;
	char codes[TEXT_NUMBER_SIZE], count[TEXT_NUMBER_SIZE];

	if (report->other_rcode_count)
		fprintf(page->out, "  and %s in %s more codes\n",
			text_count(count, report->other_rcode_count),
			text_count(codes, report->other_rcode_codes));
}

bool page_has_rcode(const struct report_rcode *row)
{
	return row->count || report_rcode_always(row->code);
}

static int compare_ranks(const void *a, const void *b)
{
	const struct code_row *x = a, *y = b;
	unsigned int p = code_rank(x->code, x->count), q = code_rank(y->code, y->count);

	if (p != q)
		return p < q ? -1 : 1;
	return (x->count < y->count) - (x->count > y->count);
}

static int compare_places(const void *a, const void *b)
{
	uint32_t x = code_place(((const struct code_row *)a)->code);
	uint32_t y = code_place(((const struct code_row *)b)->code);

	return (x > y) - (x < y);
}

/* The rows that are shown, in their order. Gives how many. */
static size_t rows_of(const struct page *page, struct code_row rows[REPORT_RCODES_MAX + 1])
{
	const struct report *report = page->report;
	uint64_t nodata = report->answers[ANSWER_NODATA];
	size_t count = 0;

	for (size_t i = 0; i < report->rcode_count; i++) {
		const struct report_rcode *from = &report->rcodes[i];
		struct code_row *row = &rows[count];

		if (!page_has_rcode(from))
			continue;
		row->code = from->code;
		row->name = from->name;
		row->count = from->count;
		row->rate = from->rate;
		count++;
		if (from->code != DNS_RCODE_NOERROR)
			continue;
		row->count -= nodata < row->count ? nodata : row->count;
		row->rate = report->interval_s > 0 ? (double)row->count / report->interval_s : 0;
		rows[count] = (struct code_row){
			.code = CODE_NODATA,
			.name = "NODATA",
			.count = nodata,
			.rate = report->interval_s > 0 ? (double)nodata / report->interval_s : 0,
		};
		count++;
	}
	if (page->code_rows && page->code_rows < count) {
		qsort(rows, count, sizeof(rows[0]), compare_ranks);
		count = page->code_rows;
	}
	qsort(rows, count, sizeof(rows[0]), compare_places);
	return count;
}

void page_put_rcodes(const struct page *page)
{
	struct code_row rows[REPORT_RCODES_MAX + 1] = {0};
	size_t count = rows_of(page, rows);
	struct code_columns at = code_columns_of(page);

	put_rcode_header(page, &at);
	for (size_t i = 0; i < count; i++)
		put_rcode(page, &at, &rows[i]);
	put_other_rcodes(page);
	page_gap(page);
}

/* ---- Extended DNS Errors ---------------------------------------------------------- */

/* The share of the responses with @code that carried the error; -1 if @code has no row. */
static double share_of_rcode(const struct report *report, uint16_t code, uint64_t count)
{
	for (size_t i = 0; i < report->rcode_count; i++)
		if (report->rcodes[i].code == code && report->rcodes[i].count)
			return (double)count / (double)report->rcodes[i].count;
	return -1;
}

/* The sample of EXTRA-TEXT, which any server on the path can have written. */
static void put_sample(const struct page *page, const struct ede_text *text, size_t indent)
{
	size_t length = text->length < EDE_TEXT_MAX ? text->length : EDE_TEXT_MAX;
	size_t room = page->width - indent - 2;

	if (!length)
		return;
	if (text->cut) {
		length = utf8_trim(text->text, length);
		room -= 3;
	}
	fprintf(page->out, "%*s", (int)indent, "");
	page_colour(page, DIM);
	fputc('"', page->out);
	text_put(page->out, text->text, length, room, page->utf8);
	fputs(text->cut ? "\"..." : "\"", page->out);
	page_plain(page);
	fputc('\n', page->out);
}

void page_put_edes(const struct page *page)
{
	static const char share_title[] = "OF RCODE";
	const struct report *report = page->report;
	size_t shown = report->ede_count < EDE_ROWS ? report->ede_count : EDE_ROWS;
	size_t lead = NAME_COLUMNS + 7, figures = page->count_columns + 1 + page->rate_columns + 2 +
						  (sizeof(share_title) - 1);
	size_t purpose = page->width > lead + figures + PURPOSE_MIN ? page->width - lead - figures
								    : PURPOSE_MIN;
	char figure[TEXT_NUMBER_SIZE];
	uint64_t rest = report->other_ede_count;

	if (!report->ede_count && !rest)
		return;
	if (purpose > PURPOSE_MAX)
		purpose = PURPOSE_MAX;
	page_colour(page, DIM);
	page_cell(page, "RCODE", NAME_COLUMNS);
	fputs("   EDE ", page->out);
	page_cell(page, "EXTENDED ERROR", purpose);
	page_number(page, "COUNT", page->count_columns);
	page_number(page, "PER S", page->rate_columns);
	fprintf(page->out, " %s", share_title);
	page_plain(page);
	fputc('\n', page->out);
	for (size_t i = 0; i < shown; i++) {
		const struct report_ede *row = &report->edes[i];
		double share = share_of_rcode(report, row->rcode, row->count);
		char number[CATALOG_UNNAMED_MAX];

		page_colour(page, page_rcode_colour(row->rcode));
		page_cell(page, rcode_text(row->rcode_name, row->rcode, number), NAME_COLUMNS);
		fprintf(page->out, " %5u ", row->info_code);
		page_cell(page, info_text(row->info_name, row->info_code, number), purpose);
		page_number(page, text_count(figure, row->count), page->count_columns);
		page_number(page, text_rate(figure, row->rate), page->rate_columns);
		page_number(page, share < 0 ? "-" : text_share(figure, share),
			    sizeof(share_title) - 1);
		page_plain(page);
		fputc('\n', page->out);
		put_sample(page, &row->text, lead);
	}
	for (size_t i = shown; i < report->ede_count; i++)
		rest += report->edes[i].count;
	if (rest)
		fprintf(page->out, "%*sand %s more\n", (int)lead, "", text_count(figure, rest));
	page_gap(page);
}
