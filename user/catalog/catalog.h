/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The catalogue of codes: what every number of every registry is called, means, comes from and
 * suggests to do. It is constant data; nothing here allocates, and every pointer that an entry
 * holds is to static storage.
 */
#ifndef RCODEWATCH_CATALOG_H
#define RCODEWATCH_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog/catalog_types.h"

/*
 * Describe @code of @registry into @out. Every number of the registry's range has an entry,
 * whatever its status. Returns false, with @out untouched, only for a number outside the range.
 */
bool catalog_lookup(enum catalog_registry registry, uint32_t code, struct catalog_entry *out);

/* The static name of @code, "NXDOMAIN"; NULL if it has none, or is outside the range. */
const char *catalog_name(enum catalog_registry registry, uint32_t code);
/* The static description of @code, of its range if it has none of its own; "" outside the range. */
const char *catalog_description(enum catalog_registry registry, uint32_t code);

#define CATALOG_UNNAMED_MAX \
	16 /* bytes of the text of a number without a name, with the final NUL */
/*
 * @name, which catalog_name() gave for @code, or its number in @buf: "RCODE24". @buf must live as long as the
 * result is used.
 */
const char *catalog_name_text(enum catalog_registry registry, const char *name, uint32_t code,
			      char buf[static CATALOG_UNNAMED_MAX]);

/* "rcode", "ede", "doq", "http", "guide": the prefixes of `explain` and values of --registry. */
const char *catalog_registry_id(enum catalog_registry registry);
/* "DNS response codes (RCODE)" and so on, a heading. */
const char *catalog_registry_title(enum catalog_registry registry);
/* The registry with that id, case ignored; CATALOG_REGISTRIES if there is none. */
enum catalog_registry catalog_registry_of(const char *id, size_t len);
/* The first and the last number of the registry, CATALOG_DOQ_LAST for DoQ. */
void catalog_registry_limits(enum catalog_registry registry, uint64_t *first, uint64_t *last);

/* "assigned", "unassigned", "reserved", "private use". */
const char *catalog_status_name(enum catalog_status status);
/* "Verify records" and so on. */
const char *catalog_topic_name(enum catalog_topic topic);

/*
 * Walk a registry's listing in the order of its numbers: each assigned code by itself, each stretch
 * of other numbers as one range. Start with *@next at the first limit. Writes the entry of the
 * range's first number to @out and its last number to @last, and moves *@next past that. Returns
 * false at the end.
 */
bool catalog_walk(enum catalog_registry registry, uint64_t *next, struct catalog_entry *out,
		  uint64_t *last);

/*
 * Find codes by name, alias ("BADSIG") or description; case, spaces, hyphens and underscores do not
 * matter. @registry limits the search (CATALOG_REGISTRIES: all). Writes at most @max references to
 * @out in the order of the registries and returns how many there are in all.
 */
size_t catalog_find(enum catalog_registry registry, const char *name, struct catalog_ref *out,
		    size_t max);

/*
 * Find codes by words: those whose name or alias has each word of @text, case ignored; where there are none,
 * whose description has. The guide's are found only if @registry is CATALOG_GUIDE. As catalog_find().
 */
size_t catalog_find_words(enum catalog_registry registry, const char *text, struct catalog_ref *out,
			  size_t max);

/*
 * Names near the unknown @name, best first, at most @max of them into @out (pointers to static
 * storage). Returns how many; 0 if nothing is close.
 */
size_t catalog_suggest(enum catalog_registry registry, const char *name, const char **out,
		       size_t max);

#endif
