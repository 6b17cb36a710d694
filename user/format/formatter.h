/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where reports go. A sink knows one format; it sees finished reports and nothing else. */
#ifndef RCODEWATCH_FORMATTER_H
#define RCODEWATCH_FORMATTER_H

#include <stdbool.h>
#include <stdio.h>

#include "report/report.h"

struct sink_json {
	FILE *out;
};

/*
 * A line for the report, and one for each of its attacks that is news: of schema rcodewatch/1
 * (docs/json.md), each at most SINK_JSON_LINE_MAX bytes with its newline. They reach @sink->out whole
 * and flushed. 0, or a negative errno when memory was short or writing failed.
 */
#define SINK_JSON_LINE_MAX (256u * 1024u)
int json_report_write(struct sink_json *sink, const struct report *report);

struct sink_text {
	FILE *out;
	bool colour;  /* ANSI colours */
	bool utf8;    /* the reader takes UTF-8: block characters in bars, letters beyond ASCII */
	int width;    /* columns to use */
	size_t lines; /* that all reports of a moment may take; 0: no limit */
};

/* A page is so wide on narrower terminals too: the columns of Extended DNS Errors need it. */
#define SINK_TEXT_WIDTH_MIN 56u

/*
 * As @out would like it: colour on a terminal unless TERM is "dumb" or NO_COLOR is set and not empty
 * (https://no-color.org), UTF-8 if the locale's character set is (the program has called
 * setlocale(LC_CTYPE, "")), the width of the terminal, else COLUMNS, else 80.
 */
void text_report_init(struct sink_text *sink, FILE *out);
/*
 * A page for people for each of the reports of a moment. Where these are more than @sink->lines, they are cut
 * from below, shorter where all is well, and the last line says how much was left out. As text_report_write().
 */
int sink_text_write_all(struct sink_text *sink, const struct report *const *reports, size_t count);
/*
 * A table for people, followed by an empty line. Bytes from the network that are not printable are
 * written as \xNN. 0, or a negative errno when memory was short or writing failed.
 */
int text_report_write(struct sink_text *sink, const struct report *report);

#endif
