// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/json_lines.h"

#include "util/timestamp.h"

#define TIME_PLACES 6

void json_put_labels(struct json *j, const struct labels *labels)
{
	if (!labels || labels->count == 0)
		return;
	json_object_begin(j, "labels");
	for (size_t i = 0; i < labels->count; i++)
		json_string(j, labels->label[i].key, labels->label[i].value);
	json_object_end(j);
}

void json_put_interval(struct json *j, const char *type, const struct json_interval *interval)
{
	char stamp[TIMESTAMP_SIZE];

	json_string(j, "schema", JSON_SCHEMA);
	json_string(j, "type", type);
	json_string(j, "start", timestamp_utc(stamp, interval->start_ns));
	json_string(j, "end", timestamp_utc(stamp, interval->end_ns));
	json_double(j, "interval_s", interval->interval_s, TIME_PLACES);
	json_string(j, "host", interval->host);
	json_string(j, "instance", interval->instance);
	json_u64(j, "seq", interval->seq);
	json_put_labels(j, interval->labels);
}

void json_put_head(struct json *j, const char *type, const struct report *report)
{
	const struct json_interval interval = {
		.start_ns = report->start_ns,
		.end_ns = report->end_ns,
		.interval_s = report->interval_s,
		.host = report->host,
		.instance = report->instance,
		.seq = report->seq,
		.labels = report->labels,
	};

	json_put_interval(j, type, &interval);
	json_name(j, "interface", report->interface);
	json_string(j, "direction", report->direction);
	json_string(j, "hook", report->hook);
}
