// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/text_sides.h"

#include <string.h>

#include "dns_wire.h"
#include "format/figure_text.h"
#include "format/side_cells.h"

static bool is_of(const struct report *report, enum txn_side side)
{
	return strcmp(report->direction, side == TXN_UPSTREAM ? "rx" : "tx") == 0;
}

static double rate_of(uint64_t count, double seconds)
{
	return seconds > 0 ? (double)count / seconds : 0;
}

static void add_report(struct side_figures *side, const struct report *report)
{
	side->responses += report->rate;
	for (size_t i = 0; i < report->rcode_count; i++)
		if (report->rcodes[i].code == DNS_RCODE_SERVFAIL)
			side->servfail += report->rcodes[i].rate;
}

static void add_transactions(struct side_figures *side, const struct txn_report *report)
{
	double seconds = report->interval_s;

	side->followed = true;
	side->one_sided = report->one_sided;
	side->asked = rate_of(report->event[TXN_NEW], seconds);
	side->answered = rate_of(report->event[TXN_ANSWERED], seconds);
	side->unanswered = rate_of(report->unanswered, seconds);
	side->evicted = rate_of(report->event[TXN_EVICTED], seconds);
	side->timed = report->all.sampled > 0;
	side->p50_s = report->all.p50;
	side->p95_s = report->all.p95;
}

/* False: nobody watches it. */
static bool figures_of(struct side_figures *figures, enum txn_side side,
		       const struct text_formatter *formatter, const struct report *const *reports,
		       size_t count)
{
	bool seen = side < formatter->sides;

	*figures = (struct side_figures){0};
	for (size_t i = 0; i < count; i++)
		if (is_of(reports[i], side)) {
			seen = true;
			add_report(figures, reports[i]);
		}
	if (side < formatter->sides)
		add_transactions(figures, &formatter->transactions[side]);
	return seen;
}

/* Whether the interface of report @i is one before, by its other direction. */
static bool is_named(const struct report *const *reports, size_t i)
{
	for (size_t before = 0; before < i; before++)
		if (strcmp(reports[before]->interface, reports[i]->interface) == 0)
			return true;
	return false;
}

/* "res7 eth0 lo  15:38:43Z  mean of 10 s", as far as it has room. */
static void put_title(const struct page *page, const struct report *const *reports, size_t count)
{
	char clock[TEXT_NUMBER_SIZE], interval[TEXT_NUMBER_SIZE];
	size_t room, used;

	figure_clock(clock, reports[0]->end_ns);
	figure_interval(interval, reports[0]->interval_s);
	room = page->width - strlen(clock) - strlen(interval) - 4;
	page_colour(page, BOLD);
	used = page_put(page, reports[0]->host, room / 2);
	page_plain(page);
	for (size_t i = 0; i < count; i++) {
		if (is_named(reports, i))
			continue;
		if (used + 1 + strlen(reports[i]->interface) > room)
			break;
		fputc(' ', page->out);
		used += 1 + page_put(page, reports[i]->interface, room - used - 1);
	}
	page_colour(page, BOLD);
	fprintf(page->out, "  %s", clock);
	page_plain(page);
	fprintf(page->out, "  %s\n", interval);
}

static bool is_whole(const struct page *page)
{
	return page->width >= SIDE_NAME_PAGE;
}

static void put_titles(const struct page *page)
{
	page_colour(page, DIM);
	fprintf(page->out, "%*s", is_whole(page) ? SIDE_NAME : SIDE_NAME_SHORT, "");
	for (int cell = 0; cell < SIDE_CELLS; cell++)
		if (page->width >= (size_t)side_columns[cell].page)
			fprintf(page->out, "%*s", side_columns[cell].columns,
				side_columns[cell].title);
	page_plain(page);
	fputc('\n', page->out);
}

static void put_side(const struct page *page, enum txn_side side,
		     const struct side_figures *figures)
{
	page_colour(page, BOLD);
	fprintf(page->out, "%-*s", is_whole(page) ? SIDE_NAME : SIDE_NAME_SHORT,
		side_name(side == TXN_UPSTREAM, false, is_whole(page)));
	page_plain(page);
	for (int cell = 0; cell < SIDE_CELLS; cell++) {
		char text[SIDE_CELL_SIZE];
		enum tone tone = side_cell(text, figures, (enum side_cell)cell);

		if (page->width < (size_t)side_columns[cell].page)
			continue;
		if (tone != TONE_PLAIN)
			page_tone(page, tone);
		fprintf(page->out, "%*s", side_columns[cell].columns, text);
		if (tone != TONE_PLAIN)
			page_plain(page);
	}
	fputc('\n', page->out);
}

void page_put_sides(const struct page *page, const struct text_formatter *formatter,
		    const struct report *const *reports, size_t count)
{
	struct side_figures figures;
	bool any = false;

	for (enum txn_side side = 0; side < TXN_SIDES; side++) {
		if (!figures_of(&figures, side, formatter, reports, count))
			continue;
		/* On a terminal the head of the first page has it, and lines are few. */
		if (!any && count && !page->compact)
			put_title(page, reports, count);
		if (!any)
			put_titles(page);
		any = true;
		put_side(page, side, &figures);
	}
	if (any)
		page_gap(page);
}
