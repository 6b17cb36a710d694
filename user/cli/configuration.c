// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/configuration.h"

#include <stdlib.h>
#include <string.h>

#include "cli/option_tables.h"
#include "config/config_files.h"

/* 0, or OPTIONS_USAGE, logged. */
static int read_files(struct configuration *c, const char *path, struct settings *settings)
{
	struct settings *scratch = malloc(sizeof(*scratch));
	struct config_target target = {settings, scratch, &interface_option};
	int err;

	if (!scratch) {
		log_error("out of memory");
		return OPTIONS_USAGE;
	}
	settings_init(scratch);
	err = config_read(&c->config, path);
	/* What can be read is checked, whatever else cannot. */
	if (err == 0 || c->config.errors)
		err = config_apply(&c->config, &c->line, &target, &c->origins);
	if (err && !c->config.errors)
		log_error("out of memory");
	settings_free(scratch);
	free(scratch);
	return err ? OPTIONS_USAGE : 0;
}

static int name_interfaces(struct configuration *c, struct settings *settings)
{
	struct interface_names *files = &settings->interfaces;

	c->names = c->line.operands;
	c->count = c->line.operand_count;
	if (c->count)
		return 0;
	c->names = calloc(files->count + 1, sizeof(*c->names));
	if (!c->names) {
		log_error("out of memory");
		return OPTIONS_USAGE;
	}
	for (size_t i = 0; i < files->count; i++)
		c->names[c->count++] = files->name[i];
	return 0;
}

static int finish(struct configuration *c, struct settings *settings)
{
	int err = name_interfaces(c, settings);

	return err ? err : settings_check(settings) < 0 ? OPTIONS_USAGE : 0;
}

int configuration_read(struct configuration *c, const struct option_command *command, int argc,
		       char **argv, struct settings *settings)
{
	const char *path;
	int err;

	*c = (struct configuration){0};
	err = options_read(command, argc, argv, &c->line);
	if (!err)
		err = options_apply(&c->line, settings);
	if (err)
		return err;
	path = options_given(&c->line, "config");
	if (!path || strcmp(path, CONFIG_NONE) != 0)
		err = read_files(c, path, settings);
	return err ? err : finish(c, settings);
}

int configuration_check(struct configuration *c, const char *path, struct settings *settings)
{
	int err;

	*c = (struct configuration){.line.command = &run_command};
	err = read_files(c, path, settings);
	if (!err && !c->config.file_count) {
		log_error("%s: there is no such file", CONFIG_DEFAULT);
		err = OPTIONS_USAGE;
	}
	return err ? err : finish(c, settings);
}

void configuration_free(struct configuration *c)
{
	if (c->names != c->line.operands)
		free(c->names);
	config_origins_free(&c->origins);
	config_free(&c->config);
	options_free(&c->line);
	*c = (struct configuration){0};
}
