// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "settings_bounds.h"

#include <string.h>

#include "target.h"
#include "util/clock.h"

static void check_ports(const struct port_list *list)
{
	if (list->count < 1 || list->count > MAX_PORTS)
		fuzz_fail("%u ports", list->count);
	for (uint32_t i = 0; i < list->count; i++)
		if (!list->port[i])
			fuzz_fail("port 0");
}

void fuzz_check_settings(const struct settings *settings)
{
	const long long second = NS_PER_S, day = 86400 * second;

	check_ports(&settings->dns_ports);
	check_ports(&settings->encrypted_ports);
	if (settings->interval_ns &&
	    (settings->interval_ns < second / 10 || settings->interval_ns > day))
		fuzz_fail("an interval of %lld ns", settings->interval_ns);
	if (settings->duration_ns &&
	    (settings->duration_ns < second / 10 || settings->duration_ns > 365 * day))
		fuzz_fail("a duration of %lld ns", settings->duration_ns);
	if (settings->count > 1000000000)
		fuzz_fail("%lu reports", settings->count);
	if (settings->memory_max < 1u << 20 || settings->memory_max > (size_t)4096 << 20)
		fuzz_fail("%zu bytes of memory", settings->memory_max);
	if (!settings->directions)
		fuzz_fail("no direction");
}

void fuzz_check_errors(const char *errors, int most)
{
	int lines = 0;

	while (*errors) {
		const char *end = strchr(errors, '\n');

		if (strncmp(errors, "rcodewatch: ", 12) != 0 || !end)
			fuzz_fail("no message: '%s'", errors);
		errors = end + 1;
		lines++;
	}
	if (lines > most)
		fuzz_fail("%d lines where one is enough", lines);
}
