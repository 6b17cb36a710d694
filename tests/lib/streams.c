// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "stream_list.h"

#include <stdlib.h>
#include <string.h>

static struct scenario *scenarios;
static size_t scenario_count, scenario_room;
static struct stream_message *all;
static size_t all_count, all_room;
static uint16_t next_client_port = 30000;

/* Make room for one more of @size bytes behind @count elements. */
static void *one_more(void *array, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return array;
	*room = *room ? *room * 2 : 64;
	array = reallocarray(array, *room, size);
	if (!array)
		build_failed("no memory for %zu of %zu bytes", *room, size);
	return array;
}

static void free_scenarios(void)
{
	for (size_t i = 0; i < scenario_count; i++) {
		for (size_t j = 0; j < scenarios[i].frames; j++)
			free(scenarios[i].frame[j].bytes);
		free(scenarios[i].frame);
		free(scenarios[i].message);
	}
	for (size_t i = 0; i < all_count; i++)
		buf_free(&all[i].bytes);
	free(scenarios);
	free(all);
	scenarios = NULL;
	all = NULL;
	scenario_count = scenario_room = all_count = all_room = 0;
}

/* The UDP payload of a whole IPv4 packet in an Ethernet frame without tags; NULL if it is none. */
static const uint8_t *udp_payload(const struct packet_case *c, size_t *length)
{
	const uint8_t *ip = c->bytes + 14, *udp;
	size_t header;

	if (c->length < 14 + 20 || c->bytes[12] != 8 || c->bytes[13] != 0 || ip[9] != 17)
		return NULL;
	if (ip[6] & 0x3f || ip[7]) /* a fragment */
		return NULL;
	header = (ip[0] & 15u) * 4;
	udp = ip + header;
	*length = (size_t)(udp[4] << 8 | udp[5]) - 8;
	return udp + 8;
}

const struct stream_message *stream_messages(size_t *count)
{
	const struct packet_case *cases;
	size_t length = 0, case_count;

	cases = packet_cases(&case_count);
	if (!all_count)
		for (size_t i = 0; i < case_count; i++) {
			const uint8_t *payload = udp_payload(&cases[i], &length);

			if (!payload || strcmp(cases[i].expect.outcome, "response_packets") != 0)
				continue;
			all = one_more(all, all_count, &all_room, sizeof(*all));
			all[all_count] = (struct stream_message){.name = cases[i].name,
								 .expect = cases[i].expect};
			buf_put(&all[all_count++].bytes, payload, length);
		}
	*count = all_count;
	return all;
}

const struct stream_message *stream_message_of(const char *name)
{
	const struct stream_message *messages;
	size_t count;

	messages = stream_messages(&count);
	for (size_t i = 0; i < count; i++)
		if (!strcmp(messages[i].name, name))
			return &messages[i];
	build_failed("no message is from a case called %s", name);
}

struct scenario *scenario_new(const char *name)
{
	for (size_t i = 0; i < scenario_count; i++)
		if (!strcmp(scenarios[i].name, name))
			build_failed("two scenarios are called %s", name);
	scenarios = one_more(scenarios, scenario_count, &scenario_room, sizeof(*scenarios));
	scenarios[scenario_count] = (struct scenario){.name = name};
	return &scenarios[scenario_count++];
}

struct stream stream_new(uint32_t sequence)
{
	return (struct stream){.family = 4, .client_port = next_client_port++, .next = sequence};
}

/* Capacity follows from the number of elements: it doubles at each power of two. */
static void *append(void *array, size_t count, size_t size)
{
	if (count && (count & (count - 1)))
		return array;
	array = reallocarray(array, count ? count * 2 : 1, size);
	if (!array)
		build_failed("no memory for %zu of %zu bytes", count, size);
	return array;
}

void scenario_frame(struct scenario *s, const struct frame *frame, const void *payload,
		    size_t length, unsigned int gso_size)
{
	struct buf out = {0};

	packet_build(&out, frame, payload, length);
	s->frame = append(s->frame, s->frames, sizeof(*s->frame));
	s->frame[s->frames] = (struct scenario_frame){.bytes = out.data, .length = out.length};
	if (gso_size) {
		s->frame[s->frames].gso_size = gso_size;
		s->frame[s->frames].gso_segments = (unsigned int)((length + gso_size - 1) /
								  gso_size);
		s->super_packets = true;
	}
	s->frames++;
}

void stream_segment(struct scenario *s, const struct stream *stream, uint32_t sequence,
		    unsigned int flags, const void *payload, size_t length)
{
	const struct frame frame = {
		.family = stream->family,
		.l4 = L4_TCP,
		.source = stream->source,
		.destination = stream->destination,
		.source_port = 53,
		.destination_port = stream->client_port,
		.tcp_flags = OVERRIDE(flags),
		.sequence = sequence,
		.acknowledgement = 77,
	};

	scenario_frame(s, &frame, payload, length, 0);
}

void stream_open(struct scenario *s, struct stream *stream)
{
	stream_segment(s, stream, stream->next++, TCP_SYN | TCP_ACK, NULL, 0);
}

void stream_send(struct scenario *s, struct stream *stream, const void *payload, size_t length)
{
	stream_segment(s, stream, stream->next, TCP_ACK | TCP_PSH, payload, length);
	stream->next += (uint32_t)length;
}

void stream_send_cut(struct scenario *s, struct stream *stream, const void *payload, size_t length,
		     size_t size)
{
	const uint8_t *bytes = payload;

	for (size_t at = 0; at < length; at += size)
		stream_send(s, stream, bytes + at, length - at < size ? length - at : size);
}

void stream_send_message(struct scenario *s, struct stream *stream,
			 const struct stream_message *message)
{
	struct buf bytes = {0};

	scenario_message(s, stream, &bytes, message);
	stream_send(s, stream, bytes.data, bytes.length);
	buf_free(&bytes);
}

void scenario_expect(struct scenario *s, const struct stream *stream, const struct expect *expect)
{
	s->message = append(s->message, s->messages, sizeof(*s->message));
	s->message[s->messages] = *expect;
	s->message[s->messages].family = stream->family;
	s->message[s->messages].transport = "tcp";
	s->messages++;
}

void scenario_message(struct scenario *s, const struct stream *stream, struct buf *bytes,
		      const struct stream_message *message)
{
	stream_message(bytes, &message->bytes);
	scenario_expect(s, stream, &message->expect);
}

const struct scenario *stream_scenarios(size_t *count)
{
	if (!scenarios) {
		add_segment_scenarios();
		add_sequence_scenarios();
		add_loss_scenarios();
		add_life_scenarios();
		add_super_scenarios();
		atexit(free_scenarios);
	}
	*count = scenario_count;
	return scenarios;
}
