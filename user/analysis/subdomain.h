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
#include "toplist/top_list.h"

#define SUBDOMAIN_ZONES        512u /* whose past is kept, of an interface and direction */
#define SUBDOMAIN_RATE_DEFAULT 50.0

enum attack_state { ATTACK_BEGINS, ATTACK_GOES_ON, ATTACK_ENDS };

/* "begin", "ongoing", "end": as reports call them. */
extern const char *const attack_state_names[];

struct attack {
	enum attack_state state;
	bool news; /* it begins or ends, or a minute has passed since it was news */
	uint8_t zone[TOP_NAME_MAX];
	uint8_t kind;           /* enum zone_source */
	uint16_t rcode;         /* of most of the denials */
	const char *rcode_name; /* the catalogue's, of attacks_look(); NULL: it has none */
	double names;           /* different ones in the interval, estimated */
	uint64_t count;         /* denials in the interval, at least */
	double value;           /* names a second */
	double threshold;       /* above which it began */
	int64_t since_ns;       /* start of the interval in which it began */
};

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
	size_t attacked;        /* of these: SUBDOMAIN_ZONES at most, further ones wait */
	struct attack *attacks; /* of the last interval, by rate, falling */
	size_t attack_count;
	struct zone_row *order; /* for the work on an interval */
	size_t order_room;
	double age_s; /* time that has been looked at */
	uint64_t intervals;
};

/*
 * Look at the zones in the lists of an interval, also those of NODATA that is not listed. It ended at @end_ns (since 1970) after @interval_s
 * seconds. Only what is certain counts: the low end of each row. Leaves the attacks of the interval
 * in @subdomain. 0, or -ENOMEM with nothing learned.
 */
int subdomain_feed(struct subdomain *subdomain, const struct subdomain_settings *settings,
		   const struct top_lists *lists, int64_t end_ns, double interval_s);
void subdomain_free(struct subdomain *subdomain);

#endif
