// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Content negotiation as RFC 9110 section 12.5.1 has it, with headers that scrapers send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sinks/prometheus/http_accept.h"

#define OPENMETRICS "application/openmetrics-text"

static void wants_openmetrics(void **state)
{
	static const char *const headers[] = {
		OPENMETRICS,
		OPENMETRICS ";version=1.0.0",
		OPENMETRICS "; version=0.0.1",
		"Application/OpenMetrics-Text; Version=1.0.0",
		/* Prometheus 2.42, 2.53 and 3.5 */
		OPENMETRICS ";version=1.0.0," OPENMETRICS
			    ";version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
		OPENMETRICS ";version=1.0.0;q=0.8," OPENMETRICS
			    ";version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
		OPENMETRICS ";version=1.0.0;escaping=allow-utf-8;q=0.6," OPENMETRICS
			    ";version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;"
			    "q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
		/* equal weights */
		"text/plain;q=0.5," OPENMETRICS ";q=0.5",
		"text/plain;q=0.5 , " OPENMETRICS " ; version=1.0.0 ; q=0.501",
		(",,;;," OPENMETRICS),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		if (!http_accepts_openmetrics(headers[i]))
			fail_msg("should be OpenMetrics: %s", headers[i]);
}

static void wants_text(void **state)
{
	static const char *const headers[] = {
		"",
		"*/*",
		"text/plain",
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
		"application/*",
		OPENMETRICS ";q=0",
		OPENMETRICS ";version=2.0.0",
		OPENMETRICS ";version=1.0.0;q=0.5,text/plain;version=0.0.4",
		OPENMETRICS "2",
		"x" OPENMETRICS,
		OPENMETRICS ";q=",
		OPENMETRICS ";q=-1",
		OPENMETRICS ";q=nan",
		";;;,,,q=1",
		";",
	};

	(void)state;
	assert_false(http_accepts_openmetrics(NULL));
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		if (http_accepts_openmetrics(headers[i]))
			fail_msg("should be text: %s", headers[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wants_openmetrics),
		cmocka_unit_test(wants_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
