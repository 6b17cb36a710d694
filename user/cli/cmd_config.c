// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/cmd_config.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/configuration.h"
#include "cli/option_tables.h"
#include "config/config_show.h"

struct checked {
	struct settings settings;
	struct configuration configuration;
};

static struct checked *checked_make(void)
{
	struct checked *checked = calloc(1, sizeof(*checked));

	if (checked)
		settings_init(&checked->settings);
	else
		log_error("out of memory");
	return checked;
}

static void checked_free(struct checked *checked)
{
	configuration_free(&checked->configuration);
	settings_free(&checked->settings);
	free(checked);
}

/* What follows is not of the files as they are. */
static void show_kept(const struct config *config)
{
	if (config->kept_by[0])
		printf("# The last good configuration, as the files are wrong. Lines are those of "
		       "the "
		       "files as they were.\n");
}

int cmd_config(int argc, char **argv)
{
	struct checked *checked = checked_make();
	int err;

	if (!checked)
		return EXIT_FAILED;
	err = configuration_start(&checked->configuration, &config_command, argc, argv,
				  &checked->settings);
	if (!err)
		show_kept(&checked->configuration.config);
	if (!err)
		config_show(stdout, &run_command, &interface_option,
			    &checked->configuration.origins, &checked->settings);
	checked_free(checked);
	return err == OPTIONS_USAGE ? EXIT_USAGE : EXIT_DONE;
}

int cmd_check_config(int argc, char **argv)
{
	struct checked *checked;
	int err;

	if (argc > 2) {
		log_error("--check-config takes one file; see 'rcodewatch --help'");
		return EXIT_USAGE;
	}
	checked = checked_make();
	if (!checked)
		return EXIT_FAILED;
	err = configuration_check(&checked->configuration, argv[1], &checked->settings);
	for (size_t i = 0; !err && i < checked->configuration.config.file_count; i++)
		printf("%s: correct\n", checked->configuration.config.files[i]);
	checked_free(checked);
	return err ? EXIT_USAGE : EXIT_DONE;
}
