/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Detectors of alerts: each looks at an evaluation and hands the engine what it sees. For alerts.c and detect_*.c. */
#ifndef RCODEWATCH_DETECT_H
#define RCODEWATCH_DETECT_H

#include <string.h>

#include "analysis/advice.h"
#include "analysis/alerts_state.h"

/* An observation point in an evaluation. */
struct point_view {
	struct alerts *alerts;
	const struct alert_view *all;
	const struct report *report;
	uint32_t place;
	struct alert_window *window;
	const struct alert_usual *usual; /* NULL: not known */
};

/* A side of transactions in an evaluation. */
struct side_view {
	struct alerts *alerts;
	const struct alert_view *all;
	const struct txn_report *report;
	enum txn_side side;
	uint32_t place;
	struct alert_window *window;
};

/* Latest evaluations that rules look at. */
#define DETECT_NOW   1u
#define DETECT_SHORT 6u
#define DETECT_LONG  ALERT_WINDOW_TICKS

static inline const struct alert_rule *detect_rule(const struct alerts *alerts,
						   enum alert_rule_id rule)
{
	return &alerts->engine.rules->rule[rule];
}

/* A finding of @rule at @place that holds, and of which all else is still to be said. */
static inline struct alert_finding detect_finding(const struct alerts *alerts,
						  enum alert_rule_id rule, uint32_t place)
{
	return (struct alert_finding){
		.rule = rule,
		.place = place,
		.threshold = detect_rule(alerts, rule)->threshold,
		.holds = true,
		.ede = TOP_NO_EDE,
	};
}

/* Whether @report is of packets that the host sends or, of captures, that go either way. */
static inline bool detect_is_sent(const struct report *report)
{
	return strcmp(report->direction, "rx") != 0;
}

/*
 * Put into @finding, which is about a zone, what the zone's servers did to this host's queries, or that it is not known; nothing where
 * queries are not followed, or nobody asks.
 */
void detect_blame(const struct alerts *alerts, struct alert_finding *finding);

/* Whether it is said of @zone (NULL: of any) that it does not validate, and why. After advice_see(). */
bool detect_says_invalid(const struct point_view *view, const struct alert_subject *zone);

/* Whether it is what clients get or, where nothing that is sent is seen, what comes in: what fails fails there. */
bool detect_is_outermost(const struct point_view *view);

/* The figures of an evaluation. */
void detect_count_point(const struct report *report, struct alert_tick *tick);
void detect_count_side(const struct txn_report *report, struct alert_tick *tick);

/* servfail-share, bogus, nxdomain-flood, unusual, fragments-lost, blind of packets, and host-silent where nothing is sent any more. */
void detect_codes(const struct point_view *view);
/* zone-failing. */
void detect_zones(const struct point_view *view);
/* upstream-silent, zone-servers-silent, server-silent, clients-slow, spoofing, blind of queries, and host-silent where queries come. */
void detect_sides(const struct side_view *view);

#endif
