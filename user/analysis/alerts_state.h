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

#define ALERT_INTERFACE_MAX 16u /* as the kernel's IFNAMSIZ */

/* What an observation point is called, as long as it is followed. */
struct alert_place {
	char interface[ALERT_INTERFACE_MAX]; /* "": not known, or of a capture, whose name can be longer */
	uint8_t direction;                   /* enum direction */
};

/* Alerts of observation points that an earlier process had: at these places until a report is of one that is called so. */
#define ALERT_AT_KEPT ALERT_PLACES

struct alerts {
	struct alert_engine engine;
	struct alert_window *window[ALERT_PLACES]; /* NULL: nothing has been counted there */
	struct alert_usual *usual[POINTS_MAX];     /* likewise */
	struct attacks *attacks;                   /* the caller's */
	struct blame_book *blame;
	struct alert_silent silent_zones, silent_servers; /* upstream */
	bool attacks_alone; /* only random-subdomain is in the result */
	struct alert_place place[POINTS_MAX], kept[POINTS_MAX];
	int64_t kept_ns; /* the last evaluation of the process that kept them; 0: there is none, or it was looked at */
};

/* What an evaluation looks at. */
struct alert_view {
	const struct report *report[POINTS_MAX]; /* by observation point; NULL: none */
	const struct txn_report
		*side; /* by side, of the same time; NULL: transactions are not followed */
	const struct txn_counts *counts;    /* that these are made of; there where these are */
	const struct code_history *history; /* of other days; NULL: none */
	double whole_s; /* that evaluations take, but for the first and the last one; 0: any */
};

#endif
