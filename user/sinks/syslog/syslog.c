// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* --sink syslog:...: to a syslog server or to this machine's log. docs/sinks.md. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/advice.h"
#include "util/log.h"
#include "sinks/sender_sink.h"
#include "sinks/transport_udp.h"
#include "sinks/syslog/syslog_content.h"
#include "sinks/syslog/syslog_transactions.h"
#include "sinks/syslog/syslog_local.h"
#include "sinks/syslog/syslog_rfc5424.h"
#include "sinks/syslog/syslog_settings.h"
#include "util/clock.h"

extern const struct sink_kind syslog_kind;

struct syslog_sink {
	struct sender sender; /* the first, for sender_sink.h */
	union {
		struct transport_socket socket;
		struct transport_udp udp;
		struct transport_tls tls;
	} to;
	const struct syslog_format *format;
	struct syslog_origin origin;
	size_t size;
	bool framed; /* octet counting: RFC 6587 section 3.4.1, RFC 5425 section 4.3 */
	struct syslog_record record;
};

/* The whole name of this machine: RFC 5424 section 6.2.4. */
static void put_hostname(char *name, size_t size)
{
	if (gethostname(name, size) < 0)
		name[0] = '\0';
	name[size - 1] = '\0';
	for (char *c = name; *c; c++)
		if (*c <= ' ' || *c > '~')
			*c = '?';
	if (!name[0])
		snprintf(name, size, "-");
}

static int open_local(struct syslog_sink *syslog, const struct syslog_settings *settings)
{
	char why[OPTION_WHY_MAX];
	bool journal = settings->way == SYSLOG_NATIVE ||
		       (settings->way == SYSLOG_LOCAL && access(SYSLOG_JOURNAL_SOCKET, F_OK) == 0);

	syslog->format = journal ? &syslog_journal : &syslog_cee;
	if (settings->way != SYSLOG_LOCAL)
		return 0;
	return transport_socket_unix(&syslog->to.socket,
				     journal ? SYSLOG_JOURNAL_SOCKET : SYSLOG_DEV_LOG, why);
}

/* What carries the messages, into @ops. 0, or a negative errno with @why. */
static int open_path(struct syslog_sink *syslog, const struct syslog_settings *settings,
		     const struct transport_ops **ops, char why[SINK_WHY_MAX])
{
	syslog->to.socket = settings->to;
	syslog->framed = settings->way == SYSLOG_TCP || settings->way == SYSLOG_TLS;
	syslog->format = &syslog_rfc5424;
	*ops = &transport_socket_ops;
	if (settings->way == SYSLOG_UDP)
		*ops = &transport_udp_ops;
	if (settings->way >= SYSLOG_LOCAL)
		return open_local(syslog, settings);
	if (settings->way == SYSLOG_TLS) {
		*ops = &transport_tls_ops;
		return transport_tls_open(&syslog->to.tls, &settings->tls, why);
	}
	return 0;
}

static void free_sink(struct syslog_sink *syslog, const struct syslog_settings *settings)
{
	if (settings->way == SYSLOG_TLS)
		transport_tls_close(&syslog->to.tls);
	free(syslog);
}

static int open_sink(struct sink *sink)
{
	const struct syslog_settings *settings = syslog_settings_in(sink->spec);
	struct syslog_sink *syslog = calloc(1, sizeof(*syslog));
	const struct transport_ops *ops = NULL;
	char why[SINK_WHY_MAX] = "";
	int err = syslog ? open_path(syslog, settings, &ops, why) : -ENOMEM;

	if (!err)
		err = sender_init(&syslog->sender, ops, &syslog->to, sink->spec->queue_max,
				  sink->notice_fd);
	if (err) {
		log_error("cannot open sink %s: %s", sink->spec->name,
			  why[0] ? why : strerror(-err));
		if (syslog)
			free_sink(syslog, settings);
		return err;
	}
	syslog->sender.name = sink->spec->name;
	syslog->origin = settings->origin;
	syslog->origin.pid = (unsigned int)getpid();
	if (!syslog->origin.hostname[0])
		put_hostname(syslog->origin.hostname, sizeof(syslog->origin.hostname));
	syslog->size = syslog_settings_size(settings);
	sink->state = syslog;
	return 0;
}

static void put_message(void *to, const char *message, size_t size)
{
	struct syslog_sink *syslog = to;
	char *framed;
	int length;

	if (!syslog->framed) {
		sink_queue_push(&syslog->sender.queue, message, size);
		return;
	}
	length = asprintf(&framed, "%zu %.*s", size, (int)size, message);
	if (length < 0) {
		sink_queue_lose(&syslog->sender.queue, 1);
		return;
	}
	sink_queue_push(&syslog->sender.queue, framed, (size_t)length);
	free(framed);
}

static void put_record(struct syslog_sink *syslog)
{
	if (syslog_write(syslog->format, &syslog->record, &syslog->origin, syslog->size,
			 put_message, syslog) < 0)
		sink_queue_lose(&syslog->sender.queue, 1);
}

static void put_top(struct syslog_sink *syslog, const struct report *report)
{
	for (size_t d = 0; report->top && d < TOP_DIMENSIONS; d++) {
		const struct top_list *list = &report->top->list[d];

		if (!(report->top->listed >> d & 1))
			continue;
		for (size_t i = 0; i < list->count && i < report->top_rows; i++) {
			syslog_top_row(&syslog->record, report, (enum top_dimension)d, i);
			put_record(syslog);
		}
	}
}

static void put_advice(struct syslog_sink *syslog, const struct report *report)
{
	for (size_t i = 0; i < report->advice_count; i++) {
		syslog_advice(&syslog->record, report, &report->advice[i]);
		put_record(syslog);
	}
}

static void put_reports(struct sink *sink, const struct batch *batch)
{
	unsigned int send = syslog_settings_in(sink->spec)->send;
	struct syslog_sink *syslog = sink->state;

	for (size_t i = 0; i < batch->parts; i++) {
		const struct report *report = &batch->part[i].report;

		if (send & (SYSLOG_SEND_SUMMARY | SYSLOG_SEND_REPORT)) {
			syslog_report(&syslog->record, report, send & SYSLOG_SEND_SUMMARY);
			put_record(syslog);
		}
		if (send & SYSLOG_SEND_TOP)
			put_top(syslog, report);
		if (send & SYSLOG_SEND_ADVICE)
			put_advice(syslog, report);
	}
	for (size_t i = 0; i < batch->sides; i++) {
		const struct txn_report *side = &batch->transactions[i];

		/* Of a side that nothing is seen of, nothing. */
		if (!(send & (SYSLOG_SEND_SUMMARY | SYSLOG_SEND_REPORT)) ||
		    !(side->queries || side->responses || side->unanswered || side->outstanding))
			continue;
		syslog_transactions(&syslog->record, side);
		put_record(syslog);
	}
	sender_wake(&syslog->sender);
}

static void put_alert(struct sink *sink, const struct alert *alert)
{
	struct syslog_sink *syslog = sink->state;
	unsigned int send = syslog_settings_in(sink->spec)->send;

	/* Advice has messages of its own. */
	if (!(send & SYSLOG_SEND_ALERTS) ||
	    (alert->finding.rule >= RULE_ADVICE_FIRST && (send & SYSLOG_SEND_ADVICE)))
		return;
	syslog_alert(&syslog->record, alert);
	put_record(syslog);
	sender_wake(&syslog->sender);
}

static void put_event(struct sink *sink, const struct event *event)
{
	struct syslog_sink *syslog = sink->state;

	if (!(syslog_settings_in(sink->spec)->send & SYSLOG_SEND_EVENTS))
		return;
	syslog_event(&syslog->record, event);
	put_record(syslog);
	sender_wake(&syslog->sender);
}

static void close_sink(struct sink *sink)
{
	struct syslog_sink *syslog = sender_sink_release(sink);

	if (syslog)
		free_sink(syslog, syslog_settings_in(sink->spec));
}

const struct sink_kind syslog_kind = {
	.name = "syslog",
	.address = "udp:HOST:PORT|tcp:HOST:PORT|tls:HOST:PORT|local[:PATH]|journal:PATH",
	.place = "local",
	.summary = "to a syslog server (RFC 5424), or this machine's log",
	.options = syslog_options,
	.option_count = SYSLOG_OPTIONS,
	.interval_ns = 60 * NS_PER_S,
	.prepare = syslog_prepare,
	.check = syslog_check,
	.open = open_sink,
	.start = sender_sink_start,
	.report = put_reports,
	.alert = put_alert,
	.event = put_event,
	.status = sender_sink_status,
	.stop = sender_sink_stop,
	.join = sender_sink_join,
	.close = close_sink,
};
