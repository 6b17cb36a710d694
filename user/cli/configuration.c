// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/configuration.h"

#include <stdlib.h>
#include <string.h>

#include "cli/option_tables.h"
#include "config/config_files.h"

/* Also without files, for where each value comes from. 0, or OPTIONS_USAGE, logged. */
static int read_files(struct configuration *c, const char *path, struct settings *settings)
{
	bool none = path && strcmp(path, CONFIG_NONE) == 0;
	struct settings *scratch = malloc(sizeof(*scratch));
	struct config_target target = {settings, scratch, &interface_option};
	int err;

	if (!scratch) {
		log_error("out of memory");
		return OPTIONS_USAGE;
	}
	settings_init(scratch);
	err = none ? 0 : config_read(&c->config, path);
	/* What can be read is checked, whatever else cannot. */
	if (err == 0 || c->config.errors)
		err = config_apply(&c->config, &c->line, &target, &c->origins);
	if (err && !c->config.errors)
		log_error("out of memory");
	settings_free(scratch);
	free(scratch);
	return err ? OPTIONS_USAGE : 0;
}

static int name_interfaces(struct configuration *c, const struct settings *settings)
{
	const struct interface_names *files = &settings->interfaces;
	size_t given = (size_t)c->line.operand_count, count = given ? given : files->count;

	c->names = calloc(count + 1, sizeof(*c->names));
	for (size_t i = 0; c->names && i < count; i++) {
		c->names[i] = strdup(given ? c->line.operands[i] : files->name[i]);
		if (!c->names[i])
			break;
		c->count++;
	}
	if (c->names && (size_t)c->count == count)
		return 0;
	log_error("out of memory");
	return OPTIONS_USAGE;
}

static int finish(struct configuration *c, struct settings *settings)
{
	int err = name_interfaces(c, settings);

	return err ? err : settings_check(settings) < 0 ? OPTIONS_USAGE : 0;
}

int configuration_read(struct configuration *c, const struct option_command *command, int argc,
		       char **argv, struct settings *settings)
{
	int err;

	*c = (struct configuration){.argc = argc, .argv = argv};
	err = options_read(command, argc, argv, &c->line);
	if (!err)
		err = options_apply(&c->line, settings);
	if (err)
		return err;
	err = read_files(c, options_given(&c->line, "config"), settings);
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

void configuration_replace(struct configuration *c, struct configuration *other)
{
	char **names = c->names;
	int count = c->count;

	c->names = other->names;
	c->count = other->count;
	other->names = NULL;
	other->count = 0;
	configuration_free(c);
	*c = *other;
	c->names = names;
	c->count = count;
	*other = (struct configuration){0};
}

void configuration_free(struct configuration *c)
{
	for (int i = 0; i < c->count; i++)
		free(c->names[i]);
	free(c->names);
	config_origins_free(&c->origins);
	config_free(&c->config);
	options_free(&c->line);
	*c = (struct configuration){0};
}
