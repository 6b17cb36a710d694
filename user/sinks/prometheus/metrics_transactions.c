// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/prometheus/metrics_transactions.h"

#include <string.h>

#include "format/txn_text.h"
#include "report/names.h"
#include "util/clock.h"

void metrics_transactions_add(struct metrics_transactions totals[TXN_SIDES],
			      const struct txn_report *reports)
{
	for (size_t s = 0; s < TXN_SIDES; s++) {
		struct metrics_transactions *to = &totals[s];
		const struct txn_report *from = &reports[s];

		for (size_t i = 0; i < TXN_EVENT_COUNT; i++)
			to->event[i] += from->event[i];
		to->unanswered += from->unanswered;
		to->outstanding = from->outstanding;
		for (size_t t = 0; t < TRANSPORT_COUNT; t++)
			for (size_t f = 0; f < 2; f++) {
				to->times[t][f].sum += from->times[t][f].sum;
				for (size_t i = 0; i < TXN_BINS; i++)
					to->times[t][f].bin[i] += from->times[t][f].bin[i];
			}
	}
}

/* ---- counts ------------------------------------------------------------------------------------ */

static void put_events(struct metrics_page *page, enum metric metric,
		       const struct metrics_transactions totals[TXN_SIDES], size_t first,
		       size_t last)
{
	metrics_family(page, metric);
	for (size_t s = 0; s < TXN_SIDES; s++)
		for (size_t i = first; i <= last; i++)
			metrics_count(page, METRIC_LABELS(txn_side_names[s], txn_event_names[i]),
				      totals[s].event[i]);
}

/* ---- response times ---------------------------------------------------------------------------- */

/* From 20 us (clients) or 1 ms (upstream) to 5 s by 1, 2, 5: edges of bins, so that buckets are sums. */
static const struct {
	size_t bins; /* of all those before the edge */
	const char *le;
} edges[] = {
	{1 * TXN_DECADE_BINS + 10, "2e-05"},  {1 * TXN_DECADE_BINS + 22, "5e-05"},
	{2 * TXN_DECADE_BINS, "0.0001"},      {2 * TXN_DECADE_BINS + 10, "0.0002"},
	{2 * TXN_DECADE_BINS + 22, "0.0005"}, {3 * TXN_DECADE_BINS, "0.001"},
	{3 * TXN_DECADE_BINS + 10, "0.002"},  {3 * TXN_DECADE_BINS + 22, "0.005"},
	{4 * TXN_DECADE_BINS, "0.01"},        {4 * TXN_DECADE_BINS + 10, "0.02"},
	{4 * TXN_DECADE_BINS + 22, "0.05"},   {5 * TXN_DECADE_BINS, "0.1"},
	{5 * TXN_DECADE_BINS + 10, "0.2"},    {5 * TXN_DECADE_BINS + 22, "0.5"},
	{6 * TXN_DECADE_BINS, "1.0"},         {6 * TXN_DECADE_BINS + 10, "2.0"},
	{6 * TXN_DECADE_BINS + 22, "5.0"},
};

#define EDGES          (sizeof(edges) / sizeof(edges[0]))
#define FIRST_UPSTREAM 5u /* 1 ms */

static void put_histogram(struct metrics_page *page, size_t side, const char *transport,
			  bool failed, const struct txn_time_counts *times)
{
	const char *const *labels = METRIC_LABELS(txn_side_names[side], transport,
						  failed ? "true" : "false");
	uint64_t sum = 0;
	size_t bin = 0;

	for (size_t e = 0; e < EDGES; e++) {
		for (; bin < edges[e].bins; bin++)
			sum += times->bin[bin];
		if (side == TXN_CLIENTS || e >= FIRST_UPSTREAM)
			metrics_bucket(page, labels, edges[e].le, sum);
	}
	for (; bin < TXN_BINS; bin++)
		sum += times->bin[bin];
	metrics_bucket(page, labels, "+Inf", sum);
	metrics_histogram_end(page, labels, sum,
			      (double)times->sum * (1 << TXN_UNIT_SHIFT) / (double)NS_PER_S);
}

static void put_times(struct metrics_page *page,
		      const struct metrics_transactions totals[TXN_SIDES])
{
	metrics_family(page, METRIC_RESPONSE_TIME);
	for (size_t s = 0; s < TXN_SIDES; s++)
		for (size_t t = 0; t < TRANSPORT_COUNT; t++)
			for (size_t f = 0; f < 2; f++)
				put_histogram(page, s, transport_names[t], f,
					      &totals[s].times[t][f]);
}

/* ---- zones and servers -------------------------------------------------------------------------- */

static uint64_t unanswered_of(const struct txn_report *report, const struct txn_row *row)
{
	(void)report;
	return row->unanswered;
}

static void put_rows(struct metrics_page *page, const struct txn_report *report, const char *list,
		     const struct txn_row *rows, size_t count,
		     uint64_t (*figure)(const struct txn_report *report, const struct txn_row *row),
		     const char *(*text_of)(const struct txn_row *row,
					    char text[static TOP_TEXT_SIZE]))
{
	for (size_t i = 0; i < count && report->interval_s > 0; i++) {
		char text[TOP_TEXT_SIZE];

		metrics_value(page, METRIC_LABELS(report->side, list, text_of(&rows[i], text)),
			      (double)figure(report, &rows[i]) / report->interval_s);
	}
}

static void put_top(struct metrics_page *page, enum metric metric,
		    uint64_t (*figure)(const struct txn_report *report, const struct txn_row *row),
		    const struct txn_report *reports, size_t top)
{
	metrics_family(page, metric);
	for (size_t s = 0; s < TXN_SIDES; s++) {
		const struct txn_report *report = &reports[s];

		put_rows(page, report, "servers", report->server,
			 report->servers < top ? report->servers : top, figure, txn_server_text);
		put_rows(page, report, "zones", report->zone,
			 report->zones < top ? report->zones : top, figure, txn_zone_text);
	}
}

void metrics_put_transactions(struct metrics_page *page,
			      const struct metrics_transactions totals[TXN_SIDES],
			      const struct txn_report *reports, size_t top)
{
	put_events(page, METRIC_TXN_QUERIES, totals, TXN_NEW, TXN_QUERY_CONTENDED);
	put_events(page, METRIC_TXN_RESPONSES, totals, TXN_ANSWERED, TXN_BEFORE_START);
	metrics_family(page, METRIC_UNANSWERED);
	for (size_t s = 0; s < TXN_SIDES; s++)
		metrics_count(page, METRIC_LABELS(txn_side_names[s]), totals[s].unanswered);
	metrics_family(page, METRIC_EVICTED);
	for (size_t s = 0; s < TXN_SIDES; s++)
		metrics_count(page, METRIC_LABELS(txn_side_names[s]), totals[s].event[TXN_EVICTED]);
	metrics_family(page, METRIC_OUTSTANDING);
	for (size_t s = 0; s < TXN_SIDES; s++)
		metrics_count(page, METRIC_LABELS(txn_side_names[s]), totals[s].outstanding);
	put_times(page, totals);
	if (reports && top) {
		put_top(page, METRIC_TOP_UNANSWERED, unanswered_of, reports, top);
		put_top(page, METRIC_TOP_ASKED, txn_report_asked, reports, top);
	}
}
