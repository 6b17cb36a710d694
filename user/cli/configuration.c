// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/configuration.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/option_tables.h"
#include "config/config_files.h"
#include "config/last_good_store.h"
#include "report/event.h"
#include "util/environment.h"
#include "util/timestamp.h"

/* Apply what was read with the result @err. 0, or OPTIONS_USAGE, logged. */
static int apply_files(struct configuration *c, int err, struct settings *settings)
{
	struct settings *scratch = malloc(sizeof(*scratch));
	struct config_target target = {settings, scratch, &interface_option};

	if (!scratch) {
		log_error("out of memory");
		return OPTIONS_USAGE;
	}
	settings_init(scratch);
	/* What can be read is checked, whatever else cannot. */
	if (err == 0 || c->config.errors)
		err = config_apply(&c->config, &c->line, &target, &c->origins);
	if (err && !c->config.errors)
		log_error("out of memory");
	settings_free(scratch);
	free(scratch);
	return err ? OPTIONS_USAGE : 0;
}

/* Also without files, for where each value comes from. 0, or OPTIONS_USAGE, logged. */
static int read_files(struct configuration *c, const char *path, struct settings *settings)
{
	bool none = path && strcmp(path, CONFIG_NONE) == 0;

	return apply_files(c, none ? 0 : config_read(&c->config, path), settings);
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
	if (!err)
		err = finish(c, settings);
	if (err && (c->config.errors || c->config.file_count))
		snprintf(c->config.fault, sizeof(c->config.fault), "%s",
			 c->config.errors ? c->config.first_error
					  : "its values do not go together");
	return err;
}

const char *configuration_path(const struct configuration *c)
{
	const char *path = options_given(&c->line, "config");

	return path ? path : CONFIG_DEFAULT;
}

/* ---- the last good one ----------------------------------------------------------------- */

/* As configuration_read() with @entry in the place of files. */
static int read_kept(struct configuration *c, const struct last_good_entry *entry,
		     struct settings *settings)
{
	int err;

	settings_free(settings);
	settings_init(settings);
	c->config.quiet = true;
	err = options_apply(&c->line, settings);
	if (!err)
		err = apply_files(c, last_good_read(entry, &c->config), settings);
	if (!err)
		err = finish(c, settings);
	if (err || !c->count)
		return OPTIONS_USAGE;
	snprintf(c->config.kept_by, sizeof(c->config.kept_by), "%s", entry->version);
	c->config.kept_since_ns = entry->since_ns;
	return 0;
}

/* All but the command line. */
static void drop_files(struct configuration *c)
{
	struct configuration old = *c;

	*c = (struct configuration){.line = old.line, .argc = old.argc, .argv = old.argv};
	old.line = (struct command_line){0};
	configuration_free(&old);
}

static void warn(const struct config *config)
{
	const struct event event = {.kind = EVENT_CONFIG_LAST_GOOD};
	const struct log_about about = event_about(&event);
	char stamp[TIMESTAMP_SIZE];

	log_about(LOG_LEVEL_WARNING, &about,
		  "%s: the last good configuration is used, of rcodewatch %s, in force since %s: "
		  "correct the files, then run 'rcodewatch reload'",
		  config->fault, config->kept_by, timestamp_utc(stamp, config->kept_since_ns));
}

/* 0, or OPTIONS_USAGE where nothing that was kept can be used. */
static int use_kept(struct configuration *c, const struct last_good *good,
		    struct settings *settings)
{
	char fault[CONFIG_ERROR_MAX];
	int err = OPTIONS_USAGE;

	memcpy(fault, c->config.fault, sizeof(fault));
	for (size_t i = 0; i < good->count && err; i++) {
		if (strcmp(good->entry[i].path, configuration_path(c)) != 0)
			continue;
		drop_files(c);
		err = read_kept(c, &good->entry[i], settings);
	}
	memcpy(c->config.fault, fault, sizeof(fault));
	if (!err)
		warn(&c->config);
	return err;
}

/*
 * As configuration_read(), but *@none is an error, too: that the files are right and name no interface, as those are that a
 * full disk has cut off.
 */
static int read_to_start(struct configuration *c, const struct option_command *command, int argc,
			 char **argv, struct settings *settings, bool *none)
{
	int err = configuration_read(c, command, argc, argv, settings);

	*none = !err && !c->count && c->config.file_count;
	if (!*none)
		return err;
	snprintf(c->config.fault, sizeof(c->config.fault), "%.200s: no interface is named",
		 c->config.files[0]);
	return OPTIONS_USAGE;
}

/* Where nothing was kept: what the caller makes of files without an interface. */
static int read_again(struct configuration *c, const struct option_command *command,
		      struct settings *settings)
{
	int argc = c->argc;
	char **argv = c->argv;

	configuration_free(c);
	settings_free(settings);
	settings_init(settings);
	return configuration_read(c, command, argc, argv, settings);
}

int configuration_start(struct configuration *c, const struct option_command *command, int argc,
			char **argv, struct settings *settings)
{
	bool none;
	int err = read_to_start(c, command, argc, argv, settings, &none);
	char folder[PATH_MAX], why[STATE_FILE_WHY_MAX];
	struct last_good_store store;

	/* A user with fewer rights than this program could have put anything there. */
	if (err != OPTIONS_USAGE || !c->config.fault[0] || environment_untrusted() ||
	    !settings_state_folder(settings, folder))
		return none ? read_again(c, command, settings) : err;
	if (last_good_open(&store, folder, why) < 0)
		log_warning("the last good configuration is not looked for in %s: %s", folder, why);
	else
		err = use_kept(c, &store.good, settings);
	last_good_close(&store);
	return err && none ? read_again(c, command, settings) : err;
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
