// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#ifdef HAVE_JANSSON

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "catalog/catalog.h"
#include "control/answer_line.h"
#include "control/answer_text.h"
#include "control/json_read.h"
#include "control/request.h"
#include "report/code_history.h"
#include "util/text_format.h"

/* Lines of an interface and direction: two of them fit a terminal of 24 lines, with what stands around. */
#define LINES 9
/* Of codes: those that were most; where there are more, the last column has the sum of the others. */
#define COLUMNS 5
#define DAY_S   86400
/* Of a line's time: less was counted than this share of it, so it is marked. */
#define WHOLE 0.95

/* Columns of the table: 80 with what stands between. */
enum { TIME = 12, RATE = 9, CODE = 9 };

struct line {
	double counted_s; /* of this time */
	double responses;
	double codes[CODE_HISTORY_CODES];
};

struct table {
	time_t start, end; /* since 1970-01-01 UTC */
	time_t width;      /* of a line, in seconds */
	struct line line[LINES + 1], all;
	unsigned shown[COLUMNS];
	size_t columns;
	bool other; /* there is more than that */
};

/* RFC 3339, in UTC, without what is behind the seconds; 0: it is not. */
static time_t read_time(const char *text)
{
	struct tm tm = {0};

	return strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) ? timegm(&tm) : 0;
}

static time_t width_of(time_t seconds)
{
	static const time_t widths[] = {1,     2,     5,     10,    15,    30,   60,
					120,   300,   600,   900,   1800,  3600, 7200,
					10800, 21600, 43200, 86400, 172800};
	size_t i = 0;

	while (i + 1 < sizeof(widths) / sizeof(widths[0]) && widths[i] * LINES < seconds)
		i++;
	return widths[i];
}

static void add_row(struct table *table, const json_t *row)
{
	time_t start = read_time(json_read_string(row, "start"));
	const json_t *codes = json_object_get(row, "rcodes");
	double length = json_read_number(row, "length_s");
	struct line *line;

	if (start < table->start || start > table->end)
		return;
	line = &table->line[(start - table->start) / table->width];
	line->counted_s += length;
	table->all.counted_s += length;
	line->responses += (double)json_read_count(row, "responses");
	table->all.responses += (double)json_read_count(row, "responses");
	for (unsigned i = 0; i < CODE_HISTORY_CODES; i++) {
		char key[16];
		double count;

		snprintf(key, sizeof(key), i < RCODE_DIRECT ? "%u" : "rest", i);
		count = (double)json_read_count(codes, key);
		line->codes[i] += count;
		table->all.codes[i] += count;
	}
}

static void choose_columns(struct table *table)
{
	bool chosen[CODE_HISTORY_CODES] = {false};
	size_t kinds = 0;

	for (unsigned i = 0; i < CODE_HISTORY_CODES; i++)
		kinds += table->all.codes[i] > 0;
	for (size_t n = 0; n < (kinds > COLUMNS ? COLUMNS - 1 : COLUMNS); n++) {
		unsigned best = RCODE_DIRECT;

		for (unsigned i = 0; i < RCODE_DIRECT; i++)
			if (!chosen[i] && table->all.codes[i] > 0 &&
			    (best == RCODE_DIRECT || table->all.codes[i] > table->all.codes[best]))
				best = i;
		if (best == RCODE_DIRECT)
			break;
		chosen[best] = true;
	}
	for (unsigned i = 0; i < CODE_HISTORY_CODES; i++)
		if (chosen[i])
			table->shown[table->columns++] = i;
		else if (table->all.codes[i] > 0)
			table->other = true;
}

static void put_rates(FILE *out, const struct table *table, const struct line *line)
{
	double other = line->responses;
	char rate[TEXT_NUMBER_SIZE];

	fprintf(out, " %*s", RATE, text_rate(rate, line->responses / line->counted_s));
	for (size_t i = 0; i < table->columns; i++) {
		double count = line->codes[table->shown[i]];

		other -= count;
		fprintf(out, " %*s", CODE, text_rate(rate, count / line->counted_s));
	}
	if (table->other)
		fprintf(out, " %*s", CODE,
			text_rate(rate, other > 0 ? other / line->counted_s : 0));
	fputc('\n', out);
}

static const char *time_text(char *text, size_t size, const struct table *table, time_t at)
{
	struct tm tm;
	size_t length;

	gmtime_r(&at, &tm);
	length = table->width * LINES > DAY_S ? strftime(text, size, "%m-%d %H:%M", &tm)
					      : strftime(text, size, "%H:%M:%S", &tm);
	return length ? text : "";
}

/* From line @i on, the number of those in which nothing was counted. */
static time_t empty_from(const struct table *table, time_t lines, time_t i)
{
	time_t n = 0;

	while (i + n < lines && table->line[i + n].counted_s <= 0)
		n++;
	return n;
}

static void put_lines(FILE *out, const struct table *table)
{
	time_t lines = (table->end - table->start + table->width - 1) / table->width;

	for (time_t i = 0, empty; i < lines; i += empty ? empty : 1) {
		const struct line *line = &table->line[i];
		time_t at = table->start + i * table->width;
		time_t end = at + table->width < table->end ? at + table->width : table->end;
		bool whole = line->counted_s >= WHOLE * (double)(end - at);
		char text[32];

		empty = empty_from(table, lines, i);
		if (empty && i + empty == lines && end == table->end)
			return; /* it has hardly begun */
		fprintf(out, "%-*s%c", TIME - 1, time_text(text, sizeof(text), table, at),
			empty || whole ? ' ' : '*');
		if (empty)
			fprintf(out, "  nothing was counted until %s\n",
				time_text(text, sizeof(text), table,
					  i + empty < lines ? at + empty * table->width
							    : table->end));
		else
			put_rates(out, table, line);
	}
}

static void put_head(FILE *out, const struct table *table, const json_t *interface, bool utf8)
{
	char name[TIME + 1];

	snprintf(name, sizeof(name), "%.*s %.2s", TIME - 3,
		 json_read_string(interface, "interface"),
		 json_read_string(interface, "direction"));
	text_cell(out, name, TIME, utf8);
	fprintf(out, " %*s", RATE, "per s");
	for (size_t i = 0; i < table->columns; i++) {
		char number[CATALOG_UNNAMED_MAX];
		const char *code = catalog_name_text(CATALOG_RCODE,
						     catalog_name(CATALOG_RCODE, table->shown[i]),
						     table->shown[i], number);

		fprintf(out, " %*.*s", CODE, CODE, code);
	}
	fprintf(out, table->other ? " %*s\n" : "\n", CODE, "other");
}

static void put_interface(FILE *out, const json_t *interface, struct table table, bool utf8)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(interface, "rows"), i, row)
	{
		add_row(&table, row);
	}
	choose_columns(&table);
	fputc('\n', out);
	put_head(out, &table, interface, utf8);
	if (table.all.responses <= 0) {
		fprintf(out, "%-*s  no responses\n", TIME, "");
		return;
	}
	put_lines(out, &table);
	if (table.all.counted_s > 0) {
		fprintf(out, "%-*s", TIME, "all");
		put_rates(out, &table, &table.all);
	}
}

void answer_text_history(FILE *out, const json_t *answer, bool utf8)
{
	uint64_t since = json_read_count(answer, "since_s");
	const char *resolution = json_read_string(answer, "resolution");
	struct table table = {.end = read_time(json_read_string(answer, "time"))};
	const json_t *interface;
	char until[32];
	size_t i;

	if (since < 1 || since > CONTROL_SINCE_MAX || table.end <= (time_t)since) {
		fprintf(out, "the answer has no time that can be shown\n");
		return;
	}
	table.width = width_of((time_t)since);
	/* A line's time is a multiple of its width. */
	table.start = table.end - (time_t)since;
	table.start -= table.start % table.width;
	strftime(until, sizeof(until), "%Y-%m-%d %H:%M:%S", gmtime(&table.end));
	fprintf(out, "Responses a second until %s UTC, from rows of ", until);
	answer_put(out, strcmp(resolution, "full") == 0 ? "each interval" : resolution, 20, utf8);
	fprintf(out, ".\n* Counted in a part of that time only.\n");
	json_array_foreach(json_object_get(answer, "interfaces"), i, interface)
	{
		put_interface(out, interface, table, utf8);
	}
	if (!i)
		fprintf(out, "\nNothing has been counted yet.\n");
}

#else
/* A translation unit holds at least one declaration: ISO C 6.9. */
typedef int control_history_text_is_not_built_in;
#endif
