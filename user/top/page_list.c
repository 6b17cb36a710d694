// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One list: the zones, names, servers or clients that fail most. */
#include <stdio.h>
#include <string.h>

#include "catalog/catalog.h"
#include "top/listing.h"
#include "top/page.h"
#include "format/figure_text.h"

enum column { FAILING, UNANSWERED, OF_ASKED, NAMES, DENIED, MEAN, TYPE, COLUMNS };

static const struct {
	const char *title;
	int room; /* with what stands in front of it */
} columns[COLUMNS] = {
	[FAILING] = {"FAIL/S", 8}, [UNANSWERED] = {"SILENT/S", 9}, [OF_ASKED] = {"OF ASKED", 9},
	[NAMES] = {"~NAMES", 8},   [DENIED] = {"NXDOM/S", 8},      [MEAN] = {"MEAN ms", 8},
	[TYPE] = {"TYPE", 7},
};

#define SHOWN 6

/* What each list has, the most telling first: what has no room is left out. */
static const enum column of_list[MODEL_LISTS][SHOWN] = {
	[MODEL_ZONES] = {FAILING, OF_ASKED, NAMES, UNANSWERED, MEAN, DENIED},
	[MODEL_NAMES] = {FAILING, DENIED, TYPE, COLUMNS, COLUMNS, COLUMNS},
	[MODEL_SERVERS] = {FAILING, UNANSWERED, OF_ASKED, MEAN, COLUMNS, COLUMNS},
	[MODEL_ASKERS] = {FAILING, DENIED, TYPE, COLUMNS, COLUMNS, COLUMNS},
};

/* A name, and why it fails, have so many columns before a further figure has its own. */
#define KEY_MIN  14
#define KEY_GOOD 20
#define WHY_MIN  19
#define WHY_MAX  40

struct layout {
	enum column column[SHOWN];
	int count;
	int key, why; /* columns of them */
};

static struct layout lay_out(enum model_list list, int room)
{
	struct layout layout = {.key = KEY_MIN};
	int left = room - 2 - KEY_MIN;

	for (int i = 0; i < SHOWN && of_list[list][i] != COLUMNS; i++) {
		enum column column = of_list[list][i];
		int kept = i < 2 ? 0 : KEY_GOOD - KEY_MIN + WHY_MIN + 2;

		if (columns[column].room > left - kept)
			break;
		layout.column[layout.count++] = column;
		left -= columns[column].room;
	}
	if (left >= WHY_MIN + 2) {
		layout.why = WHY_MIN;
		left -= WHY_MIN + 2;
		/* What is over, half to each. */
		if (left > KEY_GOOD - KEY_MIN)
			layout.why += (left - (KEY_GOOD - KEY_MIN)) / 2;
		if (layout.why > WHY_MAX)
			layout.why = WHY_MAX;
		left -= layout.why - WHY_MIN;
	}
	layout.key += left > 0 ? left : 0;
	return layout;
}

static const char *value_of(char text[static TEXT_NUMBER_SIZE], const struct model_row *row,
			    enum column column)
{
	char number[TEXT_NUMBER_SIZE];

	switch (column) {
	case FAILING: return text_rate(text, row->failing + row->unanswered);
	case UNANSWERED: return row->unanswered > 0 ? text_rate(text, row->unanswered) : "-";
	case OF_ASKED: return row->bad >= 0 ? figure_percent(text, row->bad) : "-";
	case NAMES:
		if (row->names <= 0)
			return "-";
		snprintf(text, TEXT_NUMBER_SIZE, "%.24s", text_count(number, (uint64_t)row->names));
		return text;
	case DENIED: return row->denied > 0 ? text_rate(text, row->denied) : "-";
	case MEAN: return row->timed ? figure_ms(text, row->mean_s) : "-";
	case TYPE: return row->qtype;
	case COLUMNS: break;
	}
	return "";
}

/* Of one row: what most of its failures are. */
static void why_text(char text[static 160], const struct model_row *row)
{
	const struct model_part *most = NULL;

	for (size_t i = 0; i < row->parts; i++)
		if (model_code_fails(row->part[i].name) &&
		    (!most || row->part[i].rate > most->rate))
			most = &row->part[i];
	if (row->unanswered > row->failing)
		snprintf(text, 160, "%s", row->here ? "this host is silent" : "no answer");
	else if (row->unanswered > 0 && most)
		snprintf(text, 160, "no answer, %s", most->name);
	else if (row->ede != MODEL_NO_EDE && most)
		snprintf(text, 160, "EDE %u %s", row->ede,
			 catalog_name(CATALOG_EDE, row->ede) ? catalog_name(CATALOG_EDE, row->ede)
							     : most->name);
	else if (most)
		snprintf(text, 160, "%s", most->name);
	else if (row->failing > 0)
		snprintf(text, 160, "%s", row->refused > row->failed ? "refused" : "failures");
	else if (row->answers)
		snprintf(text, 160, "%s", row->referral > row->fine ? "referrals" : "answers");
	else
		snprintf(text, 160, "%s", row->denied > 0 ? "NXDOMAIN" : "NOERROR");
}

static void put_row(struct canvas *canvas, const struct page_area *area, int line,
		    const struct layout *layout, const struct model_row *row, bool marked)
{
	bool fails = row->failing + row->unanswered > 0;
	enum canvas_style style = !fails ? STYLE_PLAIN : row->here ? STYLE_WARNING : STYLE_BAD;
	int column = area->column + 2 + layout->key;
	char text[TEXT_NUMBER_SIZE], why[160];

	if (marked)
		canvas_put(canvas, line, area->column, 1, STYLE_BOLD, ">");
	canvas_put_end(canvas, line, area->column + 2, layout->key, STYLE_PLAIN, row->key);
	for (int i = 0; i < layout->count; i++) {
		enum column which = layout->column[i];

		canvas_right(canvas, line, column, columns[which].room,
			     which == FAILING || which == UNANSWERED || which == OF_ASKED
				     ? style
				     : STYLE_PLAIN,
			     value_of(text, row, which));
		column += columns[which].room;
	}
	why_text(why, row);
	if (layout->why)
		canvas_put(canvas, line, column + 2, layout->why, STYLE_PLAIN, why);
	if (marked)
		canvas_style(canvas, line, area->column, area->columns, STYLE_MARKED);
}

static void put_titles(struct canvas *canvas, const struct page_area *area,
		       const struct layout *layout, const struct view *view, enum view_sides sides,
		       enum model_list list, bool merged)
{
	int column = area->column + 2 + layout->key;
	char title[160];

	if (merged)
		snprintf(title, sizeof(title), "%s by %s", view_list_names[list],
			 view_sort_names[view->sort]);
	else
		snprintf(title, sizeof(title), "%s of %s by %s", view_list_names[list],
			 view_side_names[listing_sides(sides, list)], view_sort_names[view->sort]);
	if ((int)strlen(title) > layout->key + 1 && !merged)
		snprintf(title, sizeof(title), "%s of %s", view_list_names[list],
			 view_side_names[listing_sides(sides, list)]);
	if ((int)strlen(title) > layout->key + 1)
		snprintf(title, sizeof(title), "%s", view_list_names[list]);
	canvas_put(canvas, area->line, area->column, layout->key + 1, STYLE_TITLE, title);
	for (int i = 0; i < layout->count; i++) {
		canvas_right(canvas, area->line, column, columns[layout->column[i]].room,
			     STYLE_TITLE, columns[layout->column[i]].title);
		column += columns[layout->column[i]].room;
	}
	if (layout->why)
		canvas_put(canvas, area->line, column + 2, layout->why, STYLE_TITLE, "WHY");
}

/* "2 failing; 14 without a failure are hidden (a shows all)". */
static void put_rest(struct canvas *canvas, const struct page_area *area, int line,
		     const struct listing *listing, const struct page_input *input, size_t below)
{
	char text[200] = "";
	size_t used = 0;

	if (below)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%zu more below; ",
					 below);
	if (listing->filtered)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%zu without '%s'; ",
					 listing->filtered, input->view->filter);
	if (listing->hidden)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%zu without a failure%s; ", listing->hidden,
					 input->printed ? "" : " (a shows all)");
	if (used)
		canvas_print(canvas, line, area->column + 2, area->columns - 2, STYLE_DIM, "%.*s",
			     (int)used - 2, text);
}

static enum model_list list_of(const struct view *view)
{
	return view->list < MODEL_LISTS ? (enum model_list)view->list : MODEL_ZONES;
}

int page_list_lines(const struct page_input *input, enum view_sides sides, int most)
{
	const struct model *model = page_model(input);
	struct listing listing;
	size_t lines = 1;

	if (model && listing_make(&listing, model, input->view, sides, list_of(input->view)) == 0) {
		lines += listing.rows ? listing.rows : 1;
		lines += listing.hidden || listing.filtered;
		listing_free(&listing);
	}
	return lines < (size_t)most ? (int)lines : most;
}

void page_list(struct canvas *canvas, const struct page_input *input, struct page_area area,
	       enum view_sides sides, bool acting)
{
	const struct view *view = input->view;
	const struct model *model = page_model(input);
	enum model_list list = list_of(view);
	struct layout layout = lay_out(list, area.columns);
	size_t chosen, first, shown, room;
	struct listing listing;
	bool rest;

	if (!model || area.lines < 1)
		return;
	put_titles(canvas, &area, &layout, view, sides, list, model->merged);
	if (listing_make(&listing, model, view, sides, list) < 0)
		return;
	room = (size_t)area.lines - 1;
	rest = room > 1 && (listing.rows > room || listing.hidden || listing.filtered);
	room -= rest;
	chosen = listing_chosen(&listing, view);
	first = chosen >= room && room ? chosen - room + 1 : 0;
	shown = listing.rows - first < room ? listing.rows - first : room;
	for (size_t i = 0; i < shown; i++)
		put_row(canvas, &area, area.line + 1 + (int)i, &layout, &listing.row[first + i],
			acting && view->list != VIEW_CODES && first + i == chosen);
	if (!listing.rows && room)
		canvas_put(canvas, area.line + 1, area.column + 2, area.columns - 2, STYLE_DIM,
			   listing.hidden || listing.filtered ? "none fails" : "none");
	if (rest)
		put_rest(canvas, &area, area.line + area.lines - 1, &listing, input,
			 listing.rows - first - shown);
	listing_free(&listing);
}
