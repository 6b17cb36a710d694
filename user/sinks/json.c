// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* --sink json:...: JSON lines into a file or over a connection. docs/sinks.md. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"
#include "sinks/sink.h"
#include "sinks/transport_file.h"
#include "sinks/sender_sink.h"
#include "sinks/transport_socket.h"

extern const struct sink_kind json_kind;

struct json_settings {
	bool rows;
	bool socket; /* otherwise a file */
	char path[SINK_ADDRESS_MAX];
	struct transport_socket to;
};

_Static_assert(sizeof(struct json_settings) <= SINK_SETTINGS_MAX, "settings fit into their place");

struct json_sink {
	struct sender sender; /* the first, for sender_sink.h */
	struct transport_file file;
	struct transport_socket socket;
	bool rows;
};

static struct json_settings *settings_of(struct sink_spec *spec)
{
	return (void *)spec->settings;
}

static const struct json_settings *settings_in(const struct sink_spec *spec)
{
	return (const void *)spec->settings;
}

/* ---- options -------------------------------------------------------------------- */

static int prepare(struct sink_spec *spec, const char *address, char why[OPTION_WHY_MAX])
{
	struct json_settings *settings = settings_of(spec);

	settings->to.timeout_ns = SOCKET_TIMEOUT_DEFAULT;
	settings->socket = true;
	if (strncmp(address, "unix:", 5) == 0)
		return transport_socket_unix(&settings->to, address + 5, why);
	if (strncmp(address, "tcp:", 4) == 0)
		return transport_socket_tcp(&settings->to, address + 4, why);
	settings->socket = false;
	if (!address[0]) {
		snprintf(why, OPTION_WHY_MAX, "needs the name of a file");
		return -EINVAL;
	}
	snprintf(settings->path, sizeof(settings->path), "%s", address);
	return 0;
}

static const struct option_word shapes[] = {{"report", false}, {"rows", true}, {0}};

static const struct option_spec options[] = {
	{SINK_OPTION_INTERVAL},
	{"shape", 0, "SHAPE",
	 "report (default): a line for each report;\nrows: flat lines with one fact each, for "
	 "databases",
	 OPTION_WORD, SINK_FIELD(struct json_settings, rows), .words = shapes},
	{SINK_OPTION_NAMES},
	{SINK_OPTION_QUEUE},
	{SOCKET_OPTION_TIMEOUT(struct json_settings, to)},
};

/* ---- at work --------------------------------------------------------------------- */

static int open_sink(struct sink *sink)
{
	const struct json_settings *settings = settings_in(sink->spec);
	struct json_sink *json = calloc(1, sizeof(*json));
	char why[SINK_WHY_MAX] = "";
	int err = json ? 0 : -ENOMEM;

	if (!err) {
		json->rows = settings->rows;
		json->socket = settings->to;
		json->file.fd = -1;
		err = settings->socket ? 0 : transport_file_open(&json->file, settings->path, why);
	}
	if (!err) {
		err = sender_init(&json->sender,
				  settings->socket ? &transport_socket_ops : &transport_file_ops,
				  settings->socket ? (void *)&json->socket : (void *)&json->file,
				  sink->spec->queue_max, sink->notice_fd);
		if (err)
			transport_file_close(&json->file);
	}
	if (err) {
		log_error("cannot open sink %s: %s", sink->spec->name,
			  why[0] ? why : strerror(-err));
		free(json);
		return err;
	}
	json->sender.name = sink->spec->name;
	sink->state = json;
	return 0;
}

static void put_report(struct sink *sink, const struct batch *batch)
{
	const struct json_sink *json = sink->state;

	for (size_t i = 0; i < batch->parts; i++)
		sender_sink_lines(sink, json->rows ? sender_put_rows : sender_put_report,
				  &batch->part[i].report);
	for (size_t i = 0; i < batch->sides; i++)
		sender_sink_lines(
			sink, json->rows ? sender_put_transaction_rows : sender_put_transactions,
			&batch->transactions[i]);
}

static void put_event(struct sink *sink, const struct event *event)
{
	sender_sink_lines(sink, sender_put_event, event);
}

static void put_alert(struct sink *sink, const struct alert *alert)
{
	sender_sink_lines(sink, sender_put_alert, alert);
}

static bool is_file(const struct sink_spec *spec)
{
	return !settings_in(spec)->socket;
}

static void close_sink(struct sink *sink)
{
	struct json_sink *json = sender_sink_release(sink);

	if (!json)
		return;
	transport_file_close(&json->file);
	free(json);
}

const struct sink_kind json_kind = {
	.name = "json",
	.address = "FILE|unix:PATH|tcp:HOST:PORT",
	.summary = "JSON lines, docs/json.md, to a file or a connection",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.prepare = prepare,
	.open = open_sink,
	.start = sender_sink_start,
	.report = put_report,
	.event = put_event,
	.alert = put_alert,
	.reopens = is_file,
	.reopen = sender_sink_reopen,
	.status = sender_sink_status,
	.stop = sender_sink_stop,
	.join = sender_sink_join,
	.close = close_sink,
};
