/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Of which zones the failures of a report are, in JSON: docs/json.md. */
#ifndef RCODEWATCH_JSON_FAILING_H
#define RCODEWATCH_JSON_FAILING_H

#include "util/json_writer.h"
#include "report/report.h"

/* Member "failing_zones", if there is a list of zones: of each code that responses had. */
void json_put_failing(struct json *j, const struct report *report);

/* Members of one: all, or @flat, with the row's number beside its name and without shares, as rows for databases have them. */
void json_put_failing_row(struct json *j, const struct report_failing *failing, bool flat);

#endif
