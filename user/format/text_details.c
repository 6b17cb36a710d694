// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/text_details.h"

#include "catalog/catalog.h"
#include "report/names.h"
#include "catalog/qtypes.h"
#include "format/text_codes.h"
#include "util/text_format.h"
#include "format/text_words.h"
#include "util/clock.h"
#include "report/report_names.h"

#define QTYPES_SHOWN 10
#define EARLIER_MAX  10

#define REASON_COLUMNS 20u

/* ---- what else the responses were --------------------------------------------------- */

static void put_answers(struct page *page)
{
	const struct report *report = page->report;
	uint64_t answers = 0;

	for (size_t i = 0; i < ANSWER_COUNT; i++)
		answers += report->answers[i];
	page_items_begin(page, "answers");
	for (size_t i = 0; i < ANSWER_COUNT; i++)
		page_item_count(page, answer_names[i], report->answers[i], answers);
	page_items_end(page);
}

static void put_flags_and_transport(struct page *page)
{
	const struct report *report = page->report;

	page_items_begin(page, "flags");
	for (size_t i = 0; i < FLAG_COUNT; i++)
		page_item_count(page, flag_names[i], report->flags[i], 0);
	page_items_end(page);
	page_items_begin(page, "transport");
	for (size_t i = 0; i < TRANSPORT_COUNT; i++)
		page_item_count(page, transport_names[i], report->transport[i], 0);
	for (size_t i = 0; i < FAMILY_COUNT; i++)
		page_item_count(page, family_names[i], report->family[i], 0);
	page_items_end(page);
}

static void put_qtypes(struct page *page)
{
	const struct report *report = page->report;
	uint64_t rest = report->other_qtype_count;
	char name[16];

	if (!report->qtype_count && !rest)
		return;
	page_items_begin(page, "types asked");
	for (size_t i = 0; i < report->qtype_count; i++) {
		if (i < QTYPES_SHOWN)
			page_item_count(page,
					catalog_qtype_text(report->qtypes[i].name,
							   report->qtypes[i].type, name),
					report->qtypes[i].count, 0);
		else
			rest += report->qtypes[i].count;
	}
	if (rest)
		page_item_count(page, "others", rest, 0);
	page_items_end(page);
}

static void put_further_edes(struct page *page)
{
	const struct report *report = page->report;
	uint64_t rest = report->other_further_ede_count;
	char name[CATALOG_NAME_MAX + 16];

	if (!report->further_ede_count && !rest)
		return;
	page_items_begin(page, "second EDEs");
	for (size_t i = 0; i < report->further_ede_count; i++) {
		const struct report_further_ede *row = &report->further_edes[i];

		snprintf(name, sizeof(name), "EDE %u:", row->info_code);
		if (i < QTYPES_SHOWN)
			page_item_count(page, name, row->count, 0);
		else
			rest += row->count;
	}
	if (rest)
		page_item_count(page, "others", rest, 0);
	page_items_end(page);
}

/* Codes without a line in this interval, by their totals. */
static void put_earlier(struct page *page)
{
	const struct report *report = page->report;
	size_t quiet = 0, shown = 0;

	for (size_t i = 0; i < report->rcode_count; i++)
		quiet += !page_has_rcode(&report->rcodes[i]);
	if (!quiet)
		return;
	page_items_begin(page, "earlier");
	for (size_t i = 0; i < report->rcode_count && shown < EARLIER_MAX; i++) {
		const struct report_rcode *row = &report->rcodes[i];
		char text[CATALOG_NAME_MAX + TEXT_NUMBER_SIZE], figure[TEXT_NUMBER_SIZE];
		char number[CATALOG_UNNAMED_MAX];

		if (page_has_rcode(row))
			continue;
		snprintf(text, sizeof(text), "%s %s", rcode_text(row->name, row->code, number),
			 text_count(figure, row->total));
		page_item(page, text, true);
		shown++;
	}
	if (quiet > shown) {
		char text[TEXT_NUMBER_SIZE + 16];

		snprintf(text, sizeof(text), "and %zu more", quiet - shown);
		page_item(page, text, true);
	}
	page_items_end(page);
}

/* ---- what was not counted, and why ---------------------------------------------------- */

static void put_reason(const struct page *page, const char *name, uint64_t count, const char *words)
{
	size_t used = 2 + REASON_COLUMNS + 1 + page->count_columns + 2;
	char figure[TEXT_NUMBER_SIZE];

	if (!count)
		return;
	fputs("  ", page->out);
	page_cell(page, name, REASON_COLUMNS);
	page_number(page, text_count(figure, count), page->count_columns);
	if (page->width >= used + 10) {
		fputs("  ", page->out);
		page_colour(page, DIM);
		page_put(page, words, page->width - used);
		page_plain(page);
	}
	fputc('\n', page->out);
}

static void put_not_counted(const struct page *page)
{
	const struct report *report = page->report;
	char not_counted[TEXT_NUMBER_SIZE], packets[TEXT_NUMBER_SIZE];
	uint64_t sum = 0;

	if (!report->packets) {
		fputs("No packet was seen.\n", page->out);
		return;
	}
	for (size_t i = 0; i < PKT_OUTCOMES; i++)
		sum += i == OUTCOME_RESPONSE ? 0 : report->outcome[i];
	if (!sum)
		return;
	page_colour(page, BOLD);
	fputs("not counted", page->out);
	page_plain(page);
	fprintf(page->out, " %s of %s packets\n", text_count(not_counted, sum),
		text_count(packets, report->packets));
	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		if (i != OUTCOME_RESPONSE)
			put_reason(page, outcome_names[i], report->outcome[i],
				   outcome_words((enum outcome)i));
	for (size_t i = 0; i < UNPARSED_COUNT; i++)
		put_reason(page, unparsed_names[i], report->outcome[PKT_UNPARSED(i)],
			   unparsed_words((enum unparsed)i));
}

static void put_incomplete(const struct page *page)
{
	const struct report *report = page->report;
	uint64_t sum = report->rare_lost + report->rare_retired + report->ede_texts_lost;

	for (size_t i = 0; i < INCOMPLETE_COUNT; i++)
		sum += report->incomplete[i];
	if (!sum)
		return;
	page_colour(page, BOLD);
	fputs("incomplete", page->out);
	page_plain(page);
	fputs("  counted, but not with all that they said\n", page->out);
	for (size_t i = 0; i < INCOMPLETE_COUNT; i++)
		put_reason(page, incomplete_names[i], report->incomplete[i],
			   incomplete_words((enum incomplete)i));
	put_reason(page, "rare_lost", report->rare_lost, "numbers of EDEs and types: table full");
	put_reason(page, "rare_retired", report->rare_retired, "such numbers that made room there");
	put_reason(page, "ede_texts_lost", report->ede_texts_lost, "texts of EDEs: table full");
}

static void put_tcp(const struct page *page)
{
	const struct report *report = page->report;
	uint64_t sum = 0;

	for (size_t i = 0; i < TCP_EVENT_COUNT; i++)
		sum += report->tcp[i];
	if (!sum)
		return;
	page_colour(page, BOLD);
	fputs("TCP", page->out);
	page_plain(page);
	fputs("  stream problems\n", page->out);
	for (size_t i = 0; i < TCP_EVENT_COUNT; i++)
		put_reason(page, tcp_event_names[i], report->tcp[i],
			   tcp_event_words((enum tcp_event)i));
}

static void put_udp(const struct page *page)
{
	const struct report *report = page->report;
	uint64_t sum = 0;

	for (size_t i = 0; i < UDP_EVENT_COUNT; i++)
		sum += report->udp[i];
	if (!sum)
		return;
	page_colour(page, BOLD);
	fputs("UDP", page->out);
	page_plain(page);
	fputs("  payload in which messages may be uncounted\n", page->out);
	for (size_t i = 0; i < UDP_EVENT_COUNT; i++)
		put_reason(page, udp_event_names[i], report->udp[i],
			   udp_event_words((enum udp_event)i));
}

/* Of the interface, whatever they held: nobody can know what was DNS. */
static void put_nic(const struct page *page)
{
	const struct report *report = page->report;

	if (!report->nic_lost || !report->nic_source)
		return;
	page_colour(page, BOLD);
	fputs("NIC", page->out);
	page_plain(page);
	fputs("  packets lost before they could be seen\n", page->out);
	put_reason(page, report->nic_source, report->nic_lost,
		   "of any kind, as this source has it");
}

/* ---- what counting costs ---------------------------------------------------------------- */

static void put_run_time(struct page *page)
{
	const struct report *report = page->report;
	char text[64], runs[TEXT_NUMBER_SIZE];

	page_items_begin(page, "BPF time");
	if (!report->cost_measured) {
		page_item(page, "not measured: sysctl kernel.bpf_stats_enabled=1 turns it on",
			  true);
	} else {
		snprintf(text, sizeof(text), "runs %s", text_count(runs, report->bpf_runs));
		page_item(page, text, false);
		if (report->bpf_runs) {
			snprintf(text, sizeof(text), "%.0f ns each",
				 (double)report->bpf_run_ns / (double)report->bpf_runs);
			page_item(page, text, false);
			snprintf(text, sizeof(text), "%.3f s in all",
				 clock_seconds((int64_t)report->bpf_run_ns));
			page_item(page, text, false);
		}
	}
	page_items_end(page);
}

static void put_cost(struct page *page)
{
	const struct report *report = page->report;

	if (!report->cost_wanted)
		return;
	page_items_begin(page, "paths");
	page_item_count(page, "fast", report->packets - report->slow_path, report->packets);
	page_item_count(page, "slow", report->slow_path, report->packets);
	page_items_end(page);
	put_run_time(page);
}

/* ---- all of it -------------------------------------------------------------------------- */

void page_put_details(struct page *page)
{
	if (page->report->responses) {
		put_answers(page);
		put_flags_and_transport(page);
		put_qtypes(page);
		put_further_edes(page);
	}
	put_earlier(page);
	put_not_counted(page);
	put_incomplete(page);
	put_tcp(page);
	put_udp(page);
	put_nic(page);
	put_cost(page);
	page_gap(page);
}
