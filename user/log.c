// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "log.h"

#include <stdarg.h>
#include <stdio.h>

/* One write for a line, so that lines of several processes do not mix. */
static void say(const char *prefix, const char *format, va_list args) PRINTF_LIKE(2, 0);

static void say(const char *prefix, const char *format, va_list args)
{
	char line[2048];
	int at = snprintf(line, sizeof(line), "rcodewatch: %s", prefix);

	vsnprintf(line + at, sizeof(line) - (size_t)at, format, args);
	/* Names of files and interfaces are in there, which may hold anything. */
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	fprintf(stderr, "%s\n", line);
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("", format, args);
	va_end(args);
}

void log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("warning: ", format, args);
	va_end(args);
}

void log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("", format, args);
	va_end(args);
}
