// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/json_top.h"

#include <string.h>

#include "toplist/hll.h"
#include "report/names.h"
#include "catalog/qtypes.h"
#include "format/top_text.h"
#include "report/report_names.h"

#define RATE_PLACES 3
/* Of a row in JSON: all but the name or address and the registers. */
#define ROW_FIXED_MAX 288u

static double row_rate(const struct report *report, const struct top_row *row)
{
	return report->interval_s > 0 ? (double)row->count / report->interval_s : 0;
}

/* One digit of base64 (RFC 4648 section 4) for each: no rank is above HLL_RANK_MAX. */
static void put_hll(struct json *j, const struct top_row *row)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char text[HLL_SIZE + 1];

	_Static_assert(HLL_RANK_MAX < 64, "six bits");
	for (size_t i = 0; i < HLL_SIZE; i++)
		text[i] = digits[row->hll[i] < HLL_RANK_MAX ? row->hll[i] : HLL_RANK_MAX];
	text[HLL_SIZE] = '\0';
	json_string(j, "registers", text);
}

void json_put_top_row(struct json *j, const struct report *report, enum top_dimension dimension,
		      const struct top_row *row, bool flat)
{
	bool named = dimension == TOP_ZONE || dimension == TOP_NAME;
	char text[TOP_TEXT_SIZE], number[CATALOG_UNNAMED_MAX], type[16];

	if (flat)
		json_u64(j, "rcode", row->rcode);
	json_string(j, named ? "name" : "address",
		    top_row_text(row, dimension, report->top_bits[dimension], text));
	if (dimension == TOP_ZONE)
		json_string(j, "source", top_zone_source(row));
	json_string(j, flat ? "rcode_name" : "rcode",
		    rcode_text(row->rcode_name, row->rcode, number));
	json_u64(j, "count", row->count);
	json_u64(j, "low", row->low);
	json_u64(j, "high", row->high);
	if (!flat)
		json_double(j, "rate", row_rate(report, row), RATE_PLACES);
	if (dimension == TOP_ZONE)
		json_u64(j, "distinct_names", top_row_names(row));
	if (row->ede != TOP_NO_EDE)
		json_u64(j, flat ? "info_code" : "ede", row->ede);
	if (row->qtype && flat)
		json_u64(j, "qtype", row->qtype);
	if (row->qtype)
		json_string(j, flat ? "qtype_name" : "qtype",
			    catalog_qtype_text(row->qtype_name, row->qtype, type));
	if (dimension == TOP_ZONE && report->top_hll_at)
		put_hll(j, row);
}

void json_put_top_rest(struct json *j, const struct top_list *list, size_t shown)
{
	struct top_rest rest = top_list_rest(list, shown);

	json_u64(j, "absent_high", rest.absent_high);
	json_u64(j, "count", rest.count);
	json_u64(j, "low", rest.low);
	json_u64(j, "high", rest.high);
}

/* How long a row can be; JSON escapes but two of the characters that a name's text can have. */
static size_t row_length(const struct report *report, enum top_dimension dimension,
			 const struct top_row *row)
{
	size_t length = ROW_FIXED_MAX;
	char text[TOP_TEXT_SIZE];

	for (const char *c = top_row_text(row, dimension, report->top_bits[dimension], text); *c;
	     c++)
		length += *c == '\\' || *c == '"' ? 2 : 1;
	if (dimension == TOP_ZONE && report->top_hll_at)
		length += HLL_SIZE;
	return length;
}

/* How many rows of a list there is room for. */
static size_t rows_that_fit(const struct report *report, enum top_dimension dimension)
{
	const struct top_list *list = &report->top->list[dimension];
	size_t most = list->count < report->top_rows ? list->count : report->top_rows, rows = 0;

	for (size_t used = 0; rows < most; rows++) {
		used += row_length(report, dimension, &list->rows[rows]);
		if (used > JSON_TOP_MAX)
			break;
	}
	return rows;
}

void json_put_top(struct json *j, const struct report *report)
{
	size_t rows[TOP_DIMENSIONS];

	if (!report->top || !report->top->listed)
		return;
	json_object_begin(j, "top");
	for (size_t d = 0; d < TOP_DIMENSIONS; d++) {
		if (!(report->top->listed >> d & 1))
			continue;
		rows[d] = rows_that_fit(report, (enum top_dimension)d);
		json_array_begin(j, top_dimension_names[d]);
		for (size_t i = 0; i < rows[d]; i++) {
			json_object_begin(j, NULL);
			json_put_top_row(j, report, (enum top_dimension)d,
					 &report->top->list[d].rows[i], false);
			json_object_end(j);
		}
		json_array_end(j);
	}
	json_object_end(j);
	json_object_begin(j, "top_rest");
	for (size_t d = 0; d < TOP_DIMENSIONS; d++) {
		if (!(report->top->listed >> d & 1))
			continue;
		json_object_begin(j, top_dimension_names[d]);
		json_put_top_rest(j, &report->top->list[d], rows[d]);
		json_object_end(j);
	}
	json_object_end(j);
}
