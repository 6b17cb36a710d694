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

#include "analysis/alert_engine.h"
#include "catalog/catalog_advice.h"
#include "report/report.h"

#define ADVICE_MAX   6u /* of a report; those about most responses stay */
#define ADVICE_RULES ((unsigned int)ALERT_RULES - (unsigned int)RULE_ADVICE_FIRST)

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

/* Of one interface and direction at one interval. */
struct adviser {
	struct advice advice[ADVICE_MAX]; /* of the last report, most responses first */
};

struct advice_settings {
	/* Whether names below the zone, as in a packet, are expected to be of many kinds. NULL: none. */
	bool (*exempt)(void *context, const uint8_t *zone, size_t length);
	void *context;
	const struct alert_engine *engine; /* which rules there are, and are under way */
};

/* Hand the engine, which is the settings', what @report of the observation point @place has of advice's rules. */
void advice_see(const struct advice_settings *settings, struct alert_engine *engine, uint32_t place,
		const struct report *report);

/*
 * Look at @report, of the observation point @place, and put what there is to say into its advice, which stays until the
 * adviser's next one. What is under way as an alert is said since then, and until it falls below half of what it takes.
 */
void advice_look(struct adviser *adviser, const struct advice_settings *settings, uint32_t place,
		 struct report *report);

#endif
