/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Lists of the most frequent: what they hold, how they are merged and cut, and what they say about
 * all that is not in them. Tables become lists in top_read.h.
 *
 * Of each key in a list, low <= true number <= high; of each that is in none, the true number is
 * absent_high at most. Every operation here keeps that, so that lists of CPUs, of intervals and of
 * hosts, whole or cut, can be merged in any order. docs/lists.md has the reasons.
 */
#ifndef RCODEWATCH_TOP_LIST_H
#define RCODEWATCH_TOP_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"

#define TOP_ADDRESS_SIZE 16u

struct top_row {
	uint64_t count; /* the estimate: low <= count <= high */
	uint64_t low, high;
	uint16_t rcode;
	uint16_t qtype; /* the latest noted there: see struct top_key */
	uint16_t ede;   /* likewise; TOP_NO_EDE */
	/* Of top_lists_name(): the catalogue's; NULL: it has none. */
	const char *rcode_name, *qtype_name;
	uint8_t kind; /* of a zone: enum zone_source; of an address: enum family */
	/*
	 * A name as on the wire, lower case, without compression, or an address (IPv4: the first four
	 * bytes); zeros behind it. With the RCODE, and an address's family, it is the row's key.
	 */
	uint8_t key[TOP_NAME_MAX];
	uint8_t hll[HLL_SIZE]; /* of zones: the names denied, see distinct.h */
};

struct top_list {
	struct top_row *rows; /* by count, falling; no key twice */
	size_t count, room;
	uint64_t absent_high; /* no key without a row came more often */
	uint64_t total;       /* offending responses, in the list or not */
};

/* The codes whose zones are counted, whether they have a row or not. */
enum top_code { TOP_SERVFAIL, TOP_NXDOMAIN, TOP_REFUSED, TOP_CODES };

/* Their numbers, and which of them @rcode is; TOP_CODES: none. */
extern const uint16_t top_code_rcode[TOP_CODES];
enum top_code top_code_of(uint16_t rcode);

/* The lists of an interface and direction, over some time. */
struct top_lists {
	struct top_list list[TOP_DIMENSIONS];
	/*
	 * Zones of NODATA that is in no list, where OFFENDING_NODATA_ZONES asks for them: attacks.h reads
	 * them, reports do not show them.
	 */
	struct top_list nodata_zones;
	/*
	 * At least so many zones had responses with the code: those that the tables of one reading had, of several
	 * readings the most. There can be more than rows are kept.
	 */
	uint64_t zones_seen[TOP_CODES];
	uint32_t listed; /* bit TOP_*: there is such a list, which may be empty */
	size_t keep;     /* rows of each that are kept; the rest goes into absent_high */
};

/* What a list leaves out: list and total agree. low <= count <= high. */
struct top_rest {
	uint64_t count, low, high;
	uint64_t absent_high; /* no key left out came more often */
};

/*
 * How many rows to keep where @rows are shown: those that are not shown make the bounds of merged
 * lists narrow.
 */
size_t top_keep(size_t rows);

/* Look up the names of the RCODEs and types in the first @rows rows of each list. */
void top_lists_name(struct top_lists *lists, size_t rows);

/* Begin anew; what is allocated stays. @lists is zeroed or was used before. */
void top_lists_clear(struct top_lists *lists);
void top_lists_free(struct top_lists *lists);

/*
 * Add @more, a later interval of the same source or the same time of another source, to @acc, which
 * keeps acc->keep rows. 0, or -ENOMEM with each list either merged or as it was.
 */
int top_lists_merge(struct top_lists *acc, const struct top_lists *more);
/* The same for a list of one dimension: a row without a partner may have come absent_high times. */
int top_list_merge(struct top_list *acc, const struct top_list *more, enum top_dimension dimension,
		   size_t keep);

/*
 * Lower estimates, within their bounds and beginning with the least, until they sum up to the total
 * at most, and put the rows in order.
 */
void top_list_fit(struct top_list *list);

/* What is not in the first @shown rows of @list. */
struct top_rest top_list_rest(const struct top_list *list, size_t shown);

/*
 * Bytes of the name at @name, with those of the root; 0 if it does not end within TOP_NAME_MAX or is
 * no name (RFC 1035 section 3.1).
 */
size_t top_name_length(const uint8_t name[TOP_NAME_MAX]);

/* The estimate of distinct names of a zone: not more than responses. */
uint64_t top_row_names(const struct top_row *row);

/* Room for @count rows. 0, or -ENOMEM with @list as it was. */
int top_list_reserve(struct top_list *list, size_t count);

#endif
