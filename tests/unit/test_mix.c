// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The traffic that the demo and the load tests send, and the account that is given of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "expected_counts.h"
#include "mix.h"
#include "packet.h"

/* Packets of @mix whose message has @rcode, in percent of all. */
static double share(const struct mix *mix, unsigned int rcode)
{
	size_t found = 0;

	for (size_t i = 0; i < mix->count; i++)
		found += mix->packet[i].expect.rcode == rcode;
	return 100.0 * (double)found / (double)mix->count;
}

static void test_shares(void **state)
{
	struct mix mix;

	(void)state;
	mix_build(&mix, MIX_HEALTHY, 1, NULL);
	assert_true(share(&mix, 0) > 88 && share(&mix, 0) < 92);
	assert_true(share(&mix, 3) > 6.5 && share(&mix, 3) < 9.5);
	assert_true(share(&mix, 2) > 1 && share(&mix, 2) < 3);
	mix_free(&mix);
	mix_build(&mix, MIX_OUTAGE, 1, NULL);
	/* 30 % and 2 % of the rest. */
	assert_true(share(&mix, 2) > 28 && share(&mix, 2) < 35);
	mix_free(&mix);
}

/* The DNS message of @packet, whose headers are as short as can be. */
static const uint8_t *message(const struct mix_packet *packet)
{
	bool six = packet->bytes[12] == 0x86;
	size_t at = packet->tcp_at ? packet->tcp_at + 20 + 2 : ETHERNET + (six ? 40 : 20) + 8;

	assert_true(packet->length > at + 12);
	return packet->bytes + at;
}

/* The first Extended DNS Error of a message without answers, whose OPT record is the last; -1: none. */
static int last_ede(const struct mix_packet *packet, const uint8_t *dns)
{
	const uint8_t *end = packet->bytes + packet->length;

	for (const uint8_t *at = dns + 12; at + 17 <= end; at++)
		if (!memcmp(at, "\0\0\x29", 3) && at + 11 + (at[9] << 8 | at[10]) == end &&
		    at[11] == 0 && at[12] == 15)
			return at[15] << 8 | at[16];
	return -1;
}

enum { QR = 0x8000, AA = 0x0400, TC = 0x0200, RD = 0x0100, RA = 0x0080, AD = 0x0020, CD = 0x0010 };

/* RFC 1035 section 4.1.1, RFC 4035 section 3.2.3: what each kind of server sets, byte by byte. */
static void check_flags(enum mix_kind kind, bool resolver)
{
	unsigned int authentic = 0, authoritative = 0, ede_7 = 0;
	struct mix mix;

	mix_build(&mix, kind, 1, NULL);
	for (size_t i = 0; i < mix.count; i++) {
		const uint8_t *dns = message(&mix.packet[i]);
		unsigned int flags = (unsigned int)dns[2] << 8 | dns[3], rcode = flags & 15;
		bool answers = dns[7], authority = dns[9];

		assert_int_equal(flags & (QR | CD), QR);
		assert_int_equal(flags & (RD | RA), resolver ? RD | RA : 0);
		/* Failures are nobody's data. */
		if (rcode == 2 || rcode == 5)
			assert_int_equal(flags & (AA | AD), 0);
		if (resolver)
			assert_int_equal(flags & AA, 0);
		else
			assert_int_equal(flags & AD, 0);
		/* A referral is none of the zone's data; all else that is no failure is. */
		if (!resolver && (answers || rcode == 3))
			assert_int_equal(flags & AA, AA);
		if (resolver && rcode == 0 && !(flags & TC))
			assert_true(answers || authority);
		authentic += !!(flags & AD);
		authoritative += !!(flags & AA);
		ede_7 += rcode == 2 && last_ede(&mix.packet[i], dns) == 7;
	}
	/* Some zones are signed, most answers of servers are of their zones. */
	assert_true(resolver ? authentic > mix.count / 10 && authentic < mix.count / 2
			     : authoritative > mix.count * 7 / 10 && authoritative < mix.count);
	assert_int_equal(ede_7 > 0, kind == MIX_OUTAGE);
	mix_free(&mix);
}

static void test_flags(void **state)
{
	(void)state;
	check_flags(MIX_HEALTHY, true);
	check_flags(MIX_OUTAGE, true);
	check_flags(MIX_UPSTREAM, false);
	check_flags(MIX_UPSTREAM_OUTAGE, false);
}

static void test_codes(void **state)
{
	uint8_t seen[4096] = {0};
	struct mix mix;

	(void)state;
	mix_build(&mix, MIX_CODES, 1, NULL);
	for (size_t i = 0; i < mix.count; i++)
		seen[mix.packet[i].expect.rcode] = 1;
	assert_null(memchr(seen, 0, sizeof(seen)));
	mix_free(&mix);
}

static void test_seed(void **state)
{
	const uint8_t mac[6] = {2, 1, 2, 3, 4, 5};
	struct mix one, same, other;

	(void)state;
	mix_build(&one, MIX_HEALTHY, 7, mac);
	mix_build(&same, MIX_HEALTHY, 7, mac);
	mix_build(&other, MIX_HEALTHY, 8, mac);
	assert_int_equal(one.count, same.count);
	for (size_t i = 0; i < one.count; i++) {
		assert_int_equal(one.packet[i].length, same.packet[i].length);
		assert_memory_equal(one.packet[i].bytes, same.packet[i].bytes,
				    one.packet[i].length);
	}
	assert_memory_equal(one.packet[0].bytes, mac, sizeof(mac));
	assert_memory_not_equal(one.packet[0].bytes, other.packet[0].bytes, 60);
	mix_free(&one);
	mix_free(&same);
	mix_free(&other);
}

/* A TCP segment with its pseudo header sums up to nothing: RFC 9293 section 3.1. */
static uint16_t tcp_sum(const struct mix_packet *packet)
{
	const uint8_t *tcp = packet->bytes + packet->tcp_at;
	size_t length = packet->length - packet->tcp_at;
	size_t addresses = packet->tcp_at == 14 + 40 ? 32 : 8;
	uint32_t sum = checksum_add(0, tcp - addresses, addresses);

	return checksum_end(checksum_add(sum + 6 + (uint32_t)length, tcp, length));
}

static void test_advance(void **state)
{
	size_t segments = 0;
	struct mix mix;

	(void)state;
	mix_build(&mix, MIX_HEALTHY, 3, NULL);
	for (size_t i = 0; i < mix.count; i++) {
		struct mix_packet *packet = &mix.packet[i];
		uint8_t *at = packet->bytes + packet->tcp_at + 4;
		uint32_t before, after;

		if (!packet->tcp_at) {
			mix_advance(packet);
			continue;
		}
		segments++;
		assert_int_equal(tcp_sum(packet), 0);
		for (int round = 0; round < 3; round++) {
			before = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
				 (uint32_t)at[2] << 8 | at[3];
			mix_advance(packet);
			after = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
				(uint32_t)at[2] << 8 | at[3];
			assert_int_equal(after - before, packet->tcp_payload);
			assert_int_equal(tcp_sum(packet), 0);
		}
	}
	assert_true(segments > 100);
	mix_free(&mix);
}

static void test_expected_counts(void **state)
{
	const struct expect second = {.outcome = "response_packets",
				      .rcode = 5,
				      .family = 4,
				      .transport = "tcp",
				      .qtype = -1};
	const struct expect first = {.outcome = "response_packets",
				     .rcode = 16,
				     .family = 4,
				     .transport = "tcp",
				     .edes = 2,
				     .ede = {22, 9},
				     .qtype = 1,
				     .flags = EXPECT_AA | EXPECT_CD,
				     .incomplete = "malformed",
				     .also = &second};
	const struct expect cut = {.outcome = "vlan_depth", .qtype = -1};
	const struct expect noerror = {.outcome = "response_packets",
				       .family = 6,
				       .transport = "udp",
				       .qtype = 65535,
				       .answer = "data"};
	struct expected_counts expected_counts = {0};
	char *text = NULL;
	size_t length;
	FILE *to = open_memstream(&text, &length);

	(void)state;
	assert_non_null(to);
	expected_counts_packets(&expected_counts, &first, 3);
	expected_counts_packets(&expected_counts, &noerror, 1);
	expected_counts_packets(&expected_counts, &cut, 2);
	expected_counts_packets(&expected_counts, &first, 0);
	assert_int_equal(expected_counts_print(&expected_counts, to), 0);
	fclose(to);
	assert_string_equal(text, "accounting.response_packets 4\n"
				  "accounting.unparsed.vlan_depth 2\n"
				  "answers.data 1\n"
				  "ede.16.22 3\n"
				  "ede_further.9 3\n"
				  "family.ipv4 6\n"
				  "family.ipv6 1\n"
				  "flags.aa 3\n"
				  "flags.cd 3\n"
				  "incomplete.malformed 3\n"
				  "packets 6\n"
				  "qtype.1 3\n"
				  "qtype.65535 1\n"
				  "rcode.0 1\n"
				  "rcode.5 3\n"
				  "rcode.16 3\n"
				  "responses 7\n"
				  "transport.tcp 6\n"
				  "transport.udp 1\n");
	free(text);
	expected_counts_free(&expected_counts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),  cmocka_unit_test(test_flags),
		cmocka_unit_test(test_codes),   cmocka_unit_test(test_seed),
		cmocka_unit_test(test_advance), cmocka_unit_test(test_expected_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
