// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The history of codes, as a monitor keeps it, as models of the time before it was looked at. */
#ifdef HAVE_JANSSON

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/catalog.h"
#include "control/json_read.h"
#include "top/model_read.h"
#include "top/ring.h"
#include "util/clock.h"

/* The model of the interval that ended at @end_ns. NULL: there are enough. */
static struct model *find(struct model_past *past, int64_t end_ns, double length_s)
{
	struct model *model;
	size_t at = past->count;

	while (at > 0 && past->model[at - 1]->end_ns > end_ns)
		at--;
	/* Points of one monitor are read at the same time, to within the reading. */
	if (at > 0 && end_ns - past->model[at - 1]->end_ns < NS_PER_S / 20)
		return past->model[at - 1];
	if (at < past->count && past->model[at]->end_ns - end_ns < NS_PER_S / 20)
		return past->model[at];
	model = past->count < MODEL_PAST_MAX ? model_new() : NULL;
	if (!model)
		return NULL;
	for (size_t i = past->count++; i > at; i--)
		past->model[i] = past->model[i - 1];
	past->model[at] = model;
	model->past = true;
	model->end_ns = end_ns;
	model->interval_s = length_s;
	return model;
}

static void read_row(struct model *model, struct model_side *side, const json_t *row)
{
	json_t *codes = json_object_get(row, "rcodes");
	const json_t *count;
	const char *key;

	side->seen = true;
	side->responses += (double)json_read_count(row, "responses") / model->interval_s;
	json_object_foreach(codes, key, count)
	{
		char number[CATALOG_UNNAMED_MAX], *end;
		unsigned long code = strtoul(key, &end, 10);
		struct model_code *at;

		if (*end || end == key || code > 4095)
			continue;
		at = model_code(side, (uint32_t)code,
				catalog_name_text(CATALOG_RCODE,
						  catalog_name(CATALOG_RCODE, (uint32_t)code),
						  (uint32_t)code, number));
		if (at)
			at->rate += (double)json_read_count(codes, key) / model->interval_s;
	}
}

static void read_point(struct model_past *past, const json_t *point)
{
	bool rx = strcmp(json_read_string(point, "direction"), "rx") == 0;
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(point, "rows"), i, row)
	{
		int64_t start = json_read_time(row, "start");
		double length = json_read_number(row, "length_s");
		struct model *model;

		if (!start || !(length >= 0.01 && length <= 86400))
			continue;
		model = find(past, start + (int64_t)(length * 1e9), length);
		if (!model)
			continue;
		model_interface(model, json_read_string(point, "interface"));
		read_row(model, &model->side[rx ? MODEL_UPSTREAM : MODEL_CLIENTS], row);
	}
}

void model_read_history(const json_t *answer, struct model_past *past)
{
	const json_t *point;
	size_t i;

	past->count = 0;
	json_array_foreach(json_object_get(answer, "interfaces"), i, point)
	{
		read_point(past, point);
	}
	for (i = 0; i < past->count; i++)
		model_order(past->model[i]);
}

static void move(struct ring *ring, struct model_past *past, int64_t before_ns)
{
	for (size_t i = 0; i < past->count; i++) {
		if (past->model[i]->end_ns <= before_ns)
			ring_add(ring, past->model[i]);
		else
			model_free(past->model[i]);
	}
	past->count = 0;
}

void model_past_into(struct ring *ring, struct model_past *minutes, struct model_past *full,
		     int64_t before_ns)
{
	int64_t from_ns = before_ns;

	if (full->count && full->model[0]->end_ns < before_ns)
		from_ns = full->model[0]->end_ns -
			  (int64_t)(full->model[0]->interval_s * (double)NS_PER_S);
	move(ring, minutes, from_ns);
	move(ring, full, before_ns);
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int top_model_past_is_not_built_in;
#endif
