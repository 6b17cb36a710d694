// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#ifdef HAVE_JANSSON

#include "control/json_read.h"

#include <jansson.h>
#include <stdlib.h>
#include <time.h>

#include "util/clock.h"

const char *json_read_string(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

uint64_t json_read_count(const json_t *object, const char *key)
{
	json_int_t count = json_integer_value(json_object_get(object, key));

	return count > 0 ? (uint64_t)count : 0;
}

double json_read_number(const json_t *object, const char *key)
{
	double number = json_number_value(json_object_get(object, key));

	return number > 0 ? number : 0;
}

int64_t json_read_time(const json_t *object, const char *key)
{
	struct tm tm = {0};
	const char *rest = strptime(json_read_string(object, key), "%Y-%m-%dT%H:%M:%S", &tm);
	time_t seconds = rest ? timegm(&tm) : 0;
	double part = rest && *rest == '.' ? strtod(rest, NULL) : 0;

	if (seconds <= 0 || seconds > INT64_MAX / NS_PER_S - 1 || !(part >= 0 && part < 1))
		return 0;
	return (int64_t)seconds * NS_PER_S + (int64_t)(part * 1e9 + 0.5);
}

void json_read_write(FILE *out, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15));

	/* All but ASCII is escaped, and so are control characters, but DEL. */
	for (const char *c = text; c && *c; c++) {
		if (*c == '\x7f')
			fputs("\\u007f", out);
		else
			fputc(*c, out);
	}
	fputc('\n', out);
	free(text);
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int control_json_read_is_not_built_in;
#endif
