/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A writer of pages for scrapers onto a stdio stream, in the two formats that there are: Prometheus
 * text 0.0.4 and OpenMetrics 1.0. Escaping, suffixes, created timestamps and the operator's labels
 * are its job. Errors are the stream's.
 */
#ifndef RCODEWATCH_METRICS_PAGE_H
#define RCODEWATCH_METRICS_PAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "report/labels.h"
#include "sinks/prometheus/metrics.h"

#define METRICS_TEXT_TYPE        "text/plain; version=0.0.4; charset=utf-8"
#define METRICS_OPENMETRICS_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

struct metrics_page {
	FILE *out;
	bool openmetrics;
	bool created;                /* OpenMetrics: say when counters began */
	int64_t created_ns;          /* which is then, since 1970-01-01 UTC */
	const struct labels *labels; /* on every sample; NULL: none */
	const struct metric_family *family;
};

/* Label values, in the order of the family's keys. */
#define METRIC_LABELS(...)        \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

/* The head of a family, whose samples follow: all of them, before another is begun. */
void metrics_family(struct metrics_page *page, enum metric metric);
/*
 * A sample of that family, without decimals. @values as METRIC_LABELS(), NULL for a family without
 * labels of its own, and a NULL in it for a label that this sample does not have; bytes that are not UTF-8 become \xNN, so that different values stay different series.
 */
void metrics_count(struct metrics_page *page, const char *const values[], uint64_t value);
/* With them. */
void metrics_value(struct metrics_page *page, const char *const values[], double value);
/*
 * Of a histogram: @count samples of up to @le, by rising @le, the last being "+Inf", and behind the buckets how many they are in
 * all and what they add up to.
 */
void metrics_bucket(const struct metrics_page *page, const char *const values[], const char *le,
		    uint64_t count);
void metrics_histogram_end(const struct metrics_page *page, const char *const values[],
			   uint64_t count, double sum);
/* The end of the page. */
void metrics_end(struct metrics_page *page);

#endif
