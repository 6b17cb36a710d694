// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Lines of type "transactions": docs/json.md describes every field. */
#include "format/json_lines.h"

#include "catalog/qtypes.h"
#include "format/txn_text.h"
#include "report/names.h"
#include "util/clock.h"

#define TIME_PLACES 6
#define NS_PLACES   9 /* of times that can be a few microseconds */

void json_put_side(struct json *j, const char *type, const struct txn_report *report)
{
	const struct json_interval interval = {
		.start_ns = report->start_ns,
		.end_ns = report->end_ns,
		.interval_s = report->interval_s,
		.host = report->host,
		.instance = report->instance,
		.seq = report->seq,
		.labels = report->labels,
	};

	json_put_interval(j, type, &interval);
	json_string(j, "side", report->side);
}

static void put_head(struct json *j, const struct txn_report *report)
{
	json_put_side(j, "transactions", report);
	json_double(j, "timeout_s", report->timeout_s, 3);
	json_bool(j, "one_sided", report->one_sided);
	json_bool(j, "uncertain", report->uncertain);
}

/* The names of abi.h begin with whose events they are where both have one of the name. */
static void put_messages(struct json *j, const struct txn_report *report)
{
	const uint64_t *event = report->event;

	json_object_begin(j, "queries");
	json_u64(j, "new", event[TXN_NEW]);
	json_u64(j, "retry", event[TXN_RETRY]);
	json_u64(j, "resent", event[TXN_RESENT]);
	json_u64(j, "untracked", event[TXN_QUERY_UNTRACKED]);
	json_u64(j, "contended", event[TXN_QUERY_CONTENDED]);
	json_object_end(j);
	json_object_begin(j, "responses");
	json_u64(j, "answered", event[TXN_ANSWERED]);
	json_u64(j, "late", event[TXN_LATE]);
	json_u64(j, "duplicate", event[TXN_DUPLICATE]);
	json_u64(j, "mismatched", event[TXN_MISMATCHED]);
	json_u64(j, "unsolicited", event[TXN_UNSOLICITED]);
	json_u64(j, "untracked", event[TXN_RESPONSE_UNTRACKED]);
	json_u64(j, "contended", event[TXN_RESPONSE_CONTENDED]);
	json_u64(j, "before_start", event[TXN_BEFORE_START]);
	json_object_end(j);
	json_u64(j, "ambiguous", event[TXN_AMBIGUOUS]);
	json_u64(j, "unanswered", report->unanswered);
	json_u64(j, "evicted", event[TXN_EVICTED]);
	json_u64(j, "outstanding", report->outstanding);
}

/* ---- response times --------------------------------------------------------------------------- */

static void put_quantiles(struct json *j, const struct txn_quantiles *quantiles)
{
	json_u64(j, "sampled", quantiles->sampled);
	if (!quantiles->sampled)
		return;
	json_double(j, "p50_s", quantiles->p50, NS_PLACES);
	json_double(j, "p90_s", quantiles->p90, NS_PLACES);
	json_double(j, "p95_s", quantiles->p95, NS_PLACES);
	json_double(j, "p99_s", quantiles->p99, NS_PLACES);
	json_double(j, "max_s", quantiles->max, NS_PLACES);
}

static void put_bins(struct json *j, const uint64_t bins[TXN_BINS])
{
	json_array_begin(j, "bins");
	for (size_t i = 0; i < TXN_BINS; i++) {
		if (!bins[i])
			continue;
		json_array_begin(j, NULL);
		json_u64(j, NULL, i);
		json_u64(j, NULL, bins[i]);
		json_array_end(j);
	}
	json_array_end(j);
}

static void put_kind(struct json *j, const struct txn_report *report, size_t transport,
		     size_t failed)
{
	const struct txn_time_counts *times = &report->times[transport][failed];
	struct txn_quantiles quantiles;

	txn_quantiles_of(&quantiles, times->bin);
	if (!quantiles.sampled)
		return;
	json_object_begin(j, NULL);
	json_string(j, "transport", transport_names[transport]);
	json_bool(j, "failed", failed);
	put_quantiles(j, &quantiles);
	json_double(j, "sum_s", (double)times->sum * (1 << TXN_UNIT_SHIFT) / (double)NS_PER_S,
		    TIME_PLACES);
	put_bins(j, times->bin);
	json_object_end(j);
}

static void put_times(struct json *j, const struct txn_report *report)
{
	json_object_begin(j, "response_time");
	json_u64(j, "every", report->every);
	put_quantiles(j, &report->all);
	json_array_begin(j, "by");
	for (size_t t = 0; t < TRANSPORT_COUNT; t++)
		for (size_t failed = 0; failed < 2; failed++)
			put_kind(j, report, t, failed);
	json_array_end(j);
	json_object_end(j);
}

/* ---- unanswered -------------------------------------------------------------------------------- */

static void put_results(struct json *j, const uint64_t result[TXN_RESULT_COUNT])
{
	json_object_begin(j, "answers");
	for (size_t i = 0; i < TXN_RESULT_COUNT; i++)
		json_u64(j, txn_result_names[i], result[i]);
	json_object_end(j);
}

static void put_row(struct json *j, const struct txn_report *report, const struct txn_row *row)
{
	char text[TOP_TEXT_SIZE], number[16];

	json_object_begin(j, NULL);
	json_string(j, txn_row_key(row), txn_row_text(row, text));
	json_u64(j, "unanswered", row->unanswered);
	json_u64(j, "queries_estimate", txn_report_asked(report, row));
	json_string(j, "qtype", catalog_qtype_text(row->qtype_name, row->qtype, number));
	if (report->upstream) {
		put_results(j, row->result);
		json_object_begin(j, "response_time");
		json_u64(j, "sampled", row->timed);
		if (row->timed) {
			json_double(j, "mean_s", txn_row_mean(row), NS_PLACES);
			json_double(j, "max_s", txn_row_longest(row), NS_PLACES);
		}
		json_object_end(j);
	}
	json_object_end(j);
}

static void put_rows(struct json *j, const struct txn_report *report, const char *key,
		     const struct txn_row *rows, size_t count)
{
	json_array_begin(j, key);
	for (size_t i = 0; i < count; i++)
		put_row(j, report, &rows[i]);
	json_array_end(j);
}

/* What upstream is asked for each query of a client, and for which zones. */
static void put_ratio(struct json *j, const struct txn_report *report)
{
	uint64_t queries = report->event[TXN_NEW], clients = report->client_queries;
	char text[TOP_TEXT_SIZE];

	json_object_begin(j, "work");
	json_u64(j, "client_queries", clients);
	json_u64(j, "queries", queries);
	if (clients)
		json_double(j, "per_client_query", (double)queries / (double)clients, 6);
	json_array_begin(j, "zones");
	for (size_t i = 0; i < report->busy.rows; i++) {
		const struct txn_row *row = &report->busy.row[i];

		json_object_begin(j, NULL);
		json_string(j, "name", txn_zone_text(row, text));
		json_u64(j, "queries_estimate", txn_report_queries(report, row));
		json_double(j, "share", txn_report_part(report, row), 6);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

void json_line_transactions(FILE *out, const struct txn_report *report)
{
	struct json j;

	json_init(&j, out);
	json_object_begin(&j, NULL);
	put_head(&j, report);
	put_messages(&j, report);
	put_times(&j, report);
	put_rows(&j, report, "unanswered_servers", report->server, report->servers);
	json_u64(&j, "other_unanswered_servers", report->other_servers);
	put_rows(&j, report, "unanswered_zones", report->zone, report->zones);
	json_u64(&j, "other_unanswered_zones", report->other_zones);
	if (report->upstream)
		put_results(&j, report->result);
	for (size_t i = 0; i < TXN_LIST_COUNT && report->upstream; i++)
		put_rows(&j, report, txn_list_names[i], report->list[i].row, report->list[i].rows);
	if (report->upstream)
		put_ratio(&j, report);
	json_object_end(&j);
	fputc('\n', out);
}
