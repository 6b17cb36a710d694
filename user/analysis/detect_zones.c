// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Alerts on zones that fail. */
#include <string.h>

#include "analysis/detect.h"

#define ZONES_MAX 8u    /* of an evaluation: more are servfail-share's */
#define PART_MIN  0.005 /* of all responses: on a busy host a few a second are any day's */

/* The same zone is already said to be attacked, not to validate, or its servers to be silent. */
static bool is_explained(const struct point_view *view, const struct alert_subject *zone)
{
	const struct alert_engine *engine = &view->alerts->engine;

	return detect_says_invalid(view, zone) ||
	       alert_engine_level(engine, RULE_RANDOM_SUBDOMAIN, view->place, zone) ==
		       ALERT_UNDER_WAY ||
	       alert_engine_level(engine, RULE_ZONE_SERVERS_SILENT, ALERT_AT_SIDE + TXN_UPSTREAM,
				  zone) == ALERT_UNDER_WAY;
}

static void look_at_row(const struct point_view *view, const struct top_row *row)
{
	const struct alert_rule *limits = detect_rule(view->alerts, RULE_ZONE_FAILING);
	double part = PART_MIN * view->report->rate;
	struct alert_finding finding = {
		.rule = RULE_ZONE_FAILING,
		.place = view->place,
		.subject = {.kind = ALERT_OF_ZONE, .row_kind = row->kind},
		.value = (double)row->low / view->report->interval_s,
		.threshold = limits->threshold > part ? limits->threshold : part,
		.qualifies = row->low >= limits->number,
		.holds = true,
		.count = row->low,
		.share = view->report->responses
				 ? (double)row->low / (double)view->report->responses
				 : 0,
		.rcode = row->rcode,
		.ede = row->ede,
	};

	memcpy(finding.subject.key, row->key, sizeof(finding.subject.key));
	if (is_explained(view, &finding.subject))
		return;
	if (detect_is_sent(view->report))
		detect_blame(view->alerts, &finding);
	alert_engine_see(&view->alerts->engine, &finding);
}

void detect_zones(const struct point_view *view)
{
	const struct top_list *zones;
	size_t seen = 0;

	if (!view->report->top || !detect_is_outermost(view))
		return;
	/* By estimate, falling: those with much of what is certain are among the first. */
	zones = &view->report->top->list[TOP_ZONE];
	for (size_t i = 0; i < zones->count && seen < ZONES_MAX; i++) {
		if (zones->rows[i].rcode != DNS_RCODE_SERVFAIL)
			continue;
		look_at_row(view, &zones->rows[i]);
		seen++;
	}
}
