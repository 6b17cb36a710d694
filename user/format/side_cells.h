/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of both sides, clients and upstream, cell by cell: pages place them. Rates are a second. */
#ifndef RCODEWATCH_SIDE_CELLS_H
#define RCODEWATCH_SIDE_CELLS_H

#include <stdbool.h>

#include "format/tone.h"

struct side_figures {
	double responses, servfail; /* responses of any code, and with SERVFAIL */
	bool followed;              /* queries are matched with responses */
	bool one_sided; /* only one of the two is seen: nothing can be said of the other */
	double asked, answered, unanswered, evicted; /* queries */
	bool timed;
	double p50_s, p95_s;
};

enum side_cell { SIDE_ASKED, SIDE_ANSWERED, SIDE_NO_ANSWER, SIDE_TIMES, SIDE_SERVFAIL, SIDE_CELLS };

/* Flush right, with what stands in front of it. */
extern const struct side_column {
	const char *title;
	int columns;
	int page; /* columns of a page from which on it has room */
} side_columns[SIDE_CELLS];

/* Columns of the name in front of them, whole and short, and those of a page from which on it is whole. */
#define SIDE_NAME       14
#define SIDE_NAME_SHORT 9
#define SIDE_NAME_PAGE  64
/* "CLIENTS  (tx)", "UPSTREAM (rx)", "RESPONSES" where directions are not told apart. */
const char *side_name(bool upstream, bool merged, bool whole);

#define SIDE_CELL_SIZE 72
/* Gives how it is meant, and @text, which is "" where there is nothing to say. */
enum tone side_cell(char text[static SIDE_CELL_SIZE], const struct side_figures *side,
		    enum side_cell cell);

/* The part of the queries that ended which was not answered, 0 to 1. */
double side_unanswered_share(const struct side_figures *side);

#endif
