/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The input of the packet target: frames that come one after the other. In a file each has four
 * bytes before it: kind, extra, and its length in network byte order; the last may be cut.
 */
#ifndef RCODEWATCH_TESTS_FUZZ_SCENARIO_H
#define RCODEWATCH_TESTS_FUZZ_SCENARIO_H

#include "target.h"

#define SCENE_HEADER 4u

/* In scene.kind; below them the link type: enum host_link, modulo their number. */
#define SCENE_LINK  0x07u
#define SCENE_CUT   0x08u /* the wire had 1 + @extra bytes more than were captured */
#define SCENE_GSO   0x10u /* a super-packet of segments of 1 + @extra * 8 bytes */
#define SCENE_DECAP 0x20u /* tunnels are looked into */

struct scene {
	uint8_t kind, extra;
	size_t size;
	const uint8_t *bytes;
};

/* The next frame at *@data, of *@size bytes, which are moved on. False at the end. */
static inline bool scene_next(const uint8_t **data, size_t *size, struct scene *scene)
{
	if (*size < SCENE_HEADER)
		return false;
	*scene = (struct scene){
		.kind = (*data)[0],
		.extra = (*data)[1],
		.size = get_u16(*data + 2),
		.bytes = *data + SCENE_HEADER,
	};
	*size -= SCENE_HEADER;
	if (scene->size > *size)
		scene->size = *size;
	*data = scene->bytes + scene->size;
	*size -= scene->size;
	return true;
}

#endif
