// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/json_failing.h"

#include "format/top_text.h"
#include "report/report_names.h"

#define SHARE_PLACES 6

void json_put_failing_row(struct json *j, const struct report_failing *failing, bool flat)
{
	char number[CATALOG_UNNAMED_MAX], text[TOP_TEXT_SIZE];

	json_string(j, flat ? "rcode_name" : "rcode",
		    rcode_text(failing->name, failing->code, number));
	json_u64(j, flat ? "rcode" : "rcode_code", failing->code);
	json_u64(j, "count", failing->count);
	json_u64(j, "zones_low", failing->zones_low);
	json_u64(j, "zones_high", failing->zones_high);
	if (!flat) {
		json_double(j, "share", failing->share, SHARE_PLACES);
		json_double(j, "share_high", failing->share_high, SHARE_PLACES);
	}
	if (failing->largest) {
		json_string(j, flat ? "name" : "zone", top_name_text(failing->largest->key, text));
		json_u64(j, flat ? "low" : "zone_low", failing->largest->low);
		json_u64(j, flat ? "high" : "zone_high", failing->largest->high);
	}
}

void json_put_failing(struct json *j, const struct report *report)
{
	if (!report->top || !(report->top->listed >> TOP_ZONE & 1))
		return;
	json_array_begin(j, "failing_zones");
	for (size_t i = 0; i < report->failing_count; i++) {
		if (!report->failing[i].count)
			continue;
		json_object_begin(j, NULL);
		json_put_failing_row(j, &report->failing[i], false);
		json_object_end(j);
	}
	json_array_end(j);
}
