/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Floods of random names below a zone ("water torture"): each name is asked for once, so no cache
 * helps, and the servers of the zone, or of its resolvers, drown. What gives them away is
 * that nearly every denial is of a name of its own, at a rate far above the zone's own past.
 * docs/attacks.md tells the user what is said here; the numbers are in subdomain.c.
 */
#ifndef RCODEWATCH_SUBDOMAIN_H
#define RCODEWATCH_SUBDOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "analysis/alert_engine.h"
#include "report/report.h"
#include "toplist/top_list.h"

#define SUBDOMAIN_ZONES        512u /* whose past is kept, of an interface and direction */
#define SUBDOMAIN_RATE_DEFAULT 50.0

struct subdomain_settings {
	double rate_min; /* names a second, below which nothing is an attack; 0: look for none */
	bool nodata;     /* NOERROR in the list is NODATA and nothing else */
	/* Whether the zone, as in a packet, is to be left alone. */
	bool (*exempt)(void *context, const uint8_t *zone, size_t length);
	void *context;
};

/* What is known of one interface and direction. Zeroed at first. */
struct subdomain {
	struct zone_past *zones; /* by name */
	size_t zone_count;
	struct zone_row *order; /* for the work on an interval */
	size_t order_room;
	double age_s; /* time that has been looked at */
	uint64_t intervals;
};

/* An interval of an interface and direction. */
struct subdomain_view {
	const struct subdomain_settings *settings;
	struct alert_engine *engine; /* in an evaluation; it has the interval */
	uint32_t place;
	const struct top_lists *lists; /* also of NODATA that is not listed */
	const struct report
		*report; /* of the same: for those who get and send it; NULL: nobody is named */
};

/*
 * Look at the zones in the lists of an interval, and hand what they are to the engine, as findings of random-subdomain. Only
 * what is certain counts: the low end of each row. 0, or -ENOMEM with nothing learned.
 */
int subdomain_feed(struct subdomain *subdomain, const struct subdomain_view *view);
void subdomain_free(struct subdomain *subdomain);

#endif
