// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/rows.h"

#include "catalog/qtypes.h"
#include "format/json_lines.h"
#include "format/txn_text.h"
#include "report/names.h"

#define NS_PLACES 9 /* of seconds */

static void row_begin(struct json *j, FILE *out, const char *type, const struct txn_report *report)
{
	json_init(j, out);
	json_object_begin(j, NULL);
	json_put_side(j, type, report);
}

static void row_end(struct json *j)
{
	json_object_end(j);
	fputc('\n', j->out);
}

static void put_messages(struct json *j, const uint64_t *event)
{
	static const struct {
		const char *name;
		enum txn_event event;
	} columns[] = {
		{"queries_new", TXN_NEW},
		{"queries_retry", TXN_RETRY},
		{"queries_resent", TXN_RESENT},
		{"queries_untracked", TXN_QUERY_UNTRACKED},
		{"queries_contended", TXN_QUERY_CONTENDED},
		{"responses_answered", TXN_ANSWERED},
		{"responses_late", TXN_LATE},
		{"responses_duplicate", TXN_DUPLICATE},
		{"responses_mismatched", TXN_MISMATCHED},
		{"responses_unsolicited", TXN_UNSOLICITED},
		{"responses_untracked", TXN_RESPONSE_UNTRACKED},
		{"responses_contended", TXN_RESPONSE_CONTENDED},
		{"responses_before_start", TXN_BEFORE_START},
		{"ambiguous", TXN_AMBIGUOUS},
		{"evicted", TXN_EVICTED},
	};

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		json_u64(j, columns[i].name, event[columns[i].event]);
}

static void side_row(FILE *out, const struct txn_report *report, uint64_t rows)
{
	struct json j;

	row_begin(&j, out, "side", report);
	json_double(&j, "timeout_s", report->timeout_s, 3);
	json_bool(&j, "one_sided", report->one_sided);
	json_bool(&j, "uncertain", report->uncertain);
	put_messages(&j, report->event);
	json_u64(&j, "unanswered", report->unanswered);
	json_u64(&j, "outstanding", report->outstanding);
	json_u64(&j, "every", report->every);
	json_u64(&j, "sampled", report->all.sampled);
	json_double(&j, "p50_s", report->all.p50, NS_PLACES);
	json_double(&j, "p90_s", report->all.p90, NS_PLACES);
	json_double(&j, "p95_s", report->all.p95, NS_PLACES);
	json_double(&j, "p99_s", report->all.p99, NS_PLACES);
	json_double(&j, "max_s", report->all.max, NS_PLACES);
	json_u64(&j, "rows", rows);
	row_end(&j);
}

/* What upstream's responses were that were seen. */
static void put_results(struct json *j, const struct txn_row *row)
{
	for (size_t i = 0; i < TXN_RESULT_COUNT; i++) {
		char name[32];

		snprintf(name, sizeof(name), "answers_%s", txn_result_names[i]);
		json_u64(j, name, row->result[i]);
	}
	json_u64(j, "sampled", row->timed);
	json_double(j, "mean_s", txn_row_mean(row), NS_PLACES);
	json_double(j, "max_s", txn_row_longest(row), NS_PLACES);
}

static void row_of(FILE *out, const struct txn_report *report, const char *type, const char *list,
		   const struct txn_row *row)
{
	char text[TOP_TEXT_SIZE], number[16];
	struct json j;

	row_begin(&j, out, type, report);
	json_string(&j, "list", list);
	json_string(&j, txn_row_key(row), txn_row_text(row, text));
	json_u64(&j, "qtype", row->qtype);
	json_string(&j, "qtype_name", catalog_qtype_text(row->qtype_name, row->qtype, number));
	json_u64(&j, "count", row->unanswered);
	json_u64(&j, "queries_estimate", txn_report_asked(report, row));
	if (report->upstream)
		put_results(&j, row);
	row_end(&j);
}

void rows_write_transactions(FILE *out, const struct txn_report *report)
{
	uint64_t rows = report->servers + report->zones + 1;

	for (size_t i = 0; i < report->servers; i++)
		row_of(out, report, "unanswered", "servers", &report->server[i]);
	for (size_t i = 0; i < report->zones; i++)
		row_of(out, report, "unanswered", "zones", &report->zone[i]);
	for (size_t l = 0; l < TXN_LIST_COUNT && report->upstream; l++) {
		const struct txn_list *list = &report->list[l];

		for (size_t i = 0; i < list->rows; i++)
			row_of(out, report, "answers", txn_list_names[l], &list->row[i]);
		rows += list->rows;
	}
	side_row(out, report, rows);
}
