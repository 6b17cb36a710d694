/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How the catalogue's data is written down: for the catalog_*.c files alone. */
#ifndef RCODEWATCH_CATALOG_TABLE_H
#define RCODEWATCH_CATALOG_TABLE_H

#include "catalog/catalog_types.h"

/* An assigned code. What is left out is taken from the range that the number lies in. */
struct catalog_row {
	uint32_t code;
	enum catalog_status status; /* left out: assigned */
	const char *name;
	const char *const *aliases; /* NULL-terminated; NULL if there are none */
	const char *description;
	const char *reference;
	const char *class_name;
	const char *detail;
	const struct catalog_reading *readings;
	const char *const *causes;
	const struct catalog_check *checks;
	const struct catalog_ref *related;
	struct catalog_ref like; /* guide: the standard code whose causes and checks apply */
};

/* The ranges of a registry cover all its numbers, in order, without gaps. */
struct catalog_range {
	uint32_t first, last; /* inclusive */
	enum catalog_status status;
	const char *description;
	const char *reference;
	const char *class_name;
	const char *detail;
	const char *const *causes;
	const struct catalog_check *checks;
	const struct catalog_ref *related;
};

/* Rows of one file, in the order of their codes. */
struct catalog_rows {
	const struct catalog_row *row;
	size_t count;
};

#define CATALOG_PARTS 2
struct catalog_table {
	const char *id, *title;
	const struct catalog_rows *parts[CATALOG_PARTS]; /* NULL where a registry has fewer */
	const struct catalog_range *ranges;
	size_t range_count;
};

extern const struct catalog_table catalog_rcode_table, catalog_ede_table, catalog_doq_table,
	catalog_http_table, catalog_guide_table;
extern const struct catalog_rows catalog_rcode_extended_rows, catalog_ede_dnssec_rows,
	catalog_ede_service_rows;

const struct catalog_table *catalog_table_of(enum catalog_registry registry);

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

#define ALIASES(...)  ((const char *const[]){__VA_ARGS__, NULL})
#define CAUSES(...)   ((const char *const[]){__VA_ARGS__, NULL})
#define CHECKS(...)   ((const struct catalog_check[]){__VA_ARGS__, {.why = NULL}})
#define READINGS(...) ((const struct catalog_reading[]){__VA_ARGS__, {.name = NULL}})
#define RELATED(...)  ((const struct catalog_ref[]){__VA_ARGS__, {.registry = CATALOG_REGISTRIES}})

/* These brace lists are initialisers, which the formatter takes for blocks. */
/* clang-format off */
#define RCODE(n) { CATALOG_RCODE, (n) }
#define EDE(n) { CATALOG_EDE, (n) }
#define DOQ(n) { CATALOG_DOQ, (n) }
#define HTTP(n) { CATALOG_HTTP, (n) }

/* Several commands, of a topic: all of them, or one of them as the software may be. */
#define LOOK_ALL(about, tells, ...) \
	{ .topic = CATALOG_##about, .look = { __VA_ARGS__ }, .why = tells }
#define LOOK_EITHER(about, tells, ...) \
	{ .topic = CATALOG_##about, .look = { __VA_ARGS__ }, .either = true, .why = tells }
/* Such as change something. */
#define CHANGE(about, does, ...) \
	{ .topic = CATALOG_##about, .change = { __VA_ARGS__ }, .why = does }
#define CHANGE_EITHER(about, does, ...) \
	{ .topic = CATALOG_##about, .change = { __VA_ARGS__ }, .either = true, .why = does }

/* Steps of troubleshooting: one command that only looks. */
#define CONFIGURATION(command, why) LOOK_ALL(CONFIGURATION, why, command)
#define RECORDS(command, why) LOOK_ALL(RECORDS, why, command)
#define CONNECTIVITY(command, why) LOOK_ALL(CONNECTIVITY, why, command)
#define SERVER(command, why) LOOK_ALL(SERVER, why, command)
#define SOFTWARE(command, why) LOOK_ALL(SOFTWARE, why, command)
/* Practices that keep it from coming back. */
#define PROVIDER(command, why) LOOK_ALL(PROVIDER, why, command)
#define DNSSEC(command, why) LOOK_ALL(DNSSEC, why, command)
#define PERFORMANCE(command, why) LOOK_ALL(PERFORMANCE, why, command)
#define BACKUP(command, why) LOOK_ALL(BACKUP, why, command)
#define RATE_LIMITING(command, why) LOOK_ALL(RATE_LIMITING, why, command)
/* clang-format on */

#endif
