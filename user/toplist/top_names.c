// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "toplist/top_list.h"

#include "catalog/catalog.h"
#include "catalog/qtypes.h"

void top_lists_name(struct top_lists *lists, size_t rows)
{
	for (size_t d = 0; d < TOP_DIMENSIONS; d++)
		for (size_t i = 0; i < rows && i < lists->list[d].count; i++) {
			struct top_row *row = &lists->list[d].rows[i];

			row->rcode_name = catalog_name(CATALOG_RCODE, row->rcode);
			row->qtype_name = catalog_qtype(row->qtype);
		}
}
