// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "mix_jumbo.h"

#include <string.h>

#include "message.h"
#include "packet.h"
#include "dns_wire.h"

/* What stands at the edge: an A record of 16 bytes, an OPT of 11, an EDE of 6 and a text of 20. */
#define TAIL      53u
#define TAG       4u
#define IPV4      20u
#define IPV6      40u
#define UDP       8u
#define TCP       20u
#define MESSAGES  60u
#define EDGE_TEXT "twenty bytes of text"

struct making {
	struct mix *mix;
	const uint8_t *destination_mac;
	struct buf msg, stream, frame;
};

static size_t headers(const struct frame *frame)
{
	size_t size = ETHERNET + frame->vlans * TAG + (frame->family == 6 ? IPV6 : IPV4);

	for (unsigned int i = 0; i < frame->extensions; i++)
		size += frame->extension[i].size;
	return size + (frame->l4 == L4_TCP ? TCP : UDP);
}

static void emit(struct making *making, struct frame frame, const struct buf *payload,
		 struct expect expect)
{
	struct mix_packet *packet;

	frame.destination_mac = making->destination_mac;
	if (!frame.source_port && !frame.destination_port)
		frame.destination_port = (uint16_t)(10000 + making->mix->count);
	frame.sequence = 0x10000000u + (uint32_t)making->mix->count;
	packet_build(&making->frame, &frame, payload->data, payload->length);
	packet = mix_append(making->mix, making->frame.data, making->frame.length, &expect);
	if (frame.l4 == L4_TCP) {
		packet->tcp_at = headers(&frame) - TCP;
		packet->tcp_payload = payload->length;
	}
}

static void emit_message(struct making *making, const struct frame *frame, struct expect expect)
{
	expect.family = frame->family == 6 ? 6 : 4;
	expect.transport = frame->l4 == L4_TCP ? "tcp" : "udp";
	expect.flags |= EXPECT_RA;
	if (frame->l4 != L4_TCP) {
		emit(making, *frame, &making->msg, expect);
		return;
	}
	buf_reset(&making->stream);
	stream_message(&making->stream, &making->msg);
	emit(making, *frame, &making->stream, expect);
}

/*
 * A response that ends @end bytes after the frame's start, its last TAIL bytes being small records:
 * the last is an OPT with the upper bits of @rcode and an EDE.
 */
static struct expect long_message(struct making *making, size_t start, size_t end,
				  unsigned int rcode, unsigned int ede)
{
	struct buf *msg = &making->msg;
	struct expect expect = {
		.outcome = "response_packets", .rcode = rcode, .qtype = TYPE_NULL, .edes = 1};
	size_t filler;

	message_begin(msg, 0x4a55, MSG_QR | MSG_RD | MSG_RA | (rcode & 15));
	message_question(msg, "jumbo.example", TYPE_NULL, CLASS_IN);
	filler = end - start - TAIL - msg->length - 12;
	message_record(msg, SECTION_ANSWER, "@12", TYPE_NULL, CLASS_IN, 300, NULL, filler);
	message_a(msg, SECTION_ADDITIONAL, "@12", "192.0.2.1");
	message_ede(msg, message_opt(msg, rcode >> 4, 0, 0), ede, EDGE_TEXT);
	if (start + msg->length != end)
		build_failed("a message of %zu bytes ends at %zu, not %zu", msg->length,
			     start + msg->length, end);
	if (!rcode)
		expect.answer = "data";
	expect.ede[0] = (uint16_t)ede;
	return expect;
}

/* The response in @frame, so that the frame ends after @end bytes. */
static void emit_long(struct making *making, const struct frame *frame, size_t end,
		      unsigned int rcode, unsigned int ede)
{
	size_t start = headers(frame) + (frame->l4 == L4_TCP ? 2 : 0);

	emit_message(making, frame, long_message(making, start, end, rcode, ede));
}

/* Every byte of the tail on every side of the edge at @edge. */
static void sweep(struct making *making, const struct frame *frame, size_t edge)
{
	for (unsigned int i = 0; i <= TAIL + 2; i++)
		emit_long(making, frame, edge - 1 + i, DNS_RCODE_BADVERS + i * 16, i % 30);
}

static void sweeps(struct making *making)
{
	static const struct frame frames[] = {
		{.family = 4},
		{.family = 6},
		{.family = 4, .l4 = L4_TCP},
		{.family = 6, .l4 = L4_TCP},
		{.family = 4, .vlans = 1, .vlan = {{.tci = 7}}},
	};

	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		sweep(making, &frames[i], JUMBO_FIRST_BUFFER);
		sweep(making, &frames[i], JUMBO_FIRST_BUFFER + JUMBO_BUFFER);
		emit_long(making, &frames[i], 6000, DNS_RCODE_BADVERS, 0);
		emit_long(making, &frames[i], 9014, 0, 22);
	}
}

/* The upper header, and all that is behind it, beyond the first buffer; or on its edge. */
static void far_headers(struct making *making)
{
	struct frame frame = {.family = 6, .extensions = 2};

	frame.extension[0] = (struct frame_extension){.type = EXT_ROUTING, .size = 1600};
	frame.extension[1].type = EXT_ROUTING;
	for (unsigned int tcp = 0; tcp < 2; tcp++) {
		frame.l4 = tcp ? L4_TCP : L4_UDP;
		for (uint16_t size = 1800; size <= 2048; size += 8) {
			frame.extension[1].size = size;
			emit_long(making, &frame, 5000, 3 + DNS_RCODE_BADVERS, 15);
		}
	}
}

/* Many messages in a segment, which begin anywhere in it. */
static void many_messages(struct making *making)
{
	static struct expect expects[2][MESSAGES];
	struct buf stream = {0};

	for (unsigned int family = 0; family < 2; family++) {
		struct frame frame = {.family = family ? 6 : 4, .l4 = L4_TCP};

		buf_reset(&stream);
		for (unsigned int i = 0; i < MESSAGES; i++) {
			struct expect *expect = &expects[family][i];

			*expect = long_message(making, 0, 130 + i % 5, i % 24, i % 30);
			expect->family = frame.family;
			expect->transport = "tcp";
			expect->flags = EXPECT_RA;
			expect->also = i + 1 < MESSAGES ? expect + 1 : NULL;
			stream_message(&stream, &making->msg);
		}
		emit(making, frame, &stream, expects[family][0]);
	}
	buf_free(&stream);
}

/* What is not counted as a whole response. */
static void others(struct making *making)
{
	const struct frame fragment = {.fragment_size = 8000}, plain = {.family = 4};
	const struct expect no_length = {.outcome = "bad_udp_length", .qtype = -1},
			    no_ip = {.outcome = "bad_ip_header", .qtype = -1},
			    query = {.outcome = "queries", .qtype = -1},
			    other = {.outcome = "not_dns", .qtype = -1};
	struct frame frame = plain;
	struct expect expect;

	/* The OPT is in another fragment: of the code only the lower bits are there. */
	expect = long_message(making, headers(&plain), 12000, DNS_RCODE_BADVERS + 2, 5);
	expect.rcode = 2;
	expect.edes = 0;
	expect.incomplete = "opt_beyond_fragment";
	emit_message(making, &fragment, expect);

	/* Lengths that lie, by a byte. */
	long_message(making, headers(&plain), 7000, DNS_RCODE_BADVERS, 5);
	frame.ip_length = OVERRIDE(7000 - ETHERNET + 1);
	emit(making, frame, &making->msg, no_ip);
	frame = plain;
	frame.udp_length = OVERRIDE(7000 - ETHERNET - IPV4 + 1);
	emit(making, frame, &making->msg, no_length);

	frame = plain;
	frame.source_port = 443;
	frame.destination_port = 50443;
	emit(making, frame, &making->msg, other);
	message_begin(&making->msg, 0x4a55, MSG_RD);
	message_question(&making->msg, "jumbo.example", TYPE_NULL, CLASS_IN);
	message_padding(&making->msg, message_opt(&making->msg, 0, 0, 0), 5000);
	frame.source_port = 50053;
	frame.destination_port = 53;
	emit(making, frame, &making->msg, query);
}

void mix_jumbo(struct mix *mix, const uint8_t *destination_mac)
{
	struct making making = {.mix = mix, .destination_mac = destination_mac};

	sweeps(&making);
	far_headers(&making);
	many_messages(&making);
	others(&making);
	buf_free(&making.msg);
	buf_free(&making.stream);
	buf_free(&making.frame);
}
