/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reports, rows of top lists, alerts and events as syslog records: docs/sinks.md has their fields. */
#ifndef RCODEWATCH_SYSLOG_CONTENT_H
#define RCODEWATCH_SYSLOG_CONTENT_H

#include "analysis/alert.h"
#include "report/event.h"
#include "report/report.h"
#include "sinks/syslog/syslog_record.h"

/* MSGID REPORT: a @summary, or all that there is. */
void syslog_report(struct syslog_record *record, const struct report *report, bool summary);
/* MSGID TOP: row number @i, from 0, of the list of @dimension. */
void syslog_top_row(struct syslog_record *record, const struct report *report,
		    enum top_dimension dimension, size_t i);
/* MSGID ALERT. */
void syslog_alert(struct syslog_record *record, const struct alert *alert);
/* MSGID ADVICE: @advice, of @report. */
void syslog_advice(struct syslog_record *record, const struct report *report,
		   const struct advice *advice);
/* MSGID EVENT. */
void syslog_event(struct syslog_record *record, const struct event *event);

/* For these: which report it is, the heads first, then its time, hook and labels. */
void syslog_put_head(struct syslog_record *record, const struct report *report);

/* Of an interval: when it was, and the operator's labels. */
void syslog_put_interval(struct syslog_record *record, int64_t start_ns, int64_t end_ns,
			 double interval_s, const struct labels *labels);

/* The guide's numbers of what the report counts, if it is to have them. */
void syslog_put_guide(struct syslog_record *record, const struct report *report);

#endif
