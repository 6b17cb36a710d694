// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "format/alert_text.h"
#include "report/report_names.h"
#include "sinks/syslog/syslog_content.h"
#include "util/timestamp.h"

#define SD_ALERT "alert@32473"

/* Those who got or sent most of it: server_1, server_2... */
static void put_parties(struct syslog_record *record, const struct alert_parties *parties,
			const char *prefix)
{
	char text[TOP_TEXT_SIZE], number[8];

	for (size_t i = 0; i < parties->count; i++) {
		snprintf(number, sizeof(number), "%u", (unsigned int)i % 10 + 1);
		record_string(record, prefix, number, alert_party_text(parties, i, text));
	}
}

static enum syslog_severity severity_of(const struct alert *alert)
{
	if (alert->state == ALERT_ENDS)
		return SYSLOG_NOTICE;
	switch (alert->severity) {
	case ALERT_CRITICAL: return SYSLOG_ERR;
	case ALERT_WARNING: return SYSLOG_WARNING;
	case ALERT_NOTICE:
	case ALERT_SEVERITY_NONE: break;
	}
	return SYSLOG_NOTICE;
}

static void put_head(struct syslog_record *record, const struct alert *alert)
{
	record_string(record, "instance", "", alert->instance);
	record_u64(record, "seq", "", alert->seq);
	if (alert->interface) {
		record_bytes(record, "interface", "", alert->interface, strlen(alert->interface));
		record_string(record, "direction", "", alert->direction);
	}
	if (alert->side)
		record_string(record, "side", "", alert->side);
	record_heads_end(record);
	if (alert->hook)
		record_string(record, "hook", "", alert->hook);
	syslog_put_interval(record, alert->start_ns, alert->end_ns, alert->interval_s,
			    alert->labels);
}

static void put_figures(struct syslog_record *record, const struct alert *alert)
{
	const struct alert_finding *finding = &alert->finding;
	char number[CATALOG_UNNAMED_MAX];

	record_double(record, "value", "", finding->value);
	record_double(record, "threshold", "", finding->threshold);
	record_string(record, "unit", "", alert_unit_names[alert->rule->unit]);
	if (finding->usual > 0)
		record_double(record, "usual", "", finding->usual);
	record_u64(record, "count", "", finding->count);
	record_double(record, "rate", "",
		      alert->interval_s > 0 ? (double)finding->count / alert->interval_s : 0);
	record_double(record, "share", "", finding->share);
	if (finding->rule != RULE_RANDOM_SUBDOMAIN)
		return;
	record_u64(record, "distinct_names", "", (uint64_t)(finding->names + 0.5));
	if (finding->count)
		record_string(record, "rcode", "",
			      rcode_text(alert->rcode_name, finding->rcode, number));
}

static void put_text(struct syslog_record *record, const struct alert *alert)
{
	static const char *const words[] = {[ALERT_BEGINS] = "alert",
					    [ALERT_GOES_ON] = "alert goes on",
					    [ALERT_ENDS] = "end of alert"};
	char line[ALERT_TEXT_SIZE];

	if (alert->interface) {
		record_text_bytes(record, alert->interface, strlen(alert->interface));
		record_text(record, " %s: ", alert->direction);
	} else if (alert->side) {
		record_text(record, "%s: ", alert->side);
	}
	record_text(record, "%s: %s", words[alert->state], alert_line(alert, line));
	if (alert->finding.blame[0])
		record_text(record, ": %s", alert->finding.blame);
}

void syslog_alert(struct syslog_record *record, const struct alert *alert)
{
	char stamp[TIMESTAMP_SIZE], text[ALERT_TEXT_SIZE];
	const char *subject = alert_subject_text(alert, text);

	record_begin(record, "ALERT", SD_ALERT, severity_of(alert), alert->end_ns);
	put_head(record, alert);
	record_string(record, "rule", "", alert->rule->name);
	record_string(record, "state", "", alert_state_names[alert->state]);
	record_string(record, "severity", "", alert_severity_names[alert->severity]);
	if (subject) {
		record_string(record, "subject", "", subject);
		record_string(record, "subject_type", "",
			      alert_subject_names[alert->finding.subject.kind]);
	}
	record_string(record, "since", "", timestamp_utc(stamp, alert->since_ns));
	put_figures(record, alert);
	record_string(record, "check", "", alert_command(alert, text));
	put_parties(record, &alert->finding.servers, "server_");
	put_parties(record, &alert->finding.clients, "client_");
	put_text(record, alert);
}
