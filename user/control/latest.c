// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "control/latest.h"

#include <stdlib.h>
#include <string.h>

#include "control/request.h"
#include "format/json_lines.h"
#include "util/clock.h"
#include "util/memory_buffer.h"
#include "util/timestamp.h"

static void write_reports(FILE *out, const struct batch *batch)
{
	for (size_t i = 0; i < batch->parts; i++)
		json_line_report(out, &batch->part[i].report);
}

static void write_transactions(FILE *out, const struct batch *batch)
{
	for (size_t i = 0; i < batch->sides; i++)
		json_line_transactions(out, &batch->transactions[i]);
}

/* Those under way. */
static void write_alerts(FILE *out, const struct batch *batch)
{
	for (size_t i = 0; i < batch->alert_count; i++)
		if (batch->alerts[i].state != ALERT_ENDS)
			json_line_alert(out, &batch->alerts[i]);
}

/* Lines of JSON as an array: each of them is one line, so newlines are only between them. */
static void write_array(FILE *out, const char *key, const struct batch *batch,
			void (*write_lines)(FILE *, const struct batch *))
{
	struct memory_buffer lines;

	fprintf(out, "\"%s\":[", key);
	if (memory_buffer_open(&lines) == 0) {
		write_lines(lines.out, batch);
		if (fflush(lines.out) != 0 || ferror(lines.out))
			lines.size = 0;
		for (size_t i = 0; i + 1 < lines.size; i++)
			fputc(lines.data[i] == '\n' ? ',' : lines.data[i], out);
		memory_buffer_drop(&lines);
	}
	fputc(']', out);
}

void control_latest_keep(struct control_latest *latest, const struct batch *batch)
{
	size_t size = 0;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);
	bool failed;

	control_latest_free(latest);
	if (!out)
		return;
	write_array(out, "reports", batch, write_reports);
	fputc(',', out);
	write_array(out, "transactions", batch, write_transactions);
	fputc(',', out);
	write_array(out, "alerts", batch, write_alerts);
	failed = ferror(out);
	if (fclose(out) == 0 && !failed)
		latest->text = text;
	else
		free(text);
}

void control_latest_free(struct control_latest *latest)
{
	free(latest->text);
	latest->text = NULL;
}

void control_latest_write(FILE *out, const struct control_latest *latest)
{
	static const char none[] = "\"reports\":[],\"transactions\":[],\"alerts\":[]";
	char stamp[TIMESTAMP_SIZE];

	fprintf(out, "{\"schema\":\"" CONTROL_SCHEMA "\",\"type\":\"%s\",\"time\":\"%s\",%s}\n",
		control_command_names[CONTROL_REPORT], timestamp_utc(stamp, clock_wall_ns()),
		latest->text ? latest->text : none);
}
