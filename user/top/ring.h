/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The intervals that can be gone back to: models in their order, as many as fit into a fixed number and into fixed memory. */
#ifndef RCODEWATCH_TOP_RING_H
#define RCODEWATCH_TOP_RING_H

#include <stdint.h>

#include "top/model.h"

#define RING_MODELS    4096u
#define RING_BYTES_MAX (96u << 20)

struct ring {
	struct model *model[RING_MODELS];
	uint64_t first, end; /* numbers of the oldest one, and behind the newest one; from 1 on */
	size_t bytes;
};

void ring_init(struct ring *ring);
void ring_free(struct ring *ring);
/* Add the next one, which belongs to the ring from now on; the oldest ones give way. */
void ring_add(struct ring *ring, struct model *model);
/* NULL: there is none of that number, or no longer. */
const struct model *ring_get(const struct ring *ring, uint64_t number);

#endif
