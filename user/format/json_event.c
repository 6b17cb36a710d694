// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/json_lines.h"
#include "util/timestamp.h"

static void put_name(struct json *j, const char *key, const char *value)
{
	if (value)
		json_name(j, key, value);
}

static void put_string(struct json *j, const char *key, const char *value)
{
	if (value)
		json_string(j, key, value);
}

void json_line_event(FILE *out, const struct event *event)
{
	char stamp[TIMESTAMP_SIZE];
	struct json j;

	json_init(&j, out);
	json_object_begin(&j, NULL);
	json_string(&j, "schema", JSON_SCHEMA);
	json_string(&j, "type", "event");
	json_string(&j, "time", timestamp_utc(stamp, event->time_ns));
	json_string(&j, "host", event->host);
	json_string(&j, "instance", event->instance);
	json_put_labels(&j, event->labels);
	json_string(&j, "event", event_names[event->kind]);
	put_name(&j, "interface", event->interface);
	put_string(&j, "direction", event->direction);
	put_string(&j, "hook", event->hook);
	put_name(&j, "sink", event->sink);
	if (event->sink)
		json_u64(&j, "lost", event->lost);
	put_string(&j, "reason", event->reason);
	json_object_end(&j);
	fputc('\n', out);
}
