// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config/config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More errors than that say nothing new. */
#define LOGGED_MAX 20

void config_error(struct config *config, const char *file, unsigned int line, const char *format,
		  ...)
{
	char what[CONFIG_ERROR_MAX], text[CONFIG_ERROR_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	if (line)
		snprintf(text, sizeof(text), "%.120s:%u: %.180s", file, line, what);
	else
		snprintf(text, sizeof(text), "%.120s: %.180s", file, what);
	if (!config->errors)
		memcpy(config->first_error, text, sizeof(text));
	config->errors++;
	if (config->quiet)
		return;
	if (config->errors <= LOGGED_MAX)
		log_error("%s", text);
	else if (config->errors == LOGGED_MAX + 1)
		log_error("there are more errors in the configuration");
}

void config_free(struct config *config)
{
	for (size_t i = 0; i < config->count; i++) {
		free(config->values[i].section);
		free(config->values[i].name);
		free(config->values[i].value);
	}
	free(config->values);
	for (size_t i = 0; i < config->file_count; i++) {
		free(config->files[i]);
		free(config->texts[i]);
	}
	*config = (struct config){0};
}
