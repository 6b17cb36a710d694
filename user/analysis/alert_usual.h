/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is usual at this hour: the median of the same hour on the seven days before, where at least three of them are known. */
#ifndef RCODEWATCH_ALERT_USUAL_H
#define RCODEWATCH_ALERT_USUAL_H

#include <stdbool.h>

#include "report/code_history.h"

#define ALERT_USUAL_DAYS 7u
#define ALERT_USUAL_MIN  3u /* days that must be known */

/* Of an observation point. */
struct alert_usual {
	int64_t hour; /* that it was last looked up for, since 1970-01-01 UTC */
	bool looked_up, known;
	double rate[CODE_HISTORY_CODES]; /* a second, by code */
	double responses;                /* a second */
};

/*
 * Bring @usual up to the hour of @now_ns, from the hours of the point in @history. Whether anything is known. Cheap but for
 * the first time in an hour.
 */
bool alert_usual_look(struct alert_usual *usual, const struct code_history *history,
		      const char *interface, enum direction direction, int64_t now_ns);

#endif
