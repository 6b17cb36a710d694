// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "mix.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mix_answers.h"
#include "mix_jumbo.h"
#include "packet.h"

#define FRAME_MAX 1514u

struct mix_packet *mix_append(struct mix *mix, const void *bytes, size_t length,
			      const struct expect *expect)
{
	struct mix_packet *packet;

	if (mix->count % 1024 == 0) {
		mix->packet = reallocarray(mix->packet, mix->count + 1024, sizeof(*packet));
		if (!mix->packet)
			build_failed("no memory for a mix");
	}
	packet = &mix->packet[mix->count++];
	*packet = (struct mix_packet){.length = length, .expect = *expect};
	packet->bytes = malloc(length);
	if (!packet->bytes)
		build_failed("no memory for a packet");
	memcpy(packet->bytes, bytes, length);
	return packet;
}

static bool is_tagged(const struct packet_case *one)
{
	unsigned int type = (unsigned int)one->bytes[12] << 8 | one->bytes[13];

	return type == 0x8100 || type == 0x88a8;
}

/* Segments are parts of streams: sent over and over in any order they say nothing new. */
static bool is_tcp(const struct packet_case *one)
{
	return strstr(one->name, "tcp") ||
	       (one->expect.transport && strcmp(one->expect.transport, "tcp") == 0);
}

/* Mixes are sent and written to files: each packet of theirs is one thing by whatever it is counted. */
static void add_cases(struct mix *mix, bool tagged)
{
	const struct packet_case *all;
	size_t count;

	all = packet_cases(&count);
	for (size_t i = 0; i < count; i++)
		if (all[i].length <= FRAME_MAX && !is_tcp(&all[i]) && !all[i].expect.captured &&
		    (tagged || !is_tagged(&all[i])))
			mix_append(mix, all[i].bytes, all[i].length, &all[i].expect);
}

void mix_build(struct mix *mix, enum mix_kind kind, uint64_t seed, const uint8_t *destination_mac)
{
	*mix = (struct mix){0};
	switch (kind) {
	case MIX_HEALTHY: mix_to_clients(mix, seed, destination_mac, false); break;
	case MIX_OUTAGE: mix_to_clients(mix, seed, destination_mac, true); break;
	case MIX_UPSTREAM: mix_from_servers(mix, seed, destination_mac, false); break;
	case MIX_UPSTREAM_OUTAGE: mix_from_servers(mix, seed, destination_mac, true); break;
	case MIX_CODES: mix_every_code(mix, seed, destination_mac); break;
	case MIX_CASES: add_cases(mix, true); break;
	case MIX_UNTAGGED: add_cases(mix, false); break;
	case MIX_JUMBO: mix_jumbo(mix, destination_mac); break;
	case MIX_KINDS: build_failed("no such mix");
	}
}

void mix_free(struct mix *mix)
{
	for (size_t i = 0; i < mix->count; i++)
		free(mix->packet[i].bytes);
	free(mix->packet);
	*mix = (struct mix){0};
}

static uint32_t get_be(const uint8_t *at, size_t size)
{
	uint32_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | at[i];
	return value;
}

static void put_be(uint8_t *at, size_t size, uint32_t value)
{
	for (size_t i = size; i-- > 0; value >>= 8)
		at[i] = (uint8_t)value;
}

void mix_advance(struct mix_packet *packet)
{
	uint8_t *tcp = packet->bytes + packet->tcp_at;
	uint32_t was, is, sum;

	if (!packet->tcp_at)
		return;
	was = get_be(tcp + 4, 4);
	is = was + (uint32_t)packet->tcp_payload;
	sum = ~get_be(tcp + 16, 2) & 0xffff;
	sum += (~was >> 16) + (~was & 0xffff) + (is >> 16) + (is & 0xffff);
	put_be(tcp + 4, 4, is);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put_be(tcp + 16, 2, ~sum & 0xffff);
}
