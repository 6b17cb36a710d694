// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Link headers of captures around the same packets; layouts of https://www.tcpdump.org/linktypes.html. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "parser/host_store.h"
#include "report/names.h"
#include "message.h"
#include "packet.h"

static const struct hook_config config = {.dns_ports = 1, .dns_port = {53}};
static struct host_store store;
static struct buf ipv4, ipv6, frame;

/* A response with NXDOMAIN, without a link header. */
static void build_packet(struct buf *to, unsigned int family)
{
	const struct frame around = {.family = family};
	struct buf message = {0}, whole = {0};

	message_begin(&message, 7, MSG_QR | MSG_RD | MSG_RA | 3);
	message_question(&message, "www.example.com", TYPE_A, CLASS_IN);
	packet_build(&whole, &around, message.data, message.length);
	buf_reset(to);
	buf_put(to, whole.data + ETHERNET, whole.length - ETHERNET);
	buf_free(&message);
	buf_free(&whole);
}

static int start(void **state)
{
	(void)state;
	build_packet(&ipv4, 4);
	build_packet(&ipv6, 6);
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_free(&ipv4);
	buf_free(&ipv6);
	buf_free(&frame);
	return 0;
}

/* Count frame, of which the first @captured bytes were kept; gives the name of what it became. */
static const char *pkt_outcome_of(enum host_link link, size_t captured)
{
	host_store_free(&store);
	memset(&store, 0, sizeof(store));
	host_count(&store, &config, link, frame.data, (uint32_t)captured, (uint32_t)captured);
	assert_int_equal(store.counts.counters.packets, 1);
	for (size_t i = 0; i < PKT_OUTCOMES; i++)
		if (store.counts.counters.outcome[i])
			return i < OUTCOME_COUNT ? outcome_names[i]
						 : unparsed_names[i - OUTCOME_COUNT];
	return "nothing";
}

static void expect_response(enum host_link link, enum family family)
{
	assert_string_equal(pkt_outcome_of(link, frame.length), "response_packets");
	assert_int_equal(store.counts.counters.rcode[3][family][TRANSPORT_UDP], 1);
}

/* Every frame that ends before the IP header does is a truncated one. */
static void expect_truncation(enum host_link link, size_t header)
{
	for (size_t captured = 0; captured < header + 20; captured++)
		assert_string_equal(pkt_outcome_of(link, captured), "truncated_frame");
}

static void raw_ip(void **state)
{
	(void)state;
	buf_reset(&frame);
	buf_put(&frame, ipv4.data, ipv4.length);
	expect_response(HOST_LINK_RAW_IP, FAMILY_IPV4);
	expect_truncation(HOST_LINK_RAW_IP, 0);
	buf_reset(&frame);
	buf_put(&frame, ipv6.data, ipv6.length);
	expect_response(HOST_LINK_RAW_IP, FAMILY_IPV6);
	frame.data[0] = 0x50;
	assert_string_equal(pkt_outcome_of(HOST_LINK_RAW_IP, frame.length), "not_dns");
}

static void put_null(unsigned int family, bool big, const struct buf *packet)
{
	buf_reset(&frame);
	for (unsigned int i = 0; i < 4; i++)
		buf_u8(&frame, family >> 8 * (big ? 3 - i : i) & 0xff);
	buf_put(&frame, packet->data, packet->length);
}

/* AF_INET6 is 10 (Linux), 24 (NetBSD, OpenBSD), 28 (FreeBSD), 30 (macOS). */
static void loopback_in_both_byte_orders(void **state)
{
	static const unsigned int six[] = {10, 24, 28, 30};

	(void)state;
	for (int big = 0; big < 2; big++) {
		put_null(2, big, &ipv4);
		expect_response(HOST_LINK_NULL, FAMILY_IPV4);
		expect_truncation(HOST_LINK_NULL, 4);
		for (size_t i = 0; i < sizeof(six) / sizeof(six[0]); i++) {
			put_null(six[i], big, &ipv6);
			expect_response(HOST_LINK_NULL, FAMILY_IPV6);
		}
		put_null(7, big, &ipv4);
		assert_string_equal(pkt_outcome_of(HOST_LINK_NULL, frame.length), "not_dns");
	}
}

static void put_sll(unsigned int arphrd, unsigned int protocol)
{
	buf_reset(&frame);
	buf_u16(&frame, 4); /* sent by us */
	buf_u16(&frame, arphrd);
	buf_u16(&frame, 6);
	buf_put(&frame, NULL, 8);
	buf_u16(&frame, protocol);
}

static void put_sll2(unsigned int arphrd, unsigned int protocol)
{
	buf_reset(&frame);
	buf_u16(&frame, protocol);
	buf_u16(&frame, 0);
	buf_u32(&frame, 3); /* interface index */
	buf_u16(&frame, arphrd);
	buf_u8(&frame, 0);
	buf_u8(&frame, 6);
	buf_put(&frame, NULL, 8);
}

static void cooked(enum host_link link, void (*put)(unsigned int, unsigned int), size_t size)
{
	static const unsigned int no_ethertype[] = {770, 803, 824};

	put(1, 0x0800);
	assert_int_equal(frame.length, size);
	buf_put(&frame, ipv4.data, ipv4.length);
	expect_response(link, FAMILY_IPV4);
	expect_truncation(link, size);
	put(772, 0x86dd);
	buf_put(&frame, ipv6.data, ipv6.length);
	expect_response(link, FAMILY_IPV6);

	/* Tags that were stripped stand behind the header. */
	put(1, 0x88a8);
	buf_u16(&frame, 100);
	buf_u16(&frame, 0x8100);
	buf_u16(&frame, 200);
	buf_u16(&frame, 0x0800);
	buf_put(&frame, ipv4.data, ipv4.length);
	expect_response(link, FAMILY_IPV4);
	expect_truncation(link, size + 8);
	put(1, 0x8100);
	buf_put(&frame, "\0\1\x81\0\0\1\x81\0\0\1\x08\0", 12);
	buf_put(&frame, ipv4.data, ipv4.length);
	assert_string_equal(pkt_outcome_of(link, frame.length), "vlan_depth");

	put(1, 0x0806);
	buf_put(&frame, ipv4.data, ipv4.length);
	assert_string_equal(pkt_outcome_of(link, frame.length), "not_dns");
	for (size_t i = 0; i < 3; i++) {
		put(no_ethertype[i], 0x0800);
		buf_put(&frame, ipv4.data, ipv4.length);
		assert_string_equal(pkt_outcome_of(link, frame.length), "not_dns");
	}
}

static void linux_cooked_1(void **state)
{
	(void)state;
	cooked(HOST_LINK_SLL, put_sll, 16);
}

static void linux_cooked_2(void **state)
{
	(void)state;
	cooked(HOST_LINK_SLL2, put_sll2, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raw_ip),
		cmocka_unit_test(loopback_in_both_byte_orders),
		cmocka_unit_test(linux_cooked_1),
		cmocka_unit_test(linux_cooked_2),
	};

	return cmocka_run_group_tests_name("host_link", tests, start, end);
}
