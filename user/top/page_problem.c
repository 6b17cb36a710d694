// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* All that is known of one alert or piece of advice, and what its code means. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/catalog_show.h"
#include "top/page_lines.h"
#include "format/figure_text.h"

#define EXPLAIN_COLUMNS 100

/* "ede:6" as the catalogue has it. False: it has not. */
static bool find_code(const char *text, struct catalog_entry *entry)
{
	const char *colon = strchr(text, ':');
	enum catalog_registry registry = colon ? catalog_registry_of(text, (size_t)(colon - text))
					       : CATALOG_REGISTRIES;
	char *end;
	unsigned long code;

	if (registry == CATALOG_REGISTRIES)
		return false;
	code = strtoul(colon + 1, &end, 10);
	return end != colon + 1 && !*end && code <= UINT16_MAX &&
	       catalog_lookup(registry, (uint32_t)code, entry);
}

/* What `rcodewatch explain` prints, by the line. */
static void put_explanation(struct page_lines *lines, const char *code)
{
	int columns = lines->canvas->columns;
	unsigned width = (unsigned)(columns < 40                ? 40
				    : columns > EXPLAIN_COLUMNS ? EXPLAIN_COLUMNS
								: columns);
	struct catalog_entry entry;
	char *text = NULL, *line, *rest;
	size_t size = 0;
	FILE *out;

	if (!find_code(code, &entry)) {
		page_add(lines, 0, STYLE_PLAIN, "There is no code '%s'.", code);
		return;
	}
	out = open_memstream(&text, &size);
	if (!out)
		return;
	catalog_text_entry(out, width, &entry, entry.code);
	fclose(out);
	rest = text;
	while ((line = strsep(&rest, "\n")) && (rest || line[0]))
		page_add(lines, 0, lines->next ? STYLE_PLAIN : STYLE_BOLD, "%s", line);
	free(text);
}

static void put_code(struct page_lines *lines, const struct page_input *input)
{
	put_explanation(lines, view_place(input->view)->key);
}

void page_code(struct canvas *canvas, const struct page_input *input)
{
	page_scroll(canvas, input, put_code);
}

/* ---- a problem -------------------------------------------------------------------------------- */

static void value_text(char text[static 64], const struct model_problem *problem, double value)
{
	char number[TEXT_NUMBER_SIZE];

	if (strcmp(problem->unit, "share") == 0)
		snprintf(text, 64, "%s", figure_percent(number, value));
	else if (strcmp(problem->unit, "seconds") == 0)
		snprintf(text, 64, "%s s", text_rate(number, value));
	else if (strcmp(problem->unit, "times") == 0)
		snprintf(text, 64, "%s times", text_rate(number, value));
	else if (strcmp(problem->unit, "count") == 0)
		snprintf(text, 64, "%s", text_rate(number, value));
	else
		snprintf(text, 64, "%s/s", text_rate(number, value));
}

static void put_values(struct page_lines *lines, const struct model_problem *problem)
{
	char value[64];

	if (problem->value >= 0) {
		value_text(value, problem, problem->value);
		page_add(lines, 0, STYLE_PLAIN, "value      %s", value);
	}
	if (problem->threshold >= 0) {
		value_text(value, problem, problem->threshold);
		page_add(lines, 0, STYLE_PLAIN, "threshold  %s", value);
	}
	if (problem->usual >= 0) {
		value_text(value, problem, problem->usual);
		page_add(lines, 0, STYLE_PLAIN, "usual      %s", value);
	}
}

static void content(struct page_lines *lines, const struct page_input *input)
{
	const struct view_place *place = view_place(input->view);
	const struct model *model = page_model(input);
	const struct model_problem *problem = model ? view_problem(model, place) : NULL;
	char since[TEXT_NUMBER_SIZE];

	if (!problem) {
		page_add(lines, 0, STYLE_BOLD, "%s %s", place->key, place->subject);
		page_add(lines, 0, STYLE_PLAIN, "It is not wrong in the interval that is shown.");
		return;
	}
	page_add_words(lines, 0, STYLE_BAD, problem->text);
	page_line(lines);
	if (problem->check[0]) {
		page_add(lines, 0, STYLE_PLAIN, "To see more (c copies it):");
		page_add_words(lines, 2, STYLE_BOLD, problem->check);
		page_line(lines);
	}
	for (size_t i = 0; i < problem->blames; i++)
		page_add_words(lines, i ? 2 : 0, STYLE_PLAIN, problem->blame[i]);
	if (problem->since_ns)
		page_add(lines, 0, STYLE_PLAIN, "since      %s",
			 figure_clock(since, problem->since_ns));
	page_add(lines, 0, STYLE_PLAIN, "%-10s %s, %s", problem->advice ? "advice" : "alert",
		 problem->rule, alert_severity_names[problem->severity]);
	put_values(lines, problem);
	if (problem->side[0] || problem->interface[0])
		page_add(lines, 0, STYLE_PLAIN, "seen at    %s%s%s", problem->interface,
			 problem->interface[0] ? " " : "", problem->side);
	if (problem->explain[0]) {
		page_line(lines);
		put_explanation(lines, problem->explain);
	}
}

void page_problem(struct canvas *canvas, const struct page_input *input)
{
	page_scroll(canvas, input, content);
}
