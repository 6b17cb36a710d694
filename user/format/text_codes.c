// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/text_codes.h"

#include <string.h>

#include "format/text_failing.h"
#include "util/text_format.h"
#include "util/utf8.h"
#include "dns_wire.h"
#include "report/report_names.h"

#define EDE_ROWS 12

#define PURPOSE_MIN 6u
#define PURPOSE_MAX 48u

/* ---- RCODEs --------------------------------------------------------------------- */

static void put_rcode_header(const struct page *page)
{
	page_colour(page, DIM);
	fprintf(page->out, "CODE ");
	page_cell(page, "NAME", NAME_COLUMNS);
	if (page->description_columns) {
		fputc(' ', page->out);
		page_cell(page, "DESCRIPTION", page->description_columns);
	}
	page_number(page, "COUNT", page->count_columns);
	page_number(page, "PER S", page->rate_columns);
	page_number(page, "SHARE", SHARE_COLUMNS);
	page_plain(page);
	fputc('\n', page->out);
}

static void put_rcode(const struct page *page, const struct report_rcode *row)
{
	char figure[TEXT_NUMBER_SIZE], number[CATALOG_UNNAMED_MAX];

	page_colour(page, row->count ? page_rcode_colour(row->code) : DIM);
	fprintf(page->out, "%4u ", row->code);
	page_cell(page, rcode_text(row->name, row->code, number), NAME_COLUMNS);
	if (page->description_columns) {
		fputc(' ', page->out);
		page_cell(page, row->description, page->description_columns);
	}
	page_number(page, text_count(figure, row->count), page->count_columns);
	page_number(page, text_rate(figure, row->rate), page->rate_columns);
	page_number(page, text_share(figure, row->share), SHARE_COLUMNS);
	if (row->count && page->bar_columns) {
		fputc(' ', page->out);
		text_bar(page->out, row->share, page->bar_columns, page->utf8);
	}
	page_plain(page);
	fputc('\n', page->out);
}

static void put_other_rcodes(const struct page *page)
{
	const struct report *report = page->report;
	char codes[TEXT_NUMBER_SIZE], count[TEXT_NUMBER_SIZE];

	if (report->other_rcode_count)
		fprintf(page->out, "     and %s in %s more codes\n",
			text_count(count, report->other_rcode_count),
			text_count(codes, report->other_rcode_codes));
}

bool page_has_rcode(const struct report_rcode *row)
{
	return row->count || report_rcode_always(row->code);
}

static bool is_failing(const struct report_rcode *row)
{
	return row->count && row->code != DNS_RCODE_NOERROR && row->code != DNS_RCODE_NXDOMAIN;
}

void page_put_rcodes(const struct page *page)
{
	const struct report *report = page->report;

	put_rcode_header(page);
	/* What fails comes first: a page is cut at its end. */
	for (size_t i = 0; i < report->rcode_count; i++)
		if (is_failing(&report->rcodes[i]))
			put_rcode(page, &report->rcodes[i]);
	for (size_t i = 0; i < report->rcode_count; i++)
		if (page_has_rcode(&report->rcodes[i]) && !is_failing(&report->rcodes[i]))
			put_rcode(page, &report->rcodes[i]);
	put_other_rcodes(page);
	page_put_failing(page);
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
