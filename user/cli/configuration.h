/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* All that decides what `run` does: its command line, and the configuration files that this names. */
#ifndef RCODEWATCH_CONFIGURATION_H
#define RCODEWATCH_CONFIGURATION_H

#include "cli/settings.h"
#include "config/config_apply.h"

struct configuration {
	struct command_line line; /* words of argv */
	struct config config;
	struct config_origins origins;
	char **names; /* interfaces as they were named, from the one or the other: copies */
	int count;
	int argc;
	char **argv;
};

/*
 * Read the command line of @command, a table of `run`'s options, and the configuration files into @settings, which
 * settings_init() has prepared, and check them. @argv and @settings must outlive @configuration. 0, OPTIONS_HELP, or
 * OPTIONS_USAGE, logged. Free with configuration_free() in any case.
 */
int configuration_read(struct configuration *configuration, const struct option_command *command,
		       int argc, char **argv, struct settings *settings);

/*
 * The same for a start: where the command line is right and the files are not, and the state directory has a configuration that
 * was in force, that is read in their place, with a warning; @configuration->config.fault says then what is wrong.
 */
int configuration_start(struct configuration *configuration, const struct option_command *command,
			int argc, char **argv, struct settings *settings);

/* The file that it is read by, with its drop-ins, whether there is one or not. */
const char *configuration_path(const struct configuration *configuration);

/*
 * Read the files @path (NULL: those that `run` reads when none are named) and check them as if there were no command line.
 * 0 or OPTIONS_USAGE, logged.
 */
int configuration_check(struct configuration *configuration, const char *path,
			struct settings *settings);

/* @configuration becomes @other, which is empty then, but for its names: these are watched. */
void configuration_replace(struct configuration *configuration, struct configuration *other);

void configuration_free(struct configuration *configuration);

#endif
