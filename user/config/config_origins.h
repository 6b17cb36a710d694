/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which value is in force, and from where. */
#ifndef RCODEWATCH_CONFIG_ORIGINS_H
#define RCODEWATCH_CONFIG_ORIGINS_H

#include <stddef.h>

#include "util/options.h"

/* A value in force that is not a default. */
struct config_origin {
	const struct option_spec *option; /* NULL: of a section of a sink */
	const char *section;              /* "": none */
	const char *name, *value;         /* value NULL: an option without an argument */
	const char *file;                 /* NULL: the command line */
	unsigned int line;
};

/* They point into the config and the command line. */
struct config_origins {
	struct config_origin *origin; /* files first; values of one name in their order */
	size_t count, room;
};

/* Add a copy. 0 or -ENOMEM. */
int config_origins_add(struct config_origins *origins, const struct config_origin *origin);
void config_origins_free(struct config_origins *origins);

/* The one of @count @names that is nearest to what was typed; NULL: none is near. */
const char *config_nearest(const char *typed, const char *const *names, size_t count);

#endif
