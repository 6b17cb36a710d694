// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Lines of type "alert": docs/json.md describes every field. */
#include "format/alert_text.h"
#include "format/json_lines.h"
#include "report/report_names.h"
#include "util/timestamp.h"

#define VALUE_PLACES 6
#define RATE_PLACES  3
#define SHARE_PLACES 6

static void put_head(struct json *j, const struct alert *alert)
{
	const struct json_interval interval = {
		.start_ns = alert->start_ns,
		.end_ns = alert->end_ns,
		.interval_s = alert->interval_s,
		.host = alert->host,
		.instance = alert->instance,
		.seq = alert->seq,
		.labels = alert->labels,
	};

	json_put_interval(j, "alert", &interval);
	if (alert->interface) {
		json_name(j, "interface", alert->interface);
		json_string(j, "direction", alert->direction);
		json_string(j, "hook", alert->hook);
	}
	if (alert->side)
		json_string(j, "side", alert->side);
}

static void put_subject(struct json *j, const struct alert *alert)
{
	char text[TOP_TEXT_SIZE];
	const char *subject = alert_subject_text(alert, text);

	if (!subject)
		return;
	json_string(j, "subject", subject);
	json_string(j, "subject_type", alert_subject_names[alert->finding.subject.kind]);
}

static void put_figures(struct json *j, const struct alert *alert)
{
	const struct alert_finding *finding = &alert->finding;
	char number[CATALOG_UNNAMED_MAX];

	json_double(j, "value", finding->value, VALUE_PLACES);
	json_double(j, "threshold", finding->threshold, VALUE_PLACES);
	json_string(j, "unit", alert_unit_names[alert->rule->unit]);
	if (finding->usual > 0)
		json_double(j, "usual", finding->usual, VALUE_PLACES);
	json_u64(j, "count", finding->count);
	json_double(j, "rate",
		    alert->interval_s > 0 ? (double)finding->count / alert->interval_s : 0,
		    RATE_PLACES);
	json_double(j, "share", finding->share, SHARE_PLACES);
	if (finding->rule == RULE_RANDOM_SUBDOMAIN)
		json_u64(j, "distinct_names", (uint64_t)(finding->names + 0.5));
	if (finding->rule == RULE_RANDOM_SUBDOMAIN && finding->count)
		json_string(j, "rcode", rcode_text(alert->rcode_name, finding->rcode, number));
}

static void put_parties(struct json *j, const char *key, const struct alert_parties *parties)
{
	char text[TOP_TEXT_SIZE];

	if (!parties->listed)
		return;
	json_array_begin(j, key);
	for (size_t i = 0; i < parties->count; i++)
		json_string(j, NULL, alert_party_text(parties, i, text));
	json_array_end(j);
}

void json_line_alert(FILE *out, const struct alert *alert)
{
	char stamp[TIMESTAMP_SIZE], text[ALERT_TEXT_SIZE];
	struct json j;

	json_init(&j, out);
	json_object_begin(&j, NULL);
	put_head(&j, alert);
	json_string(&j, "rule", alert->rule->name);
	json_string(&j, "state", alert_state_names[alert->state]);
	json_string(&j, "severity", alert_severity_names[alert->severity]);
	put_subject(&j, alert);
	json_string(&j, "since", timestamp_utc(stamp, alert->since_ns));
	put_figures(&j, alert);
	json_string(&j, "text", alert_line(alert, text));
	json_string(&j, "check", alert_command(alert, text));
	if (alert->finding.blame[0])
		json_string(&j, "blame", alert->finding.blame);
	put_parties(&j, "servers", &alert->finding.servers);
	put_parties(&j, "clients", &alert->finding.clients);
	json_object_end(&j);
	fputc('\n', out);
}
