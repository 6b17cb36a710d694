// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config/config_origins.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/edit_distance.h"

const char *config_nearest(const char *typed, const char *const *names, size_t count)
{
	size_t length = strlen(typed), best = length / 3 + 1;
	const char *nearest = NULL;

	for (size_t i = 0; i < count; i++) {
		size_t edits = edit_distance(typed, length, names[i], strlen(names[i]));

		if (edits <= best && edits < length && (!nearest || edits < best)) {
			nearest = names[i];
			best = edits;
		}
	}
	return nearest;
}

int config_origins_add(struct config_origins *origins, const struct config_origin *origin)
{
	if (origins->count == origins->room) {
		size_t room = origins->room ? 2 * origins->room : 64;
		struct config_origin *more = reallocarray(origins->origin, room,
							  sizeof(*origins->origin));

		if (!more)
			return -ENOMEM;
		origins->origin = more;
		origins->room = room;
	}
	origins->origin[origins->count++] = *origin;
	return 0;
}

void config_origins_free(struct config_origins *origins)
{
	free(origins->origin);
	*origins = (struct config_origins){0};
}
