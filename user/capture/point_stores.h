/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What one thread counts packets of captures into: a store for each observation point. */
#ifndef RCODEWATCH_POINT_STORES_H
#define RCODEWATCH_POINT_STORES_H

#include "parser/local_side.h"

struct point_stores {
	const struct local_prefixes *local; /* NULL: all packets are of the first point */
	struct host_store *store[LOCAL_SIDES];
};

/* Count a frame, arguments as those of host_count(), at its observation point. */
static inline void point_stores_count(const struct point_stores *stores,
				      const struct hook_config *config, enum host_link link,
				      const void *data, uint32_t captured, uint32_t length)
{
	unsigned int point = 0;

	if (stores->local)
		point = local_side(stores->local, stores->store[0], config, link, data, captured);
	host_count(stores->store[point], config, link, data, captured, length);
}

#endif
