/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The entries of the catalogue of codes and what they consist of; catalog.h finds them. */
#ifndef RCODEWATCH_CATALOG_TYPES_H
#define RCODEWATCH_CATALOG_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum catalog_registry {
	CATALOG_RCODE, /* DNS RCODEs, 0-65535; a message carries 12 bits, a TSIG or TKEY record 16 */
	CATALOG_EDE,   /* Extended DNS Error info codes, 0-65535 (RFC 8914) */
	CATALOG_DOQ,  /* DNS over QUIC error codes (RFC 9250 section 8.4), the first 2^32 of 2^62 */
	CATALOG_HTTP, /* HTTP status codes, 100-599, as DNS over HTTPS uses them (RFC 9110, 8484) */
	CATALOG_GUIDE, /* a published guide's numbering, 100-599; not a standard, not on the wire */
	CATALOG_REGISTRIES,
};

#define CATALOG_NAME_MAX 64

/* QUIC error codes have 62 bits (RFC 9000 section 16); none above UINT32_MAX is assigned. */
#define CATALOG_DOQ_LAST ((UINT64_C(1) << 62) - 1)

enum catalog_status {
	CATALOG_ASSIGNED,
	CATALOG_UNASSIGNED,
	CATALOG_RESERVED,
	CATALOG_PRIVATE,
};

/* What a check is about: first the steps of troubleshooting, then lasting practices. */
enum catalog_topic {
	CATALOG_CONFIGURATION,
	CATALOG_RECORDS,
	CATALOG_CONNECTIVITY,
	CATALOG_SERVER,
	CATALOG_SOFTWARE,
	CATALOG_PROVIDER, /* the first practice */
	CATALOG_DNSSEC,
	CATALOG_PERFORMANCE,
	CATALOG_BACKUP,
	CATALOG_RATE_LIMITING,
	CATALOG_TOPICS,
};

#define CATALOG_COMMANDS_MAX 3

/*
 * Commands with one purpose: either such as only look, or such as change something, never both. Each is one
 * line for a shell. Words in capitals (NAME, ZONE, SERVER...) are the reader's to fill in.
 */
struct catalog_check {
	enum catalog_topic topic;
	const char *look[CATALOG_COMMANDS_MAX];   /* NULL ends it early */
	const char *change[CATALOG_COMMANDS_MAX]; /* caches, zones, settings, files: likewise */
	bool either; /* for different software: one of them does; else all, one after the other */
	const char *why; /* what they tell or do; NULL ends a list */
};

/* Whether the commands of @check change something, and the commands: CATALOG_COMMANDS_MAX or a NULL ends. */
static inline bool catalog_check_changes(const struct catalog_check *check)
{
	return check->change[0];
}

static inline const char *const *catalog_check_commands(const struct catalog_check *check)
{
	return check->change[0] ? check->change : check->look;
}

struct catalog_ref {
	enum catalog_registry registry; /* CATALOG_REGISTRIES ends a list */
	uint32_t code;
};

/* One of the meanings of a code that has several, told apart by where it stands. */
struct catalog_reading {
	const char *name; /* NULL ends a list */
	const char *where;
	const char *meaning;
	const char *reference;
};

struct catalog_entry {
	enum catalog_registry registry;
	uint32_t code;
	char name[CATALOG_NAME_MAX]; /* "NXDOMAIN", "DNSSEC Bogus"; unassigned "RCODE24" */
	const char *description;     /* one short phrase for people: "Non-existent domain" */
	const char *reference;       /* "RFC 1035 section 4.1.1" */
	enum catalog_status status;
	const char *class_name; /* "header code", "DNSSEC", "client error (4xx)" */
	const char *detail;     /* a paragraph; NULL where the description says all */
	const struct catalog_reading *readings; /* NULL where there is one meaning */
	const char *const *causes;              /* NULL-terminated; never NULL itself */
	const struct catalog_check *checks;     /* steps, then practices; never NULL */
	const struct catalog_ref *related;      /* never NULL */
	struct catalog_ref advice_of;           /* guide: the standard code whose advice is shown */
};

#endif
