/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The rules that alerts follow: what each measures, when it begins and ends, and what users may change of that.
 * docs/alerts.md tells the user; the numbers are in alert_rules.c, the words in catalog_alert.c.
 */
#ifndef RCODEWATCH_ALERT_RULES_H
#define RCODEWATCH_ALERT_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/options.h"

enum alert_severity { ALERT_SEVERITY_NONE, ALERT_NOTICE, ALERT_WARNING, ALERT_CRITICAL };

#define ALERT_SEVERITIES 4u

/* "", "notice", "warning", "critical": as reports call them. */
extern const char *const alert_severity_names[ALERT_SEVERITIES];

/* What a rule's value is. */
enum alert_unit { ALERT_SHARE, ALERT_RATE, ALERT_SECONDS, ALERT_TIMES, ALERT_UNITS };

/* "share", "per_second", "seconds", "times": as reports call them. */
extern const char *const alert_unit_names[ALERT_UNITS];

/* Those from RULE_ADVICE_FIRST on are advice's, of which advice.c says what they measure. */
enum alert_rule_id {
	RULE_HOST_SILENT,
	RULE_UPSTREAM_SILENT,
	RULE_SERVFAIL_SHARE,
	RULE_BOGUS,
	RULE_RANDOM_SUBDOMAIN,
	RULE_ZONE_FAILING,
	RULE_ZONE_SERVERS_SILENT,
	RULE_SERVER_SILENT,
	RULE_CLIENTS_SLOW,
	RULE_NXDOMAIN_FLOOD,
	RULE_SPOOFING,
	RULE_FRAGMENTS_LOST,
	RULE_UNUSUAL,
	RULE_BLIND,
	RULE_EXPIRED_SIGNATURES,
	RULE_NOT_YET_VALID,
	RULE_KEY_MISMATCH,
	RULE_DNSSEC_BOGUS,
	RULE_UNREACHABLE,
	RULE_NOT_AUTHORITATIVE,
	RULE_REFUSING_SERVER,
	RULE_LAME_REFERRALS,
	RULE_RANDOM_NAMES,
	RULE_TRUNCATION,
	RULE_EDNS_FORMAT_ERRORS,
	RULE_EDNS_VERSION,
	RULE_COOKIE_STORM,
	ALERT_RULES,
};

#define RULE_ADVICE_FIRST RULE_EXPIRED_SIGNATURES

struct alert_rule {
	const char *name; /* stable, for programs */
	enum alert_severity severity;
	enum alert_unit unit;
	double threshold;        /* of its value */
	double rate;             /* of what it counts, a second: below, it does not begin */
	uint64_t number;         /* likewise, in the time that it looks at */
	unsigned int begin, end; /* evaluations in a row that it takes */
	unsigned int most;       /* alerts of it at a time, at most */
	bool off;
	double clear; /* so many times the threshold: it begins at once. 0: never */
	double over;  /* below this part of the threshold it ends at once */
};

/* What has begun goes on while its value is at least this part of the threshold that it began with. */
#define ALERT_HOLD 0.5

struct alert_rules {
	struct alert_rule rule[ALERT_RULES];
};

void alert_rules_init(struct alert_rules *rules);
/* What a rule is unless it is changed. */
const struct alert_rule *alert_rule_default(enum alert_rule_id rule);

/*
 * Change a struct alert_rules as an option says: RULE[,off][,KEY=VALUE...], "none" for all of them, or "help". 0; OPTION_SHOWN
 * with the rules on standard output; -EINVAL with @why and nothing changed.
 */
int alert_rules_set(void *rules, const char *text, char why[OPTION_WHY_MAX]);

#endif
