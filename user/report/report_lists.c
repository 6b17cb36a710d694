// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/report_lists.h"

#include <string.h>

void report_set_lists(struct report *report, const struct top_settings *top)
{
	report->top_rows = top->rows;
	report->top_nodata = top_settings_nodata(top);
	report->top_hll_at = top->hll;
	report->top_rcodes = top->offending_rcodes;
	memcpy(report->top_bits[TOP_SERVER], top->servers.bits, FAMILY_COUNT);
	memcpy(report->top_bits[TOP_CLIENT], top->clients.bits, FAMILY_COUNT);
}
