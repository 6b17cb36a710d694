/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The guide's numbers beside standard codes in JSON: guide.h, docs/codes.md. */
#ifndef RCODEWATCH_JSON_GUIDE_H
#define RCODEWATCH_JSON_GUIDE_H

#include "catalog/guide.h"
#include "util/json_writer.h"
#include "report/report.h"

/*
 * Members "guide_code" and, unless @flat, "guide_description" of what guide_map() has for these, if the
 * report is to have them and the guide has a number.
 */
void json_put_guide(struct json *j, const struct report *report, uint16_t rcode, int32_t ede,
		    bool nodata, bool flat);

#endif
