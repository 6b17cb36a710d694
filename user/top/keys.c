// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/keys.h"

#include <stdio.h>
#include <string.h>

#include "top/listing.h"

#define PAGE_LINES 10

/* ---- the interval ------------------------------------------------------------------------- */

static void go(struct view *view, const struct ring *ring, int64_t steps)
{
	int64_t number = (int64_t)view->number + steps;

	if (ring->first == ring->end)
		return;
	view->paused = true;
	if (number < (int64_t)ring->first)
		number = (int64_t)ring->first;
	if (number > (int64_t)ring->end - 1)
		number = (int64_t)ring->end - 1;
	view->number = (uint64_t)number;
}

static void pause_or_go_on(struct view *view, const struct ring *ring)
{
	view->paused = !view->paused;
	if (view->capture && !view->paused && view->number + 1 >= ring->end) {
		view->paused = true;
		view_say(view, "this is the last interval");
	}
}

/* Into the history by a step, and out of it. */
static void history(struct view *view, const struct ring *ring)
{
	if (!view->paused || view->capture)
		go(view, ring, -1);
	else
		view->paused = false;
}

/* ---- rows ---------------------------------------------------------------------------------- */

/* The side that keys act on: where both are shown beside one another, one of them. */
static enum view_sides sides_of(const struct view *view)
{
	if (view->columns < VIEW_WIDE || view->sides != VIEW_BOTH)
		return view->sides;
	return VIEW_CLIENTS;
}

static bool is_code(const struct model_code *code, const char *chosen)
{
	return strcmp(code->name, chosen) == 0;
}

static void choose_code(struct view *view, const struct model *model, int64_t steps)
{
	struct model_code codes[MODEL_CODES + 1];
	enum model_side_name side = listing_code_side(model, sides_of(view));
	int64_t count = (int64_t)listing_codes(&model->side[side], view->all, codes,
					       MODEL_CODES + 1);
	int64_t at = 0;

	for (int64_t i = 0; i < count; i++)
		if (is_code(&codes[i], view->chosen))
			at = i;
	at += steps;
	at = at >= count ? count - 1 : at;
	if (count)
		view_copy(view->chosen, sizeof(view->chosen), codes[at < 0 ? 0 : at].name);
}

static void choose(struct view *view, const struct model *model, int64_t steps)
{
	struct listing listing;
	int64_t at;

	if (view->list == VIEW_CODES) {
		choose_code(view, model, steps);
		return;
	}
	if (listing_make(&listing, model, view, sides_of(view), (enum model_list)view->list) == 0 &&
	    listing.rows) {
		at = (int64_t)listing_chosen(&listing, view) + steps;
		at = at < 0 ? 0 : at >= (int64_t)listing.rows ? (int64_t)listing.rows - 1 : at;
		view_copy(view->chosen, sizeof(view->chosen), listing.row[at].key);
	}
	listing_free(&listing);
}

static void move(struct view *view, const struct ring *ring, int64_t steps)
{
	const struct model *model = ring_get(ring, view->number);
	struct view_place *place = &view->stack[view->depth - 1];

	if (place->page == VIEW_MAIN && model)
		choose(view, model, steps);
	if (place->page == VIEW_MAIN)
		return;
	place->first += (int)steps;
	place->first = place->first < 0 ? 0 : place->first;
}

/* The row that keys act on. False: there is none. */
static bool chosen_row(const struct view *view, const struct model *model, struct model_row *row,
		       char key[MODEL_TEXT_MAX])
{
	struct listing listing;
	bool found;

	found = listing_make(&listing, model, view, sides_of(view), (enum model_list)view->list) ==
			0 &&
		listing.rows;
	if (found) {
		*row = listing.row[listing_chosen(&listing, view)];
		view_copy(key, MODEL_TEXT_MAX, row->key);
	}
	listing_free(&listing);
	return found;
}

/* The number of the chosen code. False: there is none. */
static bool chosen_code(const struct view *view, const struct model *model, uint32_t *code)
{
	struct model_code codes[MODEL_CODES + 1];
	enum model_side_name side = listing_code_side(model, sides_of(view));
	size_t count = listing_codes(&model->side[side], view->all, codes, MODEL_CODES + 1);

	if (!count)
		return false;
	*code = codes[0].code;
	for (size_t i = 0; i < count; i++)
		if (is_code(&codes[i], view->chosen))
			*code = codes[i].code;
	return true;
}

static void explain_code(struct view *view, const char *registry, uint32_t code)
{
	char key[48];

	snprintf(key, sizeof(key), "%s:%u", registry, code == CODE_NODATA ? 0 : code);
	view_enter(view, VIEW_CODE, 0, key, "");
}

static void drill(struct view *view, const struct ring *ring)
{
	const struct model *model = ring_get(ring, view->number);
	char key[MODEL_TEXT_MAX];
	struct model_row row;

	if (!model || view_place(view)->page != VIEW_MAIN)
		return;
	if (view->list == VIEW_CODES) {
		uint32_t code;

		if (chosen_code(view, model, &code))
			explain_code(view, "rcode", code);
	} else if (chosen_row(view, model, &row, key)) {
		view_enter(view, VIEW_ROW, view->list, key, "");
	} else {
		view_say(view, "this list has no row; a shows all, l another list");
	}
}

static uint32_t code_called(const struct model *model, const char *name)
{
	for (size_t side = 0; side < MODEL_SIDES; side++)
		for (size_t i = 0; i < model->side[side].codes; i++)
			if (strcmp(model->side[side].code[i].name, name) == 0)
				return model->side[side].code[i].code;
	return 0;
}

/* The code that most of a row's responses have. */
static bool explain_row(struct view *view, const struct model *model, const struct model_row *row)
{
	const struct model_part *most = NULL;

	if (row->ede != MODEL_NO_EDE) {
		explain_code(view, "ede", row->ede);
		return true;
	}
	for (size_t i = 0; i < row->parts; i++)
		if (!most || row->part[i].rate > most->rate)
			most = &row->part[i];
	if (!most)
		return false;
	explain_code(view, "rcode", code_called(model, most->name));
	return true;
}

static bool explain_problem(struct view *view, const struct model *model,
			    const struct model_problem *problem)
{
	if (!problem)
		return false;
	if (problem->explain[0])
		view_enter(view, VIEW_CODE, 0, problem->explain, "");
	else if (strcmp(problem->subject_type, "rcode") == 0)
		explain_code(view, "rcode", code_called(model, problem->subject));
	else
		return false;
	return true;
}

static void explain(struct view *view, const struct ring *ring)
{
	const struct model *model = ring_get(ring, view->number);
	struct view_place place = *view_place(view);
	char key[MODEL_TEXT_MAX];
	struct model_row row;
	bool found = false;

	if (!model || place.page == VIEW_CODE)
		return;
	if (place.page == VIEW_PROBLEM)
		found = explain_problem(view, model, view_problem(model, &place));
	else if (place.page == VIEW_ROW)
		found = listing_row(model, view->sides, (enum model_list)place.list, place.key,
				    &row) &&
			explain_row(view, model, &row);
	else if (view->list == VIEW_CODES)
		drill(view, ring);
	else
		found = chosen_row(view, model, &row, key) && explain_row(view, model, &row);
	if (!found && place.page == VIEW_MAIN && view->list != VIEW_CODES)
		found = model->problems && explain_problem(view, model, &model->problem[0]);
	if (!found && view_place(view)->page == place.page)
		view_say(view, "no code here to explain");
}

static void show_problem(struct view *view, const struct ring *ring, size_t number)
{
	const struct model *model = ring_get(ring, view->number);

	if (model && number < model->problems)
		view_enter(view, VIEW_PROBLEM, 0, model->problem[number].rule,
			   model->problem[number].subject);
	else
		view_say(view, "there is no alert %zu", number + 1);
}

/* ---- keys ----------------------------------------------------------------------------------- */

static void next_list(struct view *view, unsigned steps)
{
	view->list = (view->list + steps) % VIEW_LISTS;
	view->chosen[0] = '\0';
	view->depth = 1;
}

static void next_sides(struct view *view)
{
	if (view->columns >= VIEW_WIDE)
		view->sides = view->sides == VIEW_UPSTREAM ? VIEW_CLIENTS : VIEW_UPSTREAM;
	else
		view->sides = (view->sides + 1) % (VIEW_UPSTREAM + 1);
}

/* A key while the filter is typed. */
static void type(struct view *view, int key)
{
	size_t length = strlen(view->filter);

	if (key == VIEW_KEY_ENTER || key == VIEW_KEY_ESCAPE) {
		view->typing = false;
		if (key == VIEW_KEY_ESCAPE)
			view->filter[0] = '\0';
	} else if (key == VIEW_KEY_BACK && length) {
		view->filter[length - 1] = '\0';
	} else if (key > ' ' && key <= '~' && length + 1 < VIEW_FILTER_MAX) {
		view->filter[length] = (char)key;
		view->filter[length + 1] = '\0';
	}
}

static void movement(struct view *view, const struct ring *ring, int key)
{
	switch (key) {
	case VIEW_KEY_UP:
	case 'k': move(view, ring, -1); break;
	case VIEW_KEY_DOWN:
	case 'j': move(view, ring, 1); break;
	case VIEW_KEY_PAGE_UP: move(view, ring, -PAGE_LINES); break;
	case VIEW_KEY_PAGE_DOWN:
	case ' ': move(view, ring, PAGE_LINES); break;
	case VIEW_KEY_LEFT: go(view, ring, -1); break;
	case VIEW_KEY_RIGHT: go(view, ring, 1); break;
	case VIEW_KEY_HOME: go(view, ring, -(int64_t)RING_MODELS); break;
	case VIEW_KEY_END: go(view, ring, RING_MODELS); break;
	default: break;
	}
}

enum view_action view_key(struct view *view, const struct ring *ring, int key)
{
	view->message[0] = '\0';
	if (key == 3) /* Control-C */
		return VIEW_QUIT;
	if (view->typing) {
		type(view, key);
		return VIEW_NOTHING;
	}
	switch (key) {
	case 'q': return VIEW_QUIT;
	case 'w': return VIEW_SAVE;
	case 'c': return VIEW_COPY;
	case 'p': pause_or_go_on(view, ring); break;
	case 'h': history(view, ring); break;
	case 'd':
	case VIEW_KEY_TAB: next_sides(view); break;
	case 'l':
	case '>': next_list(view, 1); break;
	case '<': next_list(view, VIEW_LISTS - 1); break;
	case 'o': view->sort = (view->sort + 1) % VIEW_SORTS; break;
	case 'a': view->all = !view->all; break;
	case '/': view->typing = true; break;
	case 'e': explain(view, ring); break;
	case '?': view_enter(view, VIEW_HELP, 0, "", ""); break;
	case VIEW_KEY_ENTER: drill(view, ring); break;
	case VIEW_KEY_BACK:
	case VIEW_KEY_ESCAPE: view_leave(view); break;
	default:
		if (key >= '1' && key <= '9')
			show_problem(view, ring, (size_t)(key - '1'));
		else
			movement(view, ring, key);
	}
	return VIEW_NOTHING;
}
