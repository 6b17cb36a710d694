/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Configuration files: lines of NAME = VALUE, some below a [section]. docs/configuration.md has the syntax. What the
 * names mean is not known here: config_apply.h.
 */
#ifndef RCODEWATCH_CONFIG_H
#define RCODEWATCH_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "util/log.h"

/* What is read where no file is named. */
#define CONFIG_DEFAULT "/etc/rcodewatch/rcodewatch.conf"
/* The value of --config that reads none. */
#define CONFIG_NONE "none"

#define CONFIG_FILE_BYTES  (256u << 10) /* the largest file */
#define CONFIG_FILES_MAX   128u         /* with drop-ins */
#define CONFIG_VALUES_MAX  4096u        /* of all files */
#define CONFIG_VALUE_BYTES 4096u        /* the longest value, of several lines */
#define CONFIG_ERROR_MAX   320

/* A line. */
struct config_value {
	char *section;    /* "": above any */
	char *name;       /* "": the line is the section's own, [section] */
	char *value;      /* its variables have been replaced */
	const char *file; /* one of struct config's */
	unsigned int line;
};

struct config {
	struct config_value *values; /* in the order of files and lines */
	size_t count, room;
	char *files[CONFIG_FILES_MAX]; /* those that were read */
	size_t file_count;
	unsigned int errors;                /* that were logged */
	char first_error[CONFIG_ERROR_MAX]; /* FILE:LINE: what is wrong; "": nothing */
};

/* Log an error of a line; @line 0: of the whole file. */
void config_error(struct config *config, const char *file, unsigned int line, const char *format,
		  ...) PRINTF_LIKE(4, 5);

void config_free(struct config *config);

#endif
