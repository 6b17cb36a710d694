// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/completion.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "util/log.h"

/* What can follow an option, or be an operand. */
enum value_kind {
	VALUE_NONE, /* there is none */
	VALUE_ANY,  /* nothing is known of it */
	VALUE_WORD,
	VALUE_FILE,
	VALUE_FOLDER,
	VALUE_INTERFACE,
};

static enum value_kind kind_of_name(const char *name)
{
	if (strstr(name, "INTERFACE"))
		return VALUE_INTERFACE;
	if (strstr(name, "FILE") || strstr(name, "PATH"))
		return VALUE_FILE;
	return strstr(name, "DIR") || strstr(name, "FOLDER") ? VALUE_FOLDER : VALUE_ANY;
}

static enum value_kind kind_of(const struct option_spec *option)
{
	if (!option->argument)
		return VALUE_NONE;
	return option->words ? VALUE_WORD : kind_of_name(option->argument);
}

static enum value_kind kind_of_operands(const struct option_command *command)
{
	return command->operands[0] ? kind_of_name(command->operands) : VALUE_NONE;
}

/* @text up to a character of @stop, as a shell takes it in single quotes and in square brackets. */
static void print_text(const char *text, const char *stop)
{
	for (const char *c = text; *c && !strchr(stop, *c); c++)
		if (*c == '\n')
			putchar(' ');
		else if (!strchr("'[]", *c))
			putchar(*c);
}

static void print_words(const struct option_spec *option, const char *between)
{
	const struct option_word *words = option ? option->words : NULL;

	for (const struct option_word *w = words; w && w->word; w++)
		printf("%s%s", w == words ? "" : between, w->word);
}

/* ---- bash ----------------------------------------------------------------------- */

/* What compgen(1) of bash offers. */
static void print_bash_offer(enum value_kind kind, const struct option_spec *option)
{
	switch (kind) {
	case VALUE_WORD:
		printf("-W '");
		print_words(option, " ");
		putchar('\'');
		break;
	case VALUE_FILE: printf("-f"); break;
	case VALUE_FOLDER: printf("-d"); break;
	case VALUE_INTERFACE: printf("-W \"$(cd /sys/class/net 2>/dev/null && echo *)\""); break;
	case VALUE_NONE:
	case VALUE_ANY: printf("-W ''"); break;
	}
}

static void print_bash_options(const struct completion_word *word)
{
	const struct option_command *command = word->command;

	for (size_t i = 0; i < command->option_count; i++) {
		const struct option_spec *option = &command->options[i];

		if (!option->argument)
			continue;
		printf("\t'%s --%s'", word->word, option->name);
		if (option->letter)
			printf(" | '%s -%c'", word->word, option->letter);
		printf(") offer=(");
		print_bash_offer(kind_of(option), option);
		printf(") ;;\n");
	}
	printf("\t'%s '*)\n\t\tif [[ $word == -* ]]; then\n\t\t\toffer=(-W '", word->word);
	for (size_t i = 0; i < command->option_count; i++)
		printf("--%s ", command->options[i].name);
	printf("--help')\n\t\telse\n\t\t\toffer=(");
	print_bash_offer(kind_of_operands(command), NULL);
	printf(")\n\t\tfi\n\t\t;;\n");
}

static void print_bash(const struct completion_word *words, size_t count)
{
	printf("# Completion of rcodewatch for bash, by rcodewatch --completion bash.\n"
	       "_rcodewatch() {\n"
	       "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} "
	       "offer=()\n"
	       "\n"
	       "\t# --mode=native is three words here.\n"
	       "\tif [[ $word == = ]]; then\n"
	       "\t\tword=\n"
	       "\telif [[ $before == = ]]; then\n"
	       "\t\tbefore=${COMP_WORDS[COMP_CWORD - 2]}\n"
	       "\tfi\n"
	       "\t[[ $COMP_CWORD -gt 1 ]] || before=\n"
	       "\tcase \"${before:+${COMP_WORDS[1]}} $before\" in\n"
	       "\t' ') offer=(-W '");
	for (size_t i = 0; i < count; i++)
		printf("%s%s", i ? " " : "", words[i].word);
	printf("') ;;\n");
	for (size_t i = 0; i < count; i++)
		if (words[i].command)
			print_bash_options(&words[i]);
	printf("\tesac\n"
	       "\t[[ ${#offer[@]} -eq 0 ]] || mapfile -t COMPREPLY < <(compgen \"${offer[@]}\" -- "
	       "\"$word\")\n"
	       "}\n"
	       "complete -o filenames -F _rcodewatch rcodewatch\n");
}

/* ---- zsh ------------------------------------------------------------------------ */

static void print_zsh_action(enum value_kind kind, const struct option_spec *option)
{
	switch (kind) {
	case VALUE_WORD:
		putchar('(');
		print_words(option, " ");
		putchar(')');
		break;
	case VALUE_FILE: printf("_files"); break;
	case VALUE_FOLDER: printf("_files -/"); break;
	case VALUE_INTERFACE: printf("_net_interfaces"); break;
	case VALUE_NONE:
	case VALUE_ANY: break;
	}
}

static void print_zsh_option(const char *dashes, const char *name, const struct option_spec *option)
{
	printf("\t\t\t'%s%s%s%s[", option->repeats ? "*" : "", dashes, name,
	       !option->argument ? ""
	       : dashes[1]       ? "="
				 : "+");
	print_text(option->help, ";");
	putchar(']');
	if (option->argument) {
		putchar(':');
		print_text(option->argument, ":");
		putchar(':');
		print_zsh_action(kind_of(option), option);
	}
	printf("' \\\n");
}

static void print_zsh_command(const struct completion_word *word)
{
	const struct option_command *command = word->command;

	printf("\t%s)\n\t\t_arguments -s -S \\\n", word->word);
	for (size_t i = 0; i < command->option_count; i++) {
		const struct option_spec *option = &command->options[i];
		const char letter[] = {option->letter, '\0'};

		print_zsh_option("--", option->name, option);
		if (option->letter)
			print_zsh_option("-", letter, option);
	}
	printf("\t\t\t'(- *)'{-h,--help}'[show what it does and takes]'");
	if (command->operands[0]) {
		printf(" \\\n\t\t\t'*:");
		print_text(command->operands, ".");
		putchar(':');
		print_zsh_action(kind_of_operands(command), NULL);
		putchar('\'');
	}
	printf("\n\t\t;;\n");
}

static void print_zsh(const struct completion_word *words, size_t count)
{
	printf("#compdef rcodewatch\n"
	       "# Completion of rcodewatch for zsh, by rcodewatch --completion zsh.\n"
	       "_rcodewatch() {\n"
	       "\tlocal -a words_first=(\n");
	for (size_t i = 0; i < count; i++) {
		printf("\t\t'%s:", words[i].word);
		print_text(words[i].help, ":");
		printf("'\n");
	}
	printf("\t)\n\n"
	       "\tif ((CURRENT == 2)); then\n"
	       "\t\t_describe command words_first\n"
	       "\t\treturn\n"
	       "\tfi\n"
	       "\tshift words\n"
	       "\t((CURRENT--))\n"
	       "\tcase $words[1] in\n");
	for (size_t i = 0; i < count; i++)
		if (words[i].command)
			print_zsh_command(&words[i]);
	printf("\tesac\n}\n"
	       "[[ $funcstack[1] == _rcodewatch ]] && _rcodewatch \"$@\" || compdef _rcodewatch "
	       "rcodewatch\n");
}

/* ---- fish ----------------------------------------------------------------------- */

static void print_fish_values(enum value_kind kind, const struct option_spec *option)
{
	switch (kind) {
	case VALUE_WORD:
		printf(" -a '");
		print_words(option, " ");
		putchar('\'');
		break;
	case VALUE_FILE: printf(" -F"); break;
	case VALUE_FOLDER: printf(" -a '(__fish_complete_directories)'"); break;
	case VALUE_INTERFACE: printf(" -a '(command ls /sys/class/net 2>/dev/null)'"); break;
	case VALUE_NONE:
	case VALUE_ANY: break;
	}
}

static void print_fish_command(const struct completion_word *word)
{
	const struct option_command *command = word->command;

	for (size_t i = 0; i < command->option_count; i++) {
		const struct option_spec *option = &command->options[i];

		printf("complete -c rcodewatch -n '__fish_seen_subcommand_from %s' -l %s",
		       word->word, option->name);
		if (option->letter)
			printf(" -s %c", option->letter);
		if (option->argument)
			printf(kind_of(option) == VALUE_FILE ? " -r" : " -x");
		print_fish_values(kind_of(option), option);
		printf(" -d '");
		print_text(option->help, ";");
		printf("'\n");
	}
	printf("complete -c rcodewatch -n '__fish_seen_subcommand_from %s' -l help -s h "
	       "-d 'show what it does and takes'\n",
	       word->word);
	if (!command->operands[0])
		return;
	printf("complete -c rcodewatch -n '__fish_seen_subcommand_from %s'", word->word);
	print_fish_values(kind_of_operands(command), NULL);
	putchar('\n');
}

static void print_fish(const struct completion_word *words, size_t count)
{
	printf("# Completion of rcodewatch for fish, by rcodewatch --completion fish.\n"
	       "complete -c rcodewatch -f\n");
	for (size_t i = 0; i < count; i++) {
		printf("complete -c rcodewatch -n __fish_is_first_token -a %s -d '", words[i].word);
		print_text(words[i].help, "");
		printf("'\n");
	}
	for (size_t i = 0; i < count; i++)
		if (words[i].command)
			print_fish_command(&words[i]);
}

int completion_print(const char *shell, const struct completion_word *words, size_t count)
{
	static const struct {
		const char *name;
		void (*print)(const struct completion_word *words, size_t count);
	} shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

	for (size_t i = 0; shell && i < sizeof(shells) / sizeof(shells[0]); i++)
		if (strcmp(shell, shells[i].name) == 0) {
			shells[i].print(words, count);
			return EXIT_DONE;
		}
	log_error("--completion: needs the name of a shell: bash, zsh or fish");
	return EXIT_USAGE;
}
