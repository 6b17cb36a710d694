/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From snapshots to reports, for `run` and `read` alike: figures, lists and advice of all observation
 * points at one interval. One thread uses a series.
 */
#ifndef RCODEWATCH_REPORT_SERIES_H
#define RCODEWATCH_REPORT_SERIES_H

#include "analysis/advice.h"
#include "analysis/alerts.h"
#include "report/identity.h"
#include "report/labels.h"
#include "report/report.h"
#include "report/snapshot.h"
#include "toplist/top_settings.h"

/* What all reports say. Pointers stay the caller's, and live as long as the series. */
struct report_common {
	const struct identity *identity;
	const struct labels *labels; /* NULL: none */
	const struct top_settings *top;
	bool live;  /* packets of now, not of a capture */
	bool guide; /* the guide's numbers are wanted */
};

/* What the reports of one observation point say. Strings live as long as these reports. */
struct report_origin {
	const char *interface, *direction, *hook;
};

/* What one observation point needs from report to report. */
struct series_point {
	struct snapshot before; /* as of the last report */
	struct top_lists lists; /* gathered since then */
	struct adviser adviser;
	uint64_t seq; /* of the last report */
};

struct report_series {
	struct series_point *point;
	size_t points;
	struct report_common common;
	struct advice_settings advice; /* without an engine: reports have none */
};

/*
 * For @points observation points. @alerts, which is open and stays the caller's, says which advice goes on and which zones get
 * none on their names; NULL: there is no advice. 0, or -ENOMEM with nothing to free.
 */
int report_series_init(struct report_series *series, size_t points,
		       const struct report_common *common, struct alerts *alerts);
void report_series_free(struct report_series *series);

/*
 * The next interval of all points starts at this time, CLOCK_REALTIME and CLOCK_MONOTONIC or capture time.
 * Without this it starts where the last one ended.
 */
void report_series_begin(struct report_series *series, int64_t wall_ns, int64_t mono_ns);

/*
 * The reports of @point go on where an earlier run has ended: @before had been reported, in report @seq. 0 or
 * -ENOMEM.
 */
int report_series_resume(struct report_series *series, size_t point, const struct snapshot *before,
			 uint64_t seq);

/* Add @lists of a later reading to what @point has gathered. 0 or -ENOMEM. */
int report_series_gather(struct report_series *series, size_t point, const struct top_lists *lists);

/*
 * Make the next report of @point, which ends with @now. Its lists and advice are the series' until
 * report_series_clear_lists(). 0, or -ENOMEM with @report not to be used.
 */
int report_series_make(struct report_series *series, size_t point, const struct snapshot *now,
		       const struct report_origin *origin, struct report *report);

/* An interval of @point ends with @now, and is numbered, but nobody is told of it. 0 or -ENOMEM. */
int report_series_pass(struct report_series *series, size_t point, const struct snapshot *now);

/* All of an interval are reported: begin the lists of the next one. */
void report_series_clear_lists(struct report_series *series);

/* The source begins anew to count its rare values from 0. */
void report_series_renew_rares(struct report_series *series);

#endif
