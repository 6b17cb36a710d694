/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What somebody looks at: the page, the interval, the list and its order. */
#ifndef RCODEWATCH_TOP_VIEW_H
#define RCODEWATCH_TOP_VIEW_H

#include "top/ring.h"

#define VIEW_DEPTH       6u
#define VIEW_FILTER_MAX  64u
#define VIEW_MESSAGE_MAX 200u
/* From so many columns on both sides stand beside one another. */
#define VIEW_WIDE 120

enum view_page {
	VIEW_MAIN,
	VIEW_ROW,     /* all about a zone, name, server or client */
	VIEW_CODE,    /* what a code means */
	VIEW_PROBLEM, /* all that is known of an alert or advice */
	VIEW_HELP,
};

/* Lists: those of models, and the codes. */
#define VIEW_CODES MODEL_LISTS
#define VIEW_LISTS (MODEL_LISTS + 1u)

enum view_sides { VIEW_BOTH, VIEW_CLIENTS, VIEW_UPSTREAM };

enum view_sort {
	VIEW_BY_FAILING,
	VIEW_BY_UNANSWERED,
	VIEW_BY_DENIED,
	VIEW_BY_TIME,
	VIEW_BY_NAME,
	VIEW_SORTS,
};

struct view_place {
	enum view_page page;
	unsigned list;            /* of VIEW_ROW */
	char key[MODEL_TEXT_MAX]; /* of the row; "ede:6"; the rule */
	char subject[MODEL_TEXT_MAX];
	int first; /* line of it that is shown first */
};

struct view {
	struct view_place stack[VIEW_DEPTH]; /* the last one is shown; the first is VIEW_MAIN */
	size_t depth;
	enum view_sides sides;
	unsigned list; /* enum model_list or VIEW_CODES */
	enum view_sort sort;
	bool all; /* also rows without a failure */
	char filter[VIEW_FILTER_MAX];
	bool typing; /* the filter */
	char chosen
		[MODEL_TEXT_MAX]; /* the row that keys act on; one that is not there: the first */
	bool paused;
	bool capture;    /* intervals of a file: nothing is newer than the last one */
	uint64_t number; /* of the interval that is shown; 0: none yet */
	char message[VIEW_MESSAGE_MAX]; /* what a key has done, and when */
	int64_t message_ns;
	/* Of those who call: the time since 1970, and the columns of the terminal. */
	int64_t now_ns;
	int columns;
};

void view_init(struct view *view, bool capture);
const struct view_place *view_place(const struct view *view);
/* Go to the newest interval, unless it is paused; to one that is there, if that has given way. */
void view_follow(struct view *view, const struct ring *ring);
/* Of a capture that is not paused: go on by an interval. */
void view_play(struct view *view, const struct ring *ring);
/* Go to a page, of VIEW_DEPTH at most that can be gone back from. */
void view_enter(struct view *view, enum view_page page, unsigned list, const char *key,
		const char *subject);
/* Back; from the first page: without a filter. */
void view_leave(struct view *view);
/* @text into the @size bytes at @to, cut. */
void view_copy(char *to, size_t size, const char *text);
__attribute__((format(printf, 2, 3))) void view_say(struct view *view, const char *format, ...);

/* The command that `c` copies: of the problem that is shown, or about what is shown, or the first; NULL: there is none. */
const char *view_command(const struct view *view, const struct ring *ring);
/* Whether @problem is about what is called @key. */
bool view_is_about(const struct model_problem *problem, const char *key);
/* The problem of a place; NULL: it is over, or it is no such place. */
const struct model_problem *view_problem(const struct model *model, const struct view_place *place);

extern const char *const view_list_names[VIEW_LISTS];
extern const char *const view_sort_names[VIEW_SORTS];
extern const char *const view_side_names[];

#endif
