/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How the catalogue's data is written down: for the catalog_*.c files alone. */
#ifndef RCODEWATCH_CATALOG_TABLE_H
#define RCODEWATCH_CATALOG_TABLE_H

#include "catalog.h"

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
#define CHECKS(...)   ((const struct catalog_check[]){__VA_ARGS__, {.command = NULL}})
#define READINGS(...) ((const struct catalog_reading[]){__VA_ARGS__, {.name = NULL}})
#define RELATED(...)  ((const struct catalog_ref[]){__VA_ARGS__, {.registry = CATALOG_REGISTRIES}})

/* These brace lists are initialisers, which the formatter takes for blocks. */
/* clang-format off */
#define RCODE(n) { CATALOG_RCODE, (n) }
#define EDE(n) { CATALOG_EDE, (n) }
#define DOQ(n) { CATALOG_DOQ, (n) }
#define HTTP(n) { CATALOG_HTTP, (n) }

/* Steps of troubleshooting. */
#define CONFIGURATION(command, why) { CATALOG_CONFIGURATION, command, why }
#define RECORDS(command, why) { CATALOG_RECORDS, command, why }
#define CONNECTIVITY(command, why) { CATALOG_CONNECTIVITY, command, why }
#define SERVER(command, why) { CATALOG_SERVER, command, why }
#define SOFTWARE(command, why) { CATALOG_SOFTWARE, command, why }
/* Practices that keep it from coming back. */
#define PROVIDER(command, why) { CATALOG_PROVIDER, command, why }
#define DNSSEC(command, why) { CATALOG_DNSSEC, command, why }
#define PERFORMANCE(command, why) { CATALOG_PERFORMANCE, command, why }
#define BACKUP(command, why) { CATALOG_BACKUP, command, why }
#define RATE_LIMITING(command, why) { CATALOG_RATE_LIMITING, command, why }
/* clang-format on */

#endif
