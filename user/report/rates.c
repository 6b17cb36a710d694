// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/rates.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "report/report_names.h"

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

/* The two snapshots. A counter that shrank has grown by nothing. */
struct span {
	const struct snapshot *before, *now;
	bool broken; /* not of the same source: nothing has grown */
};

static uint64_t grown(const struct span *span, uint64_t before, uint64_t now)
{
	return now > before && !span->broken ? now - before : 0;
}

static void grown_array(const struct span *span, const __u64 *before, const __u64 *now,
			uint64_t *out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		out[i] = grown(span, before[i], now[i]);
}

#define GROWN_ARRAY(span, field, out)                                                           \
	grown_array((span), (span)->before->counters.field, (span)->now->counters.field, (out), \
		    COUNT_OF((span)->now->counters.field))

static bool any_shrank(const void *before, const void *now, size_t size)
{
	const __u64 *was = before, *is = now;

	for (size_t i = 0; i < size / sizeof(*is); i++)
		if (is[i] < was[i])
			return true;
	return false;
}

_Static_assert(_Alignof(struct pkt_counters) >= _Alignof(__u64), "they are an array of counters");

static double per_second(uint64_t count, double seconds)
{
	return seconds > 0 ? (double)count / seconds : 0;
}

/* ---- lists cut to their best rows ------------------------------------------ */

typedef int (*row_order)(const void *a, const void *b);

/*
 * Put @row in its place among the best @max rows, which are in @order, without repeats. The least
 * of more falls off the end.
 */
static void keep_topk(void *rows, size_t *count, size_t max, size_t size, const void *row,
		      row_order order)
{
	char *base = rows;
	size_t low = 0, high = *count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (order(base + middle * size, row) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == max)
		return;
	if (*count < max)
		++*count;
	memmove(base + (low + 1) * size, base + low * size, (*count - 1 - low) * size);
	memcpy(base + low * size, row, size);
}

static int falling(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

static int rising(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/* ---- RCODEs ------------------------------------------------------------------ */

static int rcode_by_weight(const void *a, const void *b)
{
	const struct report_rcode *x = a, *y = b;
	int order = (int)report_rcode_always(y->code) - (int)report_rcode_always(x->code);

	if (!order)
		order = falling(x->count, y->count);
	if (!order)
		order = falling(x->total, y->total);
	return order ? order : rising(x->code, y->code);
}

static int rcode_by_code(const void *a, const void *b)
{
	const struct report_rcode *x = a, *y = b;

	return rising(x->code, y->code);
}

/* The row of the counters for @row, over families and transports. */
static uint64_t rcode_row_sum(const struct pkt_counters *counters, size_t row)
{
	uint64_t sum = 0;

	for (size_t family = 0; family < FAMILY_COUNT; family++)
		for (size_t transport = 0; transport < TRANSPORT_COUNT; transport++)
			sum += counters->rcode[row][family][transport];
	return sum;
}

static uint64_t rcode_sum(const struct snapshot *snapshot, uint16_t code)
{
	if (code < RCODE_DIRECT)
		return rcode_row_sum(&snapshot->counters, code);
	return snapshot->rcode_rest.count[code - RCODE_DIRECT];
}

static void fill_rcodes(const struct span *span, struct report *report)
{
	uint64_t rest = grown(span, rcode_row_sum(&span->before->counters, RCODE_DIRECT),
			      rcode_row_sum(&span->now->counters, RCODE_DIRECT));
	uint64_t rest_total = rcode_row_sum(&span->now->counters, RCODE_DIRECT);
	uint64_t direct = 0, direct_total = 0, named = 0, named_total = 0;
	uint64_t seen = 0, listed = 0, listed_total = 0;

	report->rcode_count = 0;
	for (uint32_t code = 0; code < RCODE_MAX; code++) {
		struct report_rcode row = {.code = (uint16_t)code};

		row.total = rcode_sum(span->now, row.code);
		row.count = grown(span, rcode_sum(span->before, row.code), row.total);
		if (code < RCODE_DIRECT) {
			direct += row.count;
			direct_total += row.total;
		} else {
			named += row.count;
			named_total += row.total;
		}
		if (!row.total && !report_rcode_always(row.code))
			continue;
		seen++;
		keep_topk(report->rcodes, &report->rcode_count, REPORT_RCODES_MAX, sizeof(row),
			  &row, rcode_by_weight);
	}
	/* The row of all the rest and the array of its codes are two counters of the same messages;
	 * the larger one is nearer to the truth, and what has no code is among the others. */
	report->responses = direct + (rest > named ? rest : named);
	report->total_responses = direct_total +
				  (rest_total > named_total ? rest_total : named_total);
	report->rate = per_second(report->responses, report->interval_s);

	qsort(report->rcodes, report->rcode_count, sizeof(report->rcodes[0]), rcode_by_code);
	for (size_t i = 0; i < report->rcode_count; i++) {
		struct report_rcode *row = &report->rcodes[i];

		row->rate = per_second(row->count, report->interval_s);
		row->share = report->responses ? (double)row->count / (double)report->responses : 0;
		listed += row->count;
		listed_total += row->total;
	}
	report->other_rcode_codes = seen - report->rcode_count;
	report->other_rcode_count = report->responses - listed;
	report->other_rcode_total = report->total_responses - listed_total;
}

/* ---- Extended DNS Errors ------------------------------------------------------ */

static int ede_by_count(const void *a, const void *b)
{
	const struct report_ede *x = a, *y = b;
	int order = falling(x->count, y->count);

	if (!order)
		order = rising(x->rcode, y->rcode);
	return order ? order : rising(x->info_code, y->info_code);
}

static int further_ede_by_count(const void *a, const void *b)
{
	const struct report_further_ede *x = a, *y = b;
	int order = falling(x->count, y->count);

	return order ? order : rising(x->info_code, y->info_code);
}

static int qtype_by_count(const void *a, const void *b)
{
	const struct report_qtype *x = a, *y = b;
	int order = falling(x->count, y->count);

	return order ? order : rising(x->type, y->type);
}

static uint64_t rare_grown(const struct span *span, const struct rare_count *rare)
{
	const struct rare_count *was = snapshot_rare_find(span->before, rare->kind, rare->value);

	return grown(span, was && was->born == rare->born ? was->count : 0, rare->count);
}

/* What of @all the rows do not list. */
static uint64_t left_out(uint64_t all, uint64_t listed)
{
	return all > listed ? all - listed : 0;
}

static void add_ede(struct report *report, uint32_t rcode, uint32_t info_code, uint64_t count)
{
	struct report_ede row = {
		.rcode = (uint16_t)rcode,
		.info_code = (uint16_t)info_code,
		.count = count,
	};

	if (count)
		keep_topk(report->edes, &report->ede_count, REPORT_EDES_MAX, sizeof(row), &row,
			  ede_by_count);
}

static void fill_edes(const struct span *span, struct report *report)
{
	uint64_t all = 0, listed = 0;

	report->ede_count = 0;
	for (uint32_t row = 0; row <= RCODE_DIRECT; row++) {
		for (uint32_t column = 0; column <= EDE_DIRECT; column++) {
			uint64_t count = grown(span, span->before->counters.ede[row][column],
					       span->now->counters.ede[row][column]);

			all += count;
			if (row < RCODE_DIRECT && column < EDE_DIRECT)
				add_ede(report, row, column, count);
		}
	}
	for (size_t i = 0; i < span->now->rare_count; i++) {
		const struct rare_count *rare = &span->now->rare[i];
		uint32_t rcode = rare->value >> 16, info_code = rare->value & 0xffff;

		/* Codes with a counter of their own are here for their text alone. */
		if (rare->kind == RARE_EDE && (rcode >= RCODE_DIRECT || info_code >= EDE_DIRECT))
			add_ede(report, rcode, info_code, rare_grown(span, rare));
	}
	for (size_t i = 0; i < report->ede_count; i++) {
		struct report_ede *row = &report->edes[i];
		const struct rare_count *sample = snapshot_rare_find(
			span->now, RARE_EDE, (uint32_t)row->rcode << 16 | row->info_code);

		row->rate = per_second(row->count, report->interval_s);
		if (sample)
			row->text = sample->text;
		listed += row->count;
	}
	report->other_ede_count = left_out(all, listed);
}

static void add_further_ede(struct report *report, uint32_t info_code, uint64_t count)
{
	struct report_further_ede row = {.info_code = (uint16_t)info_code, .count = count};

	if (count)
		keep_topk(report->further_edes, &report->further_ede_count, REPORT_EDES_MAX,
			  sizeof(row), &row, further_ede_by_count);
}

static void fill_further_edes(const struct span *span, struct report *report)
{
	uint64_t all = 0, listed = 0;

	report->further_ede_count = 0;
	for (uint32_t column = 0; column <= EDE_DIRECT; column++) {
		uint64_t count = grown(span, span->before->counters.ede_further[column],
				       span->now->counters.ede_further[column]);

		all += count;
		if (column < EDE_DIRECT)
			add_further_ede(report, column, count);
	}
	for (size_t i = 0; i < span->now->rare_count; i++) {
		const struct rare_count *rare = &span->now->rare[i];

		if (rare->kind == RARE_EDE_FURTHER)
			add_further_ede(report, rare->value, rare_grown(span, rare));
	}
	for (size_t i = 0; i < report->further_ede_count; i++)
		listed += report->further_edes[i].count;
	report->other_further_ede_count = left_out(all, listed);
}

/* ---- QTYPEs -------------------------------------------------------------------- */

static void add_qtype(struct report *report, uint32_t type, uint64_t count)
{
	struct report_qtype row = {.type = (uint16_t)type, .count = count};

	if (count)
		keep_topk(report->qtypes, &report->qtype_count, REPORT_QTYPES_MAX, sizeof(row),
			  &row, qtype_by_count);
}

static void fill_qtypes(const struct span *span, struct report *report)
{
	uint64_t all = 0, listed = 0;

	report->qtype_count = 0;
	for (uint32_t column = 0; column <= QTYPE_DIRECT; column++) {
		uint64_t count = grown(span, span->before->counters.qtype[column],
				       span->now->counters.qtype[column]);

		all += count;
		if (column < QTYPE_LOW)
			add_qtype(report, column, count);
		else if (column < QTYPE_DIRECT)
			add_qtype(report, QTYPE_META_FIRST + (column - QTYPE_LOW), count);
	}
	for (size_t i = 0; i < span->now->rare_count; i++) {
		const struct rare_count *rare = &span->now->rare[i];

		if (rare->kind == RARE_QTYPE)
			add_qtype(report, rare->value, rare_grown(span, rare));
	}
	for (size_t i = 0; i < report->qtype_count; i++)
		listed += report->qtypes[i].count;
	report->other_qtype_count = left_out(all, listed);
}

/* ---- the rest ------------------------------------------------------------------- */

static void fill_family_and_transport(const struct span *span, struct report *report)
{
	memset(report->family, 0, sizeof(report->family));
	memset(report->transport, 0, sizeof(report->transport));
	for (size_t row = 0; row <= RCODE_DIRECT; row++) {
		for (size_t family = 0; family < FAMILY_COUNT; family++) {
			for (size_t transport = 0; transport < TRANSPORT_COUNT; transport++) {
				uint64_t count = grown(
					span, span->before->counters.rcode[row][family][transport],
					span->now->counters.rcode[row][family][transport]);

				report->by_path[row][family][transport] = count;
				report->family[family] += count;
				report->transport[transport] += count;
			}
		}
	}
}

static void fill_flags(const struct span *span, struct report *report)
{
	uint64_t sets[FLAG_SETS];

	GROWN_ARRAY(span, flags, sets);
	for (uint32_t flag = 0; flag < FLAG_COUNT; flag++) {
		report->flags[flag] = 0;
		for (uint32_t set = 0; set < FLAG_SETS; set++)
			if (FLAG_IN_SET(set, flag))
				report->flags[flag] += sets[set];
	}
}

void rates_report(const struct snapshot *before, const struct snapshot *now, struct report *report)
{
	struct span span = {.before = before, .now = now};

	span.broken = any_shrank(&before->counters, &now->counters, sizeof(now->counters)) ||
		      any_shrank(&before->rcode_rest, &now->rcode_rest, sizeof(now->rcode_rest));

	report->start_ns = before->wall_ns;
	report->end_ns = now->wall_ns;
	report->interval_s = now->mono_ns > before->mono_ns
				     ? clock_seconds(now->mono_ns - before->mono_ns)
				     : 0;
	fill_rcodes(&span, report);
	GROWN_ARRAY(&span, answers, report->answers);
	fill_flags(&span, report);
	fill_family_and_transport(&span, report);
	fill_edes(&span, report);
	fill_further_edes(&span, report);
	fill_qtypes(&span, report);
	GROWN_ARRAY(&span, outcome, report->outcome);
	GROWN_ARRAY(&span, incomplete, report->incomplete);
	GROWN_ARRAY(&span, tcp, report->tcp);
	GROWN_ARRAY(&span, udp, report->udp);
	report->slow_path = grown(&span, before->counters.slow_path, now->counters.slow_path);
	report->packets = grown(&span, before->counters.packets, now->counters.packets);
	report->rare_lost = grown(&span, before->rare_lost, now->rare_lost);
	report->rare_retired = grown(&span, before->rare_retired, now->rare_retired);
	report->ede_texts_lost = grown(&span, before->ede_texts_lost, now->ede_texts_lost);
	report->total_packets = now->counters.packets;
	report->nic_lost = now->nic.lost > before->nic.lost ? now->nic.lost - before->nic.lost : 0;
	report->nic_source = nic_source_names[now->nic.source];
	report_name_codes(report);
}
