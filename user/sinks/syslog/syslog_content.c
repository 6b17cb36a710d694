// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/syslog/syslog_content.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "analysis/advice.h"
#include "format/advice_text.h"
#include "report/names.h"
#include "catalog/qtypes.h"
#include "util/timestamp.h"
#include "format/top_text.h"
#include "util/utf8.h"
#include "dns_wire.h"
#include "report/report_names.h"

/* 32473 is the enterprise number of examples: RFC 5612. */
#define SD_REPORT "report@32473"
#define SD_TOP    "top@32473"
#define SD_EVENT  "event@32473"

/* So many responses at least before their shares say anything. */
#define SEVERITY_RESPONSES_MIN 100
#define SUMMARY_EDES           8
#define TEXT_CODES             4

/* Only what occurred: what is not there is 0. */
static void put_count(struct syslog_record *r, const char *prefix, const char *rest, uint64_t count)
{
	if (count)
		record_u64(r, prefix, rest, count);
}

static void put_counts(struct syslog_record *r, const char *prefix, const char *const *names,
		       const uint64_t *counts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_count(r, prefix, names[i], counts[i]);
}

static uint64_t sum(const uint64_t *counts, size_t n)
{
	uint64_t total = 0;

	for (size_t i = 0; i < n; i++)
		total += counts[i];
	return total;
}

static void put_bytes(struct syslog_record *r, const char *name, const char *value)
{
	if (value)
		record_bytes(r, name, "", value, strlen(value));
}

/* A key that is too long for a name stands before its value. */
static void put_labels(struct syslog_record *r, const struct labels *labels)
{
	char text[LABEL_KEY_MAX + LABEL_VALUE_MAX];

	for (size_t i = 0; labels && i < labels->count; i++) {
		const struct label *label = &labels->label[i];

		if (strlen("label_") + strlen(label->key) <= SYSLOG_NAME_MAX) {
			record_string(r, "label_", label->key, label->value);
		} else {
			char number[8];

			snprintf(number, sizeof(number), "%u", (unsigned int)(i % 1000) + 1);
			snprintf(text, sizeof(text), "%s=%s", label->key, label->value);
			record_string(r, "label_", number, text);
		}
	}
}

void syslog_put_interval(struct syslog_record *r, int64_t start_ns, int64_t end_ns,
			 double interval_s, const struct labels *labels)
{
	char stamp[TIMESTAMP_SIZE];

	record_string(r, "start", "", timestamp_utc(stamp, start_ns));
	record_string(r, "end", "", timestamp_utc(stamp, end_ns));
	record_double(r, "interval_s", "", interval_s);
	put_labels(r, labels);
}

void syslog_put_head(struct syslog_record *r, const struct report *report)
{
	char stamp[TIMESTAMP_SIZE];

	record_string(r, "instance", "", report->instance);
	record_u64(r, "seq", "", report->seq);
	put_bytes(r, "interface", report->interface);
	record_string(r, "direction", "", report->direction);
	record_heads_end(r);
	record_string(r, "start", "", timestamp_utc(stamp, report->start_ns));
	record_string(r, "end", "", timestamp_utc(stamp, report->end_ns));
	record_double(r, "interval_s", "", report->interval_s);
	record_string(r, "hook", "", report->hook);
	put_labels(r, report->labels);
}

/* ---- REPORT ------------------------------------------------------------------------ */

static void put_rcodes(struct syslog_record *r, const struct report *report, bool totals)
{
	char number[CATALOG_UNNAMED_MAX];

	for (size_t i = 0; i < report->rcode_count; i++) {
		const struct report_rcode *row = &report->rcodes[i];

		if (row->count || report_rcode_always(row->code))
			record_u64(r, "rcode_", rcode_text(row->name, row->code, number),
				   row->count);
	}
	put_count(r, "rcode_other", "", report->other_rcode_count);
	for (size_t i = 0; totals && i < report->rcode_count; i++)
		record_u64(r, "total_rcode_",
			   rcode_text(report->rcodes[i].name, report->rcodes[i].code, number),
			   report->rcodes[i].total);
	if (totals)
		put_count(r, "total_rcode_other", "", report->other_rcode_total);
}

static void put_edes(struct syslog_record *r, const struct report *report, bool summary)
{
	uint64_t other = report->other_ede_count;
	char number[CATALOG_UNNAMED_MAX];
	char rest[SYSLOG_NAME_MAX + 1];

	for (size_t i = 0; i < report->ede_count; i++) {
		const struct report_ede *row = &report->edes[i];

		if (summary && i >= SUMMARY_EDES) {
			other += row->count;
			continue;
		}
		snprintf(rest, sizeof(rest), "%.16s_%u",
			 rcode_text(row->rcode_name, row->rcode, number), row->info_code);
		record_u64(r, "ede_", rest, row->count);
		if (summary || !row->text.length)
			continue;
		snprintf(rest, sizeof(rest), "%.16s_%u_text",
			 rcode_text(row->rcode_name, row->rcode, number), row->info_code);
		record_bytes(r, "ede_", rest, row->text.text,
			     row->text.cut ? utf8_trim(row->text.text, row->text.length)
					   : row->text.length);
	}
	put_count(r, "ede_other", "", other);
}

static void put_details(struct syslog_record *r, const struct report *report)
{
	char rest[16];

	for (size_t i = 0; i < report->further_ede_count; i++) {
		snprintf(rest, sizeof(rest), "%u", report->further_edes[i].info_code);
		record_u64(r, "ede_further_", rest, report->further_edes[i].count);
	}
	put_count(r, "ede_further_other", "", report->other_further_ede_count);
	for (size_t i = 0; i < report->qtype_count; i++)
		record_u64(r, "qtype_",
			   catalog_qtype_text(report->qtypes[i].name, report->qtypes[i].type, rest),
			   report->qtypes[i].count);
	put_count(r, "qtype_other", "", report->other_qtype_count);
	put_counts(r, "family_", family_names, report->family, FAMILY_COUNT);
	put_counts(r, "transport_", transport_names, report->transport, TRANSPORT_COUNT);
	put_counts(r, "flags_", flag_names, report->flags, FLAG_COUNT);
	put_counts(r, "tcp_", tcp_event_names, report->tcp, TCP_EVENT_COUNT);
	put_counts(r, "udp_", udp_event_names, report->udp, UDP_EVENT_COUNT);
	put_counts(r, "unparsed_", unparsed_names, report->outcome + OUTCOME_COUNT, UNPARSED_COUNT);
	put_counts(r, "incomplete_", incomplete_names, report->incomplete, INCOMPLETE_COUNT);
}

static void put_advice(struct syslog_record *r, const struct report *report)
{
	char text[ADVICE_TEXT_SIZE];

	for (size_t i = 0; report->advice && i < report->advice_count; i++)
		record_string(r, "advice_", report->advice[i].words->id,
			      advice_line(report, &report->advice[i], text));
}

static const struct report_rcode *find_rcode(const struct report *report, uint32_t code)
{
	for (size_t i = 0; i < report->rcode_count; i++)
		if (report->rcodes[i].code == code)
			return &report->rcodes[i];
	return NULL;
}

/* docs/sinks.md has it as a table. */
static enum syslog_severity severity_of(const struct report *report)
{
	const struct report_rcode *servfail = find_rcode(report, DNS_RCODE_SERVFAIL);
	double share = servfail ? servfail->share : 0;
	bool blind = report->rare_lost || report->nic_lost ||
		     report->outcome[PKT_UNPARSED(UNPARSED_NO_CPU_SLOT)] ||
		     report->tcp[TCP_EVICTED];

	if (report->responses >= SEVERITY_RESPONSES_MIN && share >= 0.5)
		return SYSLOG_ERR;
	if (report->responses >= SEVERITY_RESPONSES_MIN && share >= 0.1)
		return SYSLOG_WARNING;
	return blind ? SYSLOG_NOTICE : SYSLOG_INFO;
}

/* The most frequent codes, and what was not seen. */
static void put_report_text(struct syslog_record *r, const struct report *report)
{
	uint64_t unparsed = sum(report->outcome + OUTCOME_COUNT, UNPARSED_COUNT);
	bool logged[REPORT_RCODES_MAX] = {0};
	char number[CATALOG_UNNAMED_MAX];

	record_text_bytes(r, report->interface, strlen(report->interface));
	record_text(r, " %s: %" PRIu64 " responses in %.1f s, %.1f/s", report->direction,
		    report->responses, report->interval_s, report->rate);
	for (int n = 0; n < TEXT_CODES; n++) {
		size_t best = REPORT_RCODES_MAX;

		for (size_t i = 0; i < report->rcode_count; i++)
			if (!logged[i] && report->rcodes[i].count &&
			    (best == REPORT_RCODES_MAX ||
			     report->rcodes[i].count > report->rcodes[best].count))
				best = i;
		if (best == REPORT_RCODES_MAX)
			break;
		logged[best] = true;
		record_text(r, "%s %s %.2f %%", n ? "," : ":",
			    rcode_text(report->rcodes[best].name, report->rcodes[best].code,
				       number),
			    100 * report->rcodes[best].share);
	}
	if (unparsed)
		record_text(r, "; %" PRIu64 " packets could not be read", unparsed);
}

void syslog_report(struct syslog_record *record, const struct report *report, bool summary)
{
	record_begin(record, "REPORT", SD_REPORT, severity_of(report), report->end_ns);
	syslog_put_head(record, report);
	record_u64(record, "responses", "", report->responses);
	record_double(record, "rate", "", report->rate);
	put_rcodes(record, report, !summary);
	put_counts(record, "answers_", answer_names, report->answers, ANSWER_COUNT);
	record_u64(record, "packets", "", report->packets);
	put_counts(record, "", outcome_names, report->outcome, OUTCOME_COUNT);
	put_count(record, "unparsed", "", sum(report->outcome + OUTCOME_COUNT, UNPARSED_COUNT));
	put_count(record, "incomplete", "", sum(report->incomplete, INCOMPLETE_COUNT));
	put_count(record, "rare_lost", "", report->rare_lost);
	put_count(record, "rare_retired", "", report->rare_retired);
	put_count(record, "ede_texts_lost", "", report->ede_texts_lost);
	put_count(record, "nic_lost", "", report->nic_lost);
	record_u64(record, "total_responses", "", report->total_responses);
	record_u64(record, "total_packets", "", report->total_packets);
	put_edes(record, report, summary);
	put_advice(record, report);
	if (!summary)
		put_details(record, report);
	syslog_put_guide(record, report);
	put_report_text(record, report);
}

/* ---- TOP ----------------------------------------------------------------------------- */

static enum syslog_severity row_severity(const struct top_row *row)
{
	if (row->rcode == DNS_RCODE_SERVFAIL)
		return SYSLOG_WARNING;
	return row->rcode == DNS_RCODE_NXDOMAIN || row->rcode == DNS_RCODE_NOERROR ? SYSLOG_INFO
										   : SYSLOG_NOTICE;
}

void syslog_top_row(struct syslog_record *record, const struct report *report,
		    enum top_dimension dimension, size_t i)
{
	static const char *const words[TOP_DIMENSIONS] = {"zone", "name", "server", "client"};
	const struct top_row *row = &report->top->list[dimension].rows[i];
	bool named = dimension == TOP_ZONE || dimension == TOP_NAME;
	char number[CATALOG_UNNAMED_MAX];
	const char *rcode = rcode_text(row->rcode_name, row->rcode, number);
	char text[TOP_TEXT_SIZE], type[16];

	top_row_text(row, dimension, report->top_bits[dimension], text);
	record_begin(record, "TOP", SD_TOP, row_severity(row), report->end_ns);
	syslog_put_head(record, report);
	record_string(record, "list", "", top_dimension_names[dimension]);
	record_u64(record, "rank", "", i + 1);
	record_string(record, named ? "name" : "address", "", text);
	if (dimension == TOP_ZONE)
		record_string(record, "source", "", top_zone_source(row));
	record_string(record, "rcode", "", rcode);
	record_u64(record, "count", "", row->count);
	record_u64(record, "low", "", row->low);
	record_u64(record, "high", "", row->high);
	record_double(record, "rate", "",
		      report->interval_s > 0 ? (double)row->count / report->interval_s : 0);
	if (dimension == TOP_ZONE)
		record_u64(record, "distinct_names", "", top_row_names(row));
	if (row->ede != TOP_NO_EDE)
		record_u64(record, "ede", "", row->ede);
	if (row->qtype)
		record_string(record, "qtype", "",
			      catalog_qtype_text(row->qtype_name, row->qtype, type));

	record_text_bytes(record, report->interface, strlen(report->interface));
	record_text(record, " %s: %s %s: %s %" PRIu64 " times in %.1f s", report->direction,
		    words[dimension], text, rcode, row->count, report->interval_s);
}

/* ---- EVENT ---------------------------------------------------------------------------- */

static enum syslog_severity event_severity(enum event_kind kind)
{
	switch (kind) {
	case EVENT_LOSS_BEGAN: return SYSLOG_ERR;
	case EVENT_DETACHED:
	case EVENT_CONFIG_REFUSED:
	case EVENT_CONFIG_LAST_GOOD:
	case EVENT_ATTACHER_ENDED:
	case EVENT_SINK_LOST: return SYSLOG_WARNING;
	case EVENT_ATTACHED:
	case EVENT_SINK_BACK:
	case EVENT_LOSS_ENDED:
	case EVENT_CONFIG_RELOADED:
	case EVENT_KIND_COUNT: break;
	}
	return SYSLOG_NOTICE;
}

static void put_text_word(struct syslog_record *r, const char *before, const char *word)
{
	if (!word)
		return;
	record_text(r, "%s", before);
	record_text_bytes(r, word, strlen(word));
}

void syslog_event(struct syslog_record *record, const struct event *event)
{
	record_begin(record, "EVENT", SD_EVENT, event_severity(event->kind), event->time_ns);
	record_string(record, "instance", "", event->instance);
	record_string(record, "event", "", event_names[event->kind]);
	record_heads_end(record);
	put_bytes(record, "interface", event->interface);
	put_bytes(record, "direction", event->direction);
	put_bytes(record, "hook", event->hook);
	put_bytes(record, "sink", event->sink);
	if (event->sink)
		record_u64(record, "lost", "", event->lost);
	put_bytes(record, "reason", event->reason);
	put_labels(record, event->labels);

	record_text(record, "%s:", event_names[event->kind]);
	put_text_word(record, " ", event->interface);
	put_text_word(record, " ", event->direction);
	put_text_word(record, " by ", event->hook);
	put_text_word(record, " ", event->sink);
	put_text_word(record, ": ", event->reason);
	if (event->kind == EVENT_LOSS_BEGAN || event->kind == EVENT_LOSS_ENDED)
		record_text(record, ": %" PRIu64 " messages lost so far", event->lost);
}
