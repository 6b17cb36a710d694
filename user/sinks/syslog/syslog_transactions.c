// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/syslog/syslog_transactions.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "format/txn_text.h"
#include "report/names.h"
#include "sinks/syslog/syslog_content.h"

#define SD_TRANSACTIONS "transactions@32473"

/* So many queries at least before the share of those without an answer says anything. */
#define SEVERITY_QUERIES_MIN 100
/* Servers and zones, each; JSON has more. */
#define ROWS 5u

static double share_of(const struct txn_report *report)
{
	uint64_t ended = report->event[TXN_ANSWERED] + report->unanswered;

	return ended ? (double)report->unanswered / (double)ended : 0;
}

/* docs/syslog.md has it as a table. One direction that is not seen is no failure of anybody's. */
static enum syslog_severity severity_of(const struct txn_report *report)
{
	uint64_t ended = report->event[TXN_ANSWERED] + report->unanswered;
	double share = share_of(report);

	if (!report->one_sided && ended >= SEVERITY_QUERIES_MIN && share >= 0.5)
		return SYSLOG_ERR;
	if (!report->one_sided && ended >= SEVERITY_QUERIES_MIN && share >= 0.1)
		return SYSLOG_WARNING;
	return report->uncertain ? SYSLOG_NOTICE : SYSLOG_INFO;
}

static void put_rows(struct syslog_record *r, const char *prefix, const struct txn_report *report,
		     const struct txn_row *rows, size_t count,
		     const char *(*text_of)(const struct txn_row *row,
					    char text[static TOP_TEXT_SIZE]))
{
	for (size_t i = 0; i < count && i < ROWS; i++) {
		char text[TOP_TEXT_SIZE], value[TOP_TEXT_SIZE + 64], number[16];

		snprintf(number, sizeof(number), "%zu", i + 1);
		snprintf(value, sizeof(value), "%s %" PRIu64 "/%" PRIu64, text_of(&rows[i], text),
			 rows[i].unanswered, txn_report_asked(report, &rows[i]));
		record_string(r, prefix, number, value);
	}
}

static void put_times(struct syslog_record *r, const struct txn_quantiles *all)
{
	record_u64(r, "sampled", "", all->sampled);
	if (!all->sampled)
		return;
	record_double(r, "p50_ms", "", all->p50 * 1e3);
	record_double(r, "p90_ms", "", all->p90 * 1e3);
	record_double(r, "p95_ms", "", all->p95 * 1e3);
	record_double(r, "p99_ms", "", all->p99 * 1e3);
	record_double(r, "max_ms", "", all->max * 1e3);
}

static void put_text(struct syslog_record *r, const struct txn_report *report)
{
	char text[TOP_TEXT_SIZE];

	record_text(r, "%s: %" PRIu64 " queries unanswered, %.2f %%", report->side,
		    report->unanswered, 100 * share_of(report));
	if (report->zones)
		record_text(r, ", most of %s", txn_zone_text(&report->zone[0], text));
	if (report->all.sampled)
		record_text(r, "; half of the responses within %.3g ms, 99 %% within %.3g ms",
			    report->all.p50 * 1e3, report->all.p99 * 1e3);
	if (report->one_sided)
		record_text(r, "; one-sided");
	if (report->uncertain)
		record_text(r, "; uncertain");
}

void syslog_transactions(struct syslog_record *record, const struct txn_report *report)
{
	record_begin(record, "TRANSACTIONS", SD_TRANSACTIONS, severity_of(report), report->end_ns);
	record_string(record, "instance", "", report->instance);
	record_u64(record, "seq", "", report->seq);
	record_string(record, "side", "", report->side);
	record_heads_end(record);
	syslog_put_interval(record, report->start_ns, report->end_ns, report->interval_s,
			    report->labels);
	record_double(record, "timeout_s", "", report->timeout_s);
	record_u64(record, "unanswered", "", report->unanswered);
	record_u64(record, "outstanding", "", report->outstanding);
	for (size_t i = 0; i < TXN_EXPIRED; i++)
		if (report->event[i] || i == TXN_NEW || i == TXN_ANSWERED)
			record_u64(record, txn_event_names[i], "", report->event[i]);
	if (report->one_sided)
		record_u64(record, "one_sided", "", 1);
	if (report->uncertain)
		record_u64(record, "uncertain", "", 1);
	put_times(record, &report->all);
	put_rows(record, "server_", report, report->server, report->servers, txn_server_text);
	put_rows(record, "zone_", report, report->zone, report->zones, txn_zone_text);
	put_text(record, report);
}
