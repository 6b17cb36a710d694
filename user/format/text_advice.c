// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/text_advice.h"

#include <string.h>

#include "format/advice_text.h"
#include "util/text_format.h"
#include "util/timestamp.h"

#define INDENT 8u

/* With the day, if the interval's is another. */
static const char *since_text(const struct page *page, const struct advice *advice,
			      char text[static 2 * TIMESTAMP_SIZE])
{
	char since[TIMESTAMP_SIZE], end[TIMESTAMP_SIZE];
	bool same_day;

	timestamp_utc(since, advice->since_ns);
	timestamp_utc(end, page->report->end_ns);
	same_day = strncmp(since, end, sizeof("2026-11-23") - 1) == 0;
	snprintf(text, (size_t)2 * TIMESTAMP_SIZE, "%.*s%s%.8s UTC",
		 same_day ? 0 : (int)sizeof("2026-11-23") - 1, since, same_day ? "" : " ",
		 since + sizeof("2026-11-23T") - 1);
	return text;
}

static void put_one(const struct page *page, const struct advice *advice)
{
	char line[ADVICE_TEXT_SIZE], whole[ADVICE_TEXT_SIZE + 3 * TIMESTAMP_SIZE];
	char since[2 * TIMESTAMP_SIZE];

	snprintf(whole, sizeof(whole), "%s, since %s", advice_line(page->report, advice, line),
		 since_text(page, advice, since));
	page_colour(page, YELLOW);
	fputs("ADVICE", page->out);
	page_plain(page);
	fprintf(page->out, "%*s", (int)(INDENT - sizeof("ADVICE") + 1), "");
	text_wrap(page->out, page->width, INDENT, INDENT, whole);
	/* Never broken: it is there to be pasted. */
	fprintf(page->out, "%*stype: ", (int)INDENT, "");
	page_colour(page, BOLD);
	fputs(advice_command(page->report, advice, line), page->out);
	page_plain(page);
	fputc('\n', page->out);
}

void page_put_advice(const struct page *page)
{
	const struct report *report = page->report;

	if (!report->advice_count)
		return;
	for (size_t i = 0; i < report->advice_count && i < page->shown_max; i++)
		put_one(page, &report->advice[i]);
	if (report->advice_count > page->shown_max)
		fprintf(page->out, "ADVICE  and %zu more\n",
			report->advice_count - page->shown_max);
	page_gap(page);
}
