// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "control/history.h"

#include "control/request.h"
#include "report/names.h"
#include "util/json_writer.h"
#include "util/timestamp.h"

#define MINUTES_S (CODE_HISTORY_MINUTES_ROWS * 60u)

static const struct {
	const char *name;
	int64_t period_ns; /* of which a row is; 0: an interval */
} resolutions[CODE_HISTORY_RESOLUTIONS] = {
	[CODE_HISTORY_FULL] = {"full", 0},
	[CODE_HISTORY_MINUTES] = {"minutes", 60 * NS_PER_S},
	[CODE_HISTORY_HOURS] = {"hours", 3600 * NS_PER_S},
};

static enum code_history_resolution choose(const struct code_history *history, uint32_t since_s)
{
	uint64_t full = (uint64_t)history->full_rows * since_s / CODE_HISTORY_FULL_S;

	if (since_s <= CODE_HISTORY_FULL_S && full <= CONTROL_HISTORY_FULL_MAX)
		return CODE_HISTORY_FULL;
	return since_s <= MINUTES_S ? CODE_HISTORY_MINUTES : CODE_HISTORY_HOURS;
}

static void put_row(struct json *j, const struct code_history_row *row)
{
	char stamp[TIMESTAMP_SIZE], code[16];

	json_object_begin(j, NULL);
	json_string(j, "start", timestamp_utc(stamp, row->start_ns));
	json_double(j, "length_s", clock_seconds(row->length_ns), 6);
	json_u64(j, "packets", row->packets);
	json_u64(j, "responses", row->responses);
	json_object_begin(j, "rcodes");
	for (unsigned i = 0; i < CODE_HISTORY_CODES; i++) {
		snprintf(code, sizeof(code), i < RCODE_DIRECT ? "%u" : "rest", i);
		if (row->codes[i])
			json_u64(j, code, row->codes[i]);
	}
	json_object_end(j);
	json_object_end(j);
}

static void put_point(struct json *j, const struct code_history *history, size_t point,
		      enum code_history_resolution resolution, int64_t since_ns)
{
	const struct code_history_point *is = &history->point[point];
	const struct code_history_row *row;
	size_t at = 0;

	json_object_begin(j, NULL);
	json_name(j, "interface", is->interface);
	json_string(j, "direction", direction_names[is->direction]);
	json_array_begin(j, "rows");
	while ((row = code_history_next(history, point, resolution, since_ns, &at)))
		put_row(j, row);
	json_array_end(j);
	json_object_end(j);
}

void control_history_write(FILE *out, const struct code_history *history, uint32_t since_s,
			   int64_t now_ns)
{
	enum code_history_resolution resolution = choose(history, since_s);
	int64_t period_ns = resolutions[resolution].period_ns;
	int64_t since_ns = now_ns - since_s * NS_PER_S;
	char stamp[TIMESTAMP_SIZE];
	struct json j;

	/* From the beginning of its minute or hour on. */
	if (period_ns)
		since_ns -= since_ns % period_ns;
	json_init(&j, out);
	json_object_begin(&j, NULL);
	json_string(&j, "schema", CONTROL_SCHEMA);
	json_string(&j, "type", control_command_names[CONTROL_HISTORY]);
	json_string(&j, "time", timestamp_utc(stamp, now_ns));
	json_u64(&j, "since_s", since_s);
	json_string(&j, "resolution", resolutions[resolution].name);
	json_array_begin(&j, "interfaces");
	for (size_t i = 0; i < POINTS_MAX; i++)
		if (history->point[i].interface[0])
			put_point(&j, history, i, resolution, since_ns);
	json_array_end(&j);
	json_object_end(&j);
	fputc('\n', out);
}
