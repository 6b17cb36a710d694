// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The fast path counts what the slow path counts, whatever the packet, and counts all packets that it is
 * meant for. Other tests hold what is counted against the RFCs, on both paths.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "expected_lists.h"
#include "parser/host_store.h"
#include "message.h"
#include "packet.h"
#include "same_counts.h"
#include "streams.h"

#define CHANGES  100u  /* of each case */
#define LONGEST  2000u /* frame that is changed */
#define NOT_SEEN 0x55555555u

static struct host_store by_fast, by_slow;
static struct hook_config config;
static struct suffixes suffixes;
static uint64_t state = 0x452821e638d01377ULL; /* digits of pi */

/* xorshift64*: Vigna, 2016. */
static uint32_t next_random(uint32_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)((state * 0x2545f4914f6cdd1dULL) >> 32) % below;
}

static void begin(void)
{
	by_fast = by_slow = (struct host_store){.suffixes = suffixes.places};
	by_slow.slow_path = true;
}

static void end(void)
{
	host_store_free(&by_fast);
	host_store_free(&by_slow);
}

static void hold(const char *name, unsigned change)
{
	const char *other = same_counts_difference(&by_fast, &by_slow, &config);

	if (other)
		fail_msg("%s, change %u: other %s by the fast path", name, change, other);
}

static void count(const uint8_t *frame, uint32_t captured, uint32_t length)
{
	host_count(&by_fast, &config, HOST_LINK_ETHERNET, frame, captured, length);
	host_count(&by_slow, &config, HOST_LINK_ETHERNET, frame, captured, length);
}

/* Each case so often that its names have ways, and that samples of texts are due or not. */
static void every_case(void **unused)
{
	size_t cases;
	const struct packet_case *c = packet_cases(&cases);

	(void)unused;
	begin();
	for (size_t i = 0; i < cases; i++)
		for (int times = 0; times < 3; times++) {
			count(c[i].bytes, (uint32_t)c[i].length, (uint32_t)c[i].length);
			hold(c[i].name, 0);
		}
	end();
}

static void every_case_cut(void **unused)
{
	size_t cases;
	const struct packet_case *c = packet_cases(&cases);

	(void)unused;
	begin();
	for (size_t i = 0; i < cases; i++)
		for (size_t cut = 0; cut < c[i].length && cut < LONGEST; cut++) {
			/* Of captures; and of the wire, where less was sent than headers say. */
			count(c[i].bytes, (uint32_t)cut, (uint32_t)c[i].length);
			count(c[i].bytes, (uint32_t)cut, (uint32_t)cut);
		}
	hold("cases, cut", 0);
	end();
}

/* One, two or three octets are others, now and then only by a bit. */
static void every_case_changed(void **unused)
{
	size_t cases;
	const struct packet_case *c = packet_cases(&cases);
	uint8_t frame[LONGEST];

	(void)unused;
	for (size_t i = 0; i < cases; i++) {
		if (c[i].length > LONGEST || c[i].length < 14)
			continue;
		begin();
		for (unsigned change = 1; change <= CHANGES; change++) {
			memcpy(frame, c[i].bytes, c[i].length);
			for (uint32_t n = 1 + next_random(3); n; n--) {
				uint32_t at = 12 + next_random((uint32_t)c[i].length - 12);

				frame[at] = next_random(2)
						    ? (uint8_t)next_random(256)
						    : (uint8_t)(frame[at] ^ 1u << next_random(8));
			}
			count(frame, (uint32_t)c[i].length, (uint32_t)c[i].length);
		}
		hold(c[i].name, CHANGES);
		end();
	}
}

static void every_stream(void **unused)
{
	size_t scenarios;
	const struct scenario *s = stream_scenarios(&scenarios);

	(void)unused;
	for (size_t i = 0; i < scenarios; i++) {
		begin();
		for (size_t f = 0; f < s[i].frames; f++) {
			count(s[i].frame[f].bytes, (uint32_t)s[i].frame[f].length,
			      (uint32_t)s[i].frame[f].length);
			hold(s[i].name, (unsigned)f);
		}
		host_store_finish(&by_fast, &config);
		host_store_finish(&by_slow, &config);
		hold(s[i].name, 0);
		end();
	}
}

/* The last records of the largest datagrams, around the offset past which nothing is read in place. */
static void every_far_record(void **unused)
{
	struct buf message = {0}, frame = {0};

	(void)unused;
	begin();
	for (unsigned int family = 4; family <= 6; family += 2)
		for (size_t less = 0; less < 160; less++) {
			/* With these the IP packet is as long as it can be. */
			size_t most = 65535 - (family == 4 ? 20 : 0) - 8;

			message_begin(&message, 1, MSG_QR | 2);
			message_question(&message, "www.example.com", TYPE_TXT, CLASS_IN);
			/* The record has 12 octets beside its data, the OPT 11, the EDE 6. */
			message_record(&message, SECTION_ANSWER, "@12", TYPE_TXT, CLASS_IN, 1, NULL,
				       most - less - message.length - 12 - 11 - 6);
			message_ede(&message, message_opt(&message, 0, 0, 0), 7, "");
			assert_int_equal(message.length, most - less);
			packet_build(&frame, &(struct frame){.family = family}, message.data,
				     message.length);
			count(frame.data, (uint32_t)frame.length, (uint32_t)frame.length);
		}
	hold("far records", 0);
	assert_int_equal(by_slow.counts.counters.ede[2][7], 320);
	end();
	buf_free(&message);
	buf_free(&frame);
}

/* Whether the fast path counts the case: not the first time, when the text of an EDE is kept. */
static bool is_fast(const char *name)
{
	const struct packet_case *c = packet_case(name);
	uint64_t slow;
	bool is;

	begin();
	count(c->bytes, (uint32_t)c->length, (uint32_t)c->length);
	slow = by_fast.counts.counters.slow_path;
	/* Only the slow path writes it. */
	by_fast.message.l4.end = NOT_SEEN;
	count(c->bytes, (uint32_t)c->length, (uint32_t)c->length);
	is = by_fast.message.l4.end == NOT_SEEN;
	assert_int_equal(by_fast.counts.counters.slow_path - slow, !is);
	assert_int_equal(by_slow.counts.counters.slow_path, 2);
	end();
	return is;
}

static void which_path_a_packet_takes(void **unused)
{
	static const char *const fast_ones[] = {
		"udp4-data",
		"udp4-nodata",
		"udp6-referral",
		"udp4-truncated",
		"udp4-nxdomain",
		"udp6-nxdomain",
		"udp6-badvers",
		"udp4-servfail-ede7",
		"udp4-refused-ede18",
		"ede-among-options",
		"ede-on-noerror",
		"flag-all",
		"servfail-co-uk",
		"servfail-capitals",
		"qtype-65535",
		"referral-owner-partly-compressed",
		"referral-owner-written-out",
		"soa-of-root-pointer",
		"soa-of-tld-pointer",
		"query",
		"query-ipv6",
		"response-to-53",
		"tcp-ack",
		"doq",
		"doq-to-server",
		"dot",
		"dot-syn",
		"icmp-quoting-dns",
		"mdns",
		"udp-443",
		"vlan-8021q",
		"vlan-8021q-ipv6",
		"vlan-priority-tag",
		"vlan-8021ad",
		"vlan-9100",
	};
	static const char *const slow_ones[] = {
		"udp4-rcode3841", "ede-two", "records-200", "cname-chain-soa",    "query-tcp",
		"tcp-syn",        "tcp-fin", "tcp-rst",     "icmpv6-quoting-dns", "vlan-two",
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(fast_ones) / sizeof(fast_ones[0]); i++)
		if (!is_fast(fast_ones[i]))
			fail_msg("%s takes the slow path", fast_ones[i]);
	for (size_t i = 0; i < sizeof(slow_ones) / sizeof(slow_ones[0]); i++)
		if (is_fast(slow_ones[i]))
			fail_msg("%s takes the fast path", slow_ones[i]);
}

/* Send @payload in a segment at @sequence of one stream. Gives whether the fast path counted it. */
static bool segment_is_fast(unsigned int flags, uint32_t sequence, const struct buf *payload,
			    struct frame frame)
{
	struct buf out = {0};

	frame.l4 = L4_TCP;
	frame.tcp_flags = OVERRIDE(flags);
	frame.sequence = sequence;
	packet_build(&out, &frame, payload->data, payload->length);
	by_fast.message.l4.end = NOT_SEEN;
	count(out.data, (uint32_t)out.length, (uint32_t)out.length);
	hold("segment", sequence);
	buf_free(&out);
	return by_fast.message.l4.end == NOT_SEEN;
}

/* A whole message, with its length before it. */
static void put_denial(struct buf *stream)
{
	struct buf message = {0};

	message_begin(&message, 1, MSG_QR | 3);
	message_question(&message, "www.example.com", TYPE_A, CLASS_IN);
	stream_message(stream, &message);
	buf_free(&message);
}

/* Whole messages of a stream that is followed, one in a segment, with options or without. */
static void which_segments_take_the_fast_path(void **unused)
{
	static const uint8_t nops[40] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
	struct buf stream = {0}, nothing = {0}, part = {0};
	const struct frame plain = {0};
	uint32_t next = 1001, size;

	(void)unused;
	put_denial(&stream);
	size = (uint32_t)stream.length;
	begin();
	segment_is_fast(TCP_SYN | TCP_ACK, 1000, &nothing, plain);
	assert_true(segment_is_fast(TCP_ACK, next, &stream, plain));
	next += size;
	for (size_t options = 0; options <= sizeof(nops); options += 4) {
		const struct frame with = {.tcp_options = nops, .tcp_options_length = options};

		assert_true(segment_is_fast(TCP_ACK | TCP_PSH, next, &stream, with));
		next += size;
	}
	/* What came before is no message once more. */
	segment_is_fast(TCP_ACK, next - size, &stream, plain);
	assert_int_equal(by_fast.counts.counters.rcode[3][0][1], 12);
	/* Nor is an acknowledgement, whichever way it goes. */
	for (unsigned int family = 4; family <= 6; family += 2) {
		const struct frame to = {.family = family, .destination_port = 53},
				   from = {.family = family};

		assert_true(segment_is_fast(TCP_ACK, next, &nothing, from));
		assert_true(segment_is_fast(TCP_ACK, next, &nothing, to));
	}
	/* With the stream's end. */
	assert_false(segment_is_fast(TCP_ACK | TCP_FIN, next, &stream, plain));
	assert_int_equal(by_fast.counts.counters.rcode[3][0][1], 13);
	end();

	/* A segment that comes when a part of a prefix is held is the rest of that, whatever it reads as. */
	begin();
	segment_is_fast(TCP_SYN | TCP_ACK, 1000, &nothing, plain);
	buf_put(&part, "\0", 1);
	segment_is_fast(TCP_ACK, 1001, &part, plain);
	segment_is_fast(TCP_ACK, 1002, &stream, plain);
	assert_int_equal(by_fast.counts.counters.rcode[3][0][1], 0);
	end();
	buf_free(&stream);
	buf_free(&part);
}

/* A stream is one of its VLAN: a message with the same addresses, ports and number in another is none of it. */
static void a_segment_is_of_its_vlan(void **unused)
{
	const struct frame here = {.vlans = 1, .vlan = {{0x8100, 100}}},
			   there = {.vlans = 1, .vlan = {{0x8100, 101}}}, untagged = {0};
	struct buf stream = {0}, nothing = {0};
	uint32_t next = 1001, size;

	(void)unused;
	put_denial(&stream);
	size = (uint32_t)stream.length;
	begin();
	segment_is_fast(TCP_SYN | TCP_ACK, 1000, &nothing, here);
	assert_true(segment_is_fast(TCP_ACK, next, &stream, here));
	assert_false(segment_is_fast(TCP_ACK, next + size, &stream, there));
	assert_false(segment_is_fast(TCP_ACK, next + size, &stream, untagged));
	assert_true(segment_is_fast(TCP_ACK, next + size, &stream, here));
	end();
	buf_free(&stream);
}

/*
 * A data offset of four words, where the checksum reads as the length of the message that the header's
 * last two octets begin: RFC 9293 section 3.1 has no such header.
 */
static void a_header_of_four_words_is_none(void **unused)
{
	struct buf message = {0}, rest = {0}, stream = {0}, nothing = {0}, out = {0};
	struct frame frame = {.l4 = L4_TCP, .sequence = 1001, .data_offset = OVERRIDE(4)};

	(void)unused;
	message_begin(&message, 0, MSG_QR | 3);
	message_question(&message, "www.example.com", TYPE_A, CLASS_IN);
	buf_put(&rest, message.data + 2, message.length - 2);
	frame.l4_checksum = OVERRIDE(message.length);
	begin();
	segment_is_fast(TCP_SYN | TCP_ACK, 1000, &nothing, (struct frame){0});
	packet_build(&out, &frame, rest.data, rest.length);
	count(out.data, (uint32_t)out.length, (uint32_t)out.length);
	hold("a header of four words", 0);
	assert_int_equal(by_fast.counts.counters.outcome[PKT_UNPARSED(UNPARSED_BAD_TCP_HEADER)], 1);
	end();
	buf_free(&message);
	buf_free(&rest);
	buf_free(&stream);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case),
		cmocka_unit_test(every_case_cut),
		cmocka_unit_test(every_case_changed),
		cmocka_unit_test(every_stream),
		cmocka_unit_test(every_far_record),
		cmocka_unit_test(which_path_a_packet_takes),
		cmocka_unit_test(which_segments_take_the_fast_path),
		cmocka_unit_test(a_segment_is_of_its_vlan),
		cmocka_unit_test(a_header_of_four_words_is_none),
	};
	int failed;

	config = expected_lists_config();
	/* Small ones, which are soon full. */
	for (size_t d = 0; d < TOP_DIMENSIONS; d++)
		config.top_sets[d] = 8;
	top_tables_place(&config);
	expected_suffixes(&suffixes, &config);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	suffixes_free(&suffixes);
	return failed;
}
