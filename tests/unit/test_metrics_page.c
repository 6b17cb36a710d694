// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Pages for scrapers, against the formats' own descriptions: Prometheus text 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/) and OpenMetrics 1.0.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/labels.h"
#include "sinks/prometheus/metrics_page.h"
#include "util/clock.h"

static struct labels labels;

static char *written(bool openmetrics, bool created, const struct labels *own)
{
	char *text = NULL;
	size_t size;
	struct metrics_page page = {
		.out = open_memstream(&text, &size),
		.openmetrics = openmetrics,
		.created = created,
		.created_ns = 1795401060 * NS_PER_S + 42999999,
		.labels = own,
	};

	assert_non_null(page.out);
	metrics_family(&page, METRIC_HTTP_REQUESTS);
	metrics_count(&page, METRIC_LABELS("200"), UINT64_MAX);
	metrics_family(&page, METRIC_PROCESS_CPU);
	metrics_value(&page, NULL, 0.25);
	metrics_family(&page, METRIC_ATTACHED);
	metrics_count(&page, METRIC_LABELS("eth0", "xdp", "native"), 1);
	metrics_family(&page, METRIC_BUILD);
	metrics_count(&page, METRIC_LABELS("1.2"), 1);
	metrics_end(&page);
	assert_int_equal(fclose(page.out), 0);
	return text;
}

static void text_format(void **state)
{
	char *text = written(false, true, NULL);

	(void)state;
	assert_string_equal(
		text, "# HELP rcodewatch_http_requests_total Requests to this listener by the "
		      "status they "
		      "were answered with.\n"
		      "# TYPE rcodewatch_http_requests_total counter\n"
		      "rcodewatch_http_requests_total{code=\"200\"} 18446744073709551615\n"
		      "# HELP process_cpu_seconds_total CPU time of the process, user and system.\n"
		      "# TYPE process_cpu_seconds_total counter\n"
		      "process_cpu_seconds_total 0.25\n"
		      "# HELP rcodewatch_attached 1 while the program is attached to the device, "
		      "else 0.\n"
		      "# TYPE rcodewatch_attached gauge\n"
		      "rcodewatch_attached{device=\"eth0\",hook=\"xdp\",mode=\"native\"} 1\n"
		      "# HELP rcodewatch_build_info Version of the running program.\n"
		      "# TYPE rcodewatch_build_info gauge\n"
		      "rcodewatch_build_info{version=\"1.2\"} 1\n");
	free(text);
}

static void openmetrics_format(void **state)
{
	char *text;

	(void)state;
	assert_int_equal(labels_add(&labels, "site=fra\"1\\", (char[OPTION_WHY_MAX]){""}), 0);
	text = written(true, true, &labels);
	assert_string_equal(
		text,
		"# HELP rcodewatch_http_requests Requests to this listener by the status they were "
		"answered with.\n"
		"# TYPE rcodewatch_http_requests counter\n"
		"rcodewatch_http_requests_total{code=\"200\",site=\"fra\\\"1\\\\\"} "
		"18446744073709551615\n"
		"rcodewatch_http_requests_created{code=\"200\",site=\"fra\\\"1\\\\\"} "
		"1795401060.042\n"
		"# HELP process_cpu_seconds CPU time of the process, user and system.\n"
		"# TYPE process_cpu_seconds counter\n"
		"process_cpu_seconds_total{site=\"fra\\\"1\\\\\"} 0.25\n"
		"process_cpu_seconds_created{site=\"fra\\\"1\\\\\"} 1795401060.042\n"
		"# HELP rcodewatch_attached 1 while the program is attached to the device, else "
		"0.\n"
		"# TYPE rcodewatch_attached gauge\n"
		"rcodewatch_attached{device=\"eth0\",hook=\"xdp\",mode=\"native\",site=\"fra\\\"1"
		"\\\\\"} 1\n"
		"# HELP rcodewatch_build Version of the running program.\n"
		"# TYPE rcodewatch_build info\n"
		"rcodewatch_build_info{version=\"1.2\",site=\"fra\\\"1\\\\\"} 1\n"
		"# EOF\n");
	free(text);
	text = written(true, false, &labels);
	assert_null(strstr(text, "_created"));
	free(text);
}

/* A name that an attacker has chosen. */
static void hostile_values(void **state)
{
	char *text = NULL;
	size_t size;
	struct metrics_page page = {.out = open_memstream(&text, &size)};

	(void)state;
	assert_non_null(page.out);
	metrics_family(&page, METRIC_HTTP_REQUESTS);
	metrics_count(&page, METRIC_LABELS("a\"b\\c\nd{}[],=#\t\x01\x7f\xc3\xa4\xff\xe2\x82"), 0);
	fclose(page.out);
	assert_non_null(strstr(text,
			       "\nrcodewatch_http_requests_total{code=\"a\\\"b\\\\c\\nd{}[],=#"
			       "\t\x01\x7f\xc3\xa4\\\\xff\\\\xe2\\\\x82\"} 0\n"));
	free(text);
}

/* Values that differ in no more than bytes that are not UTF-8, or look like their escapes. */
static void different_values_are_different_series(void **state)
{
	static const char *const values[] = {
		"va\x80",   "va\xff",    "va\\xff",        "va\\x5cxff",
		"va\\\xff", "va\\\\xff", "va\xef\xbf\xbd",
	};
	const size_t count = sizeof(values) / sizeof(values[0]);
	char *lines[sizeof(values) / sizeof(values[0])];

	(void)state;
	for (size_t i = 0; i < count; i++) {
		size_t size;
		struct metrics_page page = {.out = open_memstream(&lines[i], &size)};

		assert_non_null(page.out);
		metrics_family(&page, METRIC_HTTP_REQUESTS);
		metrics_count(&page, METRIC_LABELS(values[i]), 0);
		fclose(page.out);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(lines[i], lines[k]);
	}
	for (size_t i = 0; i < count; i++)
		free(lines[i]);
}

/* An operator's label must not have the name of a label that a metric has: labels.c lists these names. */
static void labels_of_metrics_are_reserved(void **state)
{
	(void)state;
	for (size_t m = 0; m < METRICS; m++)
		for (size_t k = 0; k < METRIC_KEYS_MAX && metric_families[m].key[k]; k++) {
			const char *key = metric_families[m].key[k];

			if (!label_key_reserved(key, strlen(key)))
				fail_msg("%s of %s is not reserved", key, metric_families[m].name);
		}
	assert_false(label_key_reserved("site", 4));
	assert_false(label_key_reserved("rcode2", 6));
	assert_false(label_key_reserved("rcod", 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_format),
		cmocka_unit_test(openmetrics_format),
		cmocka_unit_test(hostile_values),
		cmocka_unit_test(different_values_are_different_series),
		cmocka_unit_test(labels_of_metrics_are_reserved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
