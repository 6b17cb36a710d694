// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Reports as JSON lines: docs/json.md and docs/rcodewatch-1.schema.json describe every field. */
#include "format/formatter.h"

#include "format/json_advice.h"
#include "format/json_failing.h"
#include "format/json_guide.h"
#include "format/json_lines.h"
#include "format/json_top.h"
#include "report/names.h"
#include "catalog/qtypes.h"
#include "util/memory_buffer.h"
#include "analysis/subdomain.h"
#include "util/utf8.h"
#include "report/report_names.h"

#define RATE_PLACES  3
#define SHARE_PLACES 6

/* An object with one count for each name. */
static void put_counts(struct json *j, const char *key, const char *const *names,
		       const uint64_t *counts, size_t n)
{
	json_object_begin(j, key);
	for (size_t i = 0; i < n; i++)
		json_u64(j, names[i], counts[i]);
	json_object_end(j);
}

/* The same for reasons, of which only those that occurred are of interest. */
static void put_reasons(struct json *j, const char *key, const char *const *names,
			const uint64_t *counts, size_t n)
{
	json_object_begin(j, key);
	for (size_t i = 0; i < n; i++)
		if (counts[i])
			json_u64(j, names[i], counts[i]);
	json_object_end(j);
}

static void put_rcodes(struct json *j, const struct report *report)
{
	json_array_begin(j, "rcodes");
	for (size_t i = 0; i < report->rcode_count; i++) {
		const struct report_rcode *row = &report->rcodes[i];
		char number[CATALOG_UNNAMED_MAX];

		json_object_begin(j, NULL);
		json_u64(j, "code", row->code);
		json_string(j, "name", rcode_text(row->name, row->code, number));
		json_string(j, "description", row->description);
		json_put_guide(j, report, row->code, GUIDE_NO_EDE, false, false);
		json_u64(j, "count", row->count);
		json_double(j, "rate", row->rate, RATE_PLACES);
		json_double(j, "share", row->share, SHARE_PLACES);
		json_u64(j, "total", row->total);
		json_object_end(j);
	}
	json_array_end(j);

	json_object_begin(j, "other_rcodes");
	json_u64(j, "codes", report->other_rcode_codes);
	json_u64(j, "count", report->other_rcode_count);
	json_u64(j, "total", report->other_rcode_total);
	json_object_end(j);
}

static void put_other(struct json *j, const char *key, uint64_t count)
{
	json_object_begin(j, key);
	json_u64(j, "count", count);
	json_object_end(j);
}

/* As much of a text as takes no more than this when escaped, so that lines keep their limit. */
#define TEXT_ROOM     512u
#define ESCAPED_BYTES 6u /* of a control or a byte that is not ASCII, at most: \u001b */

static size_t text_length(const struct ede_text *text)
{
	size_t length = text->length < EDE_TEXT_MAX ? text->length : EDE_TEXT_MAX, room = 0;

	for (size_t i = 0; i < length; i++) {
		char c = text->text[i];

		if (c < ' ' || c > '~')
			room += ESCAPED_BYTES;
		else
			room += c == '"' || c == '\\' ? 2 : 1;
		if (room > TEXT_ROOM)
			return i;
	}
	return length;
}

static void put_ede_text(struct json *j, const struct ede_text *text)
{
	size_t length = text_length(text);
	bool cut = text->cut || length < text->length;

	if (!length)
		return;
	if (cut)
		length = utf8_trim(text->text, length);
	json_string_n(j, "text", text->text, length);
	if (cut)
		json_bool(j, "text_cut", true);
}

static void put_edes(struct json *j, const struct report *report)
{
	json_array_begin(j, "ede");
	for (size_t i = 0; i < report->ede_count; i++) {
		const struct report_ede *row = &report->edes[i];
		char number[CATALOG_UNNAMED_MAX];

		json_object_begin(j, NULL);
		json_u64(j, "code", row->info_code);
		json_string(j, "name", info_text(row->info_name, row->info_code, number));
		json_string(j, "rcode", rcode_text(row->rcode_name, row->rcode, number));
		json_u64(j, "rcode_code", row->rcode);
		json_put_guide(j, report, row->rcode, row->info_code, false, false);
		json_u64(j, "count", row->count);
		json_double(j, "rate", row->rate, RATE_PLACES);
		put_ede_text(j, &row->text);
		json_object_end(j);
	}
	json_array_end(j);
	put_other(j, "other_ede", report->other_ede_count);

	json_array_begin(j, "ede_further");
	for (size_t i = 0; i < report->further_ede_count; i++) {
		const struct report_further_ede *row = &report->further_edes[i];
		char number[CATALOG_UNNAMED_MAX];

		json_object_begin(j, NULL);
		json_u64(j, "code", row->info_code);
		json_string(j, "name", info_text(row->info_name, row->info_code, number));
		json_u64(j, "count", row->count);
		json_object_end(j);
	}
	json_array_end(j);
	put_other(j, "other_ede_further", report->other_further_ede_count);
}

static void put_qtypes(struct json *j, const struct report *report)
{
	json_array_begin(j, "qtypes");
	for (size_t i = 0; i < report->qtype_count; i++) {
		const struct report_qtype *row = &report->qtypes[i];
		char name[16];

		json_object_begin(j, NULL);
		json_u64(j, "type", row->type);
		json_string(j, "name", catalog_qtype_text(row->name, row->type, name));
		json_u64(j, "count", row->count);
		json_object_end(j);
	}
	json_array_end(j);
	put_other(j, "other_qtypes", report->other_qtype_count);
}

static void put_accounting(struct json *j, const struct report *report)
{
	json_object_begin(j, "accounting");
	json_u64(j, "packets", report->packets);
	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		json_u64(j, outcome_names[i], report->outcome[i]);
	put_reasons(j, "unparsed", unparsed_names, report->outcome + OUTCOME_COUNT, UNPARSED_COUNT);
	json_object_end(j);
	put_reasons(j, "incomplete", incomplete_names, report->incomplete, INCOMPLETE_COUNT);
	put_reasons(j, "tcp", tcp_event_names, report->tcp, TCP_EVENT_COUNT);
	put_reasons(j, "udp", udp_event_names, report->udp, UDP_EVENT_COUNT);
	if (report->live) {
		json_object_begin(j, "paths");
		json_u64(j, "fast", report->packets - report->slow_path);
		json_u64(j, "slow", report->slow_path);
		json_object_end(j);
	}
	if (report->nic_source) {
		json_object_begin(j, "nic");
		json_u64(j, "lost", report->nic_lost);
		json_string(j, "source", report->nic_source);
		json_object_end(j);
	}
	json_u64(j, "rare_lost", report->rare_lost);
	json_u64(j, "rare_retired", report->rare_retired);
	json_u64(j, "ede_texts_lost", report->ede_texts_lost);
}

/* Of the kinds of answer the guide has a number of its own for one. */
static void put_answers(struct json *j, const struct report *report)
{
	put_counts(j, "answers", answer_names, report->answers, ANSWER_COUNT);
	if (!report->guide)
		return;
	json_object_begin(j, "answers_guide");
	json_object_begin(j, answer_names[ANSWER_NODATA]);
	json_put_guide(j, report, 0, GUIDE_NO_EDE, true, false);
	json_object_end(j);
	json_object_end(j);
}

static void put_report(struct json *j, const struct report *report)
{
	json_object_begin(j, NULL);
	json_put_head(j, "report", report);
	json_u64(j, "responses", report->responses);
	json_double(j, "rate", report->rate, RATE_PLACES);
	put_rcodes(j, report);
	put_answers(j, report);
	put_edes(j, report);
	put_qtypes(j, report);
	put_counts(j, "family", family_names, report->family, FAMILY_COUNT);
	put_counts(j, "transport", transport_names, report->transport, TRANSPORT_COUNT);
	put_counts(j, "flags", flag_names, report->flags, FLAG_COUNT);
	json_put_top(j, report);
	json_put_failing(j, report);
	json_put_advice(j, report);
	put_accounting(j, report);
	json_object_begin(j, "total");
	json_u64(j, "responses", report->total_responses);
	json_u64(j, "packets", report->total_packets);
	json_object_end(j);
	json_object_end(j);
}

void json_line_report(FILE *out, const struct report *report)
{
	struct json j;

	json_init(&j, out);
	put_report(&j, report);
	fputc('\n', out);
}

int json_transactions_write(struct json_formatter *formatter, const struct txn_report *report)
{
	struct memory_buffer buffer;
	int err = memory_buffer_open(&buffer);

	if (err)
		return err;
	json_line_transactions(buffer.out, report);
	return memory_buffer_write(&buffer, formatter->out);
}

int json_alert_write(struct json_formatter *formatter, const struct alert *alert)
{
	struct memory_buffer buffer;
	int err = memory_buffer_open(&buffer);

	if (err)
		return err;
	json_line_alert(buffer.out, alert);
	return memory_buffer_write(&buffer, formatter->out);
}

int json_report_write(struct json_formatter *formatter, const struct report *report)
{
	struct memory_buffer buffer;
	int err = memory_buffer_open(&buffer);

	if (err)
		return err;
	json_line_report(buffer.out, report);
	return memory_buffer_write(&buffer, formatter->out);
}
