// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/advice.h"

#include <string.h>

#include "dns_wire.h"

/* Of a zone or a server that a rule is about: this part of the responses is its own, at least. */
#define CONCENTRATION 0.5
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

/* How much of it there must be is the alert's: alert_rules.c. */
struct rule {
	enum measure measure;
	enum subject subject; /* who has to have most of them */
	int rcode;            /* ANY_RCODE: with the EDEs only */
	/* Another one, further up, that is not under way for the same subject; 0: none. */
	enum alert_rule_id unless;
	uint64_t edes; /* bit: info code */
};

#define ANY_RCODE     (-1)
#define EDE_BIT(code) (UINT64_C(1) << (code))
/* Indeterminate, bogus, RRSIGs missing, no zone key, NSEC missing, expired before valid. */
#define EDES_BOGUS (EDE_BIT(5) | EDE_BIT(6) | EDE_BIT(10) | EDE_BIT(11) | EDE_BIT(12) | EDE_BIT(25))

/* clang-format off */
static const struct rule rules[ADVICE_RULES] = {
#define OF(id) [RULE_##id - RULE_ADVICE_FIRST]
	OF(EXPIRED_SIGNATURES) = {BY_EDE,       ZONE,   DNS_RCODE_SERVFAIL,  0, EDE_BIT(7)},
	OF(NOT_YET_VALID)      = {BY_EDE,       ZONE,   DNS_RCODE_SERVFAIL,  0, EDE_BIT(8)},
	OF(KEY_MISMATCH)       = {BY_EDE,       ZONE,   DNS_RCODE_SERVFAIL,  0, EDE_BIT(9)},
	OF(DNSSEC_BOGUS)       = {BY_EDE,       ZONE,   DNS_RCODE_SERVFAIL,  0, EDES_BOGUS},
	OF(UNREACHABLE)        = {BY_EDE,       ZONE,   DNS_RCODE_SERVFAIL,  0, EDE_BIT(22) | EDE_BIT(23)},
	OF(NOT_AUTHORITATIVE)  = {BY_EDE,       SERVER, ANY_RCODE,           0, EDE_BIT(20)},
	OF(REFUSING_SERVER)    = {BY_RCODE,     SERVER, DNS_RCODE_REFUSED,   RULE_NOT_AUTHORITATIVE, 0},
	OF(LAME_REFERRALS)     = {BY_REFERRALS, NOBODY, ANY_RCODE,           0, 0},
	OF(RANDOM_NAMES)       = {BY_NAMES,     ZONE,   DNS_RCODE_NXDOMAIN,  0, 0},
	OF(TRUNCATION)         = {BY_TC,        NOBODY, ANY_RCODE,           0, 0},
	OF(EDNS_FORMAT_ERRORS) = {BY_RCODE,     SERVER, DNS_RCODE_FORMERR,   0, 0},
	OF(EDNS_VERSION)       = {BY_RCODE,     NOBODY, DNS_RCODE_BADVERS,   0, 0},
	OF(COOKIE_STORM)       = {BY_RCODE,     NOBODY, DNS_RCODE_BADCOOKIE, 0, 0},
#undef OF
};
/* clang-format on */

/* What a rule finds in a report. */
struct match {
	struct advice advice;
	bool about_one; /* there is somebody it is about, where there must be */
};

static const struct alert_rule *alert_rule(const struct advice_settings *settings, size_t rule)
{
	return &settings->engine->rules->rule[RULE_ADVICE_FIRST + rule];
}

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

static bool spread_over_names(const struct advice_settings *settings, const struct report *report,
			      const struct top_row *row)
{
	double share = settings->engine->rules->rule[RULE_RANDOM_NAMES].threshold;
	uint64_t names;

	/* Estimates take their time, and few zones have so large a part. */
	if ((double)row->low < ALERT_HOLD * share * (double)report->responses)
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
		     !spread_over_names(settings, report, row)))
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

static struct match find(const struct rule *rule, const struct advice_settings *settings,
			 const struct report *report)
{
	struct match found = {
		.advice =
			{
				.zone = most_of(rule, settings, report, TOP_ZONE),
				.server = most_of(rule, settings, report, TOP_SERVER),
				.since_ns = report->start_ns,
			},
	};
	const struct top_row *subject;

	if (rule->subject == ZONE)
		found.advice.server =
			NULL; /* who happens to have said so most often is not to blame */
	found.advice.count = count_of(rule, report, &found.advice);
	if (!report->responses || !found.advice.count)
		return found;
	found.advice.share = (double)found.advice.count / (double)report->responses;
	subject = subject_of(rule, &found.advice);
	found.about_one = rule->subject == NOBODY ||
			  (subject &&
			   (double)subject->low >= CONCENTRATION * (double)found.advice.count);
	return found;
}

static struct alert_subject subject_from(enum alert_subject_kind kind, const struct top_row *row)
{
	struct alert_subject subject = {.kind = (uint8_t)kind};

	if (row) {
		subject.row_kind = row->kind;
		memcpy(subject.key, row->key, sizeof(subject.key));
	}
	return subject;
}

static struct alert_subject alert_subject(const struct rule *rule, const struct advice *advice)
{
	static const enum alert_subject_kind kinds[] = {
		[NOBODY] = ALERT_OF_ALL, [ZONE] = ALERT_OF_ZONE, [SERVER] = ALERT_OF_SERVER};

	return subject_from(kinds[rule->subject], subject_of(rule, advice));
}

/* Whether another rule, which comes first, says the same of the same subject. */
static bool is_said_by_other(const struct rule *rule, const struct advice_settings *settings,
			     uint32_t place, const struct alert_subject *subject)
{
	return rule->unless && alert_engine_level(settings->engine, rule->unless, place, subject) ==
				       ALERT_UNDER_WAY;
}

void advice_see(const struct advice_settings *settings, struct alert_engine *engine, uint32_t place,
		const struct report *report)
{
	for (size_t i = 0; i < ADVICE_RULES; i++) {
		const struct alert_rule *limits = alert_rule(settings, i);
		const struct match found = find(&rules[i], settings, report);
		struct alert_finding finding = {
			.rule = RULE_ADVICE_FIRST + (enum alert_rule_id)i,
			.place = place,
			.subject = alert_subject(&rules[i], &found.advice),
			.value = found.advice.share,
			.threshold = limits->threshold,
			.count = found.advice.count,
			.share = found.advice.share,
			.ede = TOP_NO_EDE,
		};

		if (!found.about_one ||
		    is_said_by_other(&rules[i], settings, place, &finding.subject))
			continue;
		finding.qualifies = finding.count >= limits->number;
		finding.holds = (double)finding.count >= ALERT_HOLD * (double)limits->number;
		if (rules[i].subject == SERVER && found.advice.zone)
			finding.other = subject_from(ALERT_OF_ZONE, found.advice.zone);
		if (found.advice.server)
			memcpy(finding.servers.bits, report->top_bits[TOP_SERVER],
			       sizeof(finding.servers.bits));
		alert_engine_see(engine, &finding);
	}
}

static bool same_key(const struct top_row *a, const struct top_row *b)
{
	return a && b && a->kind == b->kind && !memcmp(a->key, b->key, sizeof(a->key));
}

static bool is_said_already(const struct adviser *adviser, size_t count, const struct rule *rule,
			    const struct advice *advice)
{
	for (size_t i = 0; rule->unless && i < count; i++)
		if (strcmp(adviser->advice[i].words->id, alert_rule_default(rule->unless)->name) ==
			    0 &&
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

/* Does the rule hold in the report alone or, if it is under way, still hold? */
static bool holds(size_t rule, const struct advice_settings *settings, uint32_t place,
		  struct match *found)
{
	const struct alert_rule *limits = alert_rule(settings, rule);
	const struct alert_subject subject = alert_subject(&rules[rule], &found->advice);
	int64_t since = alert_engine_since(
		settings->engine, RULE_ADVICE_FIRST + (enum alert_rule_id)rule, place, &subject);
	double ease = since ? ALERT_HOLD : 1;

	if (since)
		found->advice.since_ns = since;
	return !limits->off && found->about_one &&
	       found->advice.share >= ease * limits->threshold &&
	       (double)found->advice.count >= ease * (double)limits->number;
}

void advice_look(struct adviser *adviser, const struct advice_settings *settings, uint32_t place,
		 struct report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < ADVICE_RULES; i++) {
		struct match found = find(&rules[i], settings, report);
		const char *id = settings->engine->rules->rule[RULE_ADVICE_FIRST + i].name;

		if (!holds(i, settings, place, &found))
			continue;
		found.advice.words = catalog_advice_find(id);
		if (found.advice.words &&
		    !is_said_already(adviser, count, &rules[i], &found.advice))
			count = insert(adviser, count, &found.advice);
	}
	report->advice = adviser->advice;
	report->advice_count = count;
}
