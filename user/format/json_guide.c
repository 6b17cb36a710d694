// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/json_guide.h"

#include "catalog/catalog.h"

void json_put_guide(struct json *j, const struct report *report, uint16_t rcode, int32_t ede,
		    bool nodata, bool flat)
{
	const struct guide_mapping *mapping = guide_map(rcode, ede, nodata);

	if (!report->guide || !mapping)
		return;
	json_u64(j, "guide_code", mapping->code);
	if (!flat)
		json_string(j, "guide_description",
			    catalog_description(CATALOG_GUIDE, mapping->code));
}
