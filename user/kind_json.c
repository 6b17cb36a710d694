// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* --sink json:...: JSON lines into a file or over a connection. docs/sinks.md. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_lines.h"
#include "log.h"
#include "sink_kind.h"
#include "sink_rows.h"
#include "stream_file.h"
#include "stream_socket.h"

extern const struct sink_kind json_kind;

struct json_settings {
	bool rows;
	bool socket; /* otherwise a file */
	char path[SINK_ADDRESS_MAX];
	struct stream_socket to;
};

_Static_assert(sizeof(struct json_settings) <= SINK_SETTINGS_MAX, "settings fit into their place");

struct json_sink {
	struct sink_stream stream;
	struct stream_file file;
	struct stream_socket socket;
	bool rows, hung;
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
		return stream_socket_unix(&settings->to, address + 5, why);
	if (strncmp(address, "tcp:", 4) == 0)
		return stream_socket_tcp(&settings->to, address + 4, why);
	settings->socket = false;
	if (!address[0]) {
		snprintf(why, OPTION_WHY_MAX, "needs the name of a file");
		return -EINVAL;
	}
	snprintf(settings->path, sizeof(settings->path), "%s", address);
	return 0;
}

static int set_shape(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	static const char *const words[] = {"report", "rows"};
	size_t word;

	if (option_word(value, words, 2, &word, why) < 0)
		return -EINVAL;
	settings_of(into)->rows = word == 1;
	return 0;
}

static int set_timeout(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	long long ns;

	if (option_seconds(value, 1000000000, 3600000000000LL, &ns, why) < 0)
		return -EINVAL;
	settings_of(into)->to.timeout_ns = ns;
	return 0;
}

static const struct option_spec options[] = {
	{SINK_OPTION_INTERVAL},
	{"shape", 0, "SHAPE",
	 "report (default): a line for each report;\nrows: flat lines with one fact each, for "
	 "databases",
	 set_shape},
	{SINK_OPTION_QUEUE},
	{"timeout", 0, "SECONDS",
	 "for connecting, and for a receiver that takes\nnothing, 1 to 3600 (default 30)",
	 set_timeout},
};

/* ---- at work --------------------------------------------------------------------- */

static int open_sink(struct sink *sink)
{
	const struct json_settings *settings = settings_in(sink->spec);
	struct json_sink *json = calloc(1, sizeof(*json));
	int err = json ? 0 : -ENOMEM;

	if (!err) {
		json->rows = settings->rows;
		json->socket = settings->to;
		json->file.fd = -1;
		err = settings->socket ? 0 : stream_file_open(&json->file, settings->path);
	}
	if (!err) {
		err = stream_init(&json->stream,
				  settings->socket ? &stream_socket_ops : &stream_file_ops,
				  settings->socket ? (void *)&json->socket : (void *)&json->file,
				  sink->spec->queue_max, sink->notice_fd);
		if (err)
			stream_file_close(&json->file);
	}
	if (err) {
		log_error("cannot open sink %s: %s", sink->spec->name, strerror(-err));
		free(json);
		return err;
	}
	sink->state = json;
	return 0;
}

static int start_sink(struct sink *sink)
{
	struct json_sink *json = sink->state;
	int err = stream_start(&json->stream);

	if (err)
		log_error("cannot start sink %s: %s", sink->spec->name, strerror(-err));
	return err;
}

/* Hand on what was gathered in memory; nothing of it if memory was short, which is a loss. */
static void push(struct json_sink *json, FILE *out, char **text, const size_t *size)
{
	bool failed = ferror(out);

	if (fclose(out) == 0 && !failed)
		sink_queue_push_lines(&json->stream.queue, *text, *size);
	else
		sink_queue_lose(&json->stream.queue, 1);
	free(*text);
	stream_wake(&json->stream);
}

static void put_report(struct sink *sink, const struct moment *moment)
{
	struct json_sink *json = sink->state;
	char *text = NULL;
	size_t size = 0;

	for (size_t i = 0; i < moment->parts; i++) {
		FILE *out = open_memstream(&text, &size);

		if (!out) {
			sink_queue_lose(&json->stream.queue, 1);
			continue;
		}
		if (json->rows)
			rows_write(out, &moment->part[i].report);
		else
			json_line_report(out, &moment->part[i].report);
		push(json, out, &text, &size);
	}
}

static void put_event(struct sink *sink, const struct event *event)
{
	struct json_sink *json = sink->state;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out) {
		sink_queue_lose(&json->stream.queue, 1);
		return;
	}
	json_line_event(out, event);
	push(json, out, &text, &size);
}

static bool is_file(const struct sink_spec *spec)
{
	return !settings_in(spec)->socket;
}

static void reopen_sink(struct sink *sink)
{
	struct json_sink *json = sink->state;

	stream_reopen(&json->stream);
}

static void status_of(const struct sink *sink, struct sink_status *status)
{
	struct json_sink *json = sink->state;

	stream_status(&json->stream, status);
}

static void stop_sink(struct sink *sink, long long until_ns)
{
	struct json_sink *json = sink->state;

	stream_stop(&json->stream, until_ns);
}

static void join_sink(struct sink *sink)
{
	struct json_sink *json = sink->state;

	json->hung = !stream_join(&json->stream);
}

static void close_sink(struct sink *sink)
{
	struct json_sink *json = sink->state;

	sink->state = NULL;
	if (json->hung) /* its thread still has it */
		return;
	stream_free(&json->stream);
	stream_file_close(&json->file);
	free(json);
}

const struct sink_kind json_kind = {
	.name = "json",
	.address = "FILE|unix:PATH|tcp:HOST:PORT",
	.summary = "JSON lines, docs/json.md, into a file or over a connection",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.prepare = prepare,
	.open = open_sink,
	.start = start_sink,
	.report = put_report,
	.event = put_event,
	.reopens = is_file,
	.reopen = reopen_sink,
	.status = status_of,
	.stop = stop_sink,
	.join = join_sink,
	.close = close_sink,
};
