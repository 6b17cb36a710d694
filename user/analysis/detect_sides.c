// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Alerts on queries and their answers, by side: silence, response times, what nobody waited for. */
#include <string.h>

#include "analysis/detect.h"

#define SILENT_TICKS 3u  /* evaluations: answers and timeouts of one query come in two of them */
#define SILENT_ALL   0.5 /* of upstream queries: it is the way to the world, no server's fault */
#define ONE_ZONE     0.5 /* of what is unanswered: it is that zone's servers, not the way out */
#define ROW_PART     0.1 /* of all that is unanswered: a dead server is nothing new on a busy host */
#define EVICTED_PART 0.01
#define SAME_PART    0.5 /* of clients' response times: upstream's explain them */

static double smaller(double a, double b)
{
	return a < b ? a : b;
}

/* Unanswered of what was decided in the latest @ticks: 0 to 1. */
static double silent_share(const struct alert_window *window, unsigned int ticks)
{
	double unanswered = (double)alert_window_sum(window, FIGURE_UNANSWERED, 0, ticks);
	double answered = (double)alert_window_sum(window, FIGURE_ANSWERED, 0, ticks);

	return unanswered > 0 ? unanswered / (unanswered + answered) : 0;
}

/* Whether most of what is unanswered now is for names of one zone. */
static bool is_of_one_zone(const struct side_view *view)
{
	const struct txn_side_counts *counts = &view->all->counts->side[view->side];
	uint64_t most = 0;

	for (size_t i = 0; i < counts->zones.rows; i++)
		if (counts->zones.row[i].unanswered > most)
			most = counts->zones.row[i].unanswered;
	return most && (double)most >= ONE_ZONE * (double)counts->unanswered;
}

/* upstream-silent, or host-silent of clients. */
static void look_at_silence(const struct side_view *view, enum alert_rule_id rule)
{
	const struct alert_rule *limits = detect_rule(view->alerts, rule);
	struct alert_finding finding = detect_finding(view->alerts, rule, view->place);

	finding.value = smaller(silent_share(view->window, DETECT_NOW),
				silent_share(view->window, SILENT_TICKS));
	finding.share = finding.value;
	finding.count = alert_window_sum(view->window, FIGURE_UNANSWERED, 0, DETECT_NOW);
	finding.qualifies = alert_window_sum(view->window, FIGURE_UNANSWERED, 0, SILENT_TICKS) >=
				    limits->number &&
			    alert_window_rate(view->window, FIGURE_UNANSWERED, 0, SILENT_TICKS) >=
				    limits->rate;
	if (finding.value >= SILENT_ALL)
		finding.severity = ALERT_CRITICAL;
	else if (view->side == TXN_UPSTREAM && is_of_one_zone(view))
		return; /* that one is named */
	alert_engine_see(&view->alerts->engine, &finding);
}

static void set_subject(struct alert_subject *subject, const struct txn_key *key)
{
	if (key->zone_size) {
		subject->kind = ALERT_OF_ZONE;
		subject->row_kind = ZONE_REGISTRABLE;
		memcpy(subject->key, key->zone, key->zone_size);
		return;
	}
	subject->kind = ALERT_OF_SERVER;
	subject->row_kind = key->server_size == 4 ? FAMILY_IPV4 : FAMILY_IPV6;
	memcpy(subject->key, key->server, key->server_size);
}

/* A server, or a zone, that answers nothing. */
static void look_at_row(const struct side_view *view, const struct alert_silent *silent,
			const struct alert_silent_row *row, enum alert_rule_id rule)
{
	double number = (double)detect_rule(view->alerts, rule)->number;
	struct alert_finding finding = detect_finding(view->alerts, rule, view->place);

	set_subject(&finding.subject, &row->key);
	finding.value = row->unanswered / (row->unanswered + row->answered);
	finding.count = (uint64_t)(row->unanswered + 0.5);
	finding.share = row->unanswered / silent->unanswered;
	finding.qualifies = row->unanswered >= number && finding.share >= ROW_PART;
	finding.holds = row->unanswered >= ALERT_HOLD * number;
	if (row->idle > DETECT_SHORT) {
		finding.cause = 1;
		finding.severity = ALERT_NOTICE;
	}
	if (finding.subject.kind == ALERT_OF_ZONE)
		detect_blame(view->alerts, &finding);
	alert_engine_see(&view->alerts->engine, &finding);
}

static void look_at_silent(const struct side_view *view, const struct alert_silent *silent,
			   enum alert_rule_id rule)
{
	for (size_t i = 0; i < silent->rows; i++)
		look_at_row(view, silent, &silent->row[i], rule);
}

/* While all is silent none is to blame alone. */
static bool is_all_silent(const struct side_view *view)
{
	return silent_share(view->window, SILENT_TICKS) >= SILENT_ALL &&
	       alert_engine_level(&view->alerts->engine, RULE_UPSTREAM_SILENT, view->place, NULL) !=
		       ALERT_QUIET;
}

static void look_at_rows(const struct side_view *view)
{
	const struct txn_side_counts *counts = &view->all->counts->side[view->side];
	struct alerts *alerts = view->alerts;

	alert_silent_feed(&alerts->silent_zones, &counts->zones, counts->unanswered);
	alert_silent_feed(&alerts->silent_servers, &counts->servers, counts->unanswered);
	if (is_all_silent(view))
		return;
	look_at_silent(view, &alerts->silent_zones, RULE_ZONE_SERVERS_SILENT);
	look_at_silent(view, &alerts->silent_servers, RULE_SERVER_SILENT);
}

static void look_at_times(const struct side_view *view)
{
	const struct alert_rule *limits = detect_rule(view->alerts, RULE_CLIENTS_SLOW);
	const struct txn_report *upstream = &view->all->side[TXN_UPSTREAM];
	struct alert_finding finding = detect_finding(view->alerts, RULE_CLIENTS_SLOW, view->place);

	finding.value = view->report->all.p90;
	finding.count = view->report->event[TXN_ANSWERED];
	finding.qualifies = view->report->all.sampled >= limits->number &&
			    (double)finding.count >= limits->rate * view->report->interval_s;
	finding.holds = view->report->all.sampled > 0;
	if (upstream->all.p90 >= SAME_PART * finding.value)
		finding.cause = 1;
	alert_engine_see(&view->alerts->engine, &finding);
}

static void look_at_strays(const struct side_view *view)
{
	const struct alert_rule *limits = detect_rule(view->alerts, RULE_SPOOFING);
	struct alert_finding finding = detect_finding(view->alerts, RULE_SPOOFING, view->place);

	finding.value = alert_window_share(view->window, FIGURE_STRAY, FIGURE_RESPONSES,
					   SILENT_TICKS);
	finding.share = finding.value;
	finding.count = alert_window_sum(view->window, FIGURE_STRAY, 0, DETECT_NOW);
	finding.qualifies = alert_window_sum(view->window, FIGURE_STRAY, 0, SILENT_TICKS) >=
				    limits->number &&
			    alert_window_rate(view->window, FIGURE_STRAY, 0, SILENT_TICKS) >=
				    limits->rate;
	alert_engine_see(&view->alerts->engine, &finding);
}

/* Queries gave way in a full table: what is said of silence is too little. */
static void look_at_evictions(const struct side_view *view)
{
	const struct alert_rule *limits = detect_rule(view->alerts, RULE_BLIND);
	struct alert_finding finding = detect_finding(view->alerts, RULE_BLIND, view->place);

	finding.value = alert_window_share(view->window, FIGURE_EVICTED, FIGURE_ASKED,
					   SILENT_TICKS);
	finding.share = finding.value;
	finding.count = alert_window_sum(view->window, FIGURE_EVICTED, 0, DETECT_NOW);
	finding.qualifies = alert_window_sum(view->window, FIGURE_EVICTED, 0, SILENT_TICKS) >=
			    limits->number;
	alert_engine_see(&view->alerts->engine, &finding);
}

void detect_sides(const struct side_view *view)
{
	look_at_evictions(view);
	/* Where one direction is not seen, everything is unanswered; so is what waits where the table was not read for long. */
	if (view->report->one_sided || view->all->counts->uncertain)
		return;
	if (view->side == TXN_CLIENTS) {
		look_at_silence(view, RULE_HOST_SILENT);
		look_at_times(view);
		return;
	}
	look_at_silence(view, RULE_UPSTREAM_SILENT);
	look_at_rows(view);
	/* The responses to queries that gave way find none. */
	if (alert_window_share(view->window, FIGURE_EVICTED, FIGURE_ASKED, SILENT_TICKS) <
	    EVICTED_PART)
		look_at_strays(view);
}
