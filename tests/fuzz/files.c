// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A configuration file. Whatever it is, errors are counted and said, settings that were taken are within their limits, and
 * what is shown as in force is a configuration file that is taken too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/option_tables.h"
#include "cli/settings.h"
#include "config/config_apply.h"
#include "config/config_files.h"
#include "config/config_show.h"
#include "mute.h"
#include "settings_bounds.h"
#include "target.h"

/* Lines that are shown as comments are no settings. */
#define SHORT_VALUE 100u
#define LOGGED_MAX  21

static struct settings settings, scratch;
static char shown[256 * 1024];

/* Whether @config was taken; errors are said if not, and only then. */
static bool is_accepted(struct config *config, const char *text, size_t size)
{
	const struct command_line line = {.command = &run_command};
	const struct config_target target = {&settings, &scratch, &interface_option};
	struct config_origins origins = {0};
	struct mute mute;
	const char *errors;
	FILE *out;
	int err;

	settings_init(&settings);
	settings_init(&scratch);
	out = fmemopen(shown, sizeof(shown) - 1, "w");
	if (!out)
		abort();
	mute_begin(&mute);
	err = config_read_text(config, "f", text, size);
	if (!err || config->errors)
		err = config_apply(config, &line, &target, &origins);
	if (!err)
		config_show(out, &run_command, &interface_option, &origins, &settings);
	if (mute_end(&mute, &errors)[0])
		fuzz_fail("a file writes to standard output");
	fclose(out);
	fuzz_check_settings(&settings);
	fuzz_check_errors(errors, LOGGED_MAX);
	if (!err != !errors[0] || !err != !config->errors)
		fuzz_fail("%d, with %u errors, but the messages are '%s'", err, config->errors,
			  errors);
	config_origins_free(&origins);
	settings_free(&settings);
	settings_free(&scratch);
	return !err;
}

static bool is_short(const struct config *config)
{
	for (size_t i = 0; i < config->count; i++)
		if (strlen(config->values[i].value) > SHORT_VALUE)
			return false;
	return config->count < CONFIG_VALUES_MAX / 16;
}

static void run(const uint8_t *data, size_t size)
{
	static char text[sizeof(shown)];
	struct config first = {0}, again = {0};

	if (is_accepted(&first, (const char *)data, size) && is_short(&first)) {
		memcpy(text, shown, sizeof(text));
		if (!is_accepted(&again, text, strlen(text)))
			fuzz_fail("what is shown is not taken: %s", again.first_error);
	}
	config_free(&first);
	config_free(&again);
}

const struct fuzz_target fuzz_files = {"files", run, NULL};
