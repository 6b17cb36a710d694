/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A report as flat rows, one fact a line, for databases: docs/json.md, "Rows". */
#ifndef RCODEWATCH_ROWS_H
#define RCODEWATCH_ROWS_H

#include <stdio.h>

#include "report/report.h"
#include "report/transactions.h"

/*
 * All rows of @report onto @out, a line each. The last is of type "interval" and says how many they
 * are. Errors are the stream's.
 */
void rows_write(FILE *out, const struct report *report);

/* Likewise of a side's transactions; the last is of type "side". */
void rows_write_transactions(FILE *out, const struct txn_report *report);

#endif
