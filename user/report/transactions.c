// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/transactions.h"

#include <string.h>

#include "catalog/qtypes.h"
#include "report/names.h"
#include "report/report.h"
#include "util/clock.h"
#include "util/random.h"

int txn_counts_init(struct txn_counts *counts)
{
	uint64_t seed;
	int err = random_bytes(&seed, sizeof(seed));

	*counts = (struct txn_counts){.every = 1};
	for (size_t i = 0; i < TXN_SIDES && !err; i++) {
		txn_rows_init(&counts->side[i].servers, seed);
		txn_rows_init(&counts->side[i].zones, seed);
		txn_rows_init(&counts->side[i].pairs, seed);
	}
	return err;
}

void txn_counts_free(struct txn_counts *counts)
{
	for (size_t i = 0; i < TXN_SIDES; i++) {
		txn_rows_free(&counts->side[i].servers);
		txn_rows_free(&counts->side[i].zones);
		txn_rows_free(&counts->side[i].pairs);
	}
}

void txn_counts_clear(struct txn_counts *counts)
{
	for (size_t i = 0; i < TXN_SIDES; i++) {
		struct txn_side_counts *side = &counts->side[i];
		struct txn_rows servers, zones, pairs;

		txn_rows_clear(&side->servers);
		txn_rows_clear(&side->zones);
		txn_rows_clear(&side->pairs);
		servers = side->servers;
		zones = side->zones;
		pairs = side->pairs;
		*side = (struct txn_side_counts){
			.servers = servers, .zones = zones, .pairs = pairs};
	}
	counts->uncertain = false;
	counts->every = 1;
}

static void add_times(struct txn_time_counts *to, const struct txn_time_counts *from)
{
	to->sum += from->sum;
	for (size_t i = 0; i < TXN_BINS; i++)
		to->bin[i] += from->bin[i];
}

static int add_side(struct txn_side_counts *to, const struct txn_side_counts *from)
{
	int err;

	for (size_t i = 0; i < TXN_EVENT_COUNT; i++)
		to->event[i] += from->event[i];
	to->unanswered += from->unanswered;
	to->outstanding = from->outstanding;
	to->found += from->found;
	for (size_t i = 0; i < TXN_RESULT_COUNT; i++)
		to->result[i] += from->result[i];
	for (size_t t = 0; t < TRANSPORT_COUNT; t++)
		for (size_t failed = 0; failed < 2; failed++)
			add_times(&to->times[t][failed], &from->times[t][failed]);
	err = txn_rows_merge(&to->servers, &from->servers);
	if (!err)
		err = txn_rows_merge(&to->zones, &from->zones);
	return err ? err : txn_rows_merge(&to->pairs, &from->pairs);
}

int txn_counts_add(struct txn_counts *to, const struct txn_counts *from)
{
	int err = 0;

	for (size_t i = 0; i < TXN_SIDES && !err; i++)
		err = add_side(&to->side[i], &from->side[i]);
	if (from->now_ns)
		to->now_ns = from->now_ns;
	to->uncertain |= from->uncertain;
	if (from->every > to->every)
		to->every = from->every;
	return err;
}

enum txn_side txn_event_side(enum txn_event event, enum direction direction)
{
	bool query = event <= TXN_QUERY_CONTENDED || event == TXN_EVICTED || event == TXN_EXPIRED;

	return query == (direction == DIRECTION_RX) ? TXN_CLIENTS : TXN_UPSTREAM;
}

void txn_counts_add_events(struct txn_counts *counts, enum direction direction,
			   const __u64 before[TXN_EVENT_COUNT], const __u64 now[TXN_EVENT_COUNT])
{
	for (enum txn_event i = 0; i < TXN_EVENT_COUNT; i++)
		counts->side[txn_event_side(i, direction)].event[i] += now[i] - before[i];
}

void txn_counts_add_times(struct txn_counts *counts, struct txn_histograms *histograms)
{
	for (size_t s = 0; s < TXN_SIDES; s++)
		for (size_t t = 0; t < TRANSPORT_COUNT; t++)
			for (size_t failed = 0; failed < 2; failed++) {
				const struct txn_times *from = &histograms->times[s][t][failed];
				struct txn_time_counts *to = &counts->side[s].times[t][failed];

				to->sum += from->sum;
				for (size_t i = 0; i < TXN_BINS; i++)
					to->bin[i] += from->bin[i];
			}
	memset(histograms, 0, sizeof(*histograms));
}

/* ---- bins --------------------------------------------------------------------------------- */

void txn_bin_limits(size_t bin, uint64_t *low, uint64_t *high)
{
	uint64_t unit = 50; /* a twentieth of a microsecond */
	size_t step = bin % TXN_DECADE_BINS;

	for (size_t i = 0; i < bin / TXN_DECADE_BINS; i++)
		unit *= 10;
	if (step < 10) {
		*low = (20 + 2 * step) * unit;
		*high = *low + 2 * unit;
	} else if (step < 22) {
		*low = (40 + 5 * (step - 10)) * unit;
		*high = *low + 5 * unit;
	} else {
		*low = (100 + 10 * (step - 22)) * unit;
		*high = *low + 10 * unit;
	}
	if (bin == 0)
		*low = 0;
}

/* The middle of the bin that the sample of that rank, from 1, is in. */
static double at_rank(const uint64_t bins[TXN_BINS], uint64_t rank)
{
	uint64_t seen = 0, low, high;

	for (size_t i = 0; i < TXN_BINS; i++) {
		seen += bins[i];
		if (seen < rank)
			continue;
		txn_bin_limits(i, &low, &high);
		return (double)(low + high) / 2 / (double)NS_PER_S;
	}
	return 0;
}

void txn_quantiles_of(struct txn_quantiles *quantiles, const uint64_t bins[TXN_BINS])
{
	uint64_t n = 0;

	for (size_t i = 0; i < TXN_BINS; i++)
		n += bins[i];
	*quantiles = (struct txn_quantiles){.sampled = n};
	if (!n)
		return;
	/* Nearest rank. */
	quantiles->p50 = at_rank(bins, (n + 1) / 2);
	quantiles->p90 = at_rank(bins, n - n / 10);
	quantiles->p95 = at_rank(bins, n - n / 20);
	quantiles->p99 = at_rank(bins, n - n / 100);
	quantiles->max = at_rank(bins, n);
}

/* ---- reports -------------------------------------------------------------------------------- */

static uint64_t sum_of(const uint64_t *events, size_t from, size_t to)
{
	uint64_t sum = 0;

	for (size_t i = from; i <= to; i++)
		sum += events[i];
	return sum;
}

static void name_types(struct txn_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rows[i].qtype_name = catalog_qtype(rows[i].qtype);
}

void txn_report_begin(struct txn_report *report, const struct report *beside, enum txn_side side,
		      double timeout_s)
{
	*report = (struct txn_report){
		.start_ns = beside->start_ns,
		.end_ns = beside->end_ns,
		.interval_s = beside->interval_s,
		.host = beside->host,
		.instance = beside->instance,
		.labels = beside->labels,
		.seq = beside->seq,
		.side = txn_side_names[side],
		.upstream = side == TXN_UPSTREAM,
		.timeout_s = timeout_s,
	};
}

static void make_lists(struct txn_report *report, const struct txn_side_counts *from, size_t rows)
{
	static const struct {
		enum txn_order order;
		bool zones;
	} lists[TXN_LIST_COUNT] = {
		[TXN_LIST_ERROR_SERVERS] = {TXN_BY_FAILURES, false},
		[TXN_LIST_ERROR_ZONES] = {TXN_BY_FAILURES, true},
		[TXN_LIST_SLOW_SERVERS] = {TXN_BY_TIME, false},
		[TXN_LIST_SLOW_ZONES] = {TXN_BY_TIME, true},
	};

	memcpy(report->result, from->result, sizeof(report->result));
	for (size_t i = 0; i < TXN_LIST_COUNT; i++) {
		struct txn_list *list = &report->list[i];

		list->rows = txn_rows_top(lists[i].zones ? &from->zones : &from->servers,
					  lists[i].order, list->row, rows);
		name_types(list->row, list->rows);
	}
}

void txn_report_make(struct txn_report *report, const struct txn_counts *counts, enum txn_side side,
		     size_t rows)
{
	const struct txn_side_counts *from = &counts->side[side];
	uint64_t bins[TXN_BINS] = {0};
	uint64_t shown;

	if (rows > TXN_REPORT_ROWS)
		rows = TXN_REPORT_ROWS;
	memcpy(report->event, from->event, sizeof(report->event));
	report->queries = sum_of(from->event, TXN_NEW, TXN_QUERY_CONTENDED);
	report->responses = sum_of(from->event, TXN_ANSWERED, TXN_BEFORE_START);
	report->unanswered = from->unanswered + from->event[TXN_EXPIRED];
	report->outstanding = from->outstanding;
	report->every = counts->every;
	report->uncertain = counts->uncertain || from->event[TXN_EVICTED];
	report->times = from->times;
	for (size_t t = 0; t < TRANSPORT_COUNT; t++)
		for (size_t failed = 0; failed < 2; failed++)
			for (size_t i = 0; i < TXN_BINS; i++)
				bins[i] += from->times[t][failed].bin[i];
	txn_quantiles_of(&report->all, bins);
	report->servers = txn_rows_top(&from->servers, TXN_BY_UNANSWERED, report->server, rows);
	report->zones = txn_rows_top(&from->zones, TXN_BY_UNANSWERED, report->zone, rows);
	report->other_servers = report->other_zones = report->unanswered;
	shown = 0;
	for (size_t i = 0; i < report->servers; i++)
		shown += report->server[i].unanswered;
	report->other_servers -= shown;
	shown = 0;
	for (size_t i = 0; i < report->zones; i++)
		shown += report->zone[i].unanswered;
	report->other_zones -= shown;
	report->found = from->found;
	name_types(report->server, report->servers);
	name_types(report->zone, report->zones);
	make_lists(report, from, rows);
	report->client_queries = counts->side[TXN_CLIENTS].event[TXN_NEW];
	report->busy.rows = 0;
	if (side == TXN_UPSTREAM)
		report->busy.rows = txn_rows_top(&from->zones, TXN_BY_QUERIES, report->busy.row,
						 rows);
}

/* @part of the @of that were still to be seen, out of @all. */
static uint64_t reckon(uint64_t part, uint64_t of, uint64_t all)
{
	/* Notes of answered queries give way to those of later ones. */
	return of && all > of ? (uint64_t)((double)part * (double)all / (double)of) : part;
}

uint64_t txn_report_asked(const struct txn_report *report, const struct txn_row *row)
{
	uint64_t answered = report->event[TXN_ANSWERED], seen = 0;

	if (row->unanswered)
		return row->unanswered + reckon(row->answered, report->found, answered);
	for (size_t i = 0; i < TXN_RESULT_COUNT; i++)
		seen += report->result[i];
	return reckon(txn_row_answered(row), seen, answered);
}

static double seconds_of(uint64_t units)
{
	return (double)units * (1 << TXN_UNIT_SHIFT) / (double)NS_PER_S;
}

double txn_row_mean(const struct txn_row *row)
{
	return row->timed ? seconds_of(row->sum) / (double)row->timed : 0;
}

double txn_row_longest(const struct txn_row *row)
{
	return seconds_of(row->longest);
}

uint64_t txn_report_queries(const struct txn_report *report, const struct txn_row *row)
{
	uint64_t seen = 0;

	for (size_t i = 0; i < TXN_RESULT_COUNT; i++)
		seen += report->result[i];
	return row->unanswered + reckon(txn_row_answered(row), seen, report->event[TXN_ANSWERED]);
}

double txn_report_part(const struct txn_report *report, const struct txn_row *row)
{
	uint64_t all = report->event[TXN_ANSWERED] + report->unanswered;
	uint64_t queries = txn_report_queries(report, row);

	return all <= queries ? 1 : (double)queries / (double)all;
}
