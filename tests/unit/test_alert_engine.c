// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* When alerts begin, go on and end, and how rules are changed: after docs/alerts.md. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/alert_engine.h"
#include "util/clock.h"

#define BASE_NS (1795406400LL * NS_PER_S)

static struct alert_rules rules;
static struct alert_engine engine;
static int64_t now_ns;

static int start(void **state)
{
	(void)state;
	alert_rules_init(&rules);
	now_ns = BASE_NS;
	return alert_engine_init(&engine, &rules);
}

static int end(void **state)
{
	(void)state;
	alert_engine_free(&engine);
	return 0;
}

/* A finding that has all it needs but maybe its value. */
static struct alert_finding of(enum alert_rule_id rule, double value)
{
	return (struct alert_finding){
		.rule = rule, .value = value, .threshold = 10, .qualifies = true, .holds = true};
}

/* An evaluation with @count findings. Gives the state of the only alert: "" if there is none. */
static const char *evaluate(const struct alert_finding *findings, size_t count)
{
	now_ns += 10 * NS_PER_S;
	alert_engine_begin(&engine, now_ns, 10);
	for (size_t i = 0; i < count; i++)
		alert_engine_see(&engine, &findings[i]);
	alert_engine_end(&engine);
	assert_true(engine.alerts <= 1);
	return engine.alerts ? alert_state_names[engine.alert->state] : "";
}

/* One that was too short to end anything. */
static const char *evaluate_part(const struct alert_finding *finding)
{
	now_ns += NS_PER_S;
	alert_engine_begin(&engine, now_ns, 1);
	engine.partial = true;
	alert_engine_see(&engine, finding);
	alert_engine_end(&engine);
	return engine.alerts ? alert_state_names[engine.alert->state] : "";
}

static const char *see(double value)
{
	const struct alert_finding finding = of(RULE_UPSTREAM_SILENT, value);

	return evaluate(&finding, 1);
}

static void it_begins_when_it_has_held_long_enough(void **state)
{
	(void)state;
	assert_string_equal(see(10), "");
	assert_string_equal(see(9.9), ""); /* a pause: from the beginning */
	assert_string_equal(see(10), "");
	assert_string_equal(see(11), "begin");
	assert_true(engine.alert->since_ns == now_ns - 20 * NS_PER_S);
	assert_true(engine.alert->news);
	assert_true(engine.alert->finding.threshold == 10);
}

static void it_ends_below_half_of_what_it_began_with(void **state)
{
	(void)state;
	see(10);
	assert_string_equal(see(10), "begin");
	assert_string_equal(see(5), "ongoing");
	assert_string_equal(see(4.9), "ongoing");
	assert_string_equal(see(4.9), "ongoing");
	assert_string_equal(see(5), "ongoing"); /* a pause: from the beginning */
	assert_string_equal(see(0), "ongoing");
	assert_string_equal(evaluate(NULL, 0), "ongoing"); /* nothing seen of it is a 0 */
	assert_string_equal(evaluate(NULL, 0), "end");
	assert_true(engine.alert->news);
	assert_string_equal(see(10), ""); /* and needs all that it takes to begin */
}

static void it_takes_the_rest_too(void **state)
{
	struct alert_finding finding = of(RULE_UPSTREAM_SILENT, 20);

	(void)state;
	finding.qualifies = false;
	assert_string_equal(evaluate(&finding, 1), "");
	assert_string_equal(evaluate(&finding, 1), "");
	finding.qualifies = true;
	evaluate(&finding, 1);
	assert_string_equal(evaluate(&finding, 1), "begin");
	finding.qualifies = false; /* is for the beginning alone */
	assert_string_equal(evaluate(&finding, 1), "ongoing");
	finding.holds = false;
	evaluate(&finding, 1);
	evaluate(&finding, 1);
	assert_string_equal(evaluate(&finding, 1), "end");
}

static void what_is_clear_begins_and_ends_at_once(void **state)
{
	struct alert_finding finding = of(RULE_RANDOM_SUBDOMAIN, 20);

	(void)state;
	assert_string_equal(evaluate(&finding, 1), "begin"); /* twice its threshold */
	finding.value = 0.9;                                 /* less than a tenth of it */
	assert_string_equal(evaluate_part(&finding), "ongoing");
	assert_string_equal(evaluate(&finding, 1), "end");
	finding.value = 19.9;
	assert_string_equal(evaluate(&finding, 1), "");
}

static void ongoing_alerts_are_news_once_a_minute(void **state)
{
	int news = 0;

	(void)state;
	see(10);
	for (int i = 0; i < 13; i++) { /* 0, 60 and 120 seconds */
		see(10);
		news += engine.alert->news;
	}
	assert_int_equal(news, 3);
}

/* Of equal severity: it is what somebody looks for. */
static void the_newest_is_first(void **state)
{
	const struct alert_finding findings[] = {of(RULE_ZONE_FAILING, 10), of(RULE_SPOOFING, 10)};

	(void)state;
	for (size_t round = 0; round < 6; round++) {
		now_ns += 10 * NS_PER_S;
		alert_engine_begin(&engine, now_ns, 10);
		alert_engine_see(&engine, &findings[0]);
		if (round > 1)
			alert_engine_see(&engine, &findings[1]);
		alert_engine_end(&engine);
	}
	assert_int_equal(engine.alerts, 2);
	assert_int_equal(engine.alert[0].severity, engine.alert[1].severity);
	assert_int_equal(engine.alert[0].finding.rule, RULE_SPOOFING);
}

static void subjects_and_places_are_apart(void **state)
{
	struct alert_finding findings[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		findings[i] = of(RULE_ZONE_FAILING, 10 + (double)i);
	for (size_t i = 0; i < 4; i++)
		findings[i].subject.kind = ALERT_OF_ZONE;
	findings[1].subject.key[0] = 1;
	findings[1].subject.key[1] = 'a';
	findings[2].place = 1;
	findings[3].subject.row_kind = ZONE_SOA; /* how a zone is known makes it no other */
	for (size_t round = 0; round < 2; round++) {
		now_ns += 10 * NS_PER_S;
		alert_engine_begin(&engine, now_ns, 10);
		for (size_t i = 0; i < 3; i++)
			alert_engine_see(&engine, &findings[i]);
		alert_engine_end(&engine);
	}
	assert_int_equal(engine.alerts, 3);
	/* Of a rule the largest value comes first. */
	assert_true(engine.alert[0].finding.place == 1 &&
		    engine.alert[1].finding.subject.key[0] == 1);
	assert_int_equal(alert_engine_level(&engine, RULE_ZONE_FAILING, 0, &findings[3].subject),
			 ALERT_UNDER_WAY);
	assert_int_equal(alert_engine_level(&engine, RULE_ZONE_FAILING, 2, NULL), ALERT_QUIET);
	assert_true(alert_engine_since(&engine, RULE_ZONE_FAILING, 1, NULL) ==
		    now_ns - 20 * NS_PER_S);
}

static void the_severest_come_first(void **state)
{
	struct alert_finding findings[3];

	(void)state;
	findings[0] = of(RULE_SERVER_SILENT, 100);
	findings[1] = of(RULE_UPSTREAM_SILENT, 10);
	findings[2] = of(RULE_HOST_SILENT, 10);
	for (size_t round = 0; round < 2; round++) {
		now_ns += 10 * NS_PER_S;
		alert_engine_begin(&engine, now_ns, 10);
		for (size_t i = 0; i < 3; i++)
			alert_engine_see(&engine, &findings[i]);
		alert_engine_end(&engine);
	}
	assert_int_equal(engine.alerts, 3);
	assert_int_equal(engine.alert[0].finding.rule, RULE_HOST_SILENT);
	assert_int_equal(engine.alert[1].finding.rule, RULE_UPSTREAM_SILENT);
	assert_int_equal(engine.alert[2].severity, ALERT_NOTICE);
}

/* An attacker chooses zones: what is remembered is bounded, what begins also ends. */
static void their_number_is_bounded(void **state)
{
	int under_way = 0;

	(void)state;
	for (int round = 0; round < 6; round++) {
		now_ns += 10 * NS_PER_S;
		alert_engine_begin(&engine, now_ns, 10);
		for (unsigned int i = 0; i < 5000 && round < 3; i++) {
			struct alert_finding finding = of(RULE_RANDOM_SUBDOMAIN, 30);

			finding.subject.kind = ALERT_OF_ZONE;
			memcpy(finding.subject.key, &i, sizeof(i));
			alert_engine_see(&engine, &finding);
		}
		alert_engine_end(&engine);
		for (size_t i = 0; i < engine.alerts; i++)
			under_way += (engine.alert[i].state == ALERT_BEGINS) -
				     (engine.alert[i].state == ALERT_ENDS);
		assert_true(engine.latches <= ALERT_FOLLOWED);
		assert_int_equal(under_way, round < 3 ? 512 : 0);
	}
	assert_true(engine.refused > 0);
}

static void a_rule_that_is_turned_off_ends_what_it_began(void **state)
{
	char why[OPTION_WHY_MAX];

	(void)state;
	see(10);
	assert_string_equal(see(10), "begin");
	assert_int_equal(alert_rules_set(&rules, "upstream-silent,off", why), 0);
	assert_string_equal(see(10), "end");
	assert_string_equal(see(10), "");
	assert_string_equal(see(10), "");
	assert_int_equal(alert_rules_set(&rules, "upstream-silent,after=1", why), 0);
	assert_string_equal(see(10), "begin");
}

static void options_change_rules(void **state)
{
	static const char *const wrong[] = {
		"",
		"upstream-silent",
		"no-such-rule,off",
		"upstream-silent,",
		"upstream-silent,threshold",
		"upstream-silent,threshold=",
		"upstream-silent,threshold=-1",
		"upstream-silent,threshold=0x10",
		"upstream-silent,threshold=1e3",
		"upstream-silent,threshold=1.2.3",
		"upstream-silent,threshold=99999999999999999999",
		"upstream-silent,threshold=0000000000000000000000000000000000000001",
		"upstream-silent,off=1",
		"upstream-silent,after=0",
		"upstream-silent,number=x",
		"upstream-silent,severity=loud",
		"upstream-silent,colour=red",
		"upstream-silent,threshold=0.5,after=0",
		"helpme",
	};
	char why[OPTION_WHY_MAX];
	struct alert_rules before;

	(void)state;
	before = rules;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		why[0] = '\0';
		if (alert_rules_set(&rules, wrong[i], why) != -EINVAL || !why[0])
			fail_msg("'%s' is taken", wrong[i]);
		assert_memory_equal(&rules, &before, sizeof(rules));
	}
	assert_int_equal(alert_rules_set(&rules,
					 "upstream-silent,threshold=0.5,rate=2.5,number=7,after=4,"
					 "severity=critical",
					 why),
			 0);
	assert_true(rules.rule[RULE_UPSTREAM_SILENT].threshold == 0.5);
	assert_true(rules.rule[RULE_UPSTREAM_SILENT].rate == 2.5);
	assert_int_equal(rules.rule[RULE_UPSTREAM_SILENT].number, 7);
	assert_int_equal(rules.rule[RULE_UPSTREAM_SILENT].begin, 4);
	assert_int_equal(rules.rule[RULE_UPSTREAM_SILENT].severity, ALERT_CRITICAL);
	assert_int_equal(alert_rules_set(&rules, "none", why), 0);
	for (size_t i = 0; i < ALERT_RULES; i++)
		assert_true(rules.rule[i].off);
	assert_int_equal(alert_rules_set(&rules, "bogus,after=1", why), 0);
	assert_false(rules.rule[RULE_BOGUS].off);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_begins_when_it_has_held_long_enough, start, end),
		cmocka_unit_test_setup_teardown(it_ends_below_half_of_what_it_began_with, start,
						end),
		cmocka_unit_test_setup_teardown(it_takes_the_rest_too, start, end),
		cmocka_unit_test_setup_teardown(what_is_clear_begins_and_ends_at_once, start, end),
		cmocka_unit_test_setup_teardown(ongoing_alerts_are_news_once_a_minute, start, end),
		cmocka_unit_test_setup_teardown(the_newest_is_first, start, end),
		cmocka_unit_test_setup_teardown(subjects_and_places_are_apart, start, end),
		cmocka_unit_test_setup_teardown(the_severest_come_first, start, end),
		cmocka_unit_test_setup_teardown(their_number_is_bounded, start, end),
		cmocka_unit_test_setup_teardown(a_rule_that_is_turned_off_ends_what_it_began, start,
						end),
		cmocka_unit_test_setup_teardown(options_change_rules, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
