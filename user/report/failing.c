// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/failing.h"

#include "catalog/catalog.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t count_of(const struct report *report, uint16_t code)
{
	for (size_t i = 0; i < report->rcode_count; i++)
		if (report->rcodes[i].code == code)
			return report->rcodes[i].count;
	return 0;
}

/* What the rows with one code come to. */
struct rows {
	const struct top_row *largest; /* by low */
	uint64_t count, certain;       /* rows, of which these are of zones that had a response */
	uint64_t low;                  /* their sum */
	uint64_t high;                 /* of one of them, at most */
};

static struct rows rows_of(const struct top_list *list, uint16_t code)
{
	struct rows rows = {0};

	for (size_t i = 0; i < list->count; i++) {
		const struct top_row *row = &list->rows[i];

		if (row->rcode != code)
			continue;
		rows.count++;
		rows.certain += row->low > 0;
		rows.low += row->low;
		if (row->high > rows.high)
			rows.high = row->high;
		if (row->low && (!rows.largest || row->low > rows.largest->low))
			rows.largest = row;
	}
	return rows;
}

static void fill(const struct report *report, enum top_code code, struct report_failing *failing)
{
	const struct top_list *list = &report->top->list[TOP_ZONE];
	uint16_t rcode = top_code_rcode[code];
	struct rows rows = rows_of(list, rcode);
	uint64_t seen = report->top->zones_seen[code], count = count_of(report, rcode);
	uint64_t others = count > rows.low ? count - rows.low : 0; /* may be of any zone */
	uint64_t absent = smaller(list->absent_high, others), high;

	*failing = (struct report_failing){
		.code = rcode,
		.name = catalog_name(CATALOG_RCODE, rcode),
		.count = count,
		.largest = rows.largest,
	};
	if (!count) {
		failing->largest = NULL;
		return;
	}
	failing->zones_low = smaller(rows.certain > seen ? rows.certain : seen, count);
	/* Each zone without a row has one of the others. */
	failing->zones_high = smaller(rows.count + others, count);
	if (failing->zones_high < failing->zones_low)
		failing->zones_high = failing->zones_low;
	high = smaller(rows.high > absent ? rows.high : absent, count);
	failing->share_high = (double)high / (double)count;
	if (rows.largest)
		failing->share = (double)smaller(rows.largest->low, count) / (double)count;
}

void report_failing_fill(struct report *report)
{
	report->failing_count = 0;
	if (!report->top || !(report->top->listed >> TOP_ZONE & 1))
		return;
	for (enum top_code code = 0; code < TOP_CODES; code++)
		if (report->top_rcodes >> top_code_rcode[code] & 1)
			fill(report, code, &report->failing[report->failing_count++]);
}

const struct report_failing *report_failing_find(const struct report *report, uint16_t rcode)
{
	for (size_t i = 0; i < report->failing_count; i++)
		if (report->failing[i].code == rcode)
			return &report->failing[i];
	return NULL;
}
