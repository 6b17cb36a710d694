/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Entries of the catalogue for people (catalog_text.c) and for programs (catalog_json.c). */
#ifndef RCODEWATCH_CATALOG_SHOW_H
#define RCODEWATCH_CATALOG_SHOW_H

#include <stdio.h>

#include "catalog/catalog.h"
#include "catalog/guide.h"

#define CATALOG_NUMBER_MAX 24
#define CATALOG_WHEN_MAX   160

/* A code as its registry writes it: "2", or "0x2" for DNS over QUIC. Returns @buf. */
const char *catalog_number(enum catalog_registry registry, uint64_t code,
			   char buf[static CATALOG_NUMBER_MAX]);
/* What a mapping applies to: "SERVFAIL with EDE 7 (Signature Expired)". Returns @buf. */
const char *catalog_when(const struct guide_mapping *m, char buf[static CATALOG_WHEN_MAX]);
/* Whether @m starts from @e (an RCODE or an EDE) or leads to it (a guide's code). */
bool catalog_mapping_concerns(const struct guide_mapping *m, const struct catalog_entry *e);

/*
 * All about one code, on several lines of at most @width columns where words allow; commands are
 * never broken. @code is the number asked for: DoQ has some past the catalogue's 32 bits, for which
 * @e is the entry of their range. What the guide's numbers are for a standard code is one line.
 */
void catalog_text_entry(FILE *out, unsigned int width, const struct catalog_entry *e,
			uint64_t code);
/* One code on one line, or two: registry and number, name, description. */
void catalog_text_brief(FILE *out, unsigned int width, const struct catalog_entry *e);
/*
 * A registry as a table, a line or a few for each code and each range of other numbers; the guide's
 * with what is translated to each code, and why.
 */
void catalog_text_list(FILE *out, unsigned int width, enum catalog_registry registry);

/* The same as objects of one line each, "type":"explain". */
void catalog_json_entry(FILE *out, const struct catalog_entry *e, uint64_t code);
/* Without causes and checks; ranges have "last". */
void catalog_json_list(FILE *out, enum catalog_registry registry);

#endif
