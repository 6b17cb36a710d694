// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "metrics.h"

#include <stdarg.h>
#include <stdio.h>

#include "hook.h"

void metric_write(const char *path, const struct spread *value, const char *format, ...)
{
	va_list arguments;
	FILE *file;

	if (!path)
		return;
	file = fopen(path, "ae");
	if (!file)
		bench_failed("cannot write %s", path);
	va_start(arguments, format);
	vfprintf(file, format, arguments);
	va_end(arguments);
	fprintf(file, " %.3f %.3f %.3f\n", value->median, value->low, value->high);
	if (fclose(file) == EOF)
		bench_failed("cannot write %s", path);
}
