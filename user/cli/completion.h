/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Completion of the command line by shells, from the tables of the commands. */
#ifndef RCODEWATCH_COMPLETION_H
#define RCODEWATCH_COMPLETION_H

#include <stddef.h>

#include "util/options.h"

/* A word that can be the first one. */
struct completion_word {
	const char *word, *help;
	const struct option_command *command; /* whose options follow; NULL: nothing follows */
};

/*
 * `rcodewatch --completion SHELL`: print the script that completes these @count words and what follows them. @shell is
 * "bash", "zsh" or "fish". An enum exit_status; wrong usage is logged.
 */
int completion_print(const char *shell, const struct completion_word *words, size_t count);

#endif
