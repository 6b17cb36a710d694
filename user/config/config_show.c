// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config/config_show.h"

#include <string.h>

#include "sinks/sinks.h"

#define COLUMN    40
#define VALUE_MAX 512
/* inih reads no longer line; and it takes what follows " ;" for a comment. */
#define LINE_MAX_  190
#define IS_COMMENT " ;"

static void show(FILE *out, const char *name, const char *value, const struct config_origin *origin)
{
	size_t width = strlen(name) + 3 + strlen(value);
	const char *mark = "";

	/* What a file cannot say, and what is nothing, is shown all the same. */
	if (!value[0] || strstr(value, IS_COMMENT) || width > LINE_MAX_)
		mark = "# ";
	fprintf(out, "%s%s = %s", mark, name, value);
	if (width + strlen(mark) < COLUMN)
		fprintf(out, "%*s", (int)(COLUMN - width - strlen(mark)), "");
	/* A file's name may be long: its line is. */
	if (width + strlen(mark) > LINE_MAX_ / 2 ||
	    (origin && origin->file && strlen(origin->file) > 80))
		fputs("\n#", out);
	if (!origin)
		fputs(" ; default\n", out);
	else if (origin->file)
		fprintf(out, " ; %s:%u\n", origin->file, origin->line);
	else
		fputs(" ; command line\n", out);
}

static void show_option(FILE *out, const struct option_spec *option,
			const struct config_origins *origins, const void *settings)
{
	char text[VALUE_MAX];
	size_t shown = 0;

	if (option->command_line)
		return;
	for (size_t i = 0; i < origins->count; i++) {
		const struct config_origin *origin = &origins->origin[i];

		if (origin->option != option)
			continue;
		show(out, option->name, origin->value ? origin->value : "yes", origin);
		shown++;
	}
	if (shown)
		return;
	option_format(option, settings, text, sizeof(text));
	show(out, option->name, text, NULL);
}

static bool is_shown(const struct config_origins *origins, size_t until, const char *section,
		     const char *name)
{
	for (size_t i = 0; i < until; i++)
		if (strcmp(origins->origin[i].section, section) == 0 &&
		    (!name || strcmp(origins->origin[i].name, name) == 0))
			return true;
	return false;
}

static void show_sink(FILE *out, const struct config_origins *origins, const char *section,
		      const struct sink_spec *spec)
{
	char text[VALUE_MAX];

	fprintf(out, "\n[%s]\n", section);
	for (size_t i = 0; i < origins->count; i++)
		if (strcmp(origins->origin[i].section, section) == 0)
			show(out, origins->origin[i].name, origins->origin[i].value,
			     &origins->origin[i]);
	for (size_t i = 0; i < spec->kind->option_count; i++) {
		const struct option_spec *option = &spec->kind->options[i];

		if (is_shown(origins, origins->count, section, option->name))
			continue;
		option_format(option, spec, text, sizeof(text));
		show(out, option->name, text, NULL);
	}
}

void config_show(FILE *out, const struct option_command *command, const struct option_spec *operand,
		 const struct config_origins *origins, const void *settings)
{
	const struct option_spec *sink = NULL;
	const struct sink_specs *specs;
	size_t next = 0;

	show_option(out, operand, origins, settings);
	for (size_t i = 0; i < command->option_count; i++) {
		show_option(out, &command->options[i], origins, settings);
		if (strcmp(command->options[i].name, "sink") == 0)
			sink = &command->options[i];
	}
	if (!sink)
		return;
	/* Those of sections follow those of lines. */
	specs = (const void *)((const char *)settings + sink->offset);
	for (size_t i = 0; i < origins->count; i++)
		next += origins->origin[i].option == sink;
	for (size_t i = 0; i < origins->count && next < specs->count; i++)
		if (origins->origin[i].section[0] &&
		    !is_shown(origins, i, origins->origin[i].section, NULL))
			show_sink(out, origins, origins->origin[i].section, &specs->spec[next++]);
}
