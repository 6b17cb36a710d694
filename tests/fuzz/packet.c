// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Frames, one after the other, into one store: with the streams that their segments make, and with
 * all that can be wrong with them. The counters must fit together whatever comes.
 */
#include "frame.h"
#include "packet_mutate.h"
#include "scenario.h"

#define LINKS (HOST_LINK_SLL2 + 1u)

static void run(const uint8_t *data, size_t size)
{
	static struct frame_store store;
	struct scene scene;

	fuzz_choose_lists(size & 1);
	frame_store_reset(&store);
	while (scene_next(&data, &size, &scene)) {
		size_t captured = scene.size < FRAME_MAX ? scene.size : FRAME_MAX;
		size_t length = captured;
		struct frame_meta meta = {
			.link = (enum host_link)((scene.kind & SCENE_LINK) % LINKS),
			.gso_size = scene.kind & SCENE_GSO ? 1u + scene.extra * 8u : 0,
			.decap = scene.kind & SCENE_DECAP,
		};

		if (scene.kind & SCENE_CUT)
			length += 1u + scene.extra;
		frame_count(&store, meta, scene.bytes, captured, length);
	}
	frame_store_finish(&store);
	frame_store_check(&store);
}

const struct fuzz_target fuzz_packet = {"packet", run, packet_mutate};
