// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* How messages lie in segments: RFC 1035 section 4.2.2, RFC 7766 section 8, RFC 9293. */
#include "stream_list.h"

#include <stdio.h>
#include <string.h>

#define MSS 1460u /* 1500 bytes less the headers of IPv4 and TCP */

/* Enough of every kind for what takes a frame a byte. */
static const char *const chosen[] = {
	"udp4-data",
	"udp4-nodata",
	"udp4-servfail-ede7",
	"udp4-badvers",
	"udp4-rcode4095-ede0",
	"header-alone",
	"header-alone-noerror",
	"ede-two",
	"ede-of-one-byte",
	"ede-of-no-byte",
	"ede-among-options",
	"ede-65535",
	"opt-first",
	"opt-middle",
	"opt-two",
	"opt-before-tsig",
	"opt-in-authority",
	"opt-rdlength-past-end",
	"opt-rdlength-65535",
	"option-length-past-end",
	"option-length-past-opt",
	"option-header-cut",
	"option-header-past-opt",
	"opt-fixed-part-cut",
	"name-zero-bytes",
	"name-root",
	"name-cut",
	"name-label-type-0x40",
	"name-label-type-later",
	"name-label-type-0x40-as-length",
	"pointer-cut",
	"pointer-to-itself",
	"qdcount-0",
	"qdcount-2",
	"qdcount-1000-and-additional",
	"counts-65535",
	"arcount-1-of-none",
	"opt-unannounced",
	"question-cut-at-type",
	"rdlength-past-end",
	"trailing-bytes",
	"cname-signed-soa",
};

#define CHOSEN (sizeof(chosen) / sizeof(chosen[0]))

/* Every message there is, one behind the other; all must be counted. */
static void all_messages(struct scenario *s, const struct stream *stream, struct buf *bytes)
{
	const struct stream_message *messages;
	size_t count;

	messages = stream_messages(&count);
	for (size_t i = 0; i < count; i++)
		scenario_message(s, stream, bytes, &messages[i]);
}

static void add_whole(void)
{
	const struct stream_message *messages;
	struct stream stream = stream_new(1000);
	struct buf bytes = {0};
	struct scenario *s;
	size_t count;

	s = scenario_new("one-message-a-segment");
	messages = stream_messages(&count);
	stream_open(s, &stream);
	for (size_t i = 0; i < count; i++)
		stream_send_message(s, &stream, &messages[i]);

	s = scenario_new("many-messages-in-a-segment");
	stream = stream_new(1000);
	stream_open(s, &stream);
	for (size_t i = 0; i < count; i++) {
		if (bytes.length + 2 + messages[i].bytes.length > MSS) {
			stream_send(s, &stream, bytes.data, bytes.length);
			buf_reset(&bytes);
		}
		/* What is longer than a segment is cut elsewhere. */
		if (2 + messages[i].bytes.length <= MSS)
			scenario_message(s, &stream, &bytes, &messages[i]);
	}
	stream_send(s, &stream, bytes.data, bytes.length);
	buf_free(&bytes);
}

static void add_stream_of_all(const char *name, unsigned int family, size_t size)
{
	struct scenario *s = scenario_new(name);
	struct stream stream = stream_new(123456789);
	struct buf bytes = {0};

	stream.family = family;
	all_messages(s, &stream, &bytes);
	stream_open(s, &stream);
	stream_send_cut(s, &stream, bytes.data, bytes.length, size);
	buf_free(&bytes);
}

static void add_bytes(void)
{
	struct scenario *s = scenario_new("one-byte-a-segment");
	struct stream stream = stream_new(4711);
	struct buf bytes = {0};

	for (size_t i = 0; i < CHOSEN; i++)
		scenario_message(s, &stream, &bytes, stream_message_of(chosen[i]));
	stream_open(s, &stream);
	stream_send_cut(s, &stream, bytes.data, bytes.length, 1);
	buf_free(&bytes);
}

/* Between two neighbours, cut once at each place, from within its prefix to before its last byte. */
static void add_cut_everywhere(void)
{
	struct scenario *s = scenario_new("cut-at-every-offset");
	struct stream stream = stream_new(99);
	struct buf bytes = {0};
	size_t before, length;

	for (size_t i = 0; i < CHOSEN; i++) {
		length = 2 + stream_message_of(chosen[i])->bytes.length;
		for (size_t at = 1; at < length; at++) {
			scenario_message(s, &stream, &bytes,
					 stream_message_of("udp4-refused-ede18"));
			before = bytes.length;
			scenario_message(s, &stream, &bytes, stream_message_of(chosen[i]));
			scenario_message(s, &stream, &bytes, stream_message_of("udp4-nxdomain"));
			stream.next += 1000000; /* a new connection from the same port */
			stream_open(s, &stream);
			stream_send(s, &stream, bytes.data, before + at);
			stream_send(s, &stream, bytes.data + before + at,
				    bytes.length - before - at);
			buf_reset(&bytes);
		}
	}
	buf_free(&bytes);
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void add_random_cuts(void)
{
	static const unsigned int largest[] = {12, 50, 200, 1460};
	static char names[4][32];

	for (size_t i = 0; i < sizeof(largest) / sizeof(largest[0]); i++) {
		uint32_t random = 20240501u + (uint32_t)i;
		struct stream stream = stream_new(random);
		struct buf bytes = {0};
		struct scenario *s;
		size_t size;

		snprintf(names[i], sizeof(names[i]), "random-cuts-up-to-%u", largest[i]);
		s = scenario_new(names[i]);
		all_messages(s, &stream, &bytes);
		stream_open(s, &stream);
		for (size_t at = 0; at < bytes.length; at += size) {
			size = 1 + next_random(&random) % largest[i];
			if (size > bytes.length - at)
				size = bytes.length - at;
			stream_send(s, &stream, bytes.data + at, size);
		}
		buf_free(&bytes);
	}
}

/* SERVFAIL in the header, BADVERS' bit and two EDEs in the OPT: RCODE 18. */
static void two_part_message(struct stream_message *m, size_t *opt)
{
	memset(m, 0, sizeof(*m));
	case_answer(&m->bytes, RESPONSE | 2, TYPE_A);
	message_soa(&m->bytes, SECTION_AUTHORITY, "@16");
	*opt = message_opt(&m->bytes, 1, 0, 0);
	message_ede(&m->bytes, *opt, 9, "no SEP matching the DS found");
	message_ede(&m->bytes, *opt, 6, "");
	m->expect = EXPECT_RESPONSE(18, TYPE_A, .edes = 2, .ede = {9, 6});
}

/* The message in two segments, the first with so many bytes of it, then another as it should be. */
static void add_cut(const char *name, size_t at)
{
	struct scenario *s = scenario_new(name);
	struct stream stream = stream_new(1000u * (uint32_t)at);
	struct stream_message m;
	struct buf bytes = {0};
	size_t opt;

	two_part_message(&m, &opt);
	scenario_message(s, &stream, &bytes, &m);
	stream_open(s, &stream);
	stream_send(s, &stream, bytes.data, at);
	stream_send(s, &stream, bytes.data + at, bytes.length - at);
	stream_send_message(s, &stream, stream_message_of("udp4-badvers"));
	buf_free(&bytes);
	buf_free(&m.bytes);
}

static void add_named_cuts(void)
{
	struct stream_message m;
	size_t opt;

	two_part_message(&m, &opt);
	buf_free(&m.bytes);
	opt += 2; /* RDLENGTH as it lies behind the message's prefix */
	add_cut("prefix-split", 1);
	add_cut("prefix-alone", 2);
	add_cut("header-split-in-id", 3);
	add_cut("header-split-in-flags", 2 + 3);
	add_cut("header-split-before-last-byte", 2 + 11);
	add_cut("header-alone-in-segment", 2 + 12);
	add_cut("question-split-in-label", 2 + 12 + 7);
	add_cut("question-split-before-type", 2 + 12 + 17);
	add_cut("question-split-in-type", 2 + 12 + 18);
	add_cut("opt-in-later-segment", opt - 9);
	add_cut("opt-split-before-extended-rcode", opt - 4);
	add_cut("opt-split-in-rdlength", opt + 1);
	add_cut("options-in-later-segment", opt + 2);
	add_cut("option-split-in-code", opt + 3);
	add_cut("option-split-before-length", opt + 4);
	add_cut("option-split-in-length", opt + 5);
	add_cut("option-split-before-info-code", opt + 6);
	add_cut("option-split-in-info-code", opt + 7);
	add_cut("option-split-in-text", opt + 15);
}

/* RFC 5936 section 2.2: many messages, of which only the first needs to repeat the question. */
static void add_zone_transfer(void)
{
	struct scenario *s = scenario_new("zone-transfer");
	struct stream stream = stream_new(5);
	struct stream_message m = {0};
	struct buf bytes = {0};
	char name[32];

	for (unsigned int i = 0; i < 100; i++) {
		message_begin(&m.bytes, 0x2a17, MSG_QR | MSG_AA);
		if (i == 0)
			message_question(&m.bytes, "example.com", 252, CLASS_IN); /* AXFR */
		for (unsigned int record = 0; record < 100; record++) {
			if ((i == 0 && record == 0) || (i == 99 && record == 99)) {
				message_soa(&m.bytes, SECTION_ANSWER, "example.com");
				continue;
			}
			snprintf(name, sizeof(name), "host-%u-%u.example.com", i, record);
			message_a(&m.bytes, SECTION_ANSWER, name, "192.0.2.80");
		}
		m.expect = EXPECT_FLAGGED(0, i == 0 ? 252 : -1, EXPECT_AA, .answer = "data");
		scenario_message(s, &stream, &bytes, &m);
		buf_reset(&m.bytes);
	}
	stream_open(s, &stream);
	stream_send_cut(s, &stream, bytes.data, bytes.length, MSS);
	buf_free(&m.bytes);
	buf_free(&bytes);
}

/* 64 KiB less one byte, as long as a message can be, with the OPT behind all else. */
static void add_longest(void)
{
	struct scenario *s = scenario_new("message-of-65535-bytes");
	struct stream stream = stream_new(0x7fffff00);
	struct stream_message m = {0};
	struct buf bytes = {0};

	case_answer(&m.bytes, RESPONSE | 3, TYPE_A);
	message_record(&m.bytes, SECTION_ANSWER, ".", TYPE_NULL, CLASS_IN, 1, NULL, 60000);
	message_record(&m.bytes, SECTION_ANSWER, ".", TYPE_NULL, CLASS_IN, 1, NULL,
		       65535 - m.bytes.length - 11 - 11 - 6);
	message_ede(&m.bytes, message_opt(&m.bytes, 1, 0, 0), 22, "");
	if (m.bytes.length != 65535)
		build_failed("the longest message has %zu bytes", m.bytes.length);
	m.expect = EXPECT_RESPONSE(19, TYPE_A, .edes = 1, .ede = {22});
	scenario_message(s, &stream, &bytes, &m);
	scenario_message(s, &stream, &bytes, stream_message_of("udp4-badvers"));
	stream_open(s, &stream);
	stream_send_cut(s, &stream, bytes.data, bytes.length, MSS);
	buf_free(&m.bytes);
	buf_free(&bytes);
}

/* An error's text that is longer than a segment, which is stepped over, and an error behind it. */
static void add_long_text(void)
{
	struct scenario *s = scenario_new("ede-text-over-segments");
	struct stream stream = stream_new(3000);
	struct stream_message m = {0};
	struct buf bytes = {0};
	char text[0x1234];
	size_t opt;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	case_answer(&m.bytes, RESPONSE | 2, TYPE_A);
	opt = message_opt(&m.bytes, 0, 0, 0);
	message_ede(&m.bytes, opt, 6, text);
	message_ede(&m.bytes, opt, 9, "");
	m.expect = EXPECT_RESPONSE(2, TYPE_A, .edes = 2, .ede = {6, 9});
	scenario_message(s, &stream, &bytes, &m);
	stream_open(s, &stream);
	stream_send_cut(s, &stream, bytes.data, bytes.length, MSS);
	stream_send_message(s, &stream, stream_message_of("udp4-badvers"));
	buf_free(&m.bytes);
	buf_free(&bytes);
}

/*
 * A segment that begins where a record of a message under way does, and reads as a whole message itself:
 * its prefix is the record's owner, the root, and its type's first octet. It is data all the same.
 */
static void add_message_in_a_record(void)
{
	struct scenario *s = scenario_new("record-reads-as-message");
	struct stream stream = stream_new(5000);
	struct stream_message outer = {.expect = EXPECT_RESPONSE(3, TYPE_A)};
	struct buf bytes = {0}, inner = {0}, hidden = {0};
	size_t begin;

	case_answer(&hidden, RESPONSE | 5, TYPE_A);
	stream_message(&inner, &hidden);
	case_answer(&outer.bytes, RESPONSE | 3, TYPE_A);
	message_set_count(&outer.bytes, SECTION_AUTHORITY, 1);
	begin = 2 + outer.bytes.length;
	buf_put(&outer.bytes, inner.data, inner.length);
	scenario_message(s, &stream, &bytes, &outer);
	stream_open(s, &stream);
	stream_send(s, &stream, bytes.data, begin);
	stream_send(s, &stream, bytes.data + begin, inner.length);
	stream_send_message(s, &stream, stream_message_of("udp4-badvers"));
	buf_free(&outer.bytes);
	buf_free(&bytes);
	buf_free(&inner);
	buf_free(&hidden);
}

void add_segment_scenarios(void)
{
	add_whole();
	add_message_in_a_record();
	add_stream_of_all("all-at-mss-1460", 4, MSS);
	add_stream_of_all("all-at-mss-1440-ipv6", 6, 1440);
	add_stream_of_all("all-at-mss-536", 4, 536);
	add_bytes();
	add_cut_everywhere();
	add_random_cuts();
	add_named_cuts();
	add_zone_transfer();
	add_longest();
	add_long_text();
}
