// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/text_guide.h"

#include "catalog/catalog.h"
#include "catalog/guide.h"
#include "util/text_format.h"
#include "dns_wire.h"
#include "report/report_names.h"

#define EDE_COLUMNS 7u /* "EDE 255" */

struct table {
	const struct page *page;
	size_t rows;
};

static void put_title(struct table *table)
{
	const struct page *page = table->page;

	if (table->rows++)
		return;
	page_colour(page, DIM);
	page_cell(page, "RCODE", NAME_COLUMNS);
	fprintf(page->out, " %-*s", (int)EDE_COLUMNS, "");
	page_number(page, "COUNT", page->count_columns);
	fputs(" GUIDE (NO STANDARD)", page->out);
	page_plain(page);
	fputc('\n', page->out);
}

static void put_row(struct table *table, const struct report_rcode *rcode, int32_t ede, bool nodata,
		    uint64_t count)
{
	const struct guide_mapping *mapping = guide_map(rcode->code, ede, nodata);
	const struct page *page = table->page;
	size_t before = NAME_COLUMNS + 1 + EDE_COLUMNS + 1 + page->count_columns + 7;
	char figure[TEXT_NUMBER_SIZE], number[CATALOG_UNNAMED_MAX], beside[16] = "";

	if (!count || !mapping)
		return;
	if (ede != GUIDE_NO_EDE)
		snprintf(beside, sizeof(beside), "EDE %d", (int)ede);
	put_title(table);
	page_colour(page, page_rcode_colour(rcode->code));
	page_cell(page, rcode_text(rcode->name, rcode->code, number), NAME_COLUMNS);
	fprintf(page->out, " %-*s", (int)EDE_COLUMNS, nodata ? "nodata" : beside);
	page_number(page, text_count(figure, count), page->count_columns);
	fprintf(page->out, " %5u ", mapping->code);
	/* To its end: that is where many of them differ. */
	text_wrap(page->out, page->width, before, before,
		  catalog_description(CATALOG_GUIDE, mapping->code));
	page_plain(page);
}

void page_put_guide(const struct page *page)
{
	const struct report *report = page->report;
	struct table table = {.page = page};

	if (!report->guide)
		return;
	for (size_t i = 0; i < report->rcode_count; i++) {
		const struct report_rcode *row = &report->rcodes[i];

		put_row(&table, row, GUIDE_NO_EDE, false, row->count);
		if (row->code == DNS_RCODE_NOERROR)
			put_row(&table, row, GUIDE_NO_EDE, true, report->answers[ANSWER_NODATA]);
		for (size_t k = 0; k < report->ede_count; k++)
			if (report->edes[k].rcode == row->code)
				put_row(&table, row, report->edes[k].info_code, false,
					report->edes[k].count);
	}
	if (table.rows)
		page_gap(page);
}
