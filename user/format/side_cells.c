// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "format/side_cells.h"

#include <stdio.h>

#include "format/figure_text.h"

const struct side_column side_columns[SIDE_CELLS] = {
	[SIDE_ASKED] = {"ASKED/S", 8, 56},       [SIDE_ANSWERED] = {"ANSWERED/S", 11, 66},
	[SIDE_NO_ANSWER] = {"NO ANSWER", 14, 0}, [SIDE_TIMES] = {"p50 / p95 ms", 14, 72},
	[SIDE_SERVFAIL] = {"SERVFAIL", 9, 0},
};

const char *side_name(bool upstream, bool merged, bool whole)
{
	if (merged)
		return whole ? "RESPONSES" : "ALL";
	if (upstream)
		return whole ? "UPSTREAM (rx)" : "UPSTREAM";
	return whole ? "CLIENTS  (tx)" : "CLIENTS";
}

static double part_of(double part, double all)
{
	return all > 0 && part > 0 ? part < all ? part / all : 1 : 0;
}

double side_unanswered_share(const struct side_figures *side)
{
	if (!side->followed || side->one_sided)
		return 0;
	return part_of(side->unanswered, side->answered + side->unanswered + side->evicted);
}

/* Red from the first percent. */
static enum tone tone_of(double share)
{
	return share >= 0.01 ? TONE_BAD : share > 0 ? TONE_WARNING : TONE_PLAIN;
}

static enum tone no_answer(char text[static SIDE_CELL_SIZE], const struct side_figures *side)
{
	double share = side_unanswered_share(side);
	char rate[TEXT_NUMBER_SIZE], percent[TEXT_NUMBER_SIZE];

	if (!side->followed || side->one_sided) {
		snprintf(text, SIDE_CELL_SIZE, "%s", side->followed ? "one-sided" : "not known");
		return side->followed ? TONE_WARNING : TONE_DIM;
	}
	snprintf(text, SIDE_CELL_SIZE, "%s %6s", text_rate(rate, side->unanswered),
		 figure_percent(percent, share));
	return tone_of(share);
}

enum tone side_cell(char text[static SIDE_CELL_SIZE], const struct side_figures *side,
		    enum side_cell cell)
{
	double servfail = part_of(side->servfail, side->responses);
	bool matched = side->followed && !side->one_sided;
	char a[TEXT_NUMBER_SIZE], b[TEXT_NUMBER_SIZE];

	text[0] = '\0';
	switch (cell) {
	case SIDE_ASKED:
		if (matched)
			snprintf(text, SIDE_CELL_SIZE, "%s", text_rate(a, side->asked));
		break;
	case SIDE_ANSWERED:
		snprintf(text, SIDE_CELL_SIZE, "%s",
			 text_rate(a, matched ? side->answered : side->responses));
		break;
	case SIDE_NO_ANSWER: return no_answer(text, side);
	case SIDE_TIMES:
		if (side->followed && side->timed)
			snprintf(text, SIDE_CELL_SIZE, "%s / %4s", figure_ms(a, side->p50_s),
				 figure_ms(b, side->p95_s));
		break;
	case SIDE_SERVFAIL:
		snprintf(text, SIDE_CELL_SIZE, "%s", figure_percent(a, servfail));
		return tone_of(servfail);
	case SIDE_CELLS: break;
	}
	return TONE_PLAIN;
}
