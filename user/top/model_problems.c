// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is wrong, of alerts and advice. */
#ifdef HAVE_JANSSON

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "control/json_read.h"
#include "top/model_read.h"
#include "util/text_format.h"

/* A member that need not be there; negative: it is not. */
static double number_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	double number = json_number_value(value);

	return json_is_number(value) && number >= 0 ? number : -1;
}

static enum alert_severity severity_of(const json_t *line)
{
	const char *word = json_read_string(line, "severity");

	if (strcmp(word, "notice") == 0)
		return ALERT_NOTICE;
	return strcmp(word, "critical") == 0 ? ALERT_CRITICAL : ALERT_WARNING;
}

/* Add @problem; of two that say the same one stays, with the earlier beginning and the higher severity. */
static void add(struct model *model, const struct model_problem *problem)
{
	const struct problem is = model_problem_of(problem);

	for (size_t i = 0; i < model->problems; i++) {
		struct model_problem *there = &model->problem[i];
		const struct problem has = model_problem_of(there);

		if (!problem_same(&has, &is))
			continue;
		if (problem_before(&is, &has))
			*there = *problem;
		if (is.severity < has.severity)
			there->severity = has.severity;
		else
			there->severity = is.severity;
		if (has.since_ns && (!is.since_ns || has.since_ns < is.since_ns))
			there->since_ns = has.since_ns;
		else
			there->since_ns = is.since_ns;
		return;
	}
	if (model->problems < MODEL_PROBLEMS)
		model->problem[model->problems++] = *problem;
}

/* ---- alerts ----------------------------------------------------------------------------------- */

static void add_blame(struct model *model, struct model_problem *problem, const char *before,
		      const char *text)
{
	char line[MODEL_TEXT_MAX];

	if (problem->blames == MODEL_BLAMES || !text[0])
		return;
	snprintf(line, sizeof(line), "%s%s", before, text);
	problem->blame[problem->blames++] = model_text(model, line);
}

/* "clients 192.0.2.0/24, 2001:db8::/56". */
static void add_parties(struct model *model, struct model_problem *problem, const char *key,
			const json_t *list)
{
	char text[MODEL_TEXT_MAX] = "";
	const json_t *one;
	size_t used = 0, i;

	json_array_foreach(list, i, one)
	{
		const char *party = json_string_value(one);

		if (party && used < sizeof(text))
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s",
						 used ? ", " : "", party);
	}
	add_blame(model, problem, key, text);
}

/* What a zone's servers did: in a sentence, or by the server. */
static void read_blame(struct model *model, struct model_problem *problem, const json_t *line)
{
	const json_t *blame = json_object_get(line, "blame"), *server;
	size_t i;

	problem->zone = model_text(model, json_read_string(blame, "zone"));
	if (json_is_string(blame))
		add_blame(model, problem, "", json_string_value(blame));
	add_blame(model, problem, "", json_read_string(blame, "text"));
	json_array_foreach(json_object_get(blame, "servers"), i, server)
	{
		char address[80];

		snprintf(address, sizeof(address), "%.70s  ", json_read_string(server, "address"));
		add_blame(model, problem, address, json_read_string(server, "text"));
	}
	add_parties(model, problem, "servers ", json_object_get(line, "servers"));
	add_parties(model, problem, "clients ", json_object_get(line, "clients"));
}

/* In words, of an alert that brings none. */
static void describe(struct model *model, struct model_problem *problem)
{
	char text[MODEL_TEXT_MAX], value[TEXT_NUMBER_SIZE];

	if (strcmp(problem->rule, "random-subdomain") == 0)
		snprintf(text, sizeof(text),
			 "random names below %s: %s different ones a second are denied",
			 problem->subject, text_rate(value, problem->value));
	else
		snprintf(text, sizeof(text), "%s: %s", problem->rule, problem->subject);
	problem->text = model_text(model, text);
}

void model_read_alert(struct model *model, const json_t *line)
{
	struct model_problem problem = {
		.severity = severity_of(line),
		.since_ns = json_read_time(line, "since"),
		.rule = model_text(model, json_read_string(line, "rule")),
		.text = model_text(model, json_read_string(line, "text")),
		.check = model_text(model, json_read_string(line, "check")),
		.subject = model_text(model, json_read_string(line, "subject")),
		.subject_type = model_text(model, json_read_string(line, "subject_type")),
		.explain = model_text(model, json_read_string(line, "explain")),
		.interface = model_text(model, json_read_string(line, "interface")),
		.side = model_text(model, json_read_string(line, "side")),
		.value = number_of(line, "value"),
		.threshold = number_of(line, "threshold"),
		.usual = number_of(line, "usual"),
	};

	if (strcmp(json_read_string(line, "type"), "alert") != 0 ||
	    strcmp(json_read_string(line, "state"), "end") == 0 || !problem.rule[0])
		return;
	if (!problem.side[0])
		problem.side = model_text(model, json_read_string(line, "direction"));
	model_word(problem.unit, json_read_string(line, "unit"));
	if (!problem.text[0])
		describe(model, &problem);
	read_blame(model, &problem, line);
	add(model, &problem);
}

/* ---- advice ------------------------------------------------------------------------------------- */

void model_read_advice(struct model *model, const json_t *report)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(report, "advice"), i, row)
	{
		const char *zone = json_read_string(row, "zone");
		const char *server = json_read_string(row, "server");
		struct model_problem problem = {
			.severity = ALERT_NOTICE,
			.advice = true,
			.zone = "",
			.since_ns = json_read_time(row, "since"),
			.rule = model_text(model, json_read_string(row, "id")),
			.text = model_text(model, json_read_string(row, "text")),
			.check = model_text(model, json_read_string(row, "check")),
			.subject = model_text(model, zone[0] ? zone : server),
			.subject_type = zone[0]     ? "zone"
					: server[0] ? "server"
						    : "",
			.explain = model_text(model, json_read_string(row, "explain")),
			.interface = model_text(model, json_read_string(report, "interface")),
			.side = model_text(model, json_read_string(report, "direction")),
			.value = -1,
			.threshold = -1,
			.usual = -1,
			.share = json_read_number(row, "share"),
		};

		if (i == MODEL_PROBLEMS)
			break;
		if (problem.text[0])
			add(model, &problem);
	}
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int top_model_problems_is_not_built_in;
#endif
