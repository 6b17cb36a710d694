// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/prometheus/metrics_alerts.h"

#include "format/alert_text.h"

/* Each rule by its usual severity, at 0 too, and by others while there are any. */
static void put_active(struct metrics_page *page, const struct alert *alerts, size_t count)
{
	unsigned int active[ALERT_RULES][ALERT_SEVERITIES] = {0};

	for (size_t i = 0; i < count; i++)
		if (alerts[i].state != ALERT_ENDS)
			active[alerts[i].finding.rule][alerts[i].severity]++;
	metrics_family(page, METRIC_ALERTS);
	for (enum alert_rule_id rule = 0; rule < ALERT_RULES; rule++)
		for (size_t severity = ALERT_NOTICE; severity < ALERT_SEVERITIES; severity++)
			if (active[rule][severity] ||
			    severity == alert_rule_default(rule)->severity)
				metrics_count(page,
					      METRIC_LABELS(alert_rule_default(rule)->name,
							    alert_severity_names[severity]),
					      active[rule][severity]);
}

/* The zones, servers and RCODEs that they are about. */
static void put_named(struct metrics_page *page, const struct alert *alerts, size_t count,
		      size_t top)
{
	size_t named[ALERT_RULES] = {0};

	metrics_family(page, METRIC_TOP_ALERTS);
	for (size_t i = 0; i < count; i++) {
		const struct alert *alert = &alerts[i];
		char text[TOP_TEXT_SIZE];
		const char *name = alert_subject_text(alert, text);

		if (!name || alert->state == ALERT_ENDS || named[alert->finding.rule]++ >= top)
			continue;
		metrics_count(page,
			      METRIC_LABELS(alert->interface, alert->direction,
					    alert_rule_default(alert->finding.rule)->name,
					    alert_severity_names[alert->severity], name),
			      1);
	}
}

void metrics_put_alerts(struct metrics_page *page, const struct alert *alerts, size_t count,
			size_t top)
{
	put_active(page, alerts, count);
	if (top)
		put_named(page, alerts, count, top);
}
