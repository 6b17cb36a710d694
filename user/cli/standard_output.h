/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Standard output as the place of reports: all reports of one batch go there together. On a
 * terminal, text keeps within its height and takes the place of the text before it; elsewhere it follows it.
 */
#ifndef RCODEWATCH_STANDARD_OUTPUT_H
#define RCODEWATCH_STANDARD_OUTPUT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/report.h"
#include "report/transactions.h"
#include "cli/settings.h"
#include "format/formatter.h"

struct standard_output {
	enum output output;
	bool repaint;
	char *text; /* the batch being put together; of open_memstream() */
	size_t size;
	FILE *page;
	struct text_formatter to_text;
	struct json_formatter to_json;
	const volatile sig_atomic_t
		*stopped; /* whether a signal came, for standard_output_show(); NULL: never */
	int64_t until_ns; /* when it gives up, by the monotonic clock; 0: no signal came */
};

void standard_output_init(struct standard_output *standard_output, enum output output);
/* What goes there together. */
struct output_batch {
	const struct report *const *reports;
	size_t count;
	const struct txn_report *transactions;
	size_t sides;
	const struct alert *alerts;
	size_t alert_count;
	const struct code_history *history; /* NULL: nothing is known of the past */
};

/* Format the batch; of its alerts text alone says anything. 0 or a negative errno. */
int standard_output_add(struct standard_output *standard_output, const struct output_batch *batch);
/* Of JSON: a line for @alert. 0 or a negative errno. */
int standard_output_alert(struct standard_output *standard_output, const struct alert *alert);
/*
 * The batch as it is to be written: *@text of *@size bytes, which the caller frees; NULL if nothing was added. 0 or a
 * negative errno.
 */
int standard_output_release(struct standard_output *standard_output, char **text, size_t *size);
/*
 * Write the batch, and wait for the reader: after a signal, which sets *standard_output->stopped, for three
 * seconds in all. 0, or a negative errno when standard output cannot be written: -EPIPE if its reader has gone,
 * -ETIMEDOUT after the three seconds. After an error a part may be written, and nothing should follow it.
 * After write_now_open().
 */
int standard_output_show(struct standard_output *standard_output);
void standard_output_free(struct standard_output *standard_output);

#endif
