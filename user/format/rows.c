// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/rows.h"

#include "analysis/advice.h"
#include "format/json_advice.h"
#include "format/json_failing.h"
#include "format/json_guide.h"
#include "format/json_lines.h"
#include "format/json_top.h"
#include "report/names.h"
#include "catalog/qtypes.h"
#include "report/report_names.h"

struct rows {
	struct json json;
	const struct report *report;
	uint64_t count; /* of those begun */
};

static struct json *row_begin(struct rows *rows, const char *type)
{
	rows->count++;
	json_init(&rows->json, rows->json.out);
	json_object_begin(&rows->json, NULL);
	json_put_head(&rows->json, type, rows->report);
	return &rows->json;
}

static void row_end(struct rows *rows)
{
	json_object_end(&rows->json);
	fputc('\n', rows->json.out);
}

static void put_rcode(struct json *j, uint32_t code, const char *name)
{
	char number[CATALOG_UNNAMED_MAX];

	json_u64(j, "rcode", code);
	json_string(j, "rcode_name", rcode_text(name, code, number));
}

static void put_ede(struct json *j, uint32_t code, const char *name)
{
	char number[CATALOG_UNNAMED_MAX];

	json_u64(j, "info_code", code);
	json_string(j, "info_name", info_text(name, code, number));
}

/* ---- counts ---------------------------------------------------------------------- */

static uint64_t direct_rows(struct rows *rows)
{
	uint64_t sum = 0;

	for (uint32_t code = 0; code < RCODE_DIRECT; code++)
		for (size_t family = 0; family < FAMILY_COUNT; family++)
			for (size_t transport = 0; transport < TRANSPORT_COUNT; transport++) {
				uint64_t count = rows->report->by_path[code][family][transport];
				struct json *j;

				if (!count)
					continue;
				sum += count;
				j = row_begin(rows, "counts");
				put_rcode(j, code, rows->report->by_path_name[code]);
				json_put_guide(j, rows->report, (uint16_t)code, GUIDE_NO_EDE, false,
					       true);
				json_string(j, "family", family_names[family]);
				json_string(j, "transport", transport_names[transport]);
				json_u64(j, "count", count);
				row_end(rows);
			}
	return sum;
}

/* Codes that are not counted by family and transport. */
static uint64_t rare_rows(struct rows *rows)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rows->report->rcode_count; i++) {
		const struct report_rcode *row = &rows->report->rcodes[i];
		struct json *j;

		if (row->code < RCODE_DIRECT || !row->count)
			continue;
		sum += row->count;
		j = row_begin(rows, "counts");
		put_rcode(j, row->code, row->name);
		json_u64(j, "count", row->count);
		row_end(rows);
	}
	return sum;
}

/* One row for all that is left, so that the counts add up to the responses. */
static void counts_rows(struct rows *rows)
{
	uint64_t listed = direct_rows(rows);

	listed += rare_rows(rows);
	if (rows->report->responses > listed) {
		struct json *j = row_begin(rows, "counts");

		json_u64(j, "count", rows->report->responses - listed);
		row_end(rows);
	}
}

/* ---- the lists --------------------------------------------------------------------- */

static void ede_rows(struct rows *rows)
{
	for (size_t i = 0; i < rows->report->ede_count; i++) {
		const struct report_ede *row = &rows->report->edes[i];
		struct json *j = row_begin(rows, "ede");

		put_rcode(j, row->rcode, row->rcode_name);
		put_ede(j, row->info_code, row->info_name);
		json_put_guide(j, rows->report, row->rcode, row->info_code, false, true);
		json_u64(j, "count", row->count);
		row_end(rows);
	}
	for (size_t i = 0; i < rows->report->further_ede_count; i++) {
		const struct report_further_ede *row = &rows->report->further_edes[i];
		struct json *j = row_begin(rows, "ede_further");

		put_ede(j, row->info_code, row->info_name);
		json_u64(j, "count", row->count);
		row_end(rows);
	}
}

static void qtype_rows(struct rows *rows)
{
	for (size_t i = 0; i < rows->report->qtype_count; i++) {
		const struct report_qtype *row = &rows->report->qtypes[i];
		struct json *j = row_begin(rows, "qtypes");
		char name[16];

		json_u64(j, "qtype", row->type);
		json_string(j, "qtype_name", catalog_qtype_text(row->name, row->type, name));
		json_u64(j, "count", row->count);
		row_end(rows);
	}
}

/* A row of a list, and for each list one of what its rows leave out. */
static void top_rows(struct rows *rows)
{
	const struct report *report = rows->report;

	for (size_t d = 0; report->top && d < TOP_DIMENSIONS; d++) {
		const struct top_list *list = &report->top->list[d];
		size_t shown = list->count < report->top_rows ? list->count : report->top_rows;
		struct json *j;

		if (!(report->top->listed >> d & 1))
			continue;
		for (size_t i = 0; i < shown; i++) {
			j = row_begin(rows, "top");
			json_string(j, "list", top_dimension_names[d]);
			json_put_top_row(j, report, (enum top_dimension)d, &list->rows[i], true);
			row_end(rows);
		}
		j = row_begin(rows, "top_rest");
		json_string(j, "list", top_dimension_names[d]);
		json_put_top_rest(j, list, shown);
		row_end(rows);
	}
}

static void failing_rows(struct rows *rows)
{
	const struct report *report = rows->report;

	for (size_t i = 0; i < report->failing_count; i++) {
		if (!report->failing[i].count)
			continue;
		json_put_failing_row(row_begin(rows, "failing_zones"), &report->failing[i], true);
		row_end(rows);
	}
}

static void advice_rows(struct rows *rows)
{
	const struct report *report = rows->report;

	for (size_t i = 0; i < report->advice_count; i++) {
		struct json *j = row_begin(rows, "advice");

		json_put_advice_row(j, report, &report->advice[i], true);
		row_end(rows);
	}
}

/* ---- the interval -------------------------------------------------------------------- */

/* A column for each name, also of what did not occur: the columns of a table don't come and go. */
static void put_columns(struct json *j, const char *prefix, const char *const *names,
			const uint64_t *counts, size_t n)
{
	char key[64];

	for (size_t i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%s%s", prefix, names[i]);
		json_u64(j, key, counts[i]);
	}
}

static void interval_row(struct rows *rows)
{
	const struct report *report = rows->report;
	struct json *j = row_begin(rows, "interval");

	json_u64(j, "responses", report->responses);
	json_u64(j, "packets", report->packets);
	put_columns(j, "", outcome_names, report->outcome, OUTCOME_COUNT);
	put_columns(j, "unparsed_", unparsed_names, report->outcome + OUTCOME_COUNT,
		    UNPARSED_COUNT);
	put_columns(j, "incomplete_", incomplete_names, report->incomplete, INCOMPLETE_COUNT);
	put_columns(j, "tcp_", tcp_event_names, report->tcp, TCP_EVENT_COUNT);
	put_columns(j, "udp_", udp_event_names, report->udp, UDP_EVENT_COUNT);
	put_columns(j, "answers_", answer_names, report->answers, ANSWER_COUNT);
	put_columns(j, "flags_", flag_names, report->flags, FLAG_COUNT);
	json_u64(j, "other_ede", report->other_ede_count);
	json_u64(j, "other_ede_further", report->other_further_ede_count);
	json_u64(j, "other_qtypes", report->other_qtype_count);
	json_u64(j, "rare_lost", report->rare_lost);
	json_u64(j, "rare_retired", report->rare_retired);
	json_u64(j, "ede_texts_lost", report->ede_texts_lost);
	json_u64(j, "nic_lost", report->nic_lost);
	json_string(j, "nic_source", report->nic_source ? report->nic_source : "");
	json_u64(j, "total_responses", report->total_responses);
	json_u64(j, "total_packets", report->total_packets);
	json_u64(j, "rows", rows->count);
	row_end(rows);
}

void rows_write(FILE *out, const struct report *report)
{
	struct rows rows = {.report = report};

	json_init(&rows.json, out);
	counts_rows(&rows);
	ede_rows(&rows);
	qtype_rows(&rows);
	top_rows(&rows);
	failing_rows(&rows);
	advice_rows(&rows);
	interval_row(&rows);
}
