// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/sender_sink.h"

#include <stdlib.h>
#include <string.h>

#include "format/json_lines.h"
#include "util/log.h"
#include "format/rows.h"

static struct sender *sender_of(const struct sink *sink)
{
	return sink->state;
}

int sender_sink_start(struct sink *sink)
{
	int err = sender_start(sender_of(sink));

	if (err)
		log_error("cannot start sink %s: %s", sink->spec->name, strerror(-err));
	return err;
}

void sender_sink_reopen(struct sink *sink)
{
	sender_reopen(sender_of(sink));
}

void sender_sink_status(const struct sink *sink, struct sink_status *status)
{
	sender_status(sender_of(sink), status);
}

void sender_sink_stop(struct sink *sink, long long until_ns)
{
	sender_stop(sender_of(sink), until_ns);
}

void sender_sink_join(struct sink *sink)
{
	sender_join(sender_of(sink));
}

void *sender_sink_release(struct sink *sink)
{
	struct sender *sender = sender_of(sink);

	sink->state = NULL;
	if (sender->hung)
		return NULL;
	sender_free(sender);
	return sender;
}

void sender_put_report(FILE *out, const void *report)
{
	json_line_report(out, report);
}

void sender_put_rows(FILE *out, const void *report)
{
	rows_write(out, report);
}

void sender_put_transactions(FILE *out, const void *report)
{
	json_line_transactions(out, report);
}

void sender_put_transaction_rows(FILE *out, const void *report)
{
	rows_write_transactions(out, report);
}

void sender_put_event(FILE *out, const void *event)
{
	json_line_event(out, event);
}

void sender_put_alert(FILE *out, const void *alert)
{
	json_line_alert(out, alert);
}

char *sender_sink_text(struct sink *sink, sender_put *put, const void *what, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);
	bool failed = !out;

	if (out) {
		put(out, what);
		failed = ferror(out);
		failed |= fclose(out) != 0;
	}
	if (!failed)
		return text;
	free(text);
	sink_queue_lose(&sender_of(sink)->queue, 1);
	return NULL;
}

void sender_sink_lines(struct sink *sink, sender_put *put, const void *what)
{
	struct sender *sender = sender_of(sink);
	size_t size = 0;
	char *text = sender_sink_text(sink, put, what, &size);

	if (text)
		sink_queue_push_lines(&sender->queue, text, size);
	free(text);
	sender_wake(sender);
}
