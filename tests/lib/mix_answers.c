// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "mix_answers.h"

#include <stdio.h>
#include <string.h>

#include "message.h"
#include "packet.h"

#define POOL        4000u
#define ZONES       60u
#define DEAD_ZONES  6u  /* zones behind them, whose servers do not answer anybody */
#define SIGNED      10u /* two zones in so many are signed */
#define TCP_EVERY   30u /* one packet in so many is TCP */
#define IPV6_EVERY  4u
#define TYPE_DS     43u /* RFC 4034 section 5 */
#define TYPE_DNSKEY 48u /* RFC 4034 section 2 */

/* The numbers of other zones: that of the outage, and the first of four of the zone above. */
enum { SHOP = 200, PARENT = 220 };

/* Each has a server that does not know the zone, or whose copy of it is too old. */
enum { ZONE_REFUSED = 13, ZONE_EXPIRED = 37 };

struct zone {
	char name[32];
	bool is_signed;
	unsigned int number; /* its name servers have addresses of their own by it */
};

struct making {
	struct mix *mix;
	uint64_t random;
	/* Mixes of other seeds have other ports: together they make no stream of two. */
	unsigned int first_port;
	const uint8_t *destination_mac;
	bool upstream; /* authoritative servers answer the resolver, else the resolver its clients */
	struct zone zone;     /* of the message in @msg */
	char zone_pointer[8]; /* to its name in the question */
	struct buf msg, payload, frame;
};

static unsigned int first_port(uint64_t seed)
{
	return 10000 + (unsigned int)(seed % 8) * 5000;
}

/* splitmix64: any seed will do, zero too. */
static uint32_t random_below(struct making *making, uint32_t limit)
{
	uint64_t z = making->random += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ (z >> 31)) >> 32) % limit;
}

/* A client of the resolver: some networks have more than others. */
static void client_address(struct making *making, bool six, char *text, size_t size)
{
	uint32_t one = random_below(making, 24), other = random_below(making, 24);
	uint32_t network = one < other ? one : other, host = 10 + random_below(making, 60);

	if (six)
		snprintf(text, size, "2001:db8:%x:100::%x", 0x20 + network, host);
	else
		snprintf(text, size, "10.20.%u.%u", network, host);
}

static bool has_bad_server(unsigned int zone)
{
	return zone == ZONE_REFUSED || zone == ZONE_EXPIRED;
}

/* One of the two name servers of the message's zone; the first, where that is a bad one, fails. */
static void server_address(struct making *making, bool failure, bool six, char *text, size_t size)
{
	uint32_t which = 1 + random_below(making, 2);

	if (has_bad_server(making->zone.number))
		which = failure ? 1 : 2;
	if (six)
		snprintf(text, size, "2001:db8:5%u::%x", which, making->zone.number + 1);
	else
		snprintf(text, size, "%s.%u", which == 1 ? "198.51.100" : "203.0.113",
			 making->zone.number + 1);
}

/* Put making->msg on the wire, to a port of its own. */
static void emit(struct making *making, struct expect expect)
{
	struct mix *mix = making->mix;
	bool six = random_below(making, IPV6_EVERY) == 0, tcp = false;
	struct mix_packet *packet;
	char address[64];
	/* The resolver has the builder's address for a server. */
	const char *resolver = six ? "2001:db8::53" : "192.0.2.53";
	struct frame frame = {.family = six ? 6 : 4, .destination_mac = making->destination_mac};

	/* A client would ask again over TCP, so no answer there is truncated. */
	if (!(expect.flags & EXPECT_TC))
		tcp = random_below(making, TCP_EVERY) == 0;
	if (making->upstream)
		server_address(making, expect.rcode == 2 || expect.rcode == 5, six, address,
			       sizeof(address));
	else
		client_address(making, six, address, sizeof(address));
	frame.source = making->upstream ? address : resolver;
	frame.destination = making->upstream ? resolver : address;
	frame.l4 = tcp ? L4_TCP : L4_UDP;
	frame.destination_port = (uint16_t)(making->first_port + mix->count);
	frame.sequence = random_below(making, UINT32_MAX);
	buf_reset(&making->payload);
	if (tcp)
		stream_message(&making->payload, &making->msg);
	else
		buf_put(&making->payload, making->msg.data, making->msg.length);
	packet_build(&making->frame, &frame, making->payload.data, making->payload.length);

	expect.outcome = "response_packets";
	expect.family = frame.family;
	expect.transport = tcp ? "tcp" : "udp";
	packet = mix_append(mix, making->frame.data, making->frame.length, &expect);
	if (tcp) {
		packet->tcp_at = 14 + (six ? 40 : 20);
		packet->tcp_payload = making->payload.length;
	}
}

static void free_making(struct making *making)
{
	buf_free(&making->msg);
	buf_free(&making->payload);
	buf_free(&making->frame);
}

static struct zone one_of(unsigned int number)
{
	struct zone zone = {.number = number, .is_signed = number % SIGNED < 2};

	snprintf(zone.name, sizeof(zone.name), "zone%u.example", number);
	return zone;
}

static struct zone any_zone(struct making *making)
{
	return one_of(random_below(making, ZONES));
}

/* The one that fails in an outage. */
static struct zone shop(void)
{
	return (struct zone){MIX_OUTAGE_ZONE, true, SHOP};
}

/*
 * Begin an answer to a question for a name in @zone. Clients ask with RD, which comes back, and the
 * resolver sets RA in every answer (RFC 1035 section 4.1.1); it asks without RD, and authoritative
 * servers have no RA.
 */
static void ask(struct making *making, unsigned int rcode, struct zone zone, unsigned int type)
{
	static const char *const hosts[] = {"www", "mail", "api",   "cdn",
					    "ns1", "img",  "login", "static"};
	const char *host = hosts[random_below(making, sizeof(hosts) / sizeof(hosts[0]))];
	unsigned int flags = MSG_QR | (rcode & 15);
	size_t zone_at = MESSAGE_HEADER;
	char name[128];

	making->zone = zone;
	if (type == TYPE_DS || type == TYPE_DNSKEY) {
		snprintf(name, sizeof(name), "%s", zone.name);
	} else {
		snprintf(name, sizeof(name), "%s%u.%s", host, random_below(making, 10), zone.name);
		zone_at += strlen(host) + 2;
	}
	snprintf(making->zone_pointer, sizeof(making->zone_pointer), "@%u", (unsigned int)zone_at);
	message_begin(&making->msg, random_below(making, 65536),
		      making->upstream ? flags : flags | MSG_RD | MSG_RA);
	message_question(&making->msg, name, type, CLASS_IN);
}

/* What is asked for: by clients, and by a resolver that validates. */
static unsigned int any_type(struct making *making)
{
	static const unsigned int types[] = {TYPE_A,    TYPE_A,     TYPE_A,  TYPE_AAAA,
					     TYPE_AAAA, TYPE_HTTPS, TYPE_TXT};

	return types[random_below(making, sizeof(types) / sizeof(types[0]))];
}

static struct expect expected(const struct making *making, unsigned int rcode, unsigned int type,
			      const char *answer)
{
	return (struct expect){.rcode = rcode,
			       .qtype = (int)type,
			       .answer = answer,
			       .flags = making->upstream ? 0 : EXPECT_RA};
}

static void add_flag(struct making *making, struct expect *expect, unsigned int bit,
		     unsigned int flag)
{
	buf_set_u16(&making->msg, 2, buf_get_u16(&making->msg, 2) | bit);
	expect->flags |= flag;
}

/*
 * Of an answer that holds what the zone says: from a server of the zone it is authoritative; from
 * the resolver it is authenticated if the zone is signed (RFC 4035 section 3.2.3).
 */
static void from_zone(struct making *making, struct expect *expect)
{
	if (making->upstream)
		add_flag(making, expect, MSG_AA, EXPECT_AA);
	else if (making->zone.is_signed)
		add_flag(making, expect, MSG_AD, EXPECT_AD);
}

static void put_soa(struct making *making)
{
	const char *zone = making->zone_pointer;

	message_soa(&making->msg, SECTION_AUTHORITY, zone);
	if (making->upstream && making->zone.is_signed)
		message_rrsig(&making->msg, SECTION_AUTHORITY, zone, TYPE_SOA);
}

static void put_data(struct making *making, unsigned int type)
{
	static const uint8_t key[] = {1, 1, 3, 13, 0xab, 0xcd};
	struct buf *msg = &making->msg;

	switch (type) {
	case TYPE_A: message_a(msg, SECTION_ANSWER, "@12", "198.51.100.80"); break;
	case TYPE_AAAA: message_aaaa(msg, SECTION_ANSWER, "@12", "2001:db8::80"); break;
	case TYPE_TXT:
		message_record(msg, SECTION_ANSWER, "@12", type, CLASS_IN, 300, "\x02ok", 3);
		break;
	case TYPE_HTTPS:
		message_record(msg, SECTION_ANSWER, "@12", type, CLASS_IN, 300, "\x00\x01\x00", 3);
		break;
	default: message_record(msg, SECTION_ANSWER, "@12", type, CLASS_IN, 300, key, sizeof(key));
	}
	if (making->upstream && making->zone.is_signed)
		message_rrsig(msg, SECTION_ANSWER, "@12", type);
}

/* The answer in hand comes from a server of the zone above. */
static void from_parent(struct making *making)
{
	making->zone.number = PARENT + random_below(making, 4);
}

static void data(struct making *making, struct zone zone, unsigned int type)
{
	struct expect expect = expected(making, 0, type, "data");

	ask(making, 0, zone, type);
	from_zone(making, &expect);
	put_data(making, type);
	message_opt(&making->msg, 0, 0, making->upstream);
	if (type == TYPE_DS)
		from_parent(making);
	emit(making, expect);
}

/* That there is no such name (NXDOMAIN), or no record of the type (NOERROR). */
static void denial(struct making *making, unsigned int rcode, struct zone zone, unsigned int type)
{
	struct expect expect = expected(making, rcode, type, rcode ? NULL : "nodata");

	ask(making, rcode, zone, type);
	from_zone(making, &expect);
	put_soa(making);
	message_opt(&making->msg, 0, 0, making->upstream);
	emit(making, expect);
}

/* What a zone has: of many names no record of the newer types. */
static void lookup(struct making *making, struct zone zone)
{
	unsigned int type = any_type(making), dice = random_below(making, 10);

	if ((type == TYPE_HTTPS && dice < 6) || (type == TYPE_AAAA && dice < 2))
		denial(making, 0, zone, type);
	else
		data(making, zone, type);
}

static void truncated(struct making *making, struct zone zone)
{
	unsigned int type = any_type(making);
	struct expect expect = expected(making, 0, type, "truncated");

	ask(making, 0, zone, type);
	from_zone(making, &expect);
	add_flag(making, &expect, MSG_TC, EXPECT_TC);
	message_opt(&making->msg, 0, 0, making->upstream);
	emit(making, expect);
}

static void nxdomain(struct making *making)
{
	struct zone zone = any_zone(making);

	denial(making, 3, zone, any_type(making));
}

/* From a server of the zone above: not authoritative for what is below the cut. */
static void referral(struct making *making, struct zone zone)
{
	unsigned int type = any_type(making);
	struct expect expect = expected(making, 0, type, "referral");

	ask(making, 0, zone, type);
	message_ns(&making->msg, SECTION_AUTHORITY, making->zone_pointer, "ns1.example.net");
	message_ns(&making->msg, SECTION_AUTHORITY, making->zone_pointer, "ns2.example.net");
	message_a(&making->msg, SECTION_ADDITIONAL, "ns1.example.net", "198.51.100.200");
	message_opt(&making->msg, 0, 0, 1);
	from_parent(making);
	emit(making, expect);
}

/* An error with an Extended DNS Error, or with none (-1). */
static void failure(struct making *making, unsigned int rcode, struct zone zone, int ede,
		    const char *text)
{
	unsigned int type = any_type(making);
	struct expect expect = expected(making, rcode, type, NULL);
	size_t opt;

	ask(making, rcode, zone, type);
	opt = message_opt(&making->msg, 0, 0, making->upstream);
	if (ede >= 0) {
		expect.edes = 1;
		expect.ede[0] = (uint16_t)ede;
		message_ede(&making->msg, opt, (unsigned int)ede, text);
	}
	emit(making, expect);
}

/* Of 100 answers to clients. */
static void to_client(struct making *making, bool outage)
{
	uint32_t dice = random_below(making, 100);

	if (dice < 2)
		failure(making, 2, one_of(ZONES + random_below(making, DEAD_ZONES)), 22,
			"no server could be reached");
	else if (dice < 10)
		nxdomain(making);
	else if (dice < 11)
		truncated(making, any_zone(making));
	else if (dice < 20 && !outage)
		lookup(making, shop());
	else
		lookup(making, any_zone(making));
}

void mix_to_clients(struct mix *mix, uint64_t seed, const uint8_t *destination_mac, bool outage)
{
	struct making making = {
		.mix = mix,
		.random = seed,
		.first_port = first_port(seed),
		.destination_mac = destination_mac,
	};

	for (unsigned int i = 0; i < POOL; i++)
		/* Who gets no answer asks again: what was a tenth becomes nearly a third. */
		if (outage && random_below(&making, 100) < 30)
			failure(&making, 2, shop(), 7, MIX_OUTAGE_TEXT);
		else
			to_client(&making, outage);
	free_making(&making);
}

/* Of 100 answers to the resolver. */
static void from_server(struct making *making)
{
	uint32_t dice = random_below(making, 100);

	if (dice < 12)
		referral(making, any_zone(making));
	else if (dice < 20)
		nxdomain(making);
	else if (dice < 21)
		truncated(making, any_zone(making));
	else if (dice < 22)
		failure(making, 5, one_of(ZONE_REFUSED), 20, "");
	else if (dice < 23)
		failure(making, 2, one_of(ZONE_EXPIRED), -1, NULL);
	else if (dice < 28)
		data(making, one_of(random_below(making, 6) * SIGNED),
		     dice % 2 ? TYPE_DS : TYPE_DNSKEY);
	else if (dice < 31)
		lookup(making, shop());
	else
		lookup(making, any_zone(making));
}

void mix_from_servers(struct mix *mix, uint64_t seed, const uint8_t *destination_mac, bool outage)
{
	struct making making = {
		.mix = mix,
		.random = seed,
		.first_port = first_port(seed),
		.destination_mac = destination_mac,
		.upstream = true,
	};

	for (unsigned int i = 0; i < POOL; i++) {
		uint32_t dice = outage ? random_below(&making, 100) : 100;

		/* Each server is asked for what did not validate, and for the keys: all answer. */
		if (dice < 3)
			data(&making, shop(), TYPE_DNSKEY);
		else if (dice < 15)
			lookup(&making, shop());
		else
			from_server(&making);
	}
	free_making(&making);
}

void mix_every_code(struct mix *mix, uint64_t seed, const uint8_t *destination_mac)
{
	static const unsigned int further[] = {255, 4096, 32767, 49151, 49152, 65535};
	struct making making = {
		.mix = mix,
		.random = seed,
		.first_port = first_port(seed),
		.destination_mac = destination_mac,
	};

	for (unsigned int rcode = 0; rcode < 4096; rcode++) {
		unsigned int type = any_type(&making);

		ask(&making, rcode, any_zone(&making), type);
		message_opt(&making.msg, rcode >> 4, 0, 0);
		emit(&making, expected(&making, rcode, type, rcode ? NULL : "empty"));
	}
	for (unsigned int ede = 0; ede < 64; ede++)
		failure(&making, 2, any_zone(&making), (int)ede, "");
	for (size_t i = 0; i < sizeof(further) / sizeof(further[0]); i++)
		failure(&making, 2, any_zone(&making), (int)further[i], "unassigned");
	free_making(&making);
}
