/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From JSON to a model: the lines of one interval (docs/json.md) or an answer of the control socket (docs/control.md). None of it
 * is trusted: members may be missing, of another kind, or any size. For a build with libjansson.
 */
#ifndef RCODEWATCH_TOP_MODEL_READ_H
#define RCODEWATCH_TOP_MODEL_READ_H

#include "report/usual.h"
#include "top/model.h"

typedef struct json_t json_t; /* jansson's */

/* Add a line of type "report" or "transactions"; anything else is left alone. */
void model_read_line(struct model *model, const json_t *line);
/* Add what is wrong: an alert that is under way. One that ends is left alone. */
void model_read_alert(struct model *model, const json_t *line);
/* The same of the advice in a report. */
void model_read_advice(struct model *model, const json_t *report);

/* The model of an answer to "report"; NULL: it has no interval yet, or memory is short. */
struct model *model_read_answer(const json_t *answer);

/* What an answer to "history" has, in its order. The models are the caller's. */
#define MODEL_PAST_MAX 900u
struct model_past {
	struct model *model[MODEL_PAST_MAX];
	size_t count;
};
void model_read_history(const json_t *answer, struct model_past *past);

struct ring;
/*
 * Put what is known of the time before @before_ns into @ring: @full, and of the time before that begins @minutes. They are empty then. How far back
 * @minutes are wanted, in seconds: what is wrong can have begun long ago.
 */
#define MODEL_PAST_MINUTES_S (USUAL_WRONG_S + USUAL_SPAN_S + USUAL_APART_S)
void model_past_into(struct ring *ring, struct model_past *minutes, struct model_past *full,
		     int64_t before_ns);

/* ---- models by the line ------------------------------------------------------------------ */

/* The lines of one interval after the other, as a program prints them, and the alerts that are under way. Zeroed at first. */
#define MODEL_ALERTS_MAX 64u
struct model_builder {
	struct model *model; /* that lines are added to; NULL: none */
	struct model_builder_alert {
		json_t *line; /* the latest of it */
	} alert[MODEL_ALERTS_MAX];
	size_t alerts;
};

/*
 * Add a line of @size bytes. A model that is whole, because the line is of another interval, or NULL. A line that is no JSON is
 * left out.
 */
struct model *model_builder_add(struct model_builder *builder, const char *line, size_t size);
/* The model of the lines so far, as no more are expected; NULL: there is none. */
struct model *model_builder_finish(struct model_builder *builder);
void model_builder_free(struct model_builder *builder);

#endif
