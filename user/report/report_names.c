// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/report_names.h"

#include "catalog/qtypes.h"

void report_name_codes(struct report *report)
{
	for (uint32_t code = 0; code < RCODE_DIRECT; code++)
		report->by_path_name[code] = catalog_name(CATALOG_RCODE, code);
	for (size_t i = 0; i < report->rcode_count; i++) {
		struct report_rcode *row = &report->rcodes[i];

		row->name = catalog_name(CATALOG_RCODE, row->code);
		row->description = catalog_description(CATALOG_RCODE, row->code);
	}
	for (size_t i = 0; i < report->ede_count; i++) {
		struct report_ede *row = &report->edes[i];

		row->rcode_name = catalog_name(CATALOG_RCODE, row->rcode);
		row->info_name = catalog_name(CATALOG_EDE, row->info_code);
	}
	for (size_t i = 0; i < report->further_ede_count; i++) {
		struct report_further_ede *row = &report->further_edes[i];

		row->info_name = catalog_name(CATALOG_EDE, row->info_code);
	}
	for (size_t i = 0; i < report->qtype_count; i++)
		report->qtypes[i].name = catalog_qtype(report->qtypes[i].type);
}
