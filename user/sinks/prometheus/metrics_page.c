// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/prometheus/metrics_page.h"

#include <inttypes.h>
#include <string.h>

#include "util/utf8.h"
#include "util/clock.h"

void metrics_family(struct metrics_page *page, enum metric metric)
{
	static const char *const types[] = {"counter", "gauge", "info", "histogram"};
	const struct metric_family *family = &metric_families[metric];
	const char *suffix = "", *type = types[family->type];

	/* In the text format metadata have the name of the samples, and there are no infos. */
	if (!page->openmetrics && family->type == METRIC_COUNTER)
		suffix = "_total";
	if (!page->openmetrics && family->type == METRIC_INFO) {
		suffix = "_info";
		type = "gauge";
	}
	page->family = family;
	fprintf(page->out, "# HELP %s%s %s\n# TYPE %s%s %s\n", family->name, suffix, family->help,
		family->name, suffix, type);
}

/* https://prometheus.io/docs/instrumenting/exposition_formats/: backslash, newline, quote. */
static void put_escaped(FILE *out, const char *value)
{
	char escape[UTF8_ESCAPE_SIZE];

	for (size_t left = strlen(value), n; left; value += n, left -= n) {
		n = utf8_escape(value, left, escape);
		if (*escape) {
			fprintf(out, "\\%s", escape);
		} else if (*value == '\n') {
			fputs("\\n", out);
		} else {
			if (*value == '\\' || *value == '"')
				fputc('\\', out);
			fwrite(value, 1, n, out);
		}
	}
}

static void put_label(FILE *out, bool *first, const char *key, const char *value)
{
	fprintf(out, "%c%s=\"", *first ? '{' : ',', key);
	put_escaped(out, value);
	fputc('"', out);
	*first = false;
}

/* @le: of a histogram's bucket; else NULL. */
static void put_series(const struct metrics_page *page, const char *suffix,
		       const char *const values[], const char *le)
{
	const struct metric_family *family = page->family;
	bool first = true;

	fprintf(page->out, "%s%s", family->name, suffix);
	for (size_t i = 0; i < METRIC_KEYS_MAX && family->key[i]; i++)
		if (values[i])
			put_label(page->out, &first, family->key[i], values[i]);
	if (le)
		put_label(page->out, &first, "le", le);
	for (size_t i = 0; page->labels && i < page->labels->count; i++)
		put_label(page->out, &first, page->labels->label[i].key,
			  page->labels->label[i].value);
	fputs(first ? " " : "} ", page->out);
}

static const char *suffix_of(const struct metric_family *family)
{
	if (family->type == METRIC_COUNTER)
		return "_total";
	return family->type == METRIC_INFO ? "_info" : "";
}

static void put_created(const struct metrics_page *page, const char *const values[])
{
	if (!page->openmetrics || !page->created || page->family->type != METRIC_COUNTER)
		return;
	put_series(page, "_created", values, NULL);
	fprintf(page->out, "%" PRId64 ".%03" PRId64 "\n", page->created_ns / NS_PER_S,
		page->created_ns % NS_PER_S / NS_PER_MS);
}

void metrics_count(struct metrics_page *page, const char *const values[], uint64_t value)
{
	put_series(page, suffix_of(page->family), values, NULL);
	fprintf(page->out, "%" PRIu64 "\n", value);
	put_created(page, values);
}

void metrics_value(struct metrics_page *page, const char *const values[], double value)
{
	put_series(page, suffix_of(page->family), values, NULL);
	fprintf(page->out, "%.15g\n", value);
	put_created(page, values);
}

void metrics_bucket(const struct metrics_page *page, const char *const values[], const char *le,
		    uint64_t count)
{
	put_series(page, "_bucket", values, le);
	fprintf(page->out, "%" PRIu64 "\n", count);
}

void metrics_histogram_end(const struct metrics_page *page, const char *const values[],
			   uint64_t count, double sum)
{
	put_series(page, "_sum", values, NULL);
	fprintf(page->out, "%.15g\n", sum);
	put_series(page, "_count", values, NULL);
	fprintf(page->out, "%" PRIu64 "\n", count);
}

void metrics_end(struct metrics_page *page)
{
	if (page->openmetrics)
		fputs("# EOF\n", page->out);
}
