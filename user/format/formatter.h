/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reports as JSON lines and as text. A formatter opens nothing: it writes to the stream that it is given. */
#ifndef RCODEWATCH_FORMATTER_H
#define RCODEWATCH_FORMATTER_H

#include <stdbool.h>
#include <stdio.h>

#include "analysis/alert.h"
#include "report/code_history.h"
#include "report/report.h"
#include "report/transactions.h"

struct json_formatter {
	FILE *out;
};

/*
 * A line for the report: of schema rcodewatch/1 (docs/json.md), at most JSON_LINE_MAX bytes with its newline. It reaches
 * @formatter->out whole and flushed. 0, or a negative errno when memory was short or writing failed.
 */
#define JSON_LINE_MAX (256u * 1024u)
int json_report_write(struct json_formatter *formatter, const struct report *report);

/* A line for a side's transactions, or for an alert. As json_report_write(). */
int json_transactions_write(struct json_formatter *formatter, const struct txn_report *report);
int json_alert_write(struct json_formatter *formatter, const struct alert *alert);

struct text_formatter {
	FILE *out;
	bool colour;  /* ANSI colours */
	bool utf8;    /* the reader takes UTF-8: block characters in bars, letters beyond ASCII */
	int width;    /* columns to use */
	size_t lines; /* that all reports of a batch may take; 0: no limit */
	const struct txn_report *transactions; /* of the batch, by side, in front of its pages */
	size_t sides;                          /* 0: none are followed */
	const struct alert *alerts; /* under way or just ended, in front of all; by importance */
	size_t alert_count;
	const struct code_history *history; /* what is usual is from it; NULL: it is not known */
};

/* A page is so wide on narrower terminals too: the columns of Extended DNS Errors need it. */
#define TEXT_WIDTH_MIN 56u

/*
 * As @out would like it: colour on a terminal unless TERM is "dumb" or NO_COLOR is set and not empty
 * (https://no-color.org), UTF-8 if the locale's character set is (the program has called
 * setlocale(LC_CTYPE, "")), the width of the terminal, else COLUMNS, else 80.
 */
void text_report_init(struct text_formatter *formatter, FILE *out);
/*
 * A page for people for each report of a batch. Where these are more than @formatter->lines, they are cut
 * from below, shorter where all is well, and the last line says how much was left out. As text_report_write().
 */
int text_report_write_all(struct text_formatter *formatter, const struct report *const *reports,
			  size_t count);
/*
 * A table for people, followed by an empty line. Bytes from the network that are not printable are
 * written as \xNN. 0, or a negative errno when memory was short or writing failed.
 */
int text_report_write(struct text_formatter *formatter, const struct report *report);

#endif
