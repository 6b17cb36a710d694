/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Options, declared in tables: a table serves the command line (through getopt_long) and the help
 * text, so that neither can forget what the other knows.
 */
#ifndef RCODEWATCH_OPTIONS_H
#define RCODEWATCH_OPTIONS_H

#include <stddef.h>

#define OPTION_WHY_MAX 160

struct option_spec {
	const char *name;     /* without the dashes */
	char letter;          /* 0: none */
	const char *argument; /* its name in the help text; NULL: takes none */
	const char *help;     /* may hold newlines; continued lines are indented */
	/*
	 * Take @value (NULL without an argument) into the command's settings. 0; -EINVAL with the
	 * reason in @why, which says what would be right; OPTION_SHOWN if it asked for something to
	 * be shown, which has been printed.
	 */
	int (*set)(void *settings, const char *value, char why[OPTION_WHY_MAX]);
};

struct option_command {
	const char *name;     /* "run" */
	const char *operands; /* "INTERFACE..." */
	const char *summary;  /* what it does, in one or more lines */
	const char *epilogue; /* exit statuses, examples */
	void (*more)(void);   /* prints more of the help, behind the options; or NULL */
	const struct option_spec *options; /* --help is not listed: every command has it */
	size_t option_count;
};

#define OPTION_SHOWN 1

/* Other results of options_parse(). */
#define OPTIONS_HELP  (-1) /* help was asked for and printed: EXIT_DONE */
#define OPTIONS_USAGE (-2) /* an error was reported: EXIT_USAGE */

/*
 * Parse @argv, in which argv[0] is the command's name, into @settings. Gives the position of the
 * first operand (argv is permuted so that all of them are last), or one of the results above.
 */
int options_parse(const struct option_command *command, int argc, char **argv, void *settings);

/* Print what the help says of @option, without dashes: for options in a word. */
void option_print_plain(const struct option_spec *option);

/* Whole number from @low to @high, in decimal and nothing else. 0 or -EINVAL with @why. */
int option_number(const char *value, unsigned long low, unsigned long high, unsigned long *number,
		  char why[OPTION_WHY_MAX]);
/* Seconds with up to nine decimals from @low_ns to @high_ns. 0 or -EINVAL with @why. */
int option_seconds(const char *value, long long low_ns, long long high_ns, long long *ns,
		   char why[OPTION_WHY_MAX]);
/* The position of @value among @count words. 0 or -EINVAL with @why. */
int option_word(const char *value, const char *const *words, size_t count, size_t *position,
		char why[OPTION_WHY_MAX]);

#endif
