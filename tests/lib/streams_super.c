// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Super-packets: what tc sees where offloading joins what one sender sends at a time, or has not cut
 * it yet. TCP: a run of one stream. UDP: one datagram a segment, all but the last of one size.
 * In sizes that a test run takes.
 */
#include "stream_list.h"

#define SEGMENTS 20u
#define TCP_SIZE 150u
#define UDP_SIZE 140u

static void add_tcp(const char *name, unsigned int family, bool without_length)
{
	struct scenario *s = scenario_new(name);
	struct stream stream = stream_new(0xffff0000);
	const struct stream_message *messages;
	struct buf bytes = {0};
	size_t count, size = (size_t)SEGMENTS * TCP_SIZE;
	struct frame frame = {.family = family,
			      .l4 = L4_TCP,
			      .source_port = 53,
			      .destination_port = stream.client_port};

	stream.family = family;
	stream_open(s, &stream);
	messages = stream_messages(&count);
	for (size_t i = 0; i < count; i++)
		scenario_message(s, &stream, &bytes, &messages[i]);
	/* Past 64 KiB the IP header cannot say the length: Linux writes 0. */
	if (without_length)
		frame.ip_length = OVERRIDE(0);
	/* There, IPv6 has a jumbogram's hop-by-hop header: RFC 2675. */
	if (without_length && family == 6) {
		frame.extensions = 1;
		frame.extension[0] = (struct frame_extension){.type = EXT_HOP_BY_HOP};
	}
	for (size_t at = 0; at < bytes.length; at += size) {
		if (size > bytes.length - at)
			size = bytes.length - at;
		frame.sequence = stream.next + (uint32_t)at;
		scenario_frame(s, &frame, bytes.data + at, size, TCP_SIZE);
	}
	buf_free(&bytes);
}

/* A datagram with @rcode of all 12 bits and an EDE, padded (RFC 7830) to @size. */
static void datagram(struct buf *payload, unsigned int rcode, size_t size)
{
	struct buf message = {0};
	size_t opt;

	case_answer(&message, RESPONSE | (rcode & 15u), TYPE_AAAA);
	opt = message_opt(&message, rcode >> 4, 0, 0);
	message_ede(&message, opt, rcode, "");
	if (size)
		message_padding(&message, opt, size - message.length - 4);
	buf_put(payload, message.data, message.length);
	buf_free(&message);
}

static void expect_datagram(struct scenario *s, unsigned int family, unsigned int rcode)
{
	const struct stream any = {.family = family};

	scenario_expect(s, &any,
			&EXPECT_RESPONSE(rcode, TYPE_AAAA, .edes = 1, .ede = {(uint16_t)rcode}));
	s->message[s->messages - 1].transport = "udp";
}

/* @last: bytes of the last datagram; 0: as long as it is without padding. */
static void add_udp(const char *name, unsigned int family, size_t last)
{
	struct scenario *s = scenario_new(name);
	struct buf payload = {0};

	for (unsigned int i = 1; i < SEGMENTS; i++) {
		datagram(&payload, i + 1, UDP_SIZE);
		expect_datagram(s, family, i + 1);
	}
	datagram(&payload, 100, last);
	expect_datagram(s, family, 100);
	scenario_frame(s, &(struct frame){.family = family}, payload.data, payload.length,
		       UDP_SIZE);
	buf_free(&payload);
}

void add_super_scenarios(void)
{
	struct scenario *s;
	struct buf payload = {0}, last = {0};

	add_tcp("tcp-super-packets", 4, false);
	add_tcp("tcp-super-packets-ipv6", 6, false);
	add_tcp("tcp-super-packets-without-length", 4, true);
	add_tcp("tcp-super-packets-without-length-ipv6", 6, true);
	add_udp("udp-super-packet", 4, UDP_SIZE);
	add_udp("udp-super-packet-ipv6", 6, UDP_SIZE);
	add_udp("udp-super-packet-shorter-last", 4, 0);

	/* The last datagram ends with the packet: the padding behind it is not what its OPT claims. */
	s = scenario_new("udp-super-packet-padded");
	datagram(&payload, 2, UDP_SIZE);
	expect_datagram(s, 4, 2);
	case_answer(&last, RESPONSE | 2, TYPE_AAAA);
	buf_set_u16(&last, message_opt(&last, 1, 0, 0), 8);
	buf_put(&payload, last.data, last.length);
	scenario_expect(s, &(struct stream){.family = 4},
			&EXPECT_RESPONSE(18, TYPE_AAAA, .incomplete = "malformed"));
	s->message[1].transport = "udp";
	scenario_frame(s, &(struct frame){.family = 4, .padding = UDP_SIZE}, payload.data,
		       payload.length, UDP_SIZE);
	buf_reset(&payload);
	buf_free(&last);

	/* Datagrams behind the first end where they do, whatever their messages claim of their OPTs. */
	s = scenario_new("udp-super-packet-of-lies");
	for (unsigned int i = 0; i < 3; i++) {
		struct buf message = {0};

		case_answer(&message, RESPONSE | 2, TYPE_A);
		buf_set_u16(&message, message_opt(&message, 1, 0, 0), i ? 100 : 0);
		buf_put(&payload, message.data, message.length);
		if (i)
			scenario_expect(s, &(struct stream){.family = 4},
					&EXPECT_RESPONSE(18, TYPE_A, .incomplete = "malformed"));
		else
			scenario_expect(s, &(struct stream){.family = 4},
					&EXPECT_RESPONSE(18, TYPE_A));
		s->message[i].transport = "udp";
		buf_free(&message);
	}
	scenario_frame(s, &(struct frame){.family = 4}, payload.data, payload.length,
		       (unsigned int)payload.length / 3);
	buf_free(&payload);

	/* One datagram that is to be cut into IP fragments (UFO): one message, larger than a fragment. */
	s = scenario_new("udp-one-datagram-to-be-fragmented");
	datagram(&payload, 19, 1000);
	expect_datagram(s, 4, 19);
	scenario_frame(s, &(struct frame){.family = 4}, payload.data, payload.length, 400);
	buf_reset(&payload);

	/* The first message ends elsewhere than the first datagram would: what is behind it is no message. */
	s = scenario_new("udp-super-packet-with-payload-behind-message");
	for (unsigned int i = 0; i < 3; i++)
		datagram(&payload, 19, 120);
	expect_datagram(s, 4, 19);
	s->message[s->messages - 1].trailing = true;
	scenario_frame(s, &(struct frame){.family = 4}, payload.data, payload.length, 140);
	buf_reset(&payload);

	/* The same without offloading, as XDP on a tap gets it: one figure for ten datagrams that are one. */
	s = scenario_new("udp-datagrams-joined-unseen");
	for (unsigned int i = 0; i < 10; i++)
		datagram(&payload, 19, 120);
	expect_datagram(s, 4, 19);
	s->message[s->messages - 1].trailing = true;
	scenario_frame(s, &(struct frame){.family = 4}, payload.data, payload.length, 0);
	buf_reset(&payload);

	s = scenario_new("udp-payload-behind-record-behind-opt");
	case_answer(&payload, RESPONSE | 2, TYPE_A);
	message_opt(&payload, 1, 0, 0);
	message_record(&payload, SECTION_ADDITIONAL, "", TYPE_TXT, CLASS_IN, 0, "\1x", 2);
	for (unsigned int more = 0; more < 2; more++) {
		scenario_expect(s, &(struct stream){.family = 4}, &EXPECT_RESPONSE(18, TYPE_A));
		s->message[more].transport = "udp";
		scenario_frame(s, &(struct frame){.family = 4}, payload.data, payload.length, 0);
		buf_put(&payload, "", 1);
	}
	s->message[s->messages - 1].trailing = true;
	buf_reset(&payload);

	/* As many as are looked at, and 7 more. */
	s = scenario_new("udp-super-packet-of-135");
	for (unsigned int i = 0; i < 135; i++) {
		struct buf message = {0};

		message_begin(&message, 7, RESPONSE | 3);
		buf_put(&payload, message.data, message.length);
		buf_free(&message);
		if (i >= 128)
			continue;
		scenario_expect(s, &(struct stream){.family = 4}, &EXPECT_RESPONSE(3, -1));
		s->message[i].transport = "udp";
	}
	s->unsplit = 7;
	scenario_frame(s, &(struct frame){.family = 4}, payload.data, payload.length - 5, 12);
	buf_free(&payload);
}
