// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/advice.h"

#include <string.h>

#include "dns_wire.h"

/* Of a zone or a server that a rule is about: this part of the responses is its own, at least. */
#define CONCENTRATION 0.5
/* What has begun goes on until it is below this part of what it takes to begin. */
#define EASED 0.5
/* Names below one zone: so many, and of its denials this part asked for a name of its own. */
#define NAMES_MIN  50u
#define NAMES_PART 0.4

enum measure {
	BY_EDE,       /* responses with the RCODE and one of the EDEs */
	BY_RCODE,     /* responses with the RCODE */
	BY_NAMES,     /* those of a zone where nearly each asks for a name of its own */
	BY_TC,        /* truncated ones */
	BY_REFERRALS, /* referrals that came in */
};

enum subject { NOBODY, ZONE, SERVER };

struct rule {
	const char *id; /* of the catalogue's advice */
	enum measure measure;
	enum subject subject; /* who has to have most of them */
	int rcode;            /* ANY_RCODE: with the EDEs only */
	uint64_t edes;        /* bit: info code */
	double share;         /* of all responses, at least */
	uint64_t count;       /* responses, at least */
	const char *unless;   /* another one, further up, that holds for the same subject */
};

#define ANY_RCODE     (-1)
#define EDE_BIT(code) (UINT64_C(1) << (code))
/* Indeterminate, bogus, RRSIGs missing, no zone key, NSEC missing, expired before valid. */
#define EDES_BOGUS (EDE_BIT(5) | EDE_BIT(6) | EDE_BIT(10) | EDE_BIT(11) | EDE_BIT(12) | EDE_BIT(25))

static const struct rule rules[] = {
	{"expired-signatures", BY_EDE, ZONE, DNS_RCODE_SERVFAIL, EDE_BIT(7), 0.01, 20, NULL},
	{"signatures-not-yet-valid", BY_EDE, ZONE, DNS_RCODE_SERVFAIL, EDE_BIT(8), 0.01, 20, NULL},
	{"key-mismatch", BY_EDE, ZONE, DNS_RCODE_SERVFAIL, EDE_BIT(9), 0.01, 20, NULL},
	{"dnssec-bogus", BY_EDE, ZONE, DNS_RCODE_SERVFAIL, EDES_BOGUS, 0.01, 20, NULL},
	{"unreachable-authority", BY_EDE, ZONE, DNS_RCODE_SERVFAIL, EDE_BIT(22) | EDE_BIT(23), 0.01,
	 20, NULL},
	{"not-authoritative", BY_EDE, SERVER, ANY_RCODE, EDE_BIT(20), 0.01, 20, NULL},
	{"refusing-server", BY_RCODE, SERVER, DNS_RCODE_REFUSED, 0, 0.01, 20, "not-authoritative"},
	{"lame-referrals", BY_REFERRALS, NOBODY, ANY_RCODE, 0, 0.9, 100, NULL},
	{"random-names", BY_NAMES, ZONE, DNS_RCODE_NXDOMAIN, 0, 0.1, 100, NULL},
	{"truncation", BY_TC, NOBODY, ANY_RCODE, 0, 0.05, 50, NULL},
	{"edns-format-errors", BY_RCODE, SERVER, DNS_RCODE_FORMERR, 0, 0.01, 20, NULL},
	{"edns-version", BY_RCODE, NOBODY, DNS_RCODE_BADVERS, 0, 0.005, 20, NULL},
	{"cookie-storm", BY_RCODE, NOBODY, DNS_RCODE_BADCOOKIE, 0, 0.05, 50, NULL},
};

_Static_assert(sizeof(rules) / sizeof(rules[0]) == ADVICE_RULES, "a past for each rule");

static bool has_ede(const struct rule *rule, uint32_t info_code)
{
	return info_code < 64 && (rule->edes >> info_code & 1);
}

static uint64_t with_edes(const struct rule *rule, const struct report *report)
{
	uint64_t count = 0;

	for (size_t i = 0; i < report->ede_count; i++)
		if ((rule->rcode == ANY_RCODE || report->edes[i].rcode == rule->rcode) &&
		    has_ede(rule, report->edes[i].info_code))
			count += report->edes[i].count;
	return count;
}

static uint64_t with_rcode(const struct rule *rule, const struct report *report)
{
	for (size_t i = 0; i < report->rcode_count; i++)
		if (report->rcodes[i].code == rule->rcode)
			return report->rcodes[i].count;
	return 0;
}

/* Of what the host itself sends nearly all is referrals on a server of a top-level domain. */
static uint64_t referrals_in(const struct report *report)
{
	return strcmp(report->direction, "tx") == 0 ? 0 : report->answers[ANSWER_REFERRAL];
}

static bool spread_over_names(const struct rule *rule, const struct advice_settings *settings,
			      const struct report *report, const struct top_row *row)
{
	uint64_t names;

	/* Estimates take their time, and few zones have so large a part. */
	if ((double)row->low < EASED * rule->share * (double)report->responses)
		return false;
	names = top_row_names(row);
	return names >= NAMES_MIN && (double)names >= NAMES_PART * (double)row->count &&
	       !(settings->exempt &&
		 settings->exempt(settings->context, row->key, top_name_length(row->key)));
}

/* The row of the list with most responses of the kind that the rule is about. */
static const struct top_row *most_of(const struct rule *rule,
				     const struct advice_settings *settings,
				     const struct report *report, enum top_dimension dimension)
{
	const struct top_row *most = NULL;
	const struct top_list *list;

	if (!report->top || (rule->rcode == ANY_RCODE && !rule->edes))
		return NULL;
	list = &report->top->list[dimension];
	for (size_t i = 0; i < list->count; i++) {
		const struct top_row *row = &list->rows[i];

		if ((rule->rcode != ANY_RCODE && row->rcode != rule->rcode) ||
		    (rule->edes && !has_ede(rule, row->ede)) || (most && row->low <= most->low) ||
		    (rule->measure == BY_NAMES && dimension == TOP_ZONE &&
		     !spread_over_names(rule, settings, report, row)))
			continue;
		most = row;
	}
	return most;
}

static uint64_t count_of(const struct rule *rule, const struct report *report,
			 const struct advice *advice)
{
	switch (rule->measure) {
	case BY_EDE: return with_edes(rule, report);
	case BY_RCODE: return with_rcode(rule, report);
	case BY_NAMES: return advice->zone ? advice->zone->low : 0;
	case BY_TC: return report->flags[FLAG_TC];
	case BY_REFERRALS: return referrals_in(report);
	}
	return 0;
}

static const struct top_row *subject_of(const struct rule *rule, const struct advice *advice)
{
	switch (rule->subject) {
	case ZONE: return advice->zone;
	case SERVER: return advice->server;
	case NOBODY: break;
	}
	return NULL;
}

static bool is_remembered(const struct advice_past *past, const struct top_row *subject)
{
	return past->known && (!subject || (past->kind == subject->kind &&
					    !memcmp(past->key, subject->key, sizeof(past->key))));
}

/* Does the rule hold? Then @advice says for whom. */
static bool holds(const struct rule *rule, const struct advice_past *past,
		  const struct advice_settings *settings, const struct report *report,
		  struct advice *advice)
{
	const struct top_row *subject;
	double ease;

	*advice = (struct advice){
		.zone = most_of(rule, settings, report, TOP_ZONE),
		.server = most_of(rule, settings, report, TOP_SERVER),
		.since_ns = report->start_ns,
	};
	if (rule->subject == ZONE)
		advice->server = NULL; /* who happens to have said so most often is not to blame */
	advice->count = count_of(rule, report, advice);
	if (!report->responses || !advice->count)
		return false;
	advice->share = (double)advice->count / (double)report->responses;
	subject = subject_of(rule, advice);
	if (rule->subject != NOBODY &&
	    (!subject || (double)subject->low < CONCENTRATION * (double)advice->count))
		return false;
	ease = is_remembered(past, subject) ? EASED : 1;
	return advice->share >= ease * rule->share &&
	       (double)advice->count >= ease * (double)rule->count;
}

static void remember(struct advice_past *past, const struct top_row *subject, struct advice *advice)
{
	if (is_remembered(past, subject)) {
		advice->since_ns = past->since_ns;
		past->quiet = 0;
		return;
	}
	*past = (struct advice_past){.known = true, .since_ns = advice->since_ns};
	if (subject) {
		past->kind = subject->kind;
		memcpy(past->key, subject->key, sizeof(past->key));
	}
}

static void pass_over(struct advice_past *past)
{
	if (past->known && ++past->quiet >= ADVICE_QUIET)
		past->known = false;
}

static bool same_key(const struct top_row *a, const struct top_row *b)
{
	return a && b && a->kind == b->kind && !memcmp(a->key, b->key, sizeof(a->key));
}

static bool is_said_already(const struct adviser *adviser, size_t count, const struct rule *rule,
			    const struct advice *advice)
{
	for (size_t i = 0; rule->unless && i < count; i++)
		if (strcmp(adviser->advice[i].words->id, rule->unless) == 0 &&
		    same_key(adviser->advice[i].server, advice->server))
			return true;
	return false;
}

/* Put @advice in its place among @count others. Gives how many there are then. */
static size_t insert(struct adviser *adviser, size_t count, const struct advice *advice)
{
	size_t at = count < ADVICE_MAX ? count : ADVICE_MAX;

	while (at > 0 && adviser->advice[at - 1].count < advice->count) {
		if (at < ADVICE_MAX)
			adviser->advice[at] = adviser->advice[at - 1];
		at--;
	}
	if (at == ADVICE_MAX)
		return count;
	adviser->advice[at] = *advice;
	return count < ADVICE_MAX ? count + 1 : count;
}

void advice_look(struct adviser *adviser, const struct advice_settings *settings,
		 struct report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < ADVICE_RULES; i++) {
		struct advice_past *past = &adviser->past[i];
		struct advice advice;

		if (!holds(&rules[i], past, settings, report, &advice)) {
			pass_over(past);
			continue;
		}
		remember(past, subject_of(&rules[i], &advice), &advice);
		advice.words = catalog_advice_find(rules[i].id);
		if (advice.words && !is_said_already(adviser, count, &rules[i], &advice))
			count = insert(adviser, count, &advice);
	}
	report->advice = adviser->advice;
	report->advice_count = count;
}
