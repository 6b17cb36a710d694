/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The names of a report's codes, looked up once for all that write it. */
#ifndef RCODEWATCH_REPORT_NAMES_H
#define RCODEWATCH_REPORT_NAMES_H

#include "catalog/catalog.h"
#include "report/report.h"

/* Set the names of all rows of @report but those of lists, which top_lists_name() sets. */
void report_name_codes(struct report *report);

/* What to write for an RCODE or an info code whose row has @name: the name, or a number in @buf. */
static inline const char *rcode_text(const char *name, uint32_t code,
				     char buf[static CATALOG_UNNAMED_MAX])
{
	return catalog_name_text(CATALOG_RCODE, name, code, buf);
}

static inline const char *info_text(const char *name, uint32_t code,
				    char buf[static CATALOG_UNNAMED_MAX])
{
	return catalog_name_text(CATALOG_EDE, name, code, buf);
}

#endif
