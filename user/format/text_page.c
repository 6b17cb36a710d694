// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/text_page.h"

#include <string.h>

#include "catalog/catalog.h"
#include "format/formatter.h"
#include "util/text_format.h"
#include "dns_wire.h"

#define WIDTH_MIN ((int)TEXT_WIDTH_MIN)
#define WIDTH_MAX 160 /* the eye loses longer lines */

void page_colour(const struct page *page, const char *code)
{
	if (page->colour)
		fprintf(page->out, "\033[%sm", code);
}

void page_plain(const struct page *page)
{
	page_colour(page, "0");
}

void page_tone(const struct page *page, enum tone tone)
{
	static const char *const codes[TONES] = {
		[TONE_PLAIN] = "0",      [TONE_DIM] = DIM, [TONE_GOOD] = GREEN,
		[TONE_WARNING] = YELLOW, [TONE_BAD] = RED,
	};

	page_colour(page, codes[tone]);
}

void page_gap(const struct page *page)
{
	if (!page->compact)
		fputc('\n', page->out);
}

const char *page_rcode_colour(uint16_t code)
{
	switch (code) {
	case DNS_RCODE_NOERROR: return GREEN;
	case DNS_RCODE_NXDOMAIN: return YELLOW;
	case DNS_RCODE_FORMERR:
	case DNS_RCODE_SERVFAIL:
	case DNS_RCODE_NOTIMP:
	case DNS_RCODE_REFUSED: return RED;
	default: return PURPLE;
	}
}

size_t page_put(const struct page *page, const char *string, size_t columns)
{
	return text_put(page->out, string, strlen(string), columns, page->utf8);
}

void page_cell(const struct page *page, const char *string, size_t columns)
{
	text_cell(page->out, string, columns, page->utf8);
}

void page_number(const struct page *page, const char *text, size_t columns)
{
	fprintf(page->out, " %*s", (int)columns, text);
}

void page_items_begin(struct page *page, const char *label)
{
	page_colour(page, BOLD);
	page_cell(page, label, LABEL_COLUMNS);
	page_plain(page);
	page->used = LABEL_COLUMNS;
}

void page_item(struct page *page, const char *text, bool quiet)
{
	size_t length = strlen(text);

	if (page->used > LABEL_COLUMNS) {
		if (page->used + 2 + length > page->width) {
			fprintf(page->out, "\n%*s", (int)LABEL_COLUMNS, "");
			page->used = LABEL_COLUMNS;
		} else {
			fputs("  ", page->out);
			page->used += 2;
		}
	}
	if (quiet)
		page_colour(page, DIM);
	fputs(text, page->out);
	if (quiet)
		page_plain(page);
	page->used += length;
}

void page_item_count(struct page *page, const char *name, uint64_t count, uint64_t of)
{
	char text[CATALOG_NAME_MAX + 2 * TEXT_NUMBER_SIZE], figure[TEXT_NUMBER_SIZE],
		share[TEXT_NUMBER_SIZE];

	text_count(figure, count);
	if (of && count)
		snprintf(text, sizeof(text), "%s %s (%s)", name, figure,
			 text_share(share, (double)count / (double)of));
	else
		snprintf(text, sizeof(text), "%s %s", name, figure);
	page_item(page, text, count == 0);
}

void page_items_end(const struct page *page)
{
	fputc('\n', page->out);
}

static size_t at_least(size_t columns, const char *text)
{
	size_t length = strlen(text);

	return length > columns ? length : columns;
}

size_t page_width(int wanted)
{
	return (size_t)(wanted < WIDTH_MIN ? WIDTH_MIN : wanted > WIDTH_MAX ? WIDTH_MAX : wanted);
}

void page_lay_out(struct page *page, int width)
{
	const struct report *report = page->report;
	char figure[TEXT_NUMBER_SIZE];

	page->width = page_width(width);
	page->count_columns = at_least(10, text_count(figure, report->packets));
	page->count_columns = at_least(page->count_columns, text_count(figure, report->responses));
	page->rate_columns = at_least(8, text_rate(figure, report->rate));
}
