// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is wrong, in which order, what of it is said once, and how its first line begins: after docs/top.md and docs/alerts.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "format/problem.h"
#include "util/clock.h"

/* 2026-11-23 02:31:00 UTC. */
#define SINCE_NS (1795401060LL * NS_PER_S)

static struct problem alert_of(enum alert_severity severity)
{
	return (struct problem){.severity = severity,
				.since_ns = SINCE_NS,
				.rule = "zone-failing",
				.subject = "shop.example",
				.side = "tx"};
}

static struct problem advice_of(const char *rule, const char *subject)
{
	return (struct problem){.severity = ALERT_NOTICE,
				.advice = true,
				.since_ns = SINCE_NS,
				.rule = rule,
				.subject = subject,
				.side = "tx",
				.share = 0.5};
}

static void assert_before(const struct problem *first, const struct problem *second)
{
	assert_true(problem_compare(first, second) < 0);
	assert_true(problem_compare(second, first) > 0);
}

static void the_worst_is_first(void **state)
{
	struct problem critical = alert_of(ALERT_CRITICAL), warning = alert_of(ALERT_WARNING),
		       notice = alert_of(ALERT_NOTICE), older = notice,
		       advice = advice_of("key-mismatch", "shop.example"), more = advice;

	(void)state;
	warning.since_ns -= NS_PER_S; /* severity before age */
	assert_before(&critical, &warning);
	assert_before(&warning, &notice);
	advice.since_ns -= NS_PER_S; /* an alert before advice that is as severe */
	assert_before(&notice, &advice);
	older.since_ns -= NS_PER_S;
	assert_before(&older, &notice);
	more.since_ns = advice.since_ns;
	more.share = 0.6;
	assert_before(&more, &advice);
	assert_int_equal(problem_compare(&notice, &notice), 0);
}

static void what_is_said_twice(void **state)
{
	struct problem a = alert_of(ALERT_WARNING), b = a;

	(void)state;
	assert_true(problem_same(&a, &b));
	b.side = "rx"; /* of the same zone upstream */
	assert_true(problem_same(&a, &b));
	assert_true(problem_before(&a, &b));
	assert_false(problem_before(&b, &a));
	assert_false(problem_before(&a, &a));
	a.subject = b.subject = ""; /* each side for itself where it is nobody's */
	assert_false(problem_same(&a, &b));
	b.side = "tx";
	assert_true(problem_same(&a, &b));
	b.rule = "bogus";
	assert_false(problem_same(&a, &b));
	b = alert_of(ALERT_WARNING);
	b.subject = "other.example";
	a.subject = "shop.example";
	assert_false(problem_same(&a, &b));
	b = alert_of(ALERT_WARNING);
	b.advice = true;
	assert_false(problem_same(&a, &b));
}

static void an_alert_says_what_advice_says(void **state)
{
	struct problem alert = alert_of(ALERT_NOTICE), attack = alert_of(ALERT_CRITICAL),
		       advice = advice_of("key-mismatch", "shop.example"),
		       names = advice_of("random-names", "victim.example");

	(void)state;
	assert_false(problem_covers(&alert, &advice));
	alert.rule = "key-mismatch";
	assert_true(problem_covers(&alert, &advice));
	assert_false(problem_covers(&advice, &advice)); /* of two pieces of advice neither */
	attack.rule = "random-subdomain";
	attack.subject = "victim.example";
	assert_true(problem_covers(&attack, &names));
	names.advice = false; /* which is an alert by itself, too */
	assert_true(problem_covers(&attack, &names));
	names.subject = "other.example";
	assert_false(problem_covers(&attack, &names));
	names.subject = "";
	assert_true(problem_covers(&attack, &names));
}

/* Without a colour, too. */
static void severities_can_be_told_apart(void **state)
{
	struct problem critical = alert_of(ALERT_CRITICAL), warning = alert_of(ALERT_WARNING),
		       notice = alert_of(ALERT_NOTICE), advice = advice_of("truncation", "");
	char text[PROBLEM_INDENT + 1];

	(void)state;
	assert_string_equal(problem_begin(text, &critical), "!! 02:31:00 ");
	assert_string_equal(problem_begin(text, &warning), "!  02:31:00 ");
	assert_string_equal(problem_begin(text, &notice), "-  02:31:00 ");
	assert_string_equal(problem_begin(text, &advice), "-  02:31:00 ");
	warning.since_ns = 0;
	assert_int_equal(strlen(problem_begin(text, &warning)), PROBLEM_INDENT);
	assert_int_equal(problem_tone(&critical), TONE_BAD);
	assert_int_equal(problem_tone(&warning), TONE_BAD);
	assert_int_equal(problem_tone(&notice), TONE_WARNING);
	advice.severity = ALERT_WARNING;
	assert_int_equal(problem_tone(&advice), TONE_WARNING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worst_is_first),
		cmocka_unit_test(what_is_said_twice),
		cmocka_unit_test(an_alert_says_what_advice_says),
		cmocka_unit_test(severities_can_be_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
