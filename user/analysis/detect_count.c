// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <string.h>

#include "analysis/detect.h"

/* Whether the EDE says that validation failed: RFC 8914 sections 4.6 to 4.13 and 4.26. */
static bool is_bogus(uint16_t info_code)
{
	return (info_code >= 5 && info_code <= 12) || info_code == 25;
}

bool detect_is_outermost(const struct point_view *view)
{
	bool any_sent = false;

	for (size_t i = 0; i < POINTS_MAX; i++) {
		const struct report *report = view->all->report[i];

		any_sent |= report && report->responses && detect_is_sent(report);
	}
	return detect_is_sent(view->report) || !any_sent;
}

bool detect_says_invalid(const struct point_view *view, const struct alert_subject *zone)
{
	for (enum alert_rule_id rule = RULE_EXPIRED_SIGNATURES; rule <= RULE_DNSSEC_BOGUS; rule++)
		if (alert_engine_level(&view->alerts->engine, rule, view->place, zone) ==
		    ALERT_UNDER_WAY)
			return true;
	return false;
}

static void name_server(const struct blame_server *server, struct alert_subject *subject)
{
	*subject = (struct alert_subject){
		.kind = ALERT_OF_SERVER,
		.row_kind = server->size == 4 ? FAMILY_IPV4 : FAMILY_IPV6,
	};
	memcpy(subject->key, server->address, server->size);
}

void detect_blame(const struct alerts *alerts, struct alert_finding *finding)
{
	size_t length = top_name_length(finding->subject.key);
	int64_t now = alerts->engine.end_ns;
	struct blame blame;

	if (!length)
		return;
	blame_zone(alerts->blame, finding->subject.key, length, now, &blame);
	if (blame.known == BLAME_KNOWN || blame.known == BLAME_ONLY_REFERRALS)
		blame_text(&blame, now, finding->blame);
	if (blame.known == BLAME_KNOWN && blame.servers)
		name_server(&blame.server[0], &finding->other);
}

void detect_count_point(const struct report *report, struct alert_tick *tick)
{
	uint64_t named = 0;

	*tick = (struct alert_tick){.seconds = report->interval_s};
	for (size_t i = 0; i < report->rcode_count; i++) {
		unsigned int code = report->rcodes[i].code;

		named += report->rcodes[i].count;
		tick->figure[FIGURE_RCODE + (code < RCODE_DIRECT ? code : RCODE_DIRECT)] +=
			report->rcodes[i].count;
	}
	tick->figure[FIGURE_RCODES_END] += report->responses - named;
	tick->figure[FIGURE_RESPONSES] = report->responses;
	for (size_t i = 0; i < report->ede_count; i++)
		if (report->edes[i].rcode == DNS_RCODE_SERVFAIL &&
		    is_bogus(report->edes[i].info_code))
			tick->figure[FIGURE_BOGUS] += report->edes[i].count;
	tick->figure[FIGURE_FRAGMENT_LOST] = report->incomplete[INCOMPLETE_OPT_BEYOND_FRAGMENT];
	tick->figure[FIGURE_PACKETS] = report->packets + report->nic_lost;
	tick->figure[FIGURE_NIC_LOST] = report->nic_lost;
}

void detect_count_side(const struct txn_report *report, struct alert_tick *tick)
{
	const uint64_t *event = report->event;

	*tick = (struct alert_tick){.seconds = report->interval_s};
	tick->figure[FIGURE_RESPONSES] = report->responses;
	tick->figure[FIGURE_ASKED] = event[TXN_NEW];
	tick->figure[FIGURE_ANSWERED] = event[TXN_ANSWERED];
	tick->figure[FIGURE_UNANSWERED] = report->unanswered;
	tick->figure[FIGURE_EVICTED] = event[TXN_EVICTED];
	tick->figure[FIGURE_STRAY] = event[TXN_MISMATCHED] + event[TXN_UNSOLICITED];
}
