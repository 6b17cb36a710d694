// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/text_transactions.h"

#include <string.h>

#include "catalog/qtypes.h"
#include "format/txn_text.h"
#include "util/text_format.h"

/* Rows of servers and zones; JSON has more. */
#define ROWS 3u
/* A mean response time, in seconds, from which on it is a reason to look at a server. */
#define SLOW 0.2
/* The part of all queries upstream from which on a zone makes much of the work. */
#define BUSY 0.1
/* A share of unanswered queries that is worth a colour. */
#define MANY 0.05

static bool is_seen(const struct txn_report *report)
{
	return report->queries || report->responses || report->unanswered || report->outstanding;
}

/* "p50 1.2 ms". Gives @text. */
static const char *time_text(char text[TEXT_NUMBER_SIZE], const char *name, double seconds)
{
	const char *unit = seconds < 0.001 ? "us" : seconds < 1 ? "ms" : "s";
	double value = seconds < 0.001 ? seconds * 1e6 : seconds < 1 ? seconds * 1e3 : seconds;

	snprintf(text, TEXT_NUMBER_SIZE, "%s %.3g %s", name, value, unit);
	return text;
}

static void put_time(struct page *page, const char *name, double seconds)
{
	char text[TEXT_NUMBER_SIZE];

	page_item(page, time_text(text, name, seconds), false);
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

/* @name and @figures as one item. Of a name too long for the line its end says most. */
static void put_named(struct page *page, const char *name, const char *figures)
{
	size_t length = strlen(name), room = page->width - LABEL_COLUMNS;
	char item[TOP_TEXT_SIZE + 6 * TEXT_NUMBER_SIZE];

	room = room > strlen(figures) + 3 ? room - strlen(figures) : 3;
	if (length > room)
		snprintf(item, sizeof(item), "...%s%s", name + length - (room - 3), figures);
	else
		snprintf(item, sizeof(item), "%s%s", name, figures);
	page_item(page, item, false);
}

/* "example.com 24 of ~24 A". */
static void put_row(struct page *page, const struct txn_report *report, const struct txn_row *row,
		    const char *name)
{
	char figures[3 * TEXT_NUMBER_SIZE], n[TEXT_NUMBER_SIZE], of[TEXT_NUMBER_SIZE], type[16];

	snprintf(figures, sizeof(figures), " %s of ~%s %s", text_count(n, row->unanswered),
		 text_count(of, txn_report_asked(report, row)),
		 catalog_qtype_text(row->qtype_name, row->qtype, type));
	put_named(page, name, figures);
}

/* "192.0.2.7 12 of 40 REFUSED", of the responses that were seen. */
static void put_failing(struct page *page, const struct txn_row *row)
{
	bool refused = row->result[TXN_RESULT_REFUSED] > row->result[TXN_RESULT_FAILED];
	char figures[3 * TEXT_NUMBER_SIZE], n[TEXT_NUMBER_SIZE], of[TEXT_NUMBER_SIZE];
	char name[TOP_TEXT_SIZE];

	snprintf(figures, sizeof(figures), " %s of %s %s", text_count(n, txn_row_failures(row)),
		 text_count(of, txn_row_answered(row)), refused ? "REFUSED" : "failed");
	put_named(page, txn_row_text(row, name), figures);
}

/* "192.0.2.9 mean 812 ms max 2.1 s". */
static void put_slow(struct page *page, const struct txn_row *row)
{
	char figures[3 * TEXT_NUMBER_SIZE], mean[TEXT_NUMBER_SIZE], longest[TEXT_NUMBER_SIZE];
	char name[TOP_TEXT_SIZE];

	snprintf(figures, sizeof(figures), " %s %s", time_text(mean, "mean", txn_row_mean(row)),
		 time_text(longest, "max", txn_row_longest(row)));
	put_named(page, txn_row_text(row, name), figures);
}

/* The list of servers and then that of zones, of what takes @mean seconds at least. */
static void put_lists(struct page *page, const char *label, const struct txn_list *servers,
		      double mean, void (*put)(struct page *page, const struct txn_row *row))
{
	bool any = false;

	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < ROWS && i < servers[l].rows; i++) {
			const struct txn_row *row = &servers[l].row[i];

			if (txn_row_mean(row) < mean)
				continue;
			if (!any)
				page_items_begin(page, label);
			any = true;
			put(page, row);
		}
	if (any)
		page_items_end(page);
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

/* How much of what clients ask goes on to servers, and for which zones if they are large parts of it. */
static void put_ratio(struct page *page, const struct txn_report *report)
{
	char item[2 * TEXT_NUMBER_SIZE], name[TOP_TEXT_SIZE], part[TEXT_NUMBER_SIZE];

	if (!report->client_queries || !report->event[TXN_NEW])
		return;
	page_items_begin(page, "  work");
	snprintf(item, sizeof(item), "%.2f queries for each of clients",
		 (double)report->event[TXN_NEW] / (double)report->client_queries);
	page_item(page, item, true);
	for (size_t i = 0; i < report->busy.rows && i < ROWS; i++) {
		double share = txn_report_part(report, &report->busy.row[i]);

		if (share < BUSY)
			break;
		snprintf(item, sizeof(item), " %s", text_share(part, share));
		put_named(page, txn_zone_text(&report->busy.row[i], name), item);
	}
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
		if (!report->upstream)
			continue;
		put_lists(page, "  failing", &report->list[TXN_LIST_ERROR_SERVERS], 0, put_failing);
		put_lists(page, "  slow", &report->list[TXN_LIST_SLOW_SERVERS], SLOW, put_slow);
		put_ratio(page, report);
	}
	if (any)
		page_gap(page);
}
