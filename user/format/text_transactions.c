// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/text_transactions.h"

#include <string.h>

#include "catalog/qtypes.h"
#include "format/txn_text.h"
#include "util/text_format.h"

/* Rows of servers and zones; JSON has more. */
#define ROWS 3u
/* A share of unanswered queries that is worth a colour. */
#define MANY 0.05

static bool is_seen(const struct txn_report *report)
{
	return report->queries || report->responses || report->unanswered || report->outstanding;
}

/* "1.2 ms". */
static void put_time(struct page *page, const char *name, double seconds)
{
	const char *unit = seconds < 0.001 ? "us" : seconds < 1 ? "ms" : "s";
	double value = seconds < 0.001 ? seconds * 1e6 : seconds < 1 ? seconds * 1e3 : seconds;
	char text[TEXT_NUMBER_SIZE];

	snprintf(text, sizeof(text), "%s %.3g %s", name, value, unit);
	page_item(page, text, false);
}

static void put_count(struct page *page, uint64_t count, const char *what)
{
	char number[TEXT_NUMBER_SIZE], text[96];

	if (!count)
		return;
	snprintf(text, sizeof(text), "%s %s", text_count(number, count), what);
	page_item(page, text, false);
}

/* What of queries ended within the interval was not answered. */
static double share_of(const struct txn_report *report)
{
	uint64_t ended = report->event[TXN_ANSWERED] + report->unanswered +
			 report->event[TXN_EVICTED];

	return ended ? (double)report->unanswered / (double)ended : 0;
}

static void put_side(struct page *page, const struct txn_report *report)
{
	char number[TEXT_NUMBER_SIZE], text[96];
	double share = share_of(report);
	bool bad = share >= MANY && !report->one_sided;

	page_items_begin(page, report->side);
	if (bad)
		page_colour(page, RED);
	snprintf(text, sizeof(text), "%s unanswered", text_count(number, report->unanswered));
	page_item(page, text, !report->unanswered);
	if (report->unanswered) {
		char percent[TEXT_NUMBER_SIZE];

		snprintf(text, sizeof(text), "(%s)", text_share(percent, share));
		page_item(page, text, false);
	}
	if (bad)
		page_plain(page);
	put_count(page, report->event[TXN_ANSWERED], "answered");
	snprintf(text, sizeof(text), "%s waiting", text_count(number, report->outstanding));
	page_item(page, text, true);
	if (report->all.sampled) {
		put_time(page, "p50", report->all.p50);
		put_time(page, "p99", report->all.p99);
		put_time(page, "max", report->all.max);
	}
	put_count(page, report->event[TXN_RETRY], "retries");
	put_count(page, report->event[TXN_LATE], "late");
	put_count(page, report->event[TXN_DUPLICATE], "duplicate");
	put_count(page, report->event[TXN_MISMATCHED], "mismatched");
	put_count(page, report->event[TXN_UNSOLICITED], "unsolicited");
	put_count(page, report->event[TXN_BEFORE_START], "to queries before the start");
	put_count(page, report->event[TXN_EVICTED], "forgotten, the table being full");
	if (report->one_sided)
		page_item(page,
			  report->responses ? "one-sided: queries are not seen here"
					    : "one-sided: no response has been seen yet",
			  false);
	if (report->uncertain)
		page_item(page, "uncertain", false);
	page_items_end(page);
}

/* "example.com 24 of ~24 A". Of a name too long for the line its end says most. */
static void put_row(struct page *page, const struct txn_report *report, const struct txn_row *row,
		    const char *name)
{
	char figures[3 * TEXT_NUMBER_SIZE], item[TOP_TEXT_SIZE + sizeof(figures)], type[16];
	char n[TEXT_NUMBER_SIZE], of[TEXT_NUMBER_SIZE];
	size_t length = strlen(name), room;

	snprintf(figures, sizeof(figures), " %s of ~%s %s", text_count(n, row->unanswered),
		 text_count(of, txn_report_asked(report, row)),
		 catalog_qtype_text(row->qtype_name, row->qtype, type));
	room = page->width - LABEL_COLUMNS;
	room = room > strlen(figures) + 3 ? room - strlen(figures) : 3;
	if (length > room)
		snprintf(item, sizeof(item), "...%s%s", name + length - (room - 3), figures);
	else
		snprintf(item, sizeof(item), "%s%s", name, figures);
	page_item(page, item, false);
}

static void put_rows(struct page *page, const struct txn_report *report, const char *label,
		     const struct txn_row *rows, size_t count, uint64_t other,
		     const char *(*text_of)(const struct txn_row *row,
					    char text[static TOP_TEXT_SIZE]))
{
	size_t shown = count < ROWS ? count : ROWS;

	if (!count)
		return;
	page_items_begin(page, label);
	for (size_t i = 0; i < shown; i++) {
		char name[TOP_TEXT_SIZE];

		put_row(page, report, &rows[i], text_of(&rows[i], name));
	}
	for (size_t i = shown; i < count; i++)
		other += rows[i].unanswered;
	put_count(page, other, "of others");
	page_items_end(page);
}

void page_put_transactions(struct page *page, const struct txn_report *reports, size_t sides)
{
	bool any = false;

	for (size_t i = 0; i < sides; i++) {
		const struct txn_report *report = &reports[i];

		if (!is_seen(report))
			continue;
		any = true;
		put_side(page, report);
		if (i == TXN_UPSTREAM)
			put_rows(page, report, "  servers", report->server, report->servers,
				 report->other_servers, txn_server_text);
		put_rows(page, report, "  zones", report->zone, report->zones, report->other_zones,
			 txn_zone_text);
	}
	if (any)
		page_gap(page);
}
