// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"
#include "util/text_format.h"

#define OPTIONS_MAX 64
/* getopt_long results that no character has. */
#define FIRST_VALUE  1000
#define HELP_COLUMN  26
#define HELP_COLUMNS 80

/*
 * The words of @text, from @column on, in lines of HELP_COLUMNS; how it is broken in the source is of no importance, but for empty lines.
 */
static void print_words(const char *text, int column)
{
	char *words = strdup(text), *rest = words;

	while (rest) {
		char *end = strstr(rest, "\n\n"), *next = end ? end + 2 : NULL;

		if (end)
			*end = '\0';
		for (char *c = rest; *c; c++)
			if (*c == '\n')
				*c = ' ';
		text_wrap(stdout, HELP_COLUMNS, (size_t)column, (size_t)column, rest);
		if (next)
			printf("\n%*s", column, "");
		rest = next;
	}
	free(words);
}

static void print_help_of(const char *left, int width, const char *help)
{
	if (width >= HELP_COLUMN)
		printf("%s\n%*s", left, HELP_COLUMN, "");
	else
		printf("%-*s", HELP_COLUMN, left);
	print_words(help, HELP_COLUMN);
}

static void print_option(const char *name, char letter, const char *argument, const char *help)
{
	char left[96];
	int width;

	width = snprintf(left, sizeof(left), "  %c%c%s --%s%s%s", letter ? '-' : ' ',
			 letter ? letter : ' ', letter ? "," : " ", name, argument ? " " : "",
			 argument ? argument : "");
	print_help_of(left, width, help);
}

void option_print_plain(const struct option_spec *option)
{
	char left[96];
	int width = snprintf(left, sizeof(left), "  %s%s%s", option->name,
			     option->argument ? "=" : "", option->argument ? option->argument : "");

	print_help_of(left, width, option->help);
}

static void print_help(const struct option_command *command)
{
	printf("Usage: rcodewatch %s [OPTION]...%s%s\n\n", command->name,
	       command->operands[0] ? " " : "", command->operands);
	print_words(command->summary, 0);
	puts("\nOptions:");
	for (size_t i = 0; i < command->option_count; i++) {
		const struct option_spec *o = &command->options[i];

		print_option(o->name, o->letter, o->argument, o->help);
	}
	print_option("help", 'h', NULL, "show this and exit");
	if (command->more)
		command->more();
	if (command->epilogue)
		printf("\n%s\n", command->epilogue);
}

static int complain(const struct option_command *command, const char *what, const char *why)
{
	log_error("%s: %s; see 'rcodewatch %s --help'", what, why, command->name);
	return OPTIONS_USAGE;
}

static const struct option_spec *find(const struct option_command *command, int found)
{
	for (size_t i = 0; i < command->option_count; i++)
		if (found == FIRST_VALUE + (int)i || found == command->options[i].letter)
			return &command->options[i];
	return NULL;
}

/* The tables of getopt_long. */
static void make_tables(const struct option_command *command, struct option *longs, char *letters)
{
	size_t used = strlen(letters), i;

	for (i = 0; i < command->option_count && i < OPTIONS_MAX; i++) {
		const struct option_spec *o = &command->options[i];

		longs[i] = (struct option){
			.name = o->name,
			.has_arg = o->argument ? required_argument : no_argument,
			.val = FIRST_VALUE + (int)i,
		};
		if (!o->letter)
			continue;
		letters[used++] = o->letter;
		if (o->argument)
			letters[used++] = ':';
	}
	longs[i] = (struct option){.name = "help", .val = 'h'};
	letters[used] = '\0';
}

static int unknown(const struct option_command *command, const char *word)
{
	char what[8];

	if (optopt && optopt < FIRST_VALUE) {
		snprintf(what, sizeof(what), "-%c", optopt);
		return complain(command, what, "unknown option");
	}
	return complain(command, word, optopt ? "takes no value" : "unknown or ambiguous option");
}

/* A flag that is there already changes nothing, so there are no more options than words and flags. */
static void note(struct command_line *line, const struct option_spec *option, const char *value)
{
	for (size_t i = 0; !value && i < line->count; i++)
		if (line->given[i].option == option)
			return;
	line->given[line->count++] = (struct option_given){.option = option, .value = value};
}

int options_read(const struct option_command *command, int argc, char **argv,
		 struct command_line *line)
{
	struct option longs[OPTIONS_MAX + 2] = {{0}};
	char letters[2 * OPTIONS_MAX + 4] = ":h";
	const struct option_spec *option;
	int found;

	*line = (struct command_line){.command = command};
	line->given = calloc((size_t)argc + command->option_count + 1, sizeof(*line->given));
	if (!line->given) {
		log_error("out of memory");
		return OPTIONS_USAGE;
	}
	make_tables(command, longs, letters);
	optind = 0; /* glibc: start over, also after an earlier command line */
	opterr = 0;
	while ((found = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (found == ':')
			return complain(command, argv[optind - 1], "needs a value");
		if (found == '?')
			return unknown(command, argv[optind - 1]);
		line->help = found == 'h';
		if (line->help)
			break;
		option = find(command, found);
		if (option)
			note(line, option, optarg);
	}
	line->operands = argv + optind;
	line->operand_count = argc - optind;
	return 0;
}

int options_apply(const struct command_line *line, void *settings)
{
	char why[OPTION_WHY_MAX], what[128];

	for (size_t i = 0; i < line->count; i++) {
		const struct option_spec *o = line->given[i].option;
		const char *value = line->given[i].value;
		int err = option_set(o, settings, value, why);

		if (err == OPTION_SHOWN)
			return OPTIONS_HELP;
		if (err < 0) {
			snprintf(what, sizeof(what), "--%s %.60s", o->name, value ? value : "");
			return complain(line->command, what, why);
		}
	}
	if (!line->help)
		return 0;
	print_help(line->command);
	return OPTIONS_HELP;
}

const char *options_given(const struct command_line *line, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < line->count; i++)
		if (strcmp(line->given[i].option->name, name) == 0)
			value = line->given[i].value;
	return value;
}

void options_free(struct command_line *line)
{
	free(line->given);
	*line = (struct command_line){0};
}

int options_parse(const struct option_command *command, int argc, char **argv, void *settings)
{
	struct command_line line;
	int err = options_read(command, argc, argv, &line), first;

	if (!err)
		err = options_apply(&line, settings);
	first = argc - line.operand_count;
	options_free(&line);
	return err ? err : first;
}
