/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What alerts are made of. For alerts.c and the detectors; others use it through alerts.h. */
#ifndef RCODEWATCH_ALERTS_STATE_H
#define RCODEWATCH_ALERTS_STATE_H

#include "analysis/alert_engine.h"
#include "analysis/alert_silent.h"
#include "analysis/alert_usual.h"
#include "analysis/alert_window.h"
#include "analysis/attacks.h"
#include "analysis/blame.h"
#include "report/transactions.h"

struct alerts {
	struct alert_engine engine;
	struct alert_window *window[ALERT_PLACES]; /* NULL: nothing has been counted there */
	struct alert_usual *usual[POINTS_MAX];     /* likewise */
	struct attacks *attacks;                   /* the caller's */
	struct blame_book *blame;
	struct alert_silent silent_zones, silent_servers; /* upstream */
	bool attacks_alone; /* only random-subdomain is in the result */
};

/* What an evaluation looks at. */
struct alert_view {
	const struct report *report[POINTS_MAX]; /* by observation point; NULL: none */
	const struct txn_report
		*side; /* by side, of the same time; NULL: transactions are not followed */
	const struct txn_counts *counts;    /* that these are made of; there where these are */
	const struct code_history *history; /* of other days; NULL: none */
};

#endif
