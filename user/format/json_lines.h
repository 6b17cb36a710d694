/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The lines of schema rcodewatch/1 (docs/json.md) and the parts that they have in common. */
#ifndef RCODEWATCH_JSON_LINES_H
#define RCODEWATCH_JSON_LINES_H

#include <stdio.h>

#include "analysis/alert.h"
#include "report/event.h"
#include "util/json_writer.h"
#include "report/report.h"
#include "report/transactions.h"

#define JSON_SCHEMA "rcodewatch/1"

/* An interval of somebody's, and which of it a line is about. */
struct json_interval {
	int64_t start_ns, end_ns; /* since 1970-01-01 UTC */
	double interval_s;
	const char *host, *instance;
	uint64_t seq;
	const struct labels *labels; /* NULL: none */
};

/* Members "schema" to "labels" of a line of @type. */
void json_put_interval(struct json *j, const char *type, const struct json_interval *interval);
/* The same of a line about a side's transactions, with "side". */
void json_put_side(struct json *j, const char *type, const struct txn_report *report);
/* Members "start" to "hook" of a report or a row, with "labels" where there are any. */
void json_put_head(struct json *j, const char *type, const struct report *report);
/* Member "labels", if there are any. */
void json_put_labels(struct json *j, const struct labels *labels);

/* A line each, with its newline, onto @out; errors are the stream's. */
void json_line_report(FILE *out, const struct report *report);
void json_line_event(FILE *out, const struct event *event);
void json_line_transactions(FILE *out, const struct txn_report *report);
void json_line_alert(FILE *out, const struct alert *alert);

#endif
