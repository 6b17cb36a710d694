// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/view.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const view_list_names[VIEW_LISTS] = {
	[MODEL_ZONES] = "ZONES",    [MODEL_NAMES] = "NAMES", [MODEL_SERVERS] = "SERVERS",
	[MODEL_ASKERS] = "CLIENTS", [VIEW_CODES] = "CODES",
};
const char *const view_sort_names[VIEW_SORTS] = {
	[VIEW_BY_FAILING] = "failing + no answer",
	[VIEW_BY_UNANSWERED] = "no answer",
	[VIEW_BY_DENIED] = "NXDOMAIN",
	[VIEW_BY_TIME] = "response time",
	[VIEW_BY_NAME] = "name",
};
const char *const view_side_names[] = {
	[VIEW_BOTH] = "both sides",
	[VIEW_CLIENTS] = "clients",
	[VIEW_UPSTREAM] = "upstream",
};

void view_init(struct view *view, bool capture)
{
	*view = (struct view){.depth = 1, .capture = capture, .paused = capture, .columns = 80};
}

const struct view_place *view_place(const struct view *view)
{
	return &view->stack[view->depth - 1];
}

void view_say(struct view *view, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(view->message, sizeof(view->message), format, arguments);
	va_end(arguments);
	view->message_ns = view->now_ns;
}

void view_follow(struct view *view, const struct ring *ring)
{
	if (ring->first == ring->end)
		return;
	if (!view->number)
		view->number = view->capture ? ring->first : ring->end - 1;
	if (!view->paused && !view->capture)
		view->number = ring->end - 1;
	if (view->number < ring->first)
		view->number = ring->first;
}

void view_play(struct view *view, const struct ring *ring)
{
	if (!view->capture || view->paused)
		return;
	if (view->number + 1 < ring->end)
		view->number++;
	view->paused = view->number + 1 >= ring->end;
}

/* ---- places ------------------------------------------------------------------------------- */

void view_copy(char *to, size_t size, const char *text)
{
	size_t length = strlen(text);

	length = length < size ? length : size - 1;
	memcpy(to, text, length);
	to[length] = '\0';
}

void view_enter(struct view *view, enum view_page page, unsigned list, const char *key,
		const char *subject)
{
	struct view_place *place;

	if (view->depth == VIEW_DEPTH) {
		memmove(&view->stack[1], &view->stack[2],
			(VIEW_DEPTH - 2) * sizeof(view->stack[0]));
		view->depth--;
	}
	place = &view->stack[view->depth++];
	*place = (struct view_place){.page = page, .list = list};
	view_copy(place->key, sizeof(place->key), key);
	view_copy(place->subject, sizeof(place->subject), subject);
}

void view_leave(struct view *view)
{
	if (view->depth > 1)
		view->depth--;
	else
		view->filter[0] = '\0';
}

const struct model_problem *view_problem(const struct model *model, const struct view_place *place)
{
	for (size_t i = 0; place->page == VIEW_PROBLEM && i < model->problems; i++)
		if (strcmp(model->problem[i].rule, place->key) == 0 &&
		    strcmp(model->problem[i].subject, place->subject) == 0)
			return &model->problem[i];
	return NULL;
}

bool view_is_about(const struct model_problem *problem, const char *key)
{
	return strcmp(problem->subject, key) == 0 || strcmp(problem->zone, key) == 0;
}

static const struct model_problem *problem_about(const struct model *model, const char *subject)
{
	for (size_t i = 0; i < model->problems; i++)
		if (view_is_about(&model->problem[i], subject))
			return &model->problem[i];
	return NULL;
}

const char *view_command(const struct view *view, const struct ring *ring)
{
	const struct model *model = ring_get(ring, view->number);
	const struct view_place *place = view_place(view);
	const struct model_problem *problem = NULL;

	if (!model || !model->problems)
		return NULL;
	if (place->page == VIEW_PROBLEM)
		problem = view_problem(model, place);
	else if (place->page == VIEW_ROW)
		problem = problem_about(model, place->key);
	else
		problem = &model->problem[0];
	return problem && problem->check[0] ? problem->check : NULL;
}
