// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "mix.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "mix_jumbo.h"
#include "packet.h"

#define POOL       4000u
#define FRAME_MAX  1514u
#define TCP_EVERY  20u /* one packet in so many is TCP */
#define IPV6_EVERY 4u

struct making {
	struct mix *mix;
	uint64_t random;
	const uint8_t *destination_mac;
	struct buf msg, payload, frame;
};

/* splitmix64: any seed will do, zero too. */
static uint32_t random_below(struct making *making, uint32_t limit)
{
	uint64_t z = making->random += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ (z >> 31)) >> 32) % limit;
}

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

/* Put making->msg on the wire, from one of some servers to a client port of its own. */
static void emit(struct making *making, struct expect expect)
{
	struct mix *mix = making->mix;
	bool six = random_below(making, IPV6_EVERY) == 0, tcp = false;
	uint32_t server = random_below(making, 40);
	struct mix_packet *packet;
	char address[64];
	struct frame frame = {.family = six ? 6 : 4, .destination_mac = making->destination_mac};

	/* A client would ask again over TCP, so no answer there is truncated. */
	if (!(expect.flags & EXPECT_TC))
		tcp = random_below(making, TCP_EVERY) == 0;
	snprintf(address, sizeof(address), six ? "2001:db8::53:%u" : "192.0.2.%u", server + 1);
	frame.source = address;
	frame.l4 = tcp ? L4_TCP : L4_UDP;
	frame.destination_port = (uint16_t)(10000 + mix->count);
	frame.sequence = random_below(making, UINT32_MAX);
	buf_reset(&making->payload);
	if (tcp)
		stream_message(&making->payload, &making->msg);
	else
		buf_put(&making->payload, making->msg.data, making->msg.length);
	packet_build(&making->frame, &frame, making->payload.data, making->payload.length);

	expect.fate = "response_packets";
	expect.family = frame.family;
	expect.transport = tcp ? "tcp" : "udp";
	packet = mix_append(mix, making->frame.data, making->frame.length, &expect);
	if (tcp) {
		packet->tcp_at = 14 + (six ? 40 : 20);
		packet->tcp_payload = making->payload.length;
	}
}

/* A question for a name of one of 60 zones; "@N" with the offset given points at the zone. */
static int ask(struct making *making, unsigned int rcode, const char *zone, char pointer[8])
{
	static const char *const hosts[] = {"www", "mail", "api",   "cdn",
					    "ns1", "img",  "login", "static"};
	static const unsigned int types[] = {TYPE_A,    TYPE_A,     TYPE_A,  TYPE_AAAA,
					     TYPE_AAAA, TYPE_HTTPS, TYPE_TXT};
	unsigned int type = types[random_below(making, sizeof(types) / sizeof(types[0]))];
	const char *host = hosts[random_below(making, sizeof(hosts) / sizeof(hosts[0]))];
	char own[32], name[128];

	if (!zone) {
		snprintf(own, sizeof(own), "zone%u.example", random_below(making, 60));
		zone = own;
	}
	snprintf(name, sizeof(name), "%s%u.%s", host, random_below(making, 10), zone);
	snprintf(pointer, 8, "@%u", (unsigned int)(MESSAGE_HEADER + strlen(host) + 2));
	message_begin(&making->msg, random_below(making, 65536),
		      MSG_QR | MSG_RD | MSG_RA | (rcode & 15));
	message_question(&making->msg, name, type, CLASS_IN);
	return (int)type;
}

static struct expect expected(unsigned int rcode, int qtype, const char *answer)
{
	return (struct expect){
		.rcode = rcode, .qtype = qtype, .answer = answer, .flags = EXPECT_RA};
}

static void add_flag(struct making *making, struct expect *expect, unsigned int bit,
		     unsigned int flag)
{
	buf_set_u16(&making->msg, 2, buf_get_u16(&making->msg, 2) | bit);
	expect->flags |= flag;
}

static void noerror(struct making *making)
{
	uint32_t dice = random_below(making, 90);
	struct buf *msg = &making->msg;
	char zone[8];
	int type = ask(making, 0, NULL, zone);
	struct expect expect = expected(0, type, "data");

	if (dice < 12) {
		message_soa(msg, SECTION_AUTHORITY, zone);
		expect.answer = "nodata";
	} else if (dice < 15) {
		message_ns(msg, SECTION_AUTHORITY, zone, "ns1.example.net");
		message_a(msg, SECTION_ADDITIONAL, "ns1.example.net", "192.0.2.200");
		expect.answer = "referral";
	} else if (dice < 16) {
		add_flag(making, &expect, MSG_TC, EXPECT_TC);
		expect.answer = "truncated";
	} else if (type == TYPE_A) {
		message_a(msg, SECTION_ANSWER, "@12", "198.51.100.80");
	} else if (type == TYPE_AAAA) {
		message_aaaa(msg, SECTION_ANSWER, "@12", "2001:db8::80");
	} else if (type == TYPE_TXT) {
		message_record(msg, SECTION_ANSWER, "@12", TYPE_TXT, CLASS_IN, 300, "\x02ok", 3);
	} else {
		message_record(msg, SECTION_ANSWER, "@12", (unsigned int)type, CLASS_IN, 300,
			       "\x00\x01\x00", 3);
	}
	if (dice >= 60)
		add_flag(making, &expect, MSG_AD, EXPECT_AD);
	message_opt(msg, 0, 0, dice % 2);
	emit(making, expect);
}

static void nxdomain(struct making *making)
{
	char zone[8];
	int type = ask(making, 3, NULL, zone);

	message_soa(&making->msg, SECTION_AUTHORITY, zone);
	message_opt(&making->msg, 0, 0, 0);
	emit(making, expected(3, type, NULL));
}

static void servfail(struct making *making, const char *of, unsigned int ede, const char *text)
{
	char zone[8];
	int type = ask(making, 2, of, zone);
	struct expect expect = expected(2, type, NULL);

	expect.edes = 1;
	expect.ede[0] = (uint16_t)ede;
	message_ede(&making->msg, message_opt(&making->msg, 0, 0, 0), ede, text);
	emit(making, expect);
}

static void healthy(struct making *making)
{
	uint32_t dice = random_below(making, 100);

	if (dice < 90)
		noerror(making);
	else if (dice < 98)
		nxdomain(making);
	else
		servfail(making, NULL, 22, "no server could be reached");
}

static void every_code(struct making *making)
{
	static const unsigned int further[] = {255, 4096, 32767, 49151, 49152, 65535};
	char zone[8];

	for (unsigned int rcode = 0; rcode < 4096; rcode++) {
		int type = ask(making, rcode, NULL, zone);

		message_opt(&making->msg, rcode >> 4, 0, 0);
		emit(making, expected(rcode, type, rcode ? NULL : "empty"));
	}
	for (unsigned int ede = 0; ede < 64; ede++)
		servfail(making, NULL, ede, "");
	for (size_t i = 0; i < sizeof(further) / sizeof(further[0]); i++)
		servfail(making, NULL, further[i], "unassigned");
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
	struct making making = {.mix = mix, .random = seed, .destination_mac = destination_mac};

	*mix = (struct mix){0};
	switch (kind) {
	case MIX_HEALTHY:
		for (unsigned int i = 0; i < POOL; i++)
			healthy(&making);
		break;
	case MIX_OUTAGE:
		for (unsigned int i = 0; i < POOL; i++)
			if (random_below(&making, 100) < 30)
				servfail(&making, MIX_OUTAGE_ZONE, 7, MIX_OUTAGE_TEXT);
			else
				healthy(&making);
		break;
	case MIX_CODES: every_code(&making); break;
	case MIX_CASES: add_cases(mix, true); break;
	case MIX_UNTAGGED: add_cases(mix, false); break;
	case MIX_JUMBO: mix_jumbo(mix, destination_mac); break;
	case MIX_KINDS: build_failed("no such mix");
	}
	buf_free(&making.msg);
	buf_free(&making.payload);
	buf_free(&making.frame);
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
