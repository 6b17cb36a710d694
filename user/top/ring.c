// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/ring.h"

#include <stddef.h>

void ring_init(struct ring *ring)
{
	*ring = (struct ring){.first = 1, .end = 1};
}

static struct model **place(struct ring *ring, uint64_t number)
{
	return &ring->model[number % RING_MODELS];
}

static void drop_oldest(struct ring *ring)
{
	struct model **oldest = place(ring, ring->first++);

	ring->bytes -= model_bytes(*oldest);
	model_free(*oldest);
	*oldest = NULL;
}

void ring_free(struct ring *ring)
{
	while (ring->first < ring->end)
		drop_oldest(ring);
}

void ring_add(struct ring *ring, struct model *model)
{
	size_t bytes = model_bytes(model);

	while (ring->first < ring->end &&
	       (ring->end - ring->first == RING_MODELS || ring->bytes + bytes > RING_BYTES_MAX))
		drop_oldest(ring);
	*place(ring, ring->end++) = model;
	ring->bytes += bytes;
}

const struct model *ring_get(const struct ring *ring, uint64_t number)
{
	return number >= ring->first && number < ring->end ? ring->model[number % RING_MODELS]
							   : NULL;
}
