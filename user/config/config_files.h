/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which files are a configuration, and reading them. */
#ifndef RCODEWATCH_CONFIG_FILES_H
#define RCODEWATCH_CONFIG_FILES_H

#include "config/config.h"

/*
 * Read the file at @path, or CONFIG_DEFAULT if that is NULL, which need not exist; then the files called *.conf in the
 * folder @path.d, in the order of their names. @config is empty, and freed with config_free() in any case. All errors are
 * logged, with file and line. 0, -EINVAL, or -ENOMEM.
 */
int config_read(struct config *config, const char *path);

/* The same from @size bytes of @text, which messages call @name. */
int config_read_text(struct config *config, const char *name, const char *text, size_t size);

#endif
