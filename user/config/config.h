/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Configuration files: lines of NAME = VALUE, some below a [section]. docs/configuration.md has the syntax. What the
 * names mean is not known here: config_apply.h.
 */
#ifndef RCODEWATCH_CONFIG_H
#define RCODEWATCH_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
#define CONFIG_VERSION_MAX 32 /* bytes of a program's version, with the final NUL */

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
	char *texts[CONFIG_FILES_MAX]; /* what is in them, */
	size_t sizes[CONFIG_FILES_MAX];
	size_t file_count;
	bool quiet;                         /* errors are not logged */
	unsigned int errors;                /* that there are */
	char first_error[CONFIG_ERROR_MAX]; /* FILE:LINE: what is wrong; "": nothing */
	/* Of one in force: what is wrong with the files as they were last read, "": nothing; */
	char fault[CONFIG_ERROR_MAX];
	/* and where it is not from files, but was kept (last_good.h): by which version, and in force since when. */
	char kept_by[CONFIG_VERSION_MAX]; /* "": it is from files */
	int64_t kept_since_ns;            /* since 1970-01-01 UTC */
};

/* Note an error of a line, and log it; @line 0: of the whole file. */
void config_error(struct config *config, const char *file, unsigned int line, const char *format,
		  ...) PRINTF_LIKE(4, 5);

void config_free(struct config *config);

#endif
