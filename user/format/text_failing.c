// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/text_failing.h"

#include <string.h>

#include "analysis/advice.h"
#include "dns_wire.h"
#include "format/top_text.h"
#include "report/report_names.h"
#include "util/text_format.h"

/* Of fewer responses nothing can be said, and a smaller part of all wakes nobody. */
#define COUNT_MIN 20u
#define SHARE_MIN 0.01
/* From this part of a code's responses on it is the largest zone's matter. */
#define ONE_ZONE 0.5
/* So many zones at least, of which none has that part: it is nobody's matter but this host's. */
#define MANY_ZONES 10u

#define CODE_COLUMNS 5u /* of the number in the table, with a space */
#define INDENT       (CODE_COLUMNS + NAME_COLUMNS + 1)

/* NXDOMAIN is an answer: what is said of it is in attacks and advice. */
static bool is_shown(const struct report *report, const struct report_failing *failing)
{
	return failing->code != DNS_RCODE_NXDOMAIN && failing->count >= COUNT_MIN &&
	       (double)failing->count >= SHARE_MIN * (double)report->responses;
}

/* Advice that the page has says already that it is that zone. */
static bool is_advised(const struct page *page, const struct report_failing *failing)
{
	const struct report *report = page->report;

	for (size_t i = 0; i < report->advice_count && i < page->shown_max; i++)
		if (report->advice[i].zone == failing->largest && failing->largest)
			return true;
	return false;
}

/* What to look at where many zones fail: what is sent is said by this host, what is received by those it asks. */
static const char *where(const struct report *report)
{
	if (strcmp(report->direction, "tx") == 0)
		return ": look at this host";
	return strcmp(report->direction, "rx") == 0 ? ": look at the servers asked" : "";
}

static void put_one(const struct page *page, const struct report_failing *failing)
{
	char name[TOP_TEXT_SIZE], share[TEXT_NUMBER_SIZE], zones[TEXT_NUMBER_SIZE];
	char number[CATALOG_UNNAMED_MAX], line[TOP_TEXT_SIZE + 128];
	const char *rcode = rcode_text(failing->name, failing->code, number);
	bool exact = failing->zones_low == failing->zones_high;

	text_share(share, failing->share);
	text_count(zones, failing->zones_low);
	if (failing->largest)
		top_name_text(failing->largest->key, name);
	if (failing->share >= ONE_ZONE)
		snprintf(line, sizeof(line), "one zone: %s %s", name, share);
	else if (failing->share_high < ONE_ZONE && failing->zones_low >= MANY_ZONES)
		snprintf(line, sizeof(line), "%s%s zones fail%s", zones, exact ? "" : " or more",
			 where(page->report));
	else if (failing->largest)
		snprintf(line, sizeof(line), "%s%s %s: most %s %s", zones, exact ? "" : " or more",
			 failing->zones_low == 1 ? "zone" : "zones", name, share);
	else
		return;
	fprintf(page->out, "%*s", (int)CODE_COLUMNS, "");
	page_colour(page, page_rcode_colour(failing->code));
	page_cell(page, rcode, NAME_COLUMNS);
	page_plain(page);
	fputc(' ', page->out);
	text_wrap(page->out, page->width, INDENT, INDENT, line);
}

void page_put_failing(const struct page *page)
{
	const struct report *report = page->report;

	for (size_t i = 0; i < report->failing_count; i++)
		if (is_shown(report, &report->failing[i]) && !is_advised(page, &report->failing[i]))
			put_one(page, &report->failing[i]);
}
