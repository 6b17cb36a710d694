/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The advice of a report in JSON: docs/json.md. */
#ifndef RCODEWATCH_JSON_ADVICE_H
#define RCODEWATCH_JSON_ADVICE_H

#include "util/json_writer.h"
#include "report/report.h"

/* Member "advice", if the report has been looked at. */
void json_put_advice(struct json *j, const struct report *report);

/* Members of one: all, or @flat, without words and shares, as rows for databases have them. */
void json_put_advice_row(struct json *j, const struct report *report, const struct advice *advice,
			 bool flat);

#endif
