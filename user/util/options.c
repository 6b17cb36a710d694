// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"

#define OPTIONS_MAX 64
/* getopt_long results that no character has. */
#define FIRST_VALUE 1000
#define HELP_COLUMN 26

static void print_help_of(const char *left, int width, const char *help)
{
	if (width >= HELP_COLUMN)
		printf("%s\n%*s", left, HELP_COLUMN, "");
	else
		printf("%-*s", HELP_COLUMN, left);
	for (const char *c = help; *c; c++) {
		putchar(*c);
		if (*c == '\n')
			printf("%*s", HELP_COLUMN, "");
	}
	putchar('\n');
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
	printf("Usage: rcodewatch %s [OPTION]... %s\n\n%s\n\nOptions:\n", command->name,
	       command->operands, command->summary);
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

int options_parse(const struct option_command *command, int argc, char **argv, void *settings)
{
	struct option longs[OPTIONS_MAX + 2] = {{0}};
	char letters[2 * OPTIONS_MAX + 4] = ":h", why[OPTION_WHY_MAX], what[128];
	size_t used = strlen(letters);
	int found, err;

	for (size_t i = 0; i < command->option_count && i < OPTIONS_MAX; i++) {
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
	longs[command->option_count] = (struct option){.name = "help", .val = 'h'};
	letters[used] = '\0';

	optind = 0; /* glibc: start over, also after an earlier command line */
	opterr = 0;
	while ((found = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		const struct option_spec *o = NULL;

		if (found == 'h') {
			print_help(command);
			return OPTIONS_HELP;
		}
		if (found == ':')
			return complain(command, argv[optind - 1], "needs a value");
		if (found == '?') {
			if (optopt && optopt < FIRST_VALUE) {
				snprintf(what, sizeof(what), "-%c", optopt);
				return complain(command, what, "unknown option");
			}
			return complain(command, argv[optind - 1],
					optopt ? "takes no value" : "unknown or ambiguous option");
		}
		for (size_t i = 0; i < command->option_count; i++)
			if (found == FIRST_VALUE + (int)i || found == command->options[i].letter)
				o = &command->options[i];
		err = o ? o->set(settings, optarg, why) : 0;
		if (err == OPTION_SHOWN)
			return OPTIONS_HELP;
		if (err < 0) {
			snprintf(what, sizeof(what), "--%s %.60s", o->name, optarg ? optarg : "");
			return complain(command, what, why);
		}
	}
	return optind;
}

int option_number(const char *value, unsigned long low, unsigned long high, unsigned long *number,
		  char why[OPTION_WHY_MAX])
{
	unsigned long got;
	char *end;

	errno = 0;
	got = strtoul(value, &end, 10);
	if (!isdigit((unsigned char)*value) || *end || errno || got < low || got > high) {
		snprintf(why, OPTION_WHY_MAX, "must be a whole number from %lu to %lu", low, high);
		return -EINVAL;
	}
	*number = got;
	return 0;
}

int option_seconds(const char *value, long long low_ns, long long high_ns, long long *ns,
		   char why[OPTION_WHY_MAX])
{
	const long long second = 1000000000;
	long long whole = 0, fraction = 0, unit = second, sum;
	const char *c = value;

	for (; isdigit((unsigned char)*c) && whole < 100000000; c++)
		whole = whole * 10 + (*c - '0');
	if (*c == '.' && c > value)
		for (c++; isdigit((unsigned char)*c) && unit > 1; c++) {
			unit /= 10;
			fraction += (*c - '0') * unit;
		}
	sum = whole * second + fraction;
	if (c == value || *c || sum < low_ns || sum > high_ns) {
		snprintf(why, OPTION_WHY_MAX, "must be seconds from %.9g to %.9g",
			 (double)low_ns / 1e9, (double)high_ns / 1e9);
		return -EINVAL;
	}
	*ns = sum; /* only what is taken: the settings keep what they had */
	return 0;
}

int option_word(const char *value, const char *const *words, size_t count, size_t *position,
		char why[OPTION_WHY_MAX])
{
	size_t used;

	for (size_t i = 0; i < count; i++)
		if (strcmp(value, words[i]) == 0) {
			*position = i;
			return 0;
		}
	used = (size_t)snprintf(why, OPTION_WHY_MAX, "must be one of");
	for (size_t i = 0; i < count && used < OPTION_WHY_MAX; i++)
		used += (size_t)snprintf(why + used, OPTION_WHY_MAX - used, "%s %s", i ? "," : "",
					 words[i]);
	return -EINVAL;
}
