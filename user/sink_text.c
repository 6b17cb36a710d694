// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A report as a table for people. What did not happen in the interval takes no line of its own. */
#include "sink.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "catalog.h"
#include "names.h"
#include "qtypes.h"
#include "sink_buffer.h"
#include "terminal.h"
#include "text_advice.h"
#include "text_attacks.h"
#include "text_format.h"
#include "text_guide.h"
#include "text_page.h"
#include "text_top.h"
#include "text_words.h"
#include "timestamp.h"
#include "utf8.h"

#define EDE_ROWS     12
#define QTYPES_SHOWN 10
#define EARLIER_MAX  10

#define REASON_COLUMNS 20u
#define PURPOSE_MIN    6u
#define PURPOSE_MAX    48u

/* ---- the head ------------------------------------------------------------------ */

static void put_head(const struct page *page)
{
	const struct report *report = page->report;
	char count[TEXT_NUMBER_SIZE], rate[TEXT_NUMBER_SIZE], total[TEXT_NUMBER_SIZE];
	char stamp[TIMESTAMP_SIZE];
	bool one_line;

	/* The rest of the line takes 50 columns at most; a capture file's name can be long. */
	page_colour(page, BOLD);
	page_put(page, report->interface, page->width > 70 ? page->width - 50 : 20);
	fprintf(page->out, " %s", report->direction);
	page_plain(page);
	fprintf(page->out, "  %s%s", report->hook, page->width < 70 ? "\n" : "  ");
	timestamp_utc(stamp, report->end_ns);
	fprintf(page->out, "%.10s %.8s UTC, %.*f s\n", stamp, stamp + sizeof("2026-11-23T") - 1,
		report->interval_s < 10 ? 2 : 1, report->interval_s);

	text_count(count, report->responses);
	text_rate(rate, report->rate);
	text_count(total, report->total_responses);
	page_colour(page, BOLD);
	fputs(count, page->out);
	page_plain(page);
	fprintf(page->out, " %s, ", report->responses == 1 ? "response" : "responses");
	page_colour(page, BOLD);
	fputs(rate, page->out);
	page_plain(page);
	fputs("/s", page->out);
	page_colour(page, DIM);
	one_line = strlen(count) + strlen(" responses, ") + strlen(rate) + strlen("/s, ") +
			   strlen(total) + strlen(" since the start") <=
		   page->width;
	fprintf(page->out, "%s%s since the start", one_line ? ", " : "\n", total);
	page_plain(page);
	fputs("\n\n", page->out);
}

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
	struct catalog_entry entry = {.description = ""};
	char figure[TEXT_NUMBER_SIZE];

	catalog_lookup(CATALOG_RCODE, row->code, &entry);
	page_colour(page, row->count ? page_rcode_colour(row->code) : DIM);
	fprintf(page->out, "%4u ", row->code);
	page_cell(page, entry.name, NAME_COLUMNS);
	if (page->description_columns) {
		fputc(' ', page->out);
		page_cell(page, entry.description, page->description_columns);
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

/* NOERROR, SERVFAIL, NXDOMAIN and REFUSED keep their place, so that the eye finds them. */
static bool has_line(const struct report_rcode *row)
{
	return row->count || row->code == 0 || row->code == 2 || row->code == 3 || row->code == 5;
}

/* Codes without a line in this interval, by their totals. */
static void put_earlier(struct page *page)
{
	const struct report *report = page->report;
	size_t quiet = 0, shown = 0;

	for (size_t i = 0; i < report->rcode_count; i++)
		quiet += !has_line(&report->rcodes[i]);
	if (!quiet)
		return;
	page_items_begin(page, "earlier");
	for (size_t i = 0; i < report->rcode_count && shown < EARLIER_MAX; i++) {
		const struct report_rcode *row = &report->rcodes[i];
		struct catalog_entry entry = {.description = ""};
		char text[CATALOG_NAME_MAX + TEXT_NUMBER_SIZE], figure[TEXT_NUMBER_SIZE];

		if (has_line(row))
			continue;
		catalog_lookup(CATALOG_RCODE, row->code, &entry);
		snprintf(text, sizeof(text), "%s %s", entry.name, text_count(figure, row->total));
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

static void put_rcodes(struct page *page)
{
	const struct report *report = page->report;

	put_rcode_header(page);
	for (size_t i = 0; i < report->rcode_count; i++)
		if (has_line(&report->rcodes[i]))
			put_rcode(page, &report->rcodes[i]);
	put_other_rcodes(page);
	fputc('\n', page->out);
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

static void put_edes(const struct page *page)
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
		struct catalog_entry rcode = {.description = ""}, ede = {.description = ""};

		catalog_lookup(CATALOG_RCODE, row->rcode, &rcode);
		catalog_lookup(CATALOG_EDE, row->info_code, &ede);
		page_colour(page, page_rcode_colour(row->rcode));
		page_cell(page, rcode.name, NAME_COLUMNS);
		fprintf(page->out, " %5u ", row->info_code);
		page_cell(page, ede.name, purpose);
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
	fputc('\n', page->out);
}

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
			page_item_count(page, catalog_qtype_name(report->qtypes[i].type, name),
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
	for (size_t i = 0; i < FATE_COUNT; i++)
		sum += i == OUTCOME_RESPONSE ? 0 : report->fate[i];
	if (!sum)
		return;
	page_colour(page, BOLD);
	fputs("not counted", page->out);
	page_plain(page);
	fprintf(page->out, " %s of %s packets\n", text_count(not_counted, sum),
		text_count(packets, report->packets));
	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		if (i != OUTCOME_RESPONSE)
			put_reason(page, outcome_names[i], report->fate[i],
				   outcome_words((enum outcome)i));
	for (size_t i = 0; i < UNPARSED_COUNT; i++)
		put_reason(page, unparsed_names[i], report->fate[FATE_UNPARSED(i)],
			   unparsed_words((enum unparsed)i));
}

static void put_incomplete(const struct page *page)
{
	const struct report *report = page->report;
	uint64_t sum = report->rare_lost;

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
	fputs("  what befell connections on the way\n", page->out);
	for (size_t i = 0; i < TCP_EVENT_COUNT; i++)
		put_reason(page, tcp_event_names[i], report->tcp[i],
			   tcp_event_words((enum tcp_event)i));
}

/* ---- the page --------------------------------------------------------------------------- */

void sink_text_init(struct sink_text *sink, FILE *out)
{
	const char *no_color = getenv("NO_COLOR");

	*sink = (struct sink_text){
		.out = out,
		.colour = terminal_obeys(fileno(out)) && !(no_color && *no_color),
		.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
		.width = terminal_width(fileno(out)),
	};
}

static void put_body(struct page *page)
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
	fputc('\n', page->out);
}

static size_t lines_in(struct sink_buffer *buffer)
{
	size_t lines = 0;

	fflush(buffer->out);
	for (size_t i = 0; i < buffer->size; i++)
		lines += buffer->data[i] == '\n';
	return lines;
}

/* The lists, in what room the rest of the page leaves; a page that is too long anyway has all. */
static void put_lists(struct page *page, const struct sink_text *sink, size_t used)
{
	if (sink->lines <= used)
		page_put_top(page, 0);
	else
		page_put_top(page, sink->lines - used);
}

int sink_text_write(struct sink_text *sink, const struct report *report)
{
	struct page page = {
		.report = report,
		.colour = sink->colour,
		.utf8 = sink->utf8,
	};
	struct sink_buffer buffer, body;
	int err = sink_buffer_open(&buffer);

	if (err)
		return err;
	err = sink_buffer_open(&body);
	if (err) {
		sink_buffer_drop(&buffer);
		return err;
	}
	page_lay_out(&page, sink->width);
	page.out = body.out;
	put_body(&page);
	page.out = buffer.out;
	put_head(&page);
	page_put_attacks(&page);
	page_put_advice(&page);
	put_rcodes(&page);
	put_edes(&page);
	page_put_guide(&page);
	put_lists(&page, sink, lines_in(&buffer) + lines_in(&body));
	err = sink_buffer_write(&body, buffer.out);
	if (err) {
		sink_buffer_drop(&buffer);
		return err;
	}
	return sink_buffer_write(&buffer, sink->out);
}
