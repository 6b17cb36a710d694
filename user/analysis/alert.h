/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An alert: something that is wrong, from the time that it begins until it has ended. For format/ and the sinks. */
#ifndef RCODEWATCH_ALERT_H
#define RCODEWATCH_ALERT_H

#include <stdbool.h>
#include <stdint.h>

#include "abi.h"
#include "analysis/alert_rules.h"
#include "analysis/blame.h"
#include "toplist/top_list.h"

struct labels;

enum alert_state { ALERT_BEGINS, ALERT_GOES_ON, ALERT_ENDS };

/* "begin", "ongoing", "end": as reports call them. */
extern const char *const alert_state_names[];

/* Who or what it is about, beside the place where it was seen. */
enum alert_subject_kind {
	ALERT_OF_ALL, /* nobody alone */
	ALERT_OF_ZONE,
	ALERT_OF_SERVER,
	ALERT_OF_RCODE,
};

/* "", "zone", "server", "rcode": as reports call them. */
extern const char *const alert_subject_names[];

struct alert_subject {
	uint8_t kind;     /* enum alert_subject_kind */
	uint8_t row_kind; /* of a zone: enum zone_source; of a server: enum family */
	uint16_t rcode;
	uint8_t key[TOP_NAME_MAX]; /* as in struct top_row */
};

/* The place where it was seen: an observation point, or a side of transactions. */
#define ALERT_AT_SIDE   POINTS_MAX /* and more: enum txn_side */
#define ALERT_PLACES    (POINTS_MAX + TXN_SIDES)
#define ALERT_PARTIES   3u
#define ALERT_BLAME_MAX BLAME_TEXT_SIZE

/* Some who got or sent most of it. */
struct alert_parties {
	bool listed; /* there is such a list */
	uint8_t count;
	uint8_t bits[FAMILY_COUNT]; /* how much of addresses is kept */
	struct {
		uint8_t family;
		uint8_t address[TOP_ADDRESS_SIZE];
	} party[ALERT_PARTIES];
};

/* What a detector sees in one evaluation. Zeroed before it is filled. */
struct alert_finding {
	enum alert_rule_id rule;
	uint32_t place;               /* an observation point, or ALERT_AT_SIDE and more */
	enum alert_severity severity; /* 0: the rule's */
	unsigned int cause;           /* which of the rule's words fit: 0 is the first */

	double value;     /* in the rule's unit */
	double threshold; /* of value, above which it begins */
	uint64_t count;   /* responses or queries of the evaluation that it is about */
	double share;     /* of all of them, 0 to 1 */
	double usual;     /* of value, on other days; 0: not known */
	double names;     /* different ones, estimated; random-subdomain */

	struct alert_subject subject;
	/* Of a zone, the server that is most to blame; of a server, the zone that it was asked for most. ALERT_OF_ALL: none is known. */
	struct alert_subject other;
	uint16_t rcode; /* of most of them; random-subdomain */
	uint16_t ede;   /* of the latest of the subject; TOP_NO_EDE */
	bool qualifies; /* all else that it takes to begin is there */
	bool holds;     /* all else that it takes to go on is there */
	struct alert_parties servers, clients;
	char blame[ALERT_BLAME_MAX]; /* a sentence on whose fault it is; "": nothing is known */
};

struct alert {
	struct alert_finding finding; /* of the last evaluation; what began it stays in threshold */
	const struct alert_rule *rule;
	enum alert_severity severity;
	enum alert_state state;
	bool news;        /* it begins or ends, or a minute has passed since it was news */
	int64_t since_ns; /* start of the interval in which it began, since 1970-01-01 UTC */
	int64_t start_ns, end_ns; /* of the evaluation */
	double interval_s;
	uint64_t seq; /* of the evaluation, from 1 */

	/* Of an observation point; NULL: of a side. Valid until the next evaluation. */
	const char *interface, *direction, *hook;
	const char *side; /* "clients", "upstream"; NULL: not of a side */
	const char *
		rcode_name; /* of finding.rcode or the subject; the catalogue's; NULL: it has none */

	const char *host, *instance;
	const struct labels *labels; /* NULL: none */
};

#endif
