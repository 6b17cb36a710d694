// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A flood of handshakes, as of a server that answers forged SYNs, among streams that carry messages. More
 * handshakes than the table of streams has places, from clients that are all different.
 */
#include "streams_flood.h"

#include <stdio.h>
#include <stdlib.h>

#include "stream_list.h"

static struct scenario flood;

static void free_flood(void)
{
	for (size_t i = 0; i < flood.frames; i++)
		free(flood.frame[i].bytes);
	free(flood.frame);
	free(flood.message);
	flood = (struct scenario){0};
}

static void handshake(size_t number)
{
	char client[16];
	struct stream stream = stream_new((uint32_t)(number * 2654435761u));

	snprintf(client, sizeof(client), "10.%zu.%zu.%zu", number >> 14 & 255, number >> 6 & 255,
		 number & 63);
	stream.destination = client;
	stream_open(&flood, &stream);
}

/* A message in two segments, the first of one byte, so that nothing tells it by its looks. */
static void send_cut(struct stream *stream)
{
	struct buf bytes = {0};

	scenario_message(&flood, stream, &bytes, stream_message_of("udp4-servfail-ede7"));
	stream_send(&flood, stream, bytes.data, 1);
	stream_send(&flood, stream, bytes.data + 1, bytes.length - 1);
	buf_free(&bytes);
}

const struct scenario *stream_flood(void)
{
	struct stream stream[FLOOD_STREAMS];
	size_t sent = 0;

	if (flood.frames)
		return &flood;
	flood.name = "flood-of-handshakes";
	atexit(free_flood);
	for (size_t i = 0; i < FLOOD_STREAMS; i++) {
		stream[i] = stream_new(1000 * (uint32_t)i);
		stream_open(&flood, &stream[i]);
		if (i < FLOOD_KNOWN)
			stream_send_message(&flood, &stream[i], stream_message_of("udp4-badvers"));
	}
	for (size_t i = 0; i < FLOOD_HANDSHAKES; i++) {
		handshake(i);
		if ((i + 1) * FLOOD_STREAMS / FLOOD_HANDSHAKES > sent)
			send_cut(&stream[sent++]);
	}
	return &flood;
}
