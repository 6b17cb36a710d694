// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Random-subdomain attacks and what looks like them, as lists of zones second by second. What is
 * expected is what docs/attacks.md promises.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analysis/attack_ignore.h"
#include "parser/host_store.h"
#include "analysis/subdomain.h"
#include "util/wire_name.h"
#include "util/clock.h"
#include "dns_wire.h"

#define ROWS 2048

static struct top_lists lists;
static struct top_list *const listed = &lists.list[TOP_ZONE], *const nodata = &lists.nodata_zones;
static bool nodata_listed; /* --offending errors,nodata */
static struct subdomain subdomain;
static struct alert_rules rules;
static struct alert_engine engine;
static struct attack_ignore ignore;
static struct host_store *store;
static int64_t now_ns;
static uint64_t counter;

/* As the program decides: user/analysis/attacks.c. Public: names of one label, without a list. */
static bool exempt(void *context, const uint8_t *zone, size_t length)
{
	(void)context;
	return zone[0] == 0 || zone[1 + zone[0]] == 0 || attack_ignored(&ignore, zone, length);
}

static struct subdomain_settings settings = {
	.rate_min = 50,
	.nodata = true,
	.exempt = exempt,
};

/* @count responses about @names different names, never seen before. */
static void add(const char *zone, uint16_t rcode, unsigned count, unsigned names)
{
	struct top_list *list = rcode == DNS_RCODE_NOERROR && !nodata_listed ? nodata : listed;
	struct top_row *row = &list->rows[list->count++];

	assert_true(list->count <= ROWS);
	*row = (struct top_row){
		.count = count, .low = count, .high = count, .rcode = rcode, .kind = ZONE_SOA};
	assert_true(wire_name(zone, strlen(zone), row->key) > 0);
	for (unsigned i = 0; i < names; i++) {
		store->message.denied = ++counter * 0x9e3779b97f4a7c15ULL;
		host_hll_add(store, row->hll);
	}
	list->total += count;
}

/* The interval is over. */
static void tick_s(double seconds)
{
	const struct subdomain_view view = {
		.settings = &settings, .engine = &engine, .lists = &lists};

	now_ns += (int64_t)(seconds * 1e9);
	alert_engine_begin(&engine, now_ns, seconds);
	assert_int_equal(subdomain_feed(&subdomain, &view), 0);
	alert_engine_end(&engine);
	listed->count = nodata->count = 0;
	listed->total = nodata->total = 0;
}

static void tick(void)
{
	tick_s(1);
}

/* "victim.example begin", of the first attack; "" if there is none. */
static const char *published(void)
{
	static char text[600];
	const struct alert *alert = engine.alert;
	const uint8_t *zone = alert->finding.subject.key;
	size_t at = 0;

	if (!engine.alerts)
		return "";
	for (size_t i = 0; zone[i]; i += 1u + zone[i])
		at += (size_t)sprintf(text + at, "%s%.*s", i ? "." : "", zone[i],
				      (const char *)zone + i + 1);
	sprintf(text + at, " %s", alert_state_names[alert->state]);
	return text;
}

/* z@first.example and so on. */
static void add_zones(int first, int count, unsigned denials, unsigned names)
{
	for (int i = first; i < first + count; i++) {
		char zone[40];

		snprintf(zone, sizeof(zone), "z%d.example", i);
		add(zone, DNS_RCODE_NXDOMAIN, denials, names);
	}
}

/* What any resolver sees: a few names asked for again and again, typos, no zone with many names. */
static void background(void)
{
	add("broken.example", DNS_RCODE_SERVFAIL, 400, 4);
	add("popular.example", DNS_RCODE_NXDOMAIN, 300, 12);
	add("v6less.example", DNS_RCODE_NOERROR, 250, 15);
	add("com", DNS_RCODE_NXDOMAIN, 500, 480);
	add(".", DNS_RCODE_NXDOMAIN, 300, 290);
	add_zones(1000000, 100, 3, 2);
}

static void quiet(int seconds)
{
	for (int i = 0; i < seconds; i++) {
		background();
		tick();
		assert_string_equal(published(), "");
	}
}

static int restart(void **state)
{
	(void)state;
	subdomain_free(&subdomain);
	alert_engine_free(&engine);
	alert_rules_init(&rules);
	assert_int_equal(alert_engine_init(&engine, &rules), 0);
	listed->count = nodata->count = 0;
	listed->total = nodata->total = 0;
	now_ns = 1795406400LL * NS_PER_S;
	return 0;
}

static void attack_with(uint16_t rcode, unsigned count, unsigned names)
{
	const struct alert *attack;
	int64_t began;

	restart(NULL);
	quiet(70);
	began = now_ns;
	background();
	add("victim.example", rcode, count, names);
	tick();
	if (engine.alerts == 0) {
		background();
		add("victim.example", rcode, count, names);
		tick();
	}
	assert_string_equal(published(), "victim.example begin");
	attack = engine.alert;
	assert_int_equal(engine.alerts, 1);
	assert_true(attack->news);
	assert_int_equal(attack->finding.rcode, rcode);
	assert_int_equal(attack->finding.count, count);
	assert_true(fabs(attack->finding.names - names) < 0.3 * names);
	assert_true(attack->finding.value >= attack->finding.threshold);
	assert_int_equal(attack->since_ns, began);
	for (int i = 0; i < 200; i++) {
		background();
		add("victim.example", rcode, count, names);
		tick();
		assert_string_equal(published(), "victim.example ongoing");
		assert_int_equal(engine.alert->since_ns, began);
	}
	background();
	tick();
	assert_string_equal(published(), "victim.example end");
	quiet(5);
}

static void test_attack(void **state)
{
	(void)state;
	attack_with(DNS_RCODE_NXDOMAIN, 1000, 1000);
	attack_with(DNS_RCODE_SERVFAIL, 3000, 1400); /* asked again */
	attack_with(DNS_RCODE_REFUSED, 120, 120);
	attack_with(DNS_RCODE_NOERROR, 200, 190); /* NODATA: RFC 9824 */
	nodata_listed = true;
	attack_with(DNS_RCODE_NOERROR, 200, 190);
	nodata_listed = false;
	attack_with(DNS_RCODE_NXDOMAIN, 70,
		    65); /* hardly above the least: in the second interval */
}

/* Half of it SERVFAIL as the servers give way: one zone, one attack. */
static void test_two_rcodes(void **state)
{
	(void)state;
	quiet(70);
	background();
	add("victim.example", DNS_RCODE_SERVFAIL, 60, 60);
	add("victim.example", DNS_RCODE_NXDOMAIN, 140, 140);
	tick();
	assert_string_equal(published(), "victim.example begin");
	assert_int_equal(engine.alerts, 1);
	assert_int_equal(engine.alert->finding.rcode, DNS_RCODE_NXDOMAIN);
	assert_int_equal(engine.alert->finding.count, 200);
}

/* Half of it NODATA, which is not in the list: no matter. At the start it has its share of both. */
static void test_two_lists(void **state)
{
	for (unsigned i = 0; i < 2; i++, restart(state)) {
		nodata_listed = i;
		add("other.example", DNS_RCODE_NXDOMAIN, 1500, 3);
		add("www.example", DNS_RCODE_NOERROR, 300, 3);
		add("victim.example", DNS_RCODE_NXDOMAIN, 40, 40);
		add("victim.example", DNS_RCODE_NOERROR, 170, 170);
		tick();
		assert_string_equal(published(), "victim.example begin");
		assert_int_equal(engine.alert->finding.count, 210);
		restart(state);
		add("other.example", DNS_RCODE_NXDOMAIN, 1500, 3);
		add("www.example", DNS_RCODE_NOERROR, 600,
		    3); /* less than a tenth is the victim's */
		add("victim.example", DNS_RCODE_NXDOMAIN, 40, 40);
		add("victim.example", DNS_RCODE_NOERROR, 170, 170);
		tick();
		assert_string_equal(published(), "");
	}
	nodata_listed = false;
}

/* From the first interval on, and in the only one: `read`. */
static void test_at_once(void **state)
{
	(void)state;
	background();
	add("victim.example", DNS_RCODE_NXDOMAIN, 5000, 5000);
	tick();
	assert_string_equal(published(), "victim.example begin");
}

static void expect_no_attack(const char *zone, uint16_t rcode, unsigned count, unsigned names,
			     int seconds)
{
	for (int i = 0; i < seconds; i++) {
		background();
		add(zone, rcode, count, names);
		tick();
		if (engine.alerts)
			fail_msg("%s after %d s", published(), i);
	}
}

static void test_look_alikes(void **state)
{
	static const char *const zones[] = {
		".",
		"com",
		"net",
		"arpa",
		"in-addr.arpa",
		"2.0.192.in-addr.arpa",
		"8.b.d.0.1.0.0.2.ip6.arpa",
		"zen.spamhaus.org",
		"multi.uribl.com",
		"sophosxl.net",
		"avqs.mcafee.com",
		"a.b.dnsbl.sorbs.net",
		"host.onion",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		restart(NULL);
		quiet(70);
		expect_no_attack(zones[i], DNS_RCODE_NXDOMAIN, 3000, 2900, 5);
	}
}

/* Much is denied, but few names: a zone that is gone. */
static void test_repeated(void **state)
{
	(void)state;
	quiet(70);
	expect_no_attack("gone.example", DNS_RCODE_SERVFAIL, 20000, 3000, 20);
	expect_no_attack("gone.example", DNS_RCODE_NXDOMAIN, 100000, 40, 5);
}

/* Few names, or responses that say nothing of names. */
static void test_little(void **state)
{
	(void)state;
	quiet(70);
	expect_no_attack("little.example", DNS_RCODE_NXDOMAIN, 40, 40, 10);
	expect_no_attack("other.example", DNS_RCODE_NOTIMP, 1000, 1000, 10);
	settings.nodata = false; /* --offending all */
	nodata_listed = true;
	expect_no_attack("data.example", DNS_RCODE_NOERROR, 1000, 1000, 10);
	settings.nodata = true;
	nodata_listed = false;
}

/* A run that starts 0.3 s before its first report: in so little time names that are usual have come once. */
static void test_short_first(void **state)
{
	(void)state;
	add("down.example", DNS_RCODE_REFUSED, 38, 30);
	tick_s(0.3);
	assert_string_equal(published(), "");
	for (int i = 0; i < 10; i++) {
		add("down.example", DNS_RCODE_REFUSED, 125, 30);
		tick();
		assert_string_equal(published(), "");
	}
	/* What is enough for a second begins in less. */
	add("victim.example", DNS_RCODE_NXDOMAIN, 300, 300);
	tick_s(0.3);
	assert_string_equal(published(), "victim.example begin");
}

/* A service that has asked for names of their own all along: since before the start, or growing. */
static void test_steady(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4000; i++) {
		unsigned wave = 60 + (unsigned)abs((int)(i % 2400) - 1200) / 10 + i % 20;

		background();
		add("telemetry.example", DNS_RCODE_NXDOMAIN, wave, wave);
		tick();
		if (engine.alerts)
			fail_msg("%s after %u s", published(), i);
	}
	/* And under an attack that is many times that. */
	background();
	add("telemetry.example", DNS_RCODE_NXDOMAIN, 2000, 2000);
	tick();
	assert_string_equal(published(), "telemetry.example begin");
	background();
	add("telemetry.example", DNS_RCODE_NXDOMAIN, 110, 110);
	tick();
	background();
	add("telemetry.example", DNS_RCODE_NXDOMAIN, 110, 110);
	tick();
	assert_string_equal(published(), "telemetry.example end");
	expect_no_attack("telemetry.example", DNS_RCODE_NXDOMAIN, 110, 110, 60);
}

/* Around the threshold it does not come and go. */
static void test_hysteresis(void **state)
{
	int begins = 0, ends = 0;

	(void)state;
	quiet(70);
	for (unsigned i = 0; i < 300; i++) {
		unsigned names = i % 2 ? 60 : 40;

		background();
		add("edge.example", DNS_RCODE_NXDOMAIN, i < 2 ? 200 : names, i < 2 ? 200 : names);
		tick();
		for (size_t a = 0; a < engine.alerts; a++) {
			begins += engine.alert[a].state == ALERT_BEGINS;
			ends += engine.alert[a].state == ALERT_ENDS;
		}
	}
	assert_int_equal(begins, 1);
	assert_int_equal(ends, 0);
}

/* News once a minute while it goes on. */
static void test_news(void **state)
{
	int news = 0;

	(void)state;
	quiet(2);
	for (int i = 0; i < 200; i++) {
		background();
		add("victim.example", DNS_RCODE_NXDOMAIN, 1000, 1000);
		tick();
		assert_int_equal(engine.alerts, 1);
		news += engine.alert->news;
	}
	assert_int_equal(news, 4); /* at 0, 60, 120 and 180 s */
}

/* Several at once, the heaviest first; intervals of ten seconds. */
static void test_several(void **state)
{
	(void)state;
	for (int i = 0; i < 7; i++) {
		background();
		tick_s(10);
	}
	background();
	add("one.example", DNS_RCODE_NXDOMAIN, 2000, 2000);
	add("two.example", DNS_RCODE_SERVFAIL, 9000, 9000);
	tick_s(10);
	assert_int_equal(engine.alerts, 2);
	assert_string_equal(published(), "two.example begin");
	background();
	add("two.example", DNS_RCODE_SERVFAIL, 9000, 9000);
	tick_s(10);
	assert_int_equal(engine.alerts, 2);
	assert_string_equal(published(), "two.example ongoing");
	assert_int_equal(engine.alert[1].state, ALERT_ENDS);
}

/* More zones than are remembered, coming and going: an attack among them is still seen. */
static void test_many_zones(void **state)
{
	(void)state;
	quiet(70);
	for (int second = 0; second < 30; second++) {
		add_zones(second * 1500, 1500, 10, 9);
		if (second >= 10)
			add("victim.example", DNS_RCODE_NXDOMAIN, 4000, 4000);
		tick();
		assert_true(subdomain.zone_count <= SUBDOMAIN_ZONES);
		assert_string_equal(published(), second < 10    ? ""
						 : second == 10 ? "victim.example begin"
								: "victim.example ongoing");
	}
}

/* More zones under attack at once than are remembered: what begins also ends. */
static void test_many_attacks(void **state)
{
	int under_way = 0;

	(void)state;
	quiet(70);
	for (int second = 0; second < 5; second++) {
		background();
		add_zones(0, second < 3 ? 900 : 0, 150, 150);
		tick();
		for (size_t i = 0; i < engine.alerts; i++)
			under_way += (engine.alert[i].state == ALERT_BEGINS) -
				     (engine.alert[i].state == ALERT_ENDS);
		assert_int_equal(under_way, second < 3 ? SUBDOMAIN_ZONES : 0);
	}
}

static void test_hostile(void **state)
{
	(void)state;
	listed->count = 1;
	listed->total = 1000;
	listed->rows[0] = (struct top_row){.low = 1000, .rcode = DNS_RCODE_NXDOMAIN};
	memset(listed->rows[0].key, 0x3f, TOP_NAME_MAX); /* a name that never ends */
	memset(listed->rows[0].hll, 0xff, HLL_SIZE);
	tick();
	assert_int_equal(engine.alerts, 0);
	settings.rate_min = 0;
	add("victim.example", DNS_RCODE_NXDOMAIN, 4000, 4000);
	tick();
	assert_int_equal(engine.alerts, 0);
	settings.rate_min = 50;
}

static void test_ignore(void **state)
{
	char path[] = "/tmp/rcodewatch-ignore-XXXXXX", why[OPTION_WHY_MAX];
	struct attack_ignore own = {0};
	int fd = mkstemp(path);
	FILE *file;

	(void)state;
	assert_true(fd >= 0);
	file = fdopen(fd, "w");
	fputs("# mine\n\n  Telemetry.Example.net.  # with a comment\nrbl.example\n", file);
	fflush(file);
	assert_int_equal(attack_ignore_add(&own, path, why), 0);
	assert_int_equal(attack_ignore_add(&own, "one.example", why), 0);
	assert_int_equal(attack_ignore_add(&own, "a..b", why), -EINVAL);
	assert_int_equal(attack_ignore_add(&own, "", why), -EINVAL);
	assert_int_equal(attack_ignore_add(&own, ".", why), -EINVAL);
	assert_int_equal(attack_ignore_add(&own, "/nonexistent/file", why), -EINVAL);
	assert_int_equal(attack_ignore_add(&own, "/", why), -EINVAL);
	assert_non_null(strstr(why, strerror(EISDIR)));
	fputs("two words\n", file);
	fclose(file);
	assert_int_equal(attack_ignore_add(&own, path, why), -EINVAL);
	assert_non_null(strstr(why, "line 5"));
	unlink(path);
	assert_int_equal(attack_ignore_ready(&own), 0);
	assert_int_equal(attack_ignore_ready(&own), 0);
	assert_true(attack_ignored(&own, (const uint8_t *)"\3rbl\7example", 13));
	assert_true(attack_ignored(&own, (const uint8_t *)"\1a\3rbl\7example", 15));
	assert_true(attack_ignored(&own, (const uint8_t *)"\11telemetry\7example\3net", 23));
	assert_true(attack_ignored(&own, (const uint8_t *)"\10spamhaus\3org", 14));
	assert_false(attack_ignored(&own, (const uint8_t *)"\7example", 9));
	assert_false(attack_ignored(&own, (const uint8_t *)"\4arbl\7example", 14));
	assert_false(attack_ignored(&own, (const uint8_t *)"", 1));
	attack_ignore_free(&own);
}

/* What is built in are names, each once and none below another. */
static void test_list(void **state)
{
	(void)state;
	for (size_t i = 0; attack_ignore_list[i]; i++) {
		uint8_t wire[DNS_NAME_MAX];
		size_t length = wire_name(attack_ignore_list[i], strlen(attack_ignore_list[i]),
					  wire);

		assert_true(length > 1);
		assert_true(attack_ignored(&ignore, wire, length));
		if (attack_ignored(&ignore, wire + 1 + wire[0], length - 1 - wire[0]))
			fail_msg("%s is below another", attack_ignore_list[i]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(attack_ignore_list[i], attack_ignore_list[j]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_attack, restart),
		cmocka_unit_test_setup(test_two_rcodes, restart),
		cmocka_unit_test_setup(test_two_lists, restart),
		cmocka_unit_test_setup(test_at_once, restart),
		cmocka_unit_test_setup(test_look_alikes, restart),
		cmocka_unit_test_setup(test_repeated, restart),
		cmocka_unit_test_setup(test_little, restart),
		cmocka_unit_test_setup(test_short_first, restart),
		cmocka_unit_test_setup(test_steady, restart),
		cmocka_unit_test_setup(test_hysteresis, restart),
		cmocka_unit_test_setup(test_news, restart),
		cmocka_unit_test_setup(test_several, restart),
		cmocka_unit_test_setup(test_many_zones, restart),
		cmocka_unit_test_setup(test_many_attacks, restart),
		cmocka_unit_test_setup(test_hostile, restart),
		cmocka_unit_test(test_ignore),
		cmocka_unit_test(test_list),
	};
	int failed;

	store = calloc(1, sizeof(*store));
	listed->rows = calloc(ROWS, sizeof(*listed->rows));
	nodata->rows = calloc(ROWS, sizeof(*nodata->rows));
	if (!store || !listed->rows || !nodata->rows || attack_ignore_ready(&ignore) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	subdomain_free(&subdomain);
	alert_engine_free(&engine);
	attack_ignore_free(&ignore);
	free(listed->rows);
	free(nodata->rows);
	free(store);
	return failed;
}
