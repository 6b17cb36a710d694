/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From the text of a configuration file to its values. */
#ifndef RCODEWATCH_CONFIG_LINES_H
#define RCODEWATCH_CONFIG_LINES_H

#include "config/config.h"

/* Whether files can be read: built with inih. */
bool config_built_in(void);

/* Add the values of @size bytes of @text, whose file is @file of @config. 0 or -ENOMEM; errors are counted in @config. */
int config_lines(struct config *config, const char *file, const char *text, size_t size);

#endif
