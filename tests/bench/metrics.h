/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Measurements on their way to report.py: a file of lines "NAME MEDIAN LOW HIGH". */
#ifndef RCODEWATCH_BENCH_METRICS_H
#define RCODEWATCH_BENCH_METRICS_H

#include "stats.h"

/* Append to the file at @path; with NULL do nothing. What cannot be written ends the program. */
void metric_write(const char *path, const struct spread *value, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
