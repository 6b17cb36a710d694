/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where the layers of a frame are, for mutators. Written without the parser that it is to test. */
#ifndef RCODEWATCH_TESTS_FUZZ_SHAPE_H
#define RCODEWATCH_TESTS_FUZZ_SHAPE_H

#include "target.h"

struct shape {
	size_t ip, l4, payload, end; /* offsets; end of the IP packet */
	bool v6, tcp;
};

/*
 * Find the layers of a frame whose link header is that of @link: enum host_link. @decap: of the
 * packet in the tunnel, if there is one.
 */
bool shape_find(struct shape *shape, const uint8_t *frame, size_t size, unsigned int link,
		bool decap);

/*
 * Let the lengths in the headers say that the payload is @size bytes. @shape is brought up to date,
 * but with what lies behind the packet in the frame counted as payload.
 */
void shape_fix(struct shape *shape, uint8_t *frame, size_t size);

/* Of TCP: whether two frames belong to one stream; the sequence number. */
bool shape_same_stream(const struct shape *a, const uint8_t *frame_a, const struct shape *b,
		       const uint8_t *frame_b);
static inline uint8_t *shape_sequence(const struct shape *shape, uint8_t *frame)
{
	return frame + shape->l4 + 4;
}

static inline uint8_t *shape_tcp_flags(const struct shape *shape, uint8_t *frame)
{
	return frame + shape->l4 + 13;
}

#endif
