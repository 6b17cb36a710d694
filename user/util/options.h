/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Options, declared in typed tables: a table serves the command line (through getopt_long), the help text and
 * the options of sinks, so that none can forget what another knows.
 */
#ifndef RCODEWATCH_OPTIONS_H
#define RCODEWATCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#define OPTION_WHY_MAX 160

enum option_type {
	OPTION_FLAG,   /* a bool; on a command line without a value, in a file yes or no */
	OPTION_NUMBER, /* a whole number from low to high; kept times scale, in an unsigned integer */
	OPTION_SECONDS, /* with up to nine decimals; low, high and what is kept, a long long, are ns */
	OPTION_WORD, /* one of words; its value is kept in a bool, an enum or an unsigned integer */
	OPTION_WORDS, /* words with separator between them; their values are kept, combined by or */
	OPTION_TEXT,  /* any text but an empty one, in a char[] */
	OPTION_TOKEN, /* the same, of printable ASCII without blanks */
	OPTION_FILE,  /* the same, of any bytes: the name of a file that is going to be read */
	OPTION_CUSTOM, /* parse() knows the syntax */
};

/* A list of these ends with a word that is NULL. */
struct option_word {
	const char *word;
	unsigned int value;
};

struct option_spec {
	const char *name;     /* without the dashes */
	char letter;          /* 0: none */
	const char *argument; /* its name in the help text; NULL: takes none */
	const char *help;     /* may hold newlines; continued lines are indented */
	enum option_type type;
	char separator;      /* 0: a comma */
	bool repeats;        /* each value is added to those before */
	bool reloads;        /* can change while the program runs */
	bool command_line;   /* is for command lines, not for configuration files */
	size_t offset, size; /* of its field in the settings: OPTION_FIELD() */
	long long low, high;
	unsigned long scale; /* 0: 1 */
	const struct option_word *words;
	const char *wrong;    /* a refusal says it, not all words; of a text: "needs ..." */
	const char *standard; /* of OPTION_CUSTOM: its default, as text; NULL: there is none */
	/*
	 * Of OPTION_CUSTOM: take @value (NULL without an argument) into @field. 0; -EINVAL with the reason
	 * in @why, which says what would be right; OPTION_SHOWN if it asked for something to be shown, which
	 * has been printed.
	 */
	int (*parse)(void *field, const char *value, char why[OPTION_WHY_MAX]);
};

/* The place of @member in settings of @type, for a struct option_spec. */
#define OPTION_FIELD(type, member) \
	.offset = offsetof(type, member), .size = sizeof(((type *)NULL)->member)

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

/* An option as the command line has it. */
struct option_given {
	const struct option_spec *option;
	const char *value; /* a word of argv; NULL: without an argument */
};

struct command_line {
	const struct option_command *command;
	struct option_given *given; /* in their order */
	size_t count;
	bool help; /* --help follows them */
	char **operands;
	int operand_count;
};

/*
 * What options_parse() does, in two steps, for those who look at other places between them: find the options in
 * @argv, which must outlive @line. 0 or OPTIONS_USAGE. Free with options_free() in any case.
 */
int options_read(const struct option_command *command, int argc, char **argv,
		 struct command_line *line);
/* Take the values of @line into @settings. 0, OPTIONS_HELP or OPTIONS_USAGE. */
int options_apply(const struct command_line *line, void *settings);
/* The last value of the option called @name; NULL: it is not there. */
const char *options_given(const struct command_line *line, const char *name);
void options_free(struct command_line *line);

/*
 * Take @value (NULL without an argument) into the field of @option in @settings, which is left as it is if the value
 * is wrong. 0, -EINVAL with @why, or OPTION_SHOWN.
 */
int option_set(const struct option_spec *option, void *settings, const char *value,
	       char why[OPTION_WHY_MAX]);

/* What @option is in @settings, as option_set() takes it; "" if it is nothing, or OPTION_CUSTOM without a default. */
void option_format(const struct option_spec *option, const void *settings, char *text, size_t size);

/* Print what the help says of @option, without dashes: for options in a word. */
void option_print_plain(const struct option_spec *option);

/* Whole number from @low to @high, in decimal and nothing else. 0 or -EINVAL with @why. */
int option_number(const char *value, unsigned long low, unsigned long high, unsigned long *number,
		  char why[OPTION_WHY_MAX]);
/* Printable ASCII without blanks into @to, of @size bytes. 0 or -EINVAL with @why. */
int option_token(char *to, size_t size, const char *value, char why[OPTION_WHY_MAX]);
/* The value of the word @value of @words. 0 or -EINVAL with @why. */
int option_word(const char *value, const struct option_word *words, unsigned int *found,
		char why[OPTION_WHY_MAX]);

#endif
