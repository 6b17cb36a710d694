// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Alerts on the mix of response codes of an observation point. */
#include <string.h>

#include "analysis/alert_parties.h"
#include "analysis/detect.h"
#include "report/failing.h"

#define OURS         0.5 /* of a code's responses: if no zone has so much, it is not one zone's fault */
#define SLOW_PART    0.5 /* of the threshold, in the long windows */
#define SLOW_TICKS   30u /* evaluations that these must have */
#define USUAL_FACTOR 2.0 /* above what is usual */
#define FLOOD_SHARE  0.3
#define FLOOD_FACTOR 4.0 /* times what there was before */
#define BEFORE_SKIP  3u  /* evaluations that are not "before" yet */
#define BEFORE_TICKS 12u /* that it must have */
#define SILENT_RATE  5.0 /* responses a second: much */
#define USUAL_FLOOR  0.1 /* a second: less is as good as none */
#define UNUSUAL_PART 0.01

static double larger(double a, double b)
{
	return a > b ? a : b;
}

static double smaller(double a, double b)
{
	return a < b ? a : b;
}

/* Whether there is so much of @figure in the latest @ticks as the rule wants. */
static bool is_enough(const struct point_view *view, enum alert_rule_id rule, unsigned int figure,
		      unsigned int ticks)
{
	const struct alert_rule *limits = detect_rule(view->alerts, rule);

	return alert_window_sum(view->window, figure, 0, ticks) >= limits->number &&
	       alert_window_rate(view->window, figure, 0, ticks) >= limits->rate;
}

/* Whether most of the code's responses are for certain of one zone. */
static bool is_of_one_zone(const struct report *report, uint16_t rcode)
{
	const struct report_failing *failing = report_failing_find(report, rcode);

	return failing && failing->share >= OURS;
}

/* A zone is said to fail, or not to validate, or its servers to be silent. */
static bool is_said_of_zone(const struct point_view *view)
{
	const struct alert_engine *engine = &view->alerts->engine;

	return alert_engine_level(engine, RULE_ZONE_FAILING, view->place, NULL) ||
	       detect_says_invalid(view, NULL) ||
	       alert_engine_level(engine, RULE_ZONE_SERVERS_SILENT, ALERT_AT_SIDE + TXN_UPSTREAM,
				  NULL) == ALERT_UNDER_WAY;
}

/* Validation is said to fail, and that is most of SERVFAIL. */
static bool is_said_of_validation(const struct point_view *view)
{
	return alert_engine_level(&view->alerts->engine, RULE_BOGUS, view->place, NULL) &&
	       alert_window_share(view->window, FIGURE_BOGUS, FIGURE_RCODE + DNS_RCODE_SERVFAIL,
				  DETECT_SHORT) >= OURS;
}

/* Say that it is one zone's, and whose where that is seen now. */
static void name_zone(const struct report *report, struct alert_finding *finding)
{
	const struct report_failing *failing = report_failing_find(report, DNS_RCODE_SERVFAIL);

	finding->cause = 1;
	if (!failing || !failing->largest)
		return;
	finding->cause = 2;
	finding->other = (struct alert_subject){.kind = ALERT_OF_ZONE,
						.row_kind = failing->largest->kind};
	memcpy(finding->other.key, failing->largest->key, sizeof(finding->other.key));
}

/*
 * By two pairs of windows: much of a minute and still much now; or half as much of ten minutes and still as much in the last
 * one, but in either twice the usual. A short burst alone does not fill its long window, and what is over has left the short one.
 */
static void look_at_servfail(const struct point_view *view)
{
	const unsigned int servfail = FIGURE_RCODE + DNS_RCODE_SERVFAIL;
	struct alert_finding finding = detect_finding(view->alerts, RULE_SERVFAIL_SHARE,
						      view->place);
	double now = alert_window_share(view->window, servfail, FIGURE_RESPONSES, DETECT_NOW);
	double minute = alert_window_share(view->window, servfail, FIGURE_RESPONSES, DETECT_SHORT);
	double slow = smaller(minute, alert_window_share(view->window, servfail, FIGURE_RESPONSES,
							 DETECT_LONG));
	double slow_threshold = SLOW_PART * finding.threshold;

	finding.count = alert_window_sum(view->window, servfail, 0, DETECT_NOW);
	if (finding.count)
		view->window->servfail_of_one = is_of_one_zone(view->report, DNS_RCODE_SERVFAIL);
	if (!detect_is_outermost(view) ||
	    (view->window->servfail_of_one && is_said_of_zone(view)) || is_said_of_validation(view))
		return;

	if (view->usual && view->usual->responses > 0) {
		finding.usual = view->usual->rate[DNS_RCODE_SERVFAIL] / view->usual->responses;
		finding.threshold = larger(finding.threshold, USUAL_FACTOR * finding.usual);
		slow_threshold = larger(slow_threshold, USUAL_FACTOR * finding.usual);
	}
	/* What is over begins nothing, though the longer windows still have it. */
	finding.qualifies = now >= SLOW_PART * finding.threshold &&
			    is_enough(view, RULE_SERVFAIL_SHARE, servfail, DETECT_SHORT);
	finding.value = smaller(now, minute);
	if (finding.value < finding.threshold && slow >= slow_threshold &&
	    alert_window_length(view->window) >= SLOW_TICKS) {
		finding.value = slow;
		finding.threshold = slow_threshold;
	}
	finding.share = minute;
	/* One zone alone is zone-failing; what is seen of many is this host's, or its way to the world's. */
	if (view->window->servfail_of_one)
		name_zone(view->report, &finding);
	else if (detect_is_sent(view->report))
		finding.severity = ALERT_CRITICAL;
	alert_engine_see(&view->alerts->engine, &finding);
}

/* Validation fails, and not for one zone: a clock or a trust anchor. What one zone has is advice's. */
static void look_at_bogus(const struct point_view *view)
{
	const struct report_failing *failing = report_failing_find(view->report,
								   DNS_RCODE_SERVFAIL);
	struct alert_finding finding = detect_finding(view->alerts, RULE_BOGUS, view->place);

	finding.value = smaller(
		alert_window_share(view->window, FIGURE_BOGUS, FIGURE_RESPONSES, DETECT_NOW),
		alert_window_share(view->window, FIGURE_BOGUS, FIGURE_RESPONSES, DETECT_SHORT));
	finding.count = alert_window_sum(view->window, FIGURE_BOGUS, 0, DETECT_NOW);
	finding.share = finding.value;
	finding.qualifies = is_enough(view, RULE_BOGUS, FIGURE_BOGUS, DETECT_SHORT) && failing &&
			    failing->largest &&
			    (double)failing->largest->low < OURS * (double)finding.count;
	alert_engine_see(&view->alerts->engine, &finding);
}

/* Most denials are of one zone, and an attack is under way, which says more. */
static bool is_of_attack(const struct point_view *view)
{
	return alert_engine_level(&view->alerts->engine, RULE_RANDOM_SUBDOMAIN, view->place,
				  NULL) == ALERT_UNDER_WAY &&
	       is_of_one_zone(view->report, DNS_RCODE_NXDOMAIN);
}

static void look_at_nxdomain(const struct point_view *view)
{
	const unsigned int nxdomain = FIGURE_RCODE + DNS_RCODE_NXDOMAIN;
	struct alert_finding finding = detect_finding(view->alerts, RULE_NXDOMAIN_FLOOD,
						      view->place);
	double before = alert_window_rate(view->window, nxdomain, BEFORE_SKIP, DETECT_LONG);

	/* What is under way goes on after a restart, too, when it is not known any more what was before. */
	if (is_of_attack(view) || (alert_window_length(view->window) < BEFORE_SKIP + BEFORE_TICKS &&
				   alert_engine_level(&view->alerts->engine, RULE_NXDOMAIN_FLOOD,
						      view->place, NULL) != ALERT_UNDER_WAY))
		return;
	if (view->usual) {
		finding.usual = view->usual->rate[DNS_RCODE_NXDOMAIN];
		before = larger(before, finding.usual);
	}
	finding.value = alert_window_rate(view->window, nxdomain, 0, DETECT_NOW);
	finding.threshold = larger(finding.threshold, FLOOD_FACTOR * before);
	finding.share = alert_window_share(view->window, nxdomain, FIGURE_RESPONSES, DETECT_NOW);
	finding.count = alert_window_sum(view->window, nxdomain, 0, DETECT_NOW);
	finding.qualifies = finding.share >= FLOOD_SHARE &&
			    is_enough(view, RULE_NXDOMAIN_FLOOD, nxdomain, DETECT_NOW);
	alert_parties(&finding.clients, view->report, TOP_CLIENT, DNS_RCODE_NXDOMAIN,
		      ALERT_PARTIES);
	alert_engine_see(&view->alerts->engine, &finding);
}

/* A code far above what it is at this hour on other days, that no other rule has. */
static void look_at_unusual(const struct point_view *view, unsigned int code)
{
	struct alert_finding finding = detect_finding(view->alerts, RULE_UNUSUAL, view->place);
	double usual = larger(view->usual->rate[code], USUAL_FLOOR);

	if ((code == DNS_RCODE_SERVFAIL &&
	     (alert_engine_level(&view->alerts->engine, RULE_SERVFAIL_SHARE, view->place, NULL) ||
	      is_said_of_validation(view))) ||
	    (code == DNS_RCODE_NXDOMAIN &&
	     alert_engine_level(&view->alerts->engine, RULE_NXDOMAIN_FLOOD, view->place, NULL)))
		return;
	finding.subject = (struct alert_subject){.kind = ALERT_OF_RCODE, .rcode = (uint16_t)code};
	finding.rcode = (uint16_t)code;
	finding.usual = view->usual->rate[code];
	finding.value = smaller(alert_window_rate(view->window, FIGURE_RCODE + code, 0, DETECT_NOW),
				alert_window_rate(view->window, FIGURE_RCODE + code, 0,
						  DETECT_SHORT)) /
			usual;
	finding.count = alert_window_sum(view->window, FIGURE_RCODE + code, 0, DETECT_NOW);
	finding.share = alert_window_share(view->window, FIGURE_RCODE + code, FIGURE_RESPONSES,
					   DETECT_SHORT);
	finding.qualifies = finding.share >= UNUSUAL_PART &&
			    is_enough(view, RULE_UNUSUAL, FIGURE_RCODE + code, DETECT_SHORT);
	if (finding.value >= 1)
		alert_engine_see(&view->alerts->engine, &finding);
}

/* Nothing is sent any more, where there was much. */
static void look_at_silence(const struct point_view *view)
{
	struct alert_finding finding = detect_finding(view->alerts, RULE_HOST_SILENT, view->place);
	double before = alert_window_rate(view->window, FIGURE_RESPONSES, BEFORE_SKIP, DETECT_LONG);
	double now = alert_window_rate(view->window, FIGURE_RESPONSES, 0, DETECT_NOW);

	/* Of queries that come and are not answered the side says more. */
	if (view->all->side && view->all->side[TXN_CLIENTS].event[TXN_NEW] &&
	    !view->all->side[TXN_CLIENTS].one_sided)
		return;
	if (view->window->silent_base <= 0) {
		if (alert_window_length(view->window) < BEFORE_SKIP + BEFORE_TICKS ||
		    before < SILENT_RATE || now > 0)
			return;
		view->window->silent_base = before;
	}
	finding.cause = 1;
	finding.usual = view->window->silent_base;
	finding.value = 1 - smaller(now / view->window->silent_base, 1);
	finding.qualifies = now <= 0;
	if (alert_engine_see(&view->alerts->engine, &finding) == ALERT_QUIET)
		view->window->silent_base = 0;
}

static void look_at_fragments(const struct point_view *view)
{
	struct alert_finding finding = detect_finding(view->alerts, RULE_FRAGMENTS_LOST,
						      view->place);

	finding.value = alert_window_share(view->window, FIGURE_FRAGMENT_LOST, FIGURE_RESPONSES,
					   DETECT_SHORT);
	finding.count = alert_window_sum(view->window, FIGURE_FRAGMENT_LOST, 0, DETECT_NOW);
	finding.share = finding.value;
	finding.qualifies = is_enough(view, RULE_FRAGMENTS_LOST, FIGURE_FRAGMENT_LOST,
				      DETECT_SHORT);
	alert_engine_see(&view->alerts->engine, &finding);
}

/* Packets that never reached the program. */
static void look_at_losses(const struct point_view *view)
{
	struct alert_finding finding = detect_finding(view->alerts, RULE_BLIND, view->place);

	finding.cause = 1;
	finding.value = alert_window_share(view->window, FIGURE_NIC_LOST, FIGURE_PACKETS,
					   DETECT_SHORT);
	finding.share = finding.value;
	finding.count = alert_window_sum(view->window, FIGURE_NIC_LOST, 0, DETECT_NOW);
	finding.qualifies = alert_window_sum(view->window, FIGURE_NIC_LOST, 0, DETECT_SHORT) >=
			    detect_rule(view->alerts, RULE_BLIND)->number;
	alert_engine_see(&view->alerts->engine, &finding);
}

void detect_codes(const struct point_view *view)
{
	look_at_bogus(view);
	look_at_servfail(view);
	look_at_nxdomain(view);
	look_at_fragments(view);
	look_at_losses(view);
	if (detect_is_sent(view->report))
		look_at_silence(view);
	for (unsigned int code = 1; view->usual && code < RCODE_DIRECT; code++)
		look_at_unusual(view, code);
}
