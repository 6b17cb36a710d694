/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Servers and zones that do not answer, over more than one evaluation: a resolver asks a dead server a few times, and then not again
 * for many minutes, so that no single evaluation shows it. Counts fade, by half in about ten minutes of evaluations of 10 s; what is not asked for ALERT_SILENT_IDLE
 * of them is not followed any more.
 */
#ifndef RCODEWATCH_ALERT_SILENT_H
#define RCODEWATCH_ALERT_SILENT_H

#include "analysis/alert.h"
#include "report/txn_rows.h"

#define ALERT_SILENT_ROWS \
	128u /* followed at a time, of servers and of zones; those with fewest unanswered give way */

#define ALERT_SILENT_IDLE 90u

struct alert_silent_row {
	struct txn_key key;
	double unanswered, answered; /* queries */
	unsigned int idle;           /* evaluations since it was last seen to be asked */
};

/* Of servers, or of zones. Zeroed at first. */
struct alert_silent {
	struct alert_silent_row row[ALERT_SILENT_ROWS];
	size_t rows;
	double unanswered; /* of all, also of what has no row */
};

/* Take in @rows of an evaluation, in which @unanswered queries of all stayed unanswered. */
void alert_silent_feed(struct alert_silent *silent, const struct txn_rows *rows,
		       uint64_t unanswered);

#endif
