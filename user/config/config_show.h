/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is in force, written as a configuration file. */
#ifndef RCODEWATCH_CONFIG_SHOW_H
#define RCODEWATCH_CONFIG_SHOW_H

#include <stdio.h>

#include "config/config_apply.h"

/*
 * Write each option of @command and each operand with its value in @settings and, as a comment, the place that it is from:
 * a file and its line, the command line, or "default". What is written is a configuration file that means the same.
 */
void config_show(FILE *out, const struct option_command *command, const struct option_spec *operand,
		 const struct config_origins *origins, const void *settings);

#endif
