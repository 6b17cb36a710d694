// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* How streams begin, end, share ports and give way to one another. */
#include "stream_list.h"

#include <string.h>

static void send_named(struct scenario *s, struct stream *stream, const char *name)
{
	stream_send_message(s, stream, stream_message_of(name));
}

/* The first @length bytes of NXDOMAIN with a SOA and, in the OPT, what makes it 19 with an EDE. */
static struct buf start_of_message(size_t length)
{
	struct buf message = {0}, bytes = {0};

	case_answer(&message, RESPONSE | 3, TYPE_A);
	message_soa(&message, SECTION_AUTHORITY, "@16");
	message_ede(&message, message_opt(&message, 1, 0, 0), 22, "");
	stream_message(&bytes, &message);
	buf_free(&message);
	bytes.length = length;
	return bytes;
}

#define IN_HEADER   (2 + 11)
#define IN_QUESTION (2 + 12 + 5)
#define IN_SOA      (2 + 12 + 17 + 4 + 5)

static const struct expect question_unknown = {
	.outcome = "response_packets",
	.rcode = 3,
	.qtype = -1,
	.flags = RESPONSE_SET,
	.incomplete = "opt_beyond_segment",
};
static const struct expect opt_unknown = {
	.outcome = "response_packets",
	.rcode = 3,
	.qtype = TYPE_A,
	.flags = RESPONSE_SET,
	.incomplete = "opt_beyond_segment",
};

/* A stream that ends with @flags after @length bytes of a message. */
static void add_end(const char *name, unsigned int flags, size_t length, const struct expect *known)
{
	struct scenario *s = scenario_new(name);
	struct stream stream = stream_new(600);
	struct buf bytes = start_of_message(length);

	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	stream_send(s, &stream, bytes.data, bytes.length);
	stream_segment(s, &stream, stream.next, flags, NULL, 0);
	if (known)
		scenario_expect(s, &stream, known);
	buf_free(&bytes);
}

static void add_ends(void)
{
	struct scenario *s = scenario_new("fin-with-data");
	struct stream stream = stream_new(600);
	struct buf bytes = {0};

	stream_open(s, &stream);
	scenario_message(s, &stream, &bytes, stream_message_of("udp4-badvers"));
	scenario_message(s, &stream, &bytes, stream_message_of("udp4-servfail-ede7"));
	stream_segment(s, &stream, stream.next, TCP_FIN | TCP_ACK, bytes.data, bytes.length);
	buf_free(&bytes);

	s = scenario_new("fin-with-data-that-cuts-a-message");
	stream = stream_new(600);
	bytes = start_of_message(IN_SOA);
	stream_open(s, &stream);
	stream_segment(s, &stream, stream.next, TCP_FIN | TCP_ACK, bytes.data, bytes.length);
	scenario_expect(s, &stream, &opt_unknown);
	buf_free(&bytes);

	add_end("fin-in-header", TCP_FIN | TCP_ACK, IN_HEADER, NULL);
	add_end("fin-in-question", TCP_FIN | TCP_ACK, IN_QUESTION, &question_unknown);
	add_end("fin-in-authority", TCP_FIN | TCP_ACK, IN_SOA, &opt_unknown);
	add_end("rst-in-header", TCP_RST, IN_HEADER, NULL);
	add_end("rst-in-question", TCP_RST | TCP_ACK, IN_QUESTION, &question_unknown);
	add_end("rst-in-authority", TCP_RST, IN_SOA, &opt_unknown);
	/* Nothing at all: what is under way when the input ends. */
	add_end("end-in-authority", TCP_ACK, IN_SOA, &opt_unknown);

	/* A reset may say why in words (RFC 9293 section 3.5.3), which are no part of the stream. */
	s = scenario_new("rst-with-text");
	stream = stream_new(600);
	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	stream_message(&bytes, &stream_message_of("udp4-data")->bytes);
	stream_segment(s, &stream, stream.next, TCP_RST | TCP_ACK, bytes.data, bytes.length);
	buf_free(&bytes);
}

static void add_reuse(void)
{
	struct scenario *s = scenario_new("port-used-again-behind-fin");
	struct stream stream = stream_new(600);
	struct buf bytes;

	for (int i = 0; i < 3; i++) {
		stream_open(s, &stream);
		send_named(s, &stream, "udp4-badvers");
		stream_segment(s, &stream, stream.next++, TCP_FIN | TCP_ACK, NULL, 0);
		stream.next += 64000; /* RFC 9293 section 3.4.1: a clock */
	}

	/* Both ends have forgotten the old connection, and the FIN was not seen. */
	s = scenario_new("port-used-again-while-a-message-is-under-way");
	stream = stream_new(600);
	bytes = start_of_message(IN_SOA);
	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	stream_send(s, &stream, bytes.data, bytes.length);
	scenario_expect(s, &stream, &opt_unknown);
	stream.next += 64000;
	stream_open(s, &stream);
	send_named(s, &stream, "udp4-servfail-ede7");
	buf_free(&bytes);

	/* The generator of sequence numbers may begin where it began before. */
	s = scenario_new("port-used-again-at-the-same-number");
	for (int i = 0; i < 2; i++) {
		stream.next = 5000;
		stream_open(s, &stream);
		send_named(s, &stream, "udp4-badvers");
		stream_segment(s, &stream, stream.next++, TCP_FIN | TCP_ACK, NULL, 0);
	}

	s = scenario_new("port-used-again-at-a-lower-number");
	stream = stream_new(90000);
	bytes = start_of_message(IN_HEADER);
	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	stream_send(s, &stream, bytes.data, bytes.length);
	stream.next = 80000;
	stream_open(s, &stream);
	send_named(s, &stream, "udp4-servfail-ede7");
	buf_free(&bytes);
}

/* One bucket holds four streams: the one that was not seen for the longest time gives way. */
static void add_evictions(void)
{
	struct scenario *s = scenario_new("fifth-stream-evicts-the-oldest");
	struct stream stream[10];
	struct buf bytes = {0};

	for (size_t i = 0; i < 6; i++) {
		stream[i] = stream_new(1000 * (uint32_t)i);
		stream_open(s, &stream[i]);
		send_named(s, &stream[i], "udp4-badvers");
	}
	s->evicted = 2;
	/* The last four are still known; the first is found again, and the third had to go for it. */
	for (size_t i = 2; i < 6; i++)
		send_named(s, &stream[i], "udp4-nodata");
	send_named(s, &stream[0], "udp4-servfail-ede7");
	s->evicted++;
	s->resynchronised = 1;

	/* Use and not age decides. */
	s = scenario_new("stream-in-use-stays");
	for (size_t i = 0; i < 4; i++) {
		stream[i] = stream_new(1000 * (uint32_t)i);
		stream_open(s, &stream[i]);
	}
	scenario_message(s, &stream[0], &bytes, stream_message_of("udp4-servfail-ede7"));
	stream_send(s, &stream[0], bytes.data, 20);
	stream[4] = stream_new(7);
	stream_open(s, &stream[4]);
	s->evicted = 1;
	stream_send(s, &stream[0], bytes.data + 20, bytes.length - 20);
	buf_free(&bytes);

	s = scenario_new("eviction-with-a-message-under-way");
	bytes = start_of_message(IN_SOA);
	for (size_t i = 0; i < 5; i++) {
		stream[i] = stream_new(1000 * (uint32_t)i);
		stream_open(s, &stream[i]);
		stream_send(s, &stream[i], bytes.data, i == 0 ? bytes.length : 1);
	}
	scenario_expect(s, &stream[0], &opt_unknown);
	s->evicted = 1;
	/* What comes of it now is of no known stream. */
	stream_send(s, &stream[0], "xample\3com", 10);
	s->unfollowed = 1;
	buf_free(&bytes);

	/* It was IPv6's message that was under way, and stays so when IPv4 evicts it. */
	s = scenario_new("eviction-by-another-family");
	bytes = start_of_message(IN_QUESTION);
	for (size_t i = 0; i < 5; i++) {
		stream[i] = stream_new(1000 * (uint32_t)i);
		stream[i].family = i == 0 ? 6 : 4;
		stream_open(s, &stream[i]);
		stream_send(s, &stream[i], bytes.data, i == 0 ? bytes.length : 1);
	}
	scenario_expect(s, &stream[0], &question_unknown);
	s->evicted = 1;
	buf_free(&bytes);

	/* A stream that is over and begins again is as good as any. */
	s = scenario_new("stream-begun-again-is-not-closed");
	bytes = start_of_message(IN_SOA);
	stream[0] = stream_new(1);
	stream_open(s, &stream[0]);
	stream_segment(s, &stream[0], stream[0].next++, TCP_FIN | TCP_ACK, NULL, 0);
	stream[0].next += 64000;
	stream_open(s, &stream[0]);
	stream_send(s, &stream[0], bytes.data, bytes.length);
	for (size_t i = 1; i < 5; i++) {
		stream[i] = stream_new(1);
		stream_open(s, &stream[i]);
		stream_send(s, &stream[i], "", 1);
	}
	scenario_expect(s, &stream[0], &opt_unknown);
	s->evicted = 1;
	buf_free(&bytes);

	/* Streams that have only shaken hands are replaced before those with payload, however old. */
	s = scenario_new("handshakes-evict-handshakes");
	bytes = start_of_message(1);
	for (size_t i = 0; i < 3; i++) {
		stream[i] = stream_new(1000 * (uint32_t)i);
		stream_open(s, &stream[i]);
		stream_send(s, &stream[i], bytes.data, 1);
	}
	for (size_t i = 0; i < 50; i++) {
		stream[9] = stream_new(1);
		stream_open(s, &stream[9]);
	}
	s->evicted = 49;
	buf_reset(&bytes);
	for (size_t i = 0; i < 3; i++) {
		buf_reset(&bytes);
		scenario_message(s, &stream[i], &bytes, stream_message_of("udp4-badvers"));
		stream_send(s, &stream[i], bytes.data + 1, bytes.length - 1);
	}
	buf_free(&bytes);

	/* What comes behind its end all the same is counted when it has to go. */
	s = scenario_new("closed-stream-with-a-message-under-way");
	bytes = start_of_message(IN_SOA);
	stream[0] = stream_new(1);
	stream_open(s, &stream[0]);
	stream_segment(s, &stream[0], stream[0].next, TCP_FIN | TCP_ACK, NULL, 0);
	stream_send(s, &stream[0], bytes.data, bytes.length);
	for (size_t i = 1; i < 5; i++) {
		stream[i] = stream_new(1);
		stream_open(s, &stream[i]);
	}
	scenario_expect(s, &stream[0], &opt_unknown);
	buf_free(&bytes);

	/* Streams that are over cost no other its place. */
	s = scenario_new("closed-streams-make-room");
	stream[9] = stream_new(1);
	stream_open(s, &stream[9]);
	for (size_t i = 0; i < 9; i++) {
		stream[i] = stream_new(1000 * (uint32_t)i);
		stream_open(s, &stream[i]);
		send_named(s, &stream[i], "udp4-badvers");
		stream_segment(s, &stream[i], stream[i].next, i % 2 ? TCP_RST : TCP_FIN | TCP_ACK,
			       NULL, 0);
	}
	send_named(s, &stream[9], "qdcount-2"); /* by its looks alone it would not be taken */
}

#define FAR (1u << 30) /* from a stream's position: further than any window */

/* Segments whose sequence numbers are nowhere near the stream: forged, or of another with the same ports. */
static void add_strays(void)
{
	struct scenario *s = scenario_new("forged-message-far-ahead");
	const struct stream_message *data = stream_message_of("udp4-data");
	struct buf bytes = {0}, forged = {0};
	struct stream stream = stream_new(600);

	stream_message(&forged, &data->bytes);
	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	stream_segment(s, &stream, stream.next + FAR, TCP_ACK, forged.data, forged.length);
	send_named(s, &stream, "udp4-servfail-ede7");
	stream_segment(s, &stream, stream.next - FAR, TCP_ACK, forged.data, forged.length);
	send_named(s, &stream, "udp4-nodata");
	s->unfollowed = 2;

	/* In the middle of a message, and before the first one. */
	s = scenario_new("forged-segment-within-message");
	stream = stream_new(600);
	stream_open(s, &stream);
	stream_segment(s, &stream, stream.next + FAR, TCP_ACK, forged.data, forged.length);
	scenario_message(s, &stream, &bytes, stream_message_of("udp4-badvers"));
	stream_send(s, &stream, bytes.data, 20);
	stream_segment(s, &stream, stream.next + FAR, TCP_ACK, "x", 1);
	stream_send(s, &stream, bytes.data + 20, bytes.length - 20);
	s->unfollowed = 2;

	/* RFC 5961 sections 3 and 4: what is not in the window ends nothing. */
	s = scenario_new("forged-reset-and-fin");
	stream = stream_new(600);
	stream_open(s, &stream);
	stream_send(s, &stream, bytes.data, 20);
	stream_segment(s, &stream, stream.next + FAR, TCP_RST, NULL, 0);
	stream_segment(s, &stream, stream.next + FAR, TCP_FIN | TCP_ACK, NULL, 0);
	stream_send(s, &stream, bytes.data + 20, bytes.length - 20);
	scenario_expect(s, &stream, &stream_message_of("udp4-badvers")->expect);
	send_named(s, &stream, "udp4-nodata");

	s = scenario_new("forged-segment-while-out-of-step");
	stream = stream_new(600);
	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	stream.next += 100;
	stream_send(s, &stream, "xample\3com", 10);
	stream_segment(s, &stream, stream.next + FAR, TCP_ACK, "xample\3com", 10);
	send_named(s, &stream, "udp4-servfail-ede7");
	send_named(s, &stream, "udp4-nodata");
	s->gap = s->resynchronised = s->unfollowed = 1;

	/* The true stream goes on where its next message begins. */
	s = scenario_new("forged-handshake");
	stream = stream_new(600);
	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	stream_segment(s, &stream, stream.next + FAR, TCP_SYN | TCP_ACK, NULL, 0);
	send_named(s, &stream, "udp4-servfail-ede7");
	send_named(s, &stream, "udp4-nodata");
	s->resynchronised = 1;

	/* Another connection with the same ports, of whose beginning nothing was seen. */
	s = scenario_new("stream-replaced-unseen");
	stream = stream_new(600);
	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	stream.next += FAR;
	for (int i = 0; i < 16; i++)
		stream_send(s, &stream, forged.data, forged.length);
	send_named(s, &stream, "udp4-servfail-ede7");
	stream_send_cut(s, &stream, bytes.data, bytes.length, 7);
	scenario_expect(s, &stream, &stream_message_of("udp4-badvers")->expect);
	s->unfollowed = 16;
	s->resynchronised = 1;
	buf_free(&bytes);
	buf_free(&forged);
}

/* A port used again without a handshake that is seen, @far from where its old stream ended. */
static void add_reuse_unseen(const char *name, uint32_t far)
{
	struct scenario *s = scenario_new(name);
	struct stream stream = stream_new(900000);

	stream_open(s, &stream);
	send_named(s, &stream, "udp4-badvers");
	stream_segment(s, &stream, stream.next++, TCP_FIN | TCP_ACK, NULL, 0);
	stream.next += far;
	stream_send_message(s, &stream, stream_message_of("udp4-servfail-ede7"));
	stream_send_message(s, &stream, stream_message_of("udp4-nodata"));
	s->resynchronised = 1;
}

/* Several at a time, byte by byte; the same port number under IPv4 and IPv6 is two streams. */
static void add_interleaved(void)
{
	static const char *const names[3] = {"udp4-servfail-ede7", "opt-middle", "ede-two"};
	struct scenario *s = scenario_new("three-streams-in-turn");
	struct buf bytes[3] = {{0}};
	struct stream stream[3];
	size_t longest = 0;

	for (size_t i = 0; i < 3; i++) {
		stream[i] = stream_new(1000);
		if (i == 1) {
			stream[i].client_port = stream[0].client_port;
			stream[i].family = 6;
		}
		stream_open(s, &stream[i]);
		for (int j = 0; j < 3; j++)
			scenario_message(s, &stream[i], &bytes[i], stream_message_of(names[i]));
		if (bytes[i].length > longest)
			longest = bytes[i].length;
	}
	for (size_t at = 0; at < longest; at++)
		for (size_t i = 0; i < 3; i++)
			if (at < bytes[i].length)
				stream_send(s, &stream[i], bytes[i].data + at, 1);
	for (size_t i = 0; i < 3; i++)
		buf_free(&bytes[i]);
}

/* Streams that differ in one address alone, in its last bits. */
static void add_addresses(const char *name, unsigned int family, const char *const address[4])
{
	struct scenario *s = scenario_new(name);
	struct stream stream[3];
	struct buf bytes = {0};

	stream_message(&bytes, &stream_message_of("ede-two")->bytes);
	for (size_t i = 0; i < 3; i++) {
		stream[i] = stream_new(1000 * (uint32_t)i);
		stream[i].client_port = stream[0].client_port;
		stream[i].family = family;
		stream[i].source = address[i == 1];
		stream[i].destination = address[2 + (i == 2)];
		stream_open(s, &stream[i]);
		scenario_expect(s, &stream[i], &stream_message_of("ede-two")->expect);
	}
	for (size_t at = 0; at < bytes.length; at += 9)
		for (size_t i = 0; i < 3; i++)
			stream_send(s, &stream[i], bytes.data + at,
				    bytes.length - at < 9 ? bytes.length - at : 9);
	buf_free(&bytes);
}

/* Streams with the same addresses, ports and numbers, but each in other VLANs. Priorities may change. */
static void add_vlans(void)
{
	struct scenario *s = scenario_new("streams-by-vlan");
	struct stream stream = stream_new(1000);
	struct buf bytes = {0};
	struct frame frame = {.l4 = L4_TCP,
			      .source_port = 53,
			      .destination_port = stream.client_port,
			      .sequence = stream.next,
			      .tcp_flags = OVERRIDE(TCP_SYN | TCP_ACK)};

	stream_message(&bytes, &stream_message_of("ede-two")->bytes);
	for (size_t at = 0; at < bytes.length + 9; at += 9)
		for (size_t i = 0; i < 4; i++) {
			size_t from = at ? at - 9 : 0, left = bytes.length - from;
			uint16_t priority = (uint16_t)(at / 9 % 8 << 13);

			frame.vlans = i == 3 ? 2 : i != 0;
			frame.vlan[0] = (struct frame_vlan){
				0x8100, (uint16_t)((i == 3 ? 200 : 99 + i) | priority)};
			frame.vlan[1] = (struct frame_vlan){0x8100, 100};
			if (!at) {
				scenario_frame(s, &frame, NULL, 0, 0);
				scenario_expect(s, &stream, &stream_message_of("ede-two")->expect);
				continue;
			}
			frame.tcp_flags = 0;
			frame.sequence = stream.next + 1 + (uint32_t)from;
			scenario_frame(s, &frame, bytes.data + from, left < 9 ? left : 9, 0);
		}
	buf_free(&bytes);
}

/* A query, prefix and all; as good a message as any, but no response. */
static struct buf query(void)
{
	struct buf message = {0}, bytes = {0};

	message_begin(&message, 0x2a17, MSG_RD);
	message_question(&message, "www.example.com", TYPE_A, CLASS_IN);
	message_opt(&message, 0, 0, 1);
	stream_message(&bytes, &message);
	buf_free(&message);
	return bytes;
}

static void add_directions(void)
{
	struct scenario *s = scenario_new("queries-among-responses");
	struct stream stream = stream_new(1);
	struct buf asked = query(), bytes = {0};
	struct frame frame;

	stream_open(s, &stream);
	for (int i = 0; i < 3; i++) {
		buf_put(&bytes, asked.data, asked.length);
		scenario_message(s, &stream, &bytes, stream_message_of("udp4-badvers"));
	}
	stream_send(s, &stream, bytes.data, bytes.length);
	stream_send_cut(s, &stream, asked.data, asked.length, 1);
	stream_send_cut(s, &stream, asked.data, asked.length, 13);
	send_named(s, &stream, "udp4-servfail-ede7");

	/* The client's side has sequence numbers of its own. */
	s = scenario_new("both-directions");
	stream = stream_new(1);
	frame = (struct frame){.l4 = L4_TCP,
			       .source = "198.51.100.7",
			       .destination = "192.0.2.53",
			       .source_port = stream.client_port,
			       .destination_port = 53,
			       .sequence = 1,
			       .tcp_flags = OVERRIDE(TCP_SYN)};
	scenario_frame(s, &frame, NULL, 0, 0);
	frame.sequence++;
	frame.tcp_flags = 0;
	stream_open(s, &stream);
	for (int i = 0; i < 5; i++) {
		scenario_frame(s, &frame, asked.data, asked.length, 0);
		frame.sequence += (uint32_t)asked.length;
		send_named(s, &stream, i % 2 ? "udp4-data" : "udp4-servfail-ede7");
	}

	/* It is not followed: nothing is missed of it, found again or without a stream. */
	s = scenario_new("queries-alone");
	frame.sequence = 1000;
	scenario_frame(s, &frame, asked.data, asked.length, 0);
	frame.sequence += 5000;
	scenario_frame(s, &frame, asked.data, 1, 0);
	scenario_frame(s, &frame, asked.data, asked.length, 0);

	/* Between servers both may use port 53: two streams from a DNS port. */
	s = scenario_new("both-ends-on-port-53");
	stream = stream_new(1);
	stream.client_port = 53;
	frame.source_port = 53;
	frame.sequence = 1;
	frame.tcp_flags = OVERRIDE(TCP_SYN);
	scenario_frame(s, &frame, NULL, 0, 0);
	frame.sequence++;
	frame.tcp_flags = 0;
	stream_open(s, &stream);
	for (int i = 0; i < 5; i++) {
		scenario_frame(s, &frame, asked.data, asked.length, 0);
		frame.sequence += (uint32_t)asked.length;
		send_named(s, &stream, i % 2 ? "udp4-data" : "udp4-servfail-ede7");
	}
	buf_free(&asked);
	buf_free(&bytes);
}

/* In a VLAN, with timestamps, the last segments padded to Ethernet's least length. */
static void add_dressed(void)
{
	struct scenario *s = scenario_new("vlan-timestamps-padding");
	struct stream stream = stream_new(1);
	struct buf bytes = {0};
	struct frame frame = {.vlans = 2,
			      .vlan = {{0x88a8, 200}, {0x8100, 100}},
			      .l4 = L4_TCP,
			      .source_port = 53,
			      .destination_port = stream.client_port,
			      .tcp_flags = OVERRIDE(TCP_SYN | TCP_ACK),
			      .tcp_options = "\x01\x01\x08\x0a\x00\x00\x00\x01\x00\x00\x00\x02",
			      .tcp_options_length = 12,
			      .sequence = stream.next};

	scenario_frame(s, &frame, NULL, 0, 0);
	frame.sequence++;
	frame.tcp_flags = 0;
	frame.padding = 9;
	for (int i = 0; i < 3; i++)
		scenario_message(s, &stream, &bytes, stream_message_of("ede-among-options"));
	for (size_t at = 0; at < bytes.length; at++, frame.sequence++)
		scenario_frame(s, &frame, bytes.data + at, 1, 0);
	buf_free(&bytes);
}

void add_life_scenarios(void)
{
	static const char *const ipv4[4] = {"192.0.2.52", "192.0.2.53", "198.51.100.6",
					    "198.51.100.7"};
	static const char *const ipv6[4] = {"2001:db8::52", "2001:db8::53", "2001:db8:1::6",
					    "2001:db8:1::7"};

	add_ends();
	add_reuse();
	add_reuse_unseen("port-used-again-unseen-behind", 0u - 700000);
	add_reuse_unseen("port-used-again-unseen-far-behind", 0u - FAR);
	add_reuse_unseen("port-used-again-unseen-far-ahead", FAR);
	add_evictions();
	add_strays();
	add_interleaved();
	add_addresses("streams-by-address", 4, ipv4);
	add_addresses("streams-by-address-ipv6", 6, ipv6);
	add_vlans();
	add_directions();
	add_dressed();
}
