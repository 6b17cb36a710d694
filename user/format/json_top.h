/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The top lists of a report in JSON: docs/json.md. */
#ifndef RCODEWATCH_JSON_TOP_H
#define RCODEWATCH_JSON_TOP_H

#include "util/json_writer.h"
#include "report/report.h"

/* Bytes of a line that each list may take: one that needs more is cut, and top_rest says so. */
#define JSON_TOP_MAX (44u * 1024u)

/* Members "top" and "top_rest", if the report has lists. */
void json_put_top(struct json *j, const struct report *report);

/*
 * Members of one row: as they stand in a list, or @flat, with numbers beside names and without rates,
 * as rows for databases have them.
 */
void json_put_top_row(struct json *j, const struct report *report, enum top_dimension dimension,
		      const struct top_row *row, bool flat);

/* Members of what the first @shown rows of a list leave out. */
void json_put_top_rest(struct json *j, const struct top_list *list, size_t shown);

#endif
