/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From configuration files and a command line to settings, by the table of the command's options. */
#ifndef RCODEWATCH_CONFIG_APPLY_H
#define RCODEWATCH_CONFIG_APPLY_H

#include "config/config.h"
#include "config/config_origins.h"

struct config_target {
	void *settings; /* into which the command line has been taken, and nothing else */
	void *scratch;  /* settings as they are at first, for what the command line replaces */
	const struct option_spec *operand; /* what files call the operands */
};

/*
 * Take the values of @config into the settings of @target, but for options that @line has: its values replace those of files,
 * which are only checked. Errors are logged, with file and line. 0, -EINVAL or -ENOMEM. What is in force goes to @origins,
 * which is freed with config_origins_free() in any case.
 */
int config_apply(struct config *config, const struct command_line *line,
		 const struct config_target *target, struct config_origins *origins);

#endif
