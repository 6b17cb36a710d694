// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#ifdef HAVE_JANSSON

#include <jansson.h>
#include <string.h>

#include "control/json_read.h"
#include "top/model_read.h"

/* Whether two lines are about the same alert. */
static bool is_same(const json_t *a, const json_t *b)
{
	static const char *const keys[] = {"rule", "subject", "interface", "direction", "side"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(json_read_string(a, keys[i]), json_read_string(b, keys[i])) != 0)
			return false;
	return true;
}

/* Keep the latest line of each alert until it ends. */
static void note_alert(struct model_builder *builder, json_t *line)
{
	bool ends = strcmp(json_read_string(line, "state"), "end") == 0;
	size_t at = 0;

	while (at < builder->alerts && !is_same(builder->alert[at].line, line))
		at++;
	if (at < builder->alerts) {
		json_decref(builder->alert[at].line);
		if (ends)
			builder->alert[at] = builder->alert[--builder->alerts];
	} else if (ends || builder->alerts == MODEL_ALERTS_MAX) {
		return;
	} else {
		builder->alerts++;
	}
	if (!ends)
		builder->alert[at].line = json_incref(line);
}

struct model *model_builder_finish(struct model_builder *builder)
{
	struct model *model = builder->model;

	builder->model = NULL;
	if (!model)
		return NULL;
	for (size_t i = 0; i < builder->alerts; i++)
		model_read_alert(model, builder->alert[i].line);
	model_order(model);
	return model;
}

/* Whether @line, of a report or transactions, is of another interval than what has been added. */
static bool is_next(const struct model_builder *builder, const json_t *line)
{
	return builder->model && builder->model->interval_s > 0 &&
	       builder->model->end_ns != json_read_time(line, "end");
}

struct model *model_builder_add(struct model_builder *builder, const char *text, size_t size)
{
	json_t *line = json_loadb(text, size, 0, NULL);
	const char *type = json_read_string(line, "type");
	struct model *whole = NULL;

	if (strcmp(type, "alert") == 0) {
		note_alert(builder, line);
		if (builder->model)
			model_raw(builder->model, text, size);
	} else if (strcmp(type, "report") == 0 || strcmp(type, "transactions") == 0) {
		if (is_next(builder, line))
			whole = model_builder_finish(builder);
		if (!builder->model)
			builder->model = model_new();
		if (builder->model) {
			model_raw(builder->model, text, size);
			model_read_line(builder->model, line);
		}
	}
	json_decref(line);
	return whole;
}

void model_builder_free(struct model_builder *builder)
{
	model_free(builder->model);
	while (builder->alerts)
		json_decref(builder->alert[--builder->alerts].line);
	*builder = (struct model_builder){0};
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int top_model_builder_is_not_built_in;
#endif
