// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#ifdef HAVE_JANSSON

#include <jansson.h>

#include "control/answer_line.h"
#include "control/answer_text.h"
#include "control/json_read.h"
#include "util/text_format.h"

static void put_tables(FILE *out, const json_t *tables, bool utf8)
{
	void *at = json_object_iter((json_t *)(uintptr_t)tables);

	fprintf(out, "%-*s %12s %12s\n", (int)ANSWER_NAME, "table", "used", "room");
	for (; at; at = json_object_iter_next((json_t *)(uintptr_t)tables, at)) {
		const json_t *table = json_object_iter_value(at);
		char used[TEXT_NUMBER_SIZE], room[TEXT_NUMBER_SIZE];

		text_cell(out, json_object_iter_key(at), ANSWER_NAME, utf8);
		fprintf(out, " %12s %12s\n", text_count(used, json_read_count(table, "used")),
			text_count(room, json_read_count(table, "room")));
	}
}

/* Of a set of counters, which @owner has: a line for each member that is an object with something in it. */
static void put_set(FILE *out, const char *owner, const json_t *counters, bool utf8)
{
	void *at = json_object_iter((json_t *)(uintptr_t)counters);

	fprintf(out, "%s, set %llu\n", owner, (unsigned long long)json_read_count(counters, "set"));
	for (; at; at = json_object_iter_next((json_t *)(uintptr_t)counters, at)) {
		const json_t *object = json_object_iter_value(at);
		char label[ANSWER_NAME];

		if (!json_object_size(object))
			continue;
		snprintf(label, sizeof(label), "  %s", json_object_iter_key(at));
		answer_line_counts(out, label, object, utf8);
	}
}

static void put_point(FILE *out, const json_t *point, bool utf8)
{
	const json_t *one;
	size_t i;

	fputc('\n', out);
	answer_put(out, json_read_string(point, "interface"), ANSWER_COLUMNS / 2, utf8);
	fputc(' ', out);
	answer_put(out, json_read_string(point, "direction"), ANSWER_NAME, utf8);
	fprintf(out, ", point %llu\n", (unsigned long long)json_read_count(point, "point"));
	json_array_foreach(json_object_get(point, "shared"), i, one)
	{
		if (json_object_size(json_object_get(one, "counts")))
			put_set(out, "no CPU", one, utf8);
	}
	json_array_foreach(json_object_get(point, "counters"), i, one)
	{
		char owner[32];

		snprintf(owner, sizeof(owner), "CPU %llu",
			 (unsigned long long)json_read_count(one, "cpu"));
		put_set(out, owner, one, utf8);
	}
}

void answer_text_dump(FILE *out, const json_t *answer, bool utf8)
{
	const json_t *point;
	size_t i;

	fprintf(out, "epoch %llu  CPUs %llu\n\n",
		(unsigned long long)json_read_count(answer, "epoch"),
		(unsigned long long)json_read_count(answer, "cpus"));
	put_tables(out, json_object_get(answer, "tables"), utf8);
	json_array_foreach(json_object_get(answer, "points"), i, point)
	{
		put_point(out, point, utf8);
	}
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int control_dump_text_is_not_built_in;
#endif
