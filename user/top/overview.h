/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The first page of `top` as text of any length, for `status`. For a build with libjansson. */
#ifndef RCODEWATCH_TOP_OVERVIEW_H
#define RCODEWATCH_TOP_OVERVIEW_H

#include <stdbool.h>
#include <stdio.h>

typedef struct json_t json_t; /* jansson's */

/* How it is to look. */
struct overview_style {
	int columns;
	bool utf8, colour; /* colour: by ECMA-48 */
};

/* To "report" and, NULL where they are not known, to "history" of 15 minutes and of MODEL_PAST_MINUTES_S. None of it is trusted. */
struct overview_answers {
	const json_t *report, *history, *minutes;
};

/*
 * Both sides, all that is wrong, codes, and the zones that fail. Then an empty line. Nothing where there is no report yet. 0 or
 * -ENOMEM; what writing does is @out's.
 */
int overview_write(FILE *out, const struct overview_answers *answers,
		   const struct overview_style *style);

#endif
