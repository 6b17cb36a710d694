/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the mix of a report suggests: rules over its figures and lists, each with words and a command
 * from the catalogue. docs/advice.md tells the user what is said here; the numbers are in advice.c.
 */
#ifndef RCODEWATCH_ADVICE_H
#define RCODEWATCH_ADVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog/catalog_advice.h"
#include "report/report.h"

#define ADVICE_MAX   6u /* of a report; those about most responses stay */
#define ADVICE_RULES 13u
#define ADVICE_QUIET 2u /* intervals in a row in which a rule does not hold: it is over */

struct advice {
	const struct catalog_advice *words;
	uint64_t count;   /* responses of the interval that it is about */
	double share;     /* of all of them, 0 to 1 */
	int64_t since_ns; /* start of the interval in which it began */
	/*
	 * Rows of the report's lists: the zone or the server that it is about, and of the other what
	 * came most with it. NULL: unknown, or of no interest.
	 */
	const struct top_row *zone, *server;
};

/* What is remembered of a rule from one interval to the next. */
struct advice_past {
	bool known;
	uint8_t quiet; /* intervals since it last held */
	uint8_t kind;  /* of the row that it was about, with its key; 0 if it is about nobody */
	uint8_t key[TOP_NAME_MAX];
	int64_t since_ns;
};

/* Of one interface and direction at one interval. Zeroed at first. */
struct adviser {
	struct advice_past past[ADVICE_RULES];
	struct advice advice[ADVICE_MAX]; /* of the last report, most responses first */
};

struct advice_settings {
	/* Whether names below the zone, as in a packet, are expected to be of many kinds. NULL: none. */
	bool (*exempt)(void *context, const uint8_t *zone, size_t length);
	void *context;
};

/*
 * Look at @report, the next of the adviser's, and put what there is to say into its advice, which stays
 * until the next one. Nothing but the report and what the adviser remembers of those before counts.
 */
void advice_look(struct adviser *adviser, const struct advice_settings *settings,
		 struct report *report);

#endif
