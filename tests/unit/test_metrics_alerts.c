// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Metrics of alerts, as docs/prometheus.md says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sample_alert.h"
#include "sinks/prometheus/metrics_alerts.h"

static char *page_of(const struct alert *alerts, size_t count, size_t top)
{
	char *text = NULL;
	size_t size = 0;
	struct metrics_page page = {.out = open_memstream(&text, &size)};

	assert_non_null(page.out);
	metrics_put_alerts(&page, alerts, count, top);
	assert_int_equal(fclose(page.out), 0);
	return text;
}

static void has(const char *page, const char *line)
{
	if (!strstr(page, line))
		fail_msg("<%s> is not in:\n%s", line, page);
}

static void lacks(const char *page, const char *words)
{
	if (strstr(page, words))
		fail_msg("<%s> is in:\n%s", words, page);
}

static struct alert of_server(const char *address)
{
	struct alert alert = sample_attack();

	alert.finding.rule = RULE_SERVER_SILENT;
	alert.finding.subject = (struct alert_subject){.kind = ALERT_OF_SERVER,
						       .row_kind = FAMILY_IPV4};
	memcpy(alert.finding.subject.key, address, 4);
	alert.rule = alert_rule_default(RULE_SERVER_SILENT);
	alert.severity = ALERT_NOTICE;
	alert.interface = alert.direction = NULL;
	alert.side = "upstream";
	return alert;
}

static void rules_are_there_without_an_alert(void **state)
{
	char *page = page_of(NULL, 0, 0);

	(void)state;
	has(page, "\nrcodewatch_alert_active{rule=\"host-silent\",severity=\"critical\"} 0\n");
	has(page, "\nrcodewatch_alert_active{rule=\"server-silent\",severity=\"notice\"} 0\n");
	lacks(page, "severity=\"warning\",");
	lacks(page, "rcodewatch_top_alert_active");
	free(page);
}

/* What is about an interface has it as labels; names are there with top=N alone. */
static void alerts_are_counted_and_named(void **state)
{
	const struct alert alerts[] = {sample_attack(), of_server("\xc0\x00\x02\x35")};
	char *page = page_of(alerts, 2, 0);

	(void)state;
	has(page, "\nrcodewatch_alert_active{rule=\"random-subdomain\",severity=\"critical\"} 1\n");
	has(page, "\nrcodewatch_alert_active{rule=\"server-silent\",severity=\"notice\"} 1\n");
	lacks(page, "victim");
	free(page);
	page = page_of(alerts, 2, 5);
	has(page, "\nrcodewatch_top_alert_active{device=\"eth0\",direction=\"rx\",rule=\"random-"
		  "subdomain\","
		  "severity=\"critical\",name=\"victim.example\"} 1\n");
	has(page, "\nrcodewatch_top_alert_active{rule=\"server-silent\",severity=\"notice\","
		  "name=\"192.0.2.53\"} 1\n");
	free(page);
}

static void of_each_rule_so_many_are_named(void **state)
{
	struct alert alerts[] = {sample_attack(), of_server("\x0a\0\0\1"), of_server("\x0a\0\0\2"),
				 of_server("\x0a\0\0\3")};
	char *page = page_of(alerts, 4, 2);

	(void)state;
	has(page, "\nrcodewatch_alert_active{rule=\"server-silent\",severity=\"notice\"} 3\n");
	has(page, "victim.example");
	has(page, "10.0.0.1");
	has(page, "10.0.0.2");
	lacks(page, "10.0.0.3");
	free(page);
	/* What has ended gives way. */
	alerts[1].state = ALERT_ENDS;
	page = page_of(alerts, 4, 2);
	has(page, "\nrcodewatch_alert_active{rule=\"server-silent\",severity=\"notice\"} 2\n");
	lacks(page, "10.0.0.1");
	has(page, "10.0.0.3");
	free(page);
}

/* A rule is there by its usual severity, and by another while it has that. */
static void severities_that_are_not_usual(void **state)
{
	struct alert alert = of_server("\x0a\0\0\1");
	char *page;

	(void)state;
	alert.severity = ALERT_CRITICAL;
	page = page_of(&alert, 1, 0);
	has(page, "\nrcodewatch_alert_active{rule=\"server-silent\",severity=\"notice\"} 0\n");
	has(page, "\nrcodewatch_alert_active{rule=\"server-silent\",severity=\"critical\"} 1\n");
	lacks(page, "{rule=\"server-silent\",severity=\"warning\"}");
	free(page);
}

/* An alert about nobody alone has no name. */
static void what_is_about_all_has_no_name(void **state)
{
	struct alert alert = of_server("\x0a\0\0\1");
	char *page;

	(void)state;
	alert.finding.subject.kind = ALERT_OF_ALL;
	page = page_of(&alert, 1, 5);
	lacks(page, "rcodewatch_top_alert_active{");
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_there_without_an_alert),
		cmocka_unit_test(alerts_are_counted_and_named),
		cmocka_unit_test(of_each_rule_so_many_are_named),
		cmocka_unit_test(severities_that_are_not_usual),
		cmocka_unit_test(what_is_about_all_has_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
