// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdio.h>

#include "catalog/catalog.h"
#include "catalog/guide.h"
#include "sinks/syslog/syslog_content.h"
#include "report/report_names.h"

/* "214 Name error: ...", of the field that has the count, which is @field and @rest. */
static void put_one(struct syslog_record *record, const char *field, const char *rest,
		    const struct guide_mapping *mapping)
{
	char text[256];

	if (!mapping)
		return;
	snprintf(text, sizeof(text), "%u %s", mapping->code,
		 catalog_description(CATALOG_GUIDE, mapping->code));
	record_string(record, field, rest, text);
}

void syslog_put_guide(struct syslog_record *record, const struct report *report)
{
	char number[CATALOG_UNNAMED_MAX], rest[SYSLOG_NAME_MAX + 1];

	if (!report->guide)
		return;
	for (size_t i = 0; i < report->rcode_count; i++) {
		const struct report_rcode *row = &report->rcodes[i];

		if (row->count)
			put_one(record, "guide_rcode_", rcode_text(row->name, row->code, number),
				guide_map(row->code, GUIDE_NO_EDE, false));
	}
	if (report->answers[ANSWER_NODATA])
		put_one(record, "guide_answers_", "nodata", guide_map(0, GUIDE_NO_EDE, true));
	for (size_t i = 0; i < report->ede_count; i++) {
		const struct report_ede *row = &report->edes[i];

		snprintf(rest, sizeof(rest), "%.16s_%u",
			 rcode_text(row->rcode_name, row->rcode, number), row->info_code);
		put_one(record, "guide_ede_", rest, guide_map(row->rcode, row->info_code, false));
	}
}
