/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Zones where every name is asked for once on any day: block lists, antivirus, measurement. */
#ifndef RCODEWATCH_ATTACK_IGNORE_H
#define RCODEWATCH_ATTACK_IGNORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/options.h"

struct attack_ignore {
	uint8_t **zones; /* as in a packet */
	size_t count, room;
	bool ready;
};

/*
 * Add to a struct attack_ignore what an option says: a zone, or if there is a '/' in it the path of a file with a zone a line,
 * '#' beginning a comment. 0; -EINVAL with @why. Free with attack_ignore_free() in any case.
 */
int attack_ignore_add(void *ignore, const char *value, char why[OPTION_WHY_MAX]);
/* Add those that are built in, and bring all in order, once. 0 or -ENOMEM. */
int attack_ignore_ready(struct attack_ignore *ignore);
void attack_ignore_free(struct attack_ignore *ignore);

/* Whether the name of @length bytes, as in a packet, is one of the zones or below one. */
bool attack_ignored(const struct attack_ignore *ignore, const uint8_t *wire, size_t length);

/* The zones that are built in; ends with NULL. Data: attack_ignore_list.c. */
extern const char *const attack_ignore_list[];

#endif
