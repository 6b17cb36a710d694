/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The rows of a list as they are shown: of one side or both, those that are wanted, in order. */
#ifndef RCODEWATCH_TOP_LISTING_H
#define RCODEWATCH_TOP_LISTING_H

#include "top/view.h"

struct listing {
	struct model_row *row;
	size_t rows;
	size_t failing;  /* with a failure, shown or not */
	size_t hidden;   /* without one */
	size_t filtered; /* that the filter leaves out */
};

/* 0 or -ENOMEM; listing_free() in any case. @list: one of models, not VIEW_CODES. */
int listing_make(struct listing *listing, const struct model *model, const struct view *view,
		 enum view_sides sides, enum model_list list);
void listing_free(struct listing *listing);
/* Where view->chosen is; 0: it is not there. */
size_t listing_chosen(const struct listing *listing, const struct view *view);

/* A row of both sides: of each figure the higher one. False: there is none. */
bool listing_row(const struct model *model, enum view_sides sides, enum model_list list,
		 const char *key, struct model_row *row);

/* The sides that a list shows for @sides: own addresses are no servers of VIEW_BOTH, and only clients are clients. */
enum view_sides listing_sides(enum view_sides sides, enum model_list list);

/* The codes that are shown, of @side: @count at most, the most telling ones, by number. Gives how many. */
size_t listing_codes(const struct model_side *side, bool all, struct model_code codes[],
		     size_t count);
/* Whose codes are shown. */
enum model_side_name listing_code_side(const struct model *model, enum view_sides sides);

#endif
