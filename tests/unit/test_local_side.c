// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which way packets of captures went, by the addresses of the observed host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "packet.h"
#include "parser/local_side.h"
#include "tunnels.h"

#define VLAN 4u

/* RFC 791, RFC 8200: from the start of the header to the end of the destination address. */
#define IPV4_HEADER 20u
#define IPV6_HEADER 40u

#define HOST4    "192.0.2.53"
#define HOST6    "2001:db8::53"
#define FOREIGN4 "203.0.113.9"
#define FOREIGN6 "2001:db8:9::9"

static struct local_prefixes local;
static struct hook_config config;
static struct host_store store;
static char why[OPTION_WHY_MAX];

static int begin(void **state)
{
	(void)state;
	memset(&local, 0, sizeof(local));
	config = (struct hook_config){.dns_ports = 1, .dns_port = {53}, .flow_buckets = 1};
	memset(&store, 0, sizeof(store));
	return 0;
}

static void add(const char *text)
{
	if (local_prefixes_add(&local, text, why) < 0)
		fail_msg("%s: %s", text, why);
}

static void refused(const char *text, const char *words)
{
	size_t count = local.count;

	if (local_prefixes_add(&local, text, why) == 0)
		fail_msg("'%s' is taken", text);
	if (!strstr(why, words))
		fail_msg("'%s' is refused with '%s', which does not say '%s'", text, why, words);
	assert_int_equal(local.count, count);
}

static const char *const side_names[LOCAL_SIDES] = {"rx", "tx", "neither"};

static const char *side_of(enum host_link link, const uint8_t *frame, size_t captured)
{
	return side_names[local_side(&local, &store, &config, link, frame, (uint32_t)captured)];
}

/* A packet between two addresses. */
static struct frame between(const char *source, const char *destination)
{
	return (struct frame){
		.family = strchr(source, ':') ? 6 : 4,
		.source = source,
		.destination = destination,
	};
}

/* The side of @frame, whole and cut at every length: known as soon as both addresses are there. */
static void expect_frame(const struct frame *frame, const char *side)
{
	size_t needed = ETHERNET + VLAN * frame->vlans +
			(frame->family == 6 ? IPV6_HEADER : IPV4_HEADER);
	struct buf bytes = {0};

	packet_build(&bytes, frame, "payload", 7);
	for (size_t captured = 0; captured <= bytes.length; captured++) {
		const char *want = captured < needed ? "neither" : side;
		uint8_t exact[256];

		/* A buffer without a byte behind it, for sanitizers. */
		assert_true(captured <= sizeof(exact));
		memcpy(exact + sizeof(exact) - captured, bytes.data, captured);
		assert_string_equal(side_of(HOST_LINK_ETHERNET, exact + sizeof(exact) - captured,
					    captured),
				    want);
	}
	buf_free(&bytes);
}

static void expect(const char *source, const char *destination, const char *side)
{
	const struct frame frame = between(source, destination);

	expect_frame(&frame, side);
}

static void by_source_then_by_destination(void **state)
{
	(void)state;
	add(HOST4);
	add(HOST6);
	expect(HOST4, FOREIGN4, "tx");
	expect(FOREIGN4, HOST4, "rx");
	expect(HOST4, HOST4, "tx");
	expect(FOREIGN4, "198.51.100.7", "neither");
	expect(FOREIGN4, "224.0.0.251", "neither");
	expect(HOST6, FOREIGN6, "tx");
	expect(FOREIGN6, HOST6, "rx");
	expect(HOST6, HOST6, "tx");
	expect(FOREIGN6, "ff02::fb", "neither");
	/* One bit away, at each end. */
	expect("192.0.2.52", "193.0.2.53", "neither");
	expect("2001:db8::52", "a001:db8::53", "neither");
	/* An IPv6 address that has the bits of an IPv4 one. */
	expect("c000:0235::", "::192.0.2.53", "neither");
}

static void by_prefixes(void **state)
{
	(void)state;
	add("198.51.100.0/23");
	expect("198.51.100.0", FOREIGN4, "tx");
	expect(FOREIGN4, "198.51.101.255", "rx");
	expect("198.51.99.255", "198.51.102.0", "neither");
	add("2001:db8:7:80::/57");
	expect("2001:db8:7:ff:ffff::1", FOREIGN6, "tx");
	expect(FOREIGN6, "2001:db8:7:80::", "rx");
	expect("2001:db8:7:7f::1", "2001:db8:7:100::", "neither");
	add("2001:db8:8::80/121");
	expect(FOREIGN6, "2001:db8:8::ff", "rx");
	expect(FOREIGN6, "2001:db8:8::7f", "neither");
	/* All addresses of one family. */
	add("0.0.0.0/0");
	expect(FOREIGN4, "192.0.2.1", "tx");
	expect(FOREIGN6, "2001:db8::1", "neither");
	add("::/0");
	expect(FOREIGN6, "2001:db8::1", "tx");
}

static void behind_tags(void **state)
{
	struct frame frame = between(FOREIGN4, HOST4), frame6 = between(HOST6, FOREIGN6);

	(void)state;
	add(HOST4);
	add(HOST6);
	for (frame.vlans = 1; frame.vlans <= 2; frame.vlans++) {
		frame.vlan[0].type = frame.vlans == 2 ? 0x88a8 : 0x8100;
		expect_frame(&frame, "rx");
	}
	expect_frame(&frame, "neither"); /* the parser does not look behind three */
	frame6.vlans = 1;
	expect_frame(&frame6, "tx");
}

/* Each fragment has the addresses, and later ones nothing else that tells. */
static void fragments(void **state)
{
	struct frame frame = between(FOREIGN4, HOST4), frame6 = between(HOST6, FOREIGN6);

	(void)state;
	add(HOST4);
	add(HOST6);
	frame.fragment_size = frame6.fragment_size = 8;
	frame6.extensions = 1;
	frame6.extension[0].type = EXT_FRAGMENT;
	for (size_t at = 0; at < 15; at += 8) {
		frame.fragment_offset = frame6.fragment_offset = at;
		frame.fragment_size = frame6.fragment_size = at ? 7 : 8;
		expect_frame(&frame, "rx");
		expect_frame(&frame6, "tx");
	}
}

static void headers_that_are_none(void **state)
{
	struct frame frame = between(HOST4, FOREIGN4), frame6 = between(HOST6, FOREIGN6);

	(void)state;
	add("0.0.0.0/0");
	add("::/0");
	expect_frame(&frame, "tx");
	expect_frame(&frame6, "tx");
	frame.version = OVERRIDE(6);
	expect_frame(&frame, "neither");
	frame6.version = OVERRIDE(4);
	expect_frame(&frame6, "neither");
	frame.version = 0;
	frame.ethertype = OVERRIDE(0x0806); /* ARP */
	expect_frame(&frame, "neither");
	/* What the parser counts as unparsed has a side all the same. */
	frame.ethertype = 0;
	frame.ihl = OVERRIDE(2);
	expect_frame(&frame, "tx");
}

/* The IP packet of @frame behind the @size bytes of @header. */
static void expect_linked(enum host_link link, const void *header, size_t size,
			  const struct frame *frame, const char *side)
{
	struct buf ethernet = {0}, linked = {0};

	packet_build(&ethernet, frame, "payload", 7);
	buf_put(&linked, header, size);
	buf_put(&linked, ethernet.data + ETHERNET, ethernet.length - ETHERNET);
	assert_string_equal(side_of(link, linked.data, linked.length), side);
	for (size_t captured = 0; captured < size + IPV4_HEADER; captured++)
		assert_string_equal(side_of(link, linked.data, captured), "neither");
	buf_free(&ethernet);
	buf_free(&linked);
}

/* Headers of https://www.tcpdump.org/linktypes.html. */
static void all_link_types(void **state)
{
	struct frame v4 = between(FOREIGN4, HOST4), v6 = between(HOST6, FOREIGN6);

	(void)state;
	add(HOST4);
	add(HOST6);
	expect_linked(HOST_LINK_RAW_IP, "", 0, &v4, "rx");
	expect_linked(HOST_LINK_RAW_IP, "", 0, &v6, "tx");
	expect_linked(HOST_LINK_NULL, "\0\0\0\2", 4, &v4, "rx");
	expect_linked(HOST_LINK_NULL, "\30\0\0\0", 4, &v6, "tx");
	expect_linked(HOST_LINK_NULL, "\0\0\0\7", 4, &v4, "neither");
	/* The direction that a cooked header names is not asked: 4 is "sent by us". */
	expect_linked(HOST_LINK_SLL, "\0\4\0\1\0\6\0\0\0\0\0\0\0\0\10\0", 16, &v4, "rx");
	expect_linked(HOST_LINK_SLL, "\0\0\0\1\0\6\0\0\0\0\0\0\0\0\x81\0\0\7\x86\xdd", 20, &v6,
		      "tx");
	expect_linked(HOST_LINK_SLL2, "\10\0\0\0\0\0\0\3\0\1\4\6\0\0\0\0\0\0\0\0", 20, &v4, "rx");
	expect_linked(HOST_LINK_SLL2, "\x86\xdd\0\0\0\0\0\3\0\1\0\6\0\0\0\0\0\0\0\0", 20, &v6,
		      "tx");
}

/* In a tunnel over IP it is the outer addresses; in MPLS and PPPoE, where they are looked into, the first ones. */
static void tunnels(void **state)
{
	const struct frame inside = between(HOST4, "198.51.100.77"),
			   outer_addresses = between(FOREIGN4, HOST4);
	struct buf inner = {0}, wrapped = {0}, outer = {0};
	bool by_outer;

	(void)state;
	packet_build(&inner, &inside, "payload", 7);
	packet_build(&outer, &outer_addresses, NULL, 0);
	add(HOST4);
	for (enum tunnel tunnel = 0; tunnel < TUNNELS; tunnel++) {
		by_outer = !tunnel_is_link(tunnel);
		buf_reset(&wrapped);
		assert_true(tunnel_wrap(&wrapped, tunnel, 4, inner.data, inner.length));
		if (by_outer) /* the addresses of @outer_addresses */
			memcpy(wrapped.data + ETHERNET + 12, outer.data + ETHERNET + 12, 8);
		for (config.decap = 0; config.decap <= DECAP_ALL; config.decap += DECAP_ALL) {
			const char *want = by_outer ? "rx" : config.decap ? "tx" : "neither";
			const char *got = side_of(HOST_LINK_ETHERNET, wrapped.data, wrapped.length);

			if (strcmp(got, want) != 0)
				fail_msg("%s with decap %u: %s", tunnel_names[tunnel], config.decap,
					 got);
		}
		for (size_t captured = 0; captured < wrapped.length; captured++)
			side_of(HOST_LINK_ETHERNET, wrapped.data, captured);
	}
	buf_free(&inner);
	buf_free(&outer);
	buf_free(&wrapped);
}

static void what_is_no_prefix(void **state)
{
	static const char *const none[] = {
		"",           "/24",       "host.example", "192.0.2",      "192.0.2.256",
		"192.0.2.1 ", "[::1]",     "fe80::1%lo",   "::/0::/0:::1", "192.0.2.0,::1",
		"0x7f.0.0.1", "192.0.02.1"};
	char longest[64];

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		refused(none[i], i == 8 ? "from 0 to 128" : "must be an IPv4 or IPv6 address");
	memset(longest, ':', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	refused(longest, "must be an IPv4 or IPv6 address");
	refused("192.0.2.0/33", "the prefix length must be a number from 0 to 32");
	refused("192.0.2.0/", "from 0 to 32");
	refused("192.0.2.0/-1", "from 0 to 32");
	refused("192.0.2.0/24/24", "from 0 to 32");
	refused("2001:db8::/129", "from 0 to 128");
	refused("192.0.2.53/24", "192.0.2.0/24 is the prefix, 192.0.2.53 the address alone");
	refused("2001:db8::53/64", "2001:db8::/64 is the prefix, 2001:db8::53 the address alone");
	refused("192.0.2.1/0", "0.0.0.0/0 is the prefix");
	refused("1111:1111:1111:1111:1111:1111:255.255.255.255/127",
		"1111:1111:1111:1111:1111:1111:ffff:fffe/127 is the prefix, "
		"1111:1111:1111:1111:1111:1111:255.255.255.255 the address alone");
}

static void a_bound(void **state)
{
	char text[64];

	(void)state;
	for (unsigned int i = 0; i < LOCAL_PREFIXES_MAX; i++) {
		snprintf(text, sizeof(text), "10.0.%u.1", i);
		add(text);
	}
	refused("10.1.0.0/16", "at most 64 times");
	expect("10.0.63.1", FOREIGN4, "tx");
	expect("10.0.64.1", FOREIGN4, "neither");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(by_source_then_by_destination, begin),
		cmocka_unit_test_setup(by_prefixes, begin),
		cmocka_unit_test_setup(behind_tags, begin),
		cmocka_unit_test_setup(fragments, begin),
		cmocka_unit_test_setup(headers_that_are_none, begin),
		cmocka_unit_test_setup(all_link_types, begin),
		cmocka_unit_test_setup(tunnels, begin),
		cmocka_unit_test_setup(what_is_no_prefix, begin),
		cmocka_unit_test_setup(a_bound, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
