// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/alert_rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const alert_severity_names[ALERT_SEVERITIES] = {
	[ALERT_SEVERITY_NONE] = "",
	[ALERT_NOTICE] = "notice",
	[ALERT_WARNING] = "warning",
	[ALERT_CRITICAL] = "critical",
};

const char *const alert_unit_names[ALERT_UNITS] = {
	[ALERT_SHARE] = "share",
	[ALERT_RATE] = "per_second",
	[ALERT_SECONDS] = "seconds",
	[ALERT_TIMES] = "times",
};

/* clang-format off */
static const struct alert_rule defaults[ALERT_RULES] = {
	/* name, severity, unit, threshold, rate, number, begin, end, most */
	[RULE_HOST_SILENT]          = {"host-silent",              ALERT_CRITICAL, ALERT_SHARE,   0.5,   1,   20,  2, 2, 8, .off = false},
	[RULE_UPSTREAM_SILENT]      = {"upstream-silent",          ALERT_WARNING,  ALERT_SHARE,   0.2,   1,   20,  2, 3, 1, .off = false},
	[RULE_SERVFAIL_SHARE]       = {"servfail-share",           ALERT_WARNING,  ALERT_SHARE,   0.05,  1,   20,  2, 3, 64, .off = false},
	[RULE_BOGUS]                = {"bogus",                    ALERT_CRITICAL, ALERT_SHARE,   0.02,  1,   20,  2, 3, 64, .off = false},
	[RULE_RANDOM_SUBDOMAIN]     = {"random-subdomain",         ALERT_CRITICAL, ALERT_RATE,    50,    0,   20,  2, 2, 512, .clear = 2, .over = 0.1},
	[RULE_ZONE_FAILING]         = {"zone-failing",             ALERT_WARNING,  ALERT_RATE,    2,     2,   20,  2, 3, 32, .off = false},
	[RULE_ZONE_SERVERS_SILENT]  = {"zone-servers-silent",      ALERT_WARNING,  ALERT_SHARE,   0.9,   0,   10,  2, 3, 8, .off = false},
	[RULE_SERVER_SILENT]        = {"server-silent",            ALERT_NOTICE,   ALERT_SHARE,   0.9,   0,   10,  2, 3, 8, .off = false},
	[RULE_CLIENTS_SLOW]         = {"clients-slow",             ALERT_WARNING,  ALERT_SECONDS, 1,     1,   20,  3, 3, 1, .off = false},
	[RULE_NXDOMAIN_FLOOD]       = {"nxdomain-flood",           ALERT_WARNING,  ALERT_RATE,    50,    50,  500, 3, 3, 64, .off = false},
	[RULE_SPOOFING]             = {"spoofing",                 ALERT_WARNING,  ALERT_SHARE,   0.05,  10,  100, 2, 3, 2, .off = false},
	[RULE_FRAGMENTS_LOST]       = {"fragments-lost",           ALERT_NOTICE,   ALERT_SHARE,   0.02,  1,   20,  3, 3, 64, .off = false},
	[RULE_UNUSUAL]              = {"unusual",                  ALERT_NOTICE,   ALERT_TIMES,   10,    5,   50,  3, 3, 64, .off = false},
	[RULE_BLIND]                = {"blind",                    ALERT_WARNING,  ALERT_SHARE,   0.001, 1,   10,  2, 3, 64, .off = false},
	[RULE_EXPIRED_SIGNATURES]   = {"expired-signatures",       ALERT_NOTICE,   ALERT_SHARE,   0.01,  0,   20,  1, 2, 64, .off = false},
	[RULE_NOT_YET_VALID]        = {"signatures-not-yet-valid", ALERT_NOTICE,   ALERT_SHARE,   0.01,  0,   20,  1, 2, 64, .off = false},
	[RULE_KEY_MISMATCH]         = {"key-mismatch",             ALERT_NOTICE,   ALERT_SHARE,   0.01,  0,   20,  1, 2, 64, .off = false},
	[RULE_DNSSEC_BOGUS]         = {"dnssec-bogus",             ALERT_NOTICE,   ALERT_SHARE,   0.01,  0,   20,  1, 2, 64, .off = false},
	[RULE_UNREACHABLE]          = {"unreachable-authority",    ALERT_NOTICE,   ALERT_SHARE,   0.01,  0,   20,  1, 2, 64, .off = false},
	[RULE_NOT_AUTHORITATIVE]    = {"not-authoritative",        ALERT_NOTICE,   ALERT_SHARE,   0.01,  0,   20,  1, 2, 64, .off = false},
	[RULE_REFUSING_SERVER]      = {"refusing-server",          ALERT_NOTICE,   ALERT_SHARE,   0.01,  0,   20,  1, 2, 64, .off = false},
	[RULE_LAME_REFERRALS]       = {"lame-referrals",           ALERT_NOTICE,   ALERT_SHARE,   0.9,   0,   100, 1, 2, 64, .off = false},
	[RULE_RANDOM_NAMES]         = {"random-names",             ALERT_NOTICE,   ALERT_SHARE,   0.1,   0,   100, 1, 2, 64, .off = false},
	[RULE_TRUNCATION]           = {"truncation",               ALERT_NOTICE,   ALERT_SHARE,   0.05,  0,   50,  1, 2, 64, .off = false},
	[RULE_EDNS_FORMAT_ERRORS]   = {"edns-format-errors",       ALERT_NOTICE,   ALERT_SHARE,   0.01,  0,   20,  1, 2, 64, .off = false},
	[RULE_EDNS_VERSION]         = {"edns-version",             ALERT_NOTICE,   ALERT_SHARE,   0.005, 0,   20,  1, 2, 64, .off = false},
	[RULE_COOKIE_STORM]         = {"cookie-storm",             ALERT_NOTICE,   ALERT_SHARE,   0.05,  0,   50,  1, 2, 64, .off = false},
};
/* clang-format on */

void alert_rules_init(struct alert_rules *rules)
{
	memcpy(rules->rule, defaults, sizeof(rules->rule));
}

const struct alert_rule *alert_rule_default(enum alert_rule_id rule)
{
	return &defaults[rule];
}

/* ---- --alert RULE,KEY=VALUE -------------------------------------------------------------------- */

#define THRESHOLD_MAX 1e9

/* A number with decimals, from 0 to THRESHOLD_MAX, into a double. */
static int parse_decimal(void *field, const char *value, char why[OPTION_WHY_MAX])
{
	double *number = field, parsed;
	char *end;

	if (!value || strspn(value, "0123456789.") != strlen(value)) {
		snprintf(why, OPTION_WHY_MAX, "must be a number such as 0.05");
		return -EINVAL;
	}
	parsed = strtod(value, &end);
	if (end == value || *end || parsed > THRESHOLD_MAX) {
		snprintf(why, OPTION_WHY_MAX, "must be a number from 0 to %.0f", THRESHOLD_MAX);
		return -EINVAL;
	}
	*number = parsed;
	return 0;
}

static const struct option_word severities[] = {
	{"notice", ALERT_NOTICE},
	{"warning", ALERT_WARNING},
	{"critical", ALERT_CRITICAL},
	{NULL, 0},
};

#define FIELD(member) OPTION_FIELD(struct alert_rule, member)

static const struct option_spec keys[] = {
	{"off", 0, NULL, "never begin", OPTION_FLAG, FIELD(off)},
	{"threshold", 0, "N", "what its value must be to begin, in the rule's unit", OPTION_CUSTOM,
	 FIELD(threshold), .parse = parse_decimal},
	{"rate", 0, "N", "responses or queries a second that it takes, at least", OPTION_CUSTOM,
	 FIELD(rate), .parse = parse_decimal},
	{"number", 0, "N", "responses or queries that it takes, at least", OPTION_NUMBER,
	 FIELD(number), 0, 1000000000},
	{"after", 0, "N", "evaluations in a row that it takes to begin", OPTION_NUMBER,
	 FIELD(begin), 1, 1000},
	{"severity", 0, "WORD", "notice, warning or critical", OPTION_WORD, FIELD(severity),
	 .words = severities},
};

static void show_rules(void)
{
	printf("%-25s %-9s %-11s %9s %6s %7s %6s\n", "RULE", "severity", "unit", "threshold",
	       "rate", "number", "after");
	for (size_t i = 0; i < ALERT_RULES; i++) {
		const struct alert_rule *rule = &defaults[i];

		printf("%-25s %-9s %-11s %9g %6g %7llu %6u\n", rule->name,
		       alert_severity_names[rule->severity], alert_unit_names[rule->unit],
		       rule->threshold, rule->rate, (unsigned long long)rule->number, rule->begin);
	}
	printf("\n--alert RULE,KEY=VALUE[,KEY=VALUE...] changes a rule; --alert none turns all "
	       "off:\n");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		option_print_plain(&keys[i]);
}

static const struct option_spec *find_key(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strlen(keys[i].name) == length && !memcmp(keys[i].name, name, length))
			return &keys[i];
	return NULL;
}

/* KEY=VALUE, or KEY of a flag. */
static int set_key(struct alert_rule *rule, const char *text, size_t length,
		   char why[OPTION_WHY_MAX])
{
	const char *equals = memchr(text, '=', length);
	size_t named = equals ? (size_t)(equals - text) : length;
	const struct option_spec *key = find_key(text, named);
	char value[32], reason[OPTION_WHY_MAX] = "";
	size_t size = equals ? length - (size_t)(equals + 1 - text) : 0;

	if (!key) {
		snprintf(why, OPTION_WHY_MAX, "no key '%.*s'; --alert help lists them",
			 (int)(named < 40 ? named : 40), text);
		return -EINVAL;
	}
	if (size >= sizeof(value) || !key->argument == (equals != NULL)) {
		snprintf(why, OPTION_WHY_MAX, "%s: %s", key->name,
			 key->argument ? "needs a short value" : "stands alone");
		return -EINVAL;
	}
	memcpy(value, equals ? equals + 1 : "", size);
	value[size] = '\0';
	if (option_set(key, rule, key->argument ? value : NULL, reason) == 0)
		return 0;
	snprintf(why, OPTION_WHY_MAX, "%s: %.120s", key->name, reason);
	return -EINVAL;
}

int alert_rules_set(void *into, const char *text, char why[OPTION_WHY_MAX])
{
	struct alert_rules *rules = into;
	size_t length = strcspn(text, ","), i = 0;
	struct alert_rule changed;

	if (strcmp(text, "help") == 0) {
		show_rules();
		return OPTION_SHOWN;
	}
	if (strcmp(text, "none") == 0) {
		for (i = 0; i < ALERT_RULES; i++)
			rules->rule[i].off = true;
		return 0;
	}
	while (i < ALERT_RULES && (strlen(rules->rule[i].name) != length ||
				   memcmp(rules->rule[i].name, text, length) != 0))
		i++;
	if (i == ALERT_RULES || !text[length]) {
		snprintf(why, OPTION_WHY_MAX,
			 "must be RULE,KEY=VALUE, RULE,off or none; --alert help lists the rules");
		return -EINVAL;
	}
	changed = rules->rule[i];
	changed.off = false;
	for (text += length; *text; text += length) {
		int err;

		length = strcspn(++text, ",");
		err = set_key(&changed, text, length, why);
		if (err)
			return err;
	}
	rules->rule[i] = changed;
	return 0;
}
