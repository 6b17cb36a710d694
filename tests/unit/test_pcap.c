// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "capture_check.h"
#include "util/clock.h"

#define MICRO 0xa1b2c3d4u
#define NANO  0xa1b23c4du
#define START 1795000000u

static const uint8_t bytes[] = "any bytes will do: this layer does not look at packets";

/* Both byte orders, both units. */
static void all_four_magic_numbers(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		struct capture capture = {.big = kind & 1};
		bool nano = kind & 2;

		classic_header(&capture, nano ? NANO : MICRO, 1);
		classic_packet(&capture, START, 123456, bytes, 40, 1500);
		classic_packet(&capture, 0, 0, bytes, 0, 0);
		classic_packet(&capture, UINT32_MAX, 999999, bytes + 1, 7, 7);
		open_whole(&capture);
		expect_packet(bytes, 40, 1500, HOST_LINK_ETHERNET,
			      START * NS_PER_S + (nano ? 123456 : 123456000));
		expect_packet(bytes, 0, 0, HOST_LINK_ETHERNET, 0);
		expect_packet(bytes + 1, 7, 7, HOST_LINK_ETHERNET,
			      UINT32_MAX * NS_PER_S + (nano ? 999999 : 999999000));
		expect_end();
		capture_free(&capture);
	}
}

static void cut_at_every_length(void **state)
{
	struct capture capture = {0};
	size_t end[3];

	(void)state;
	classic_header(&capture, MICRO, 1);
	end[0] = capture.bytes.length;
	classic_packet(&capture, START, 0, bytes, 40, 40);
	end[1] = capture.bytes.length;
	classic_packet(&capture, START, 1, bytes, 9, 9);
	end[2] = capture.bytes.length;
	expect_cut(&capture, 0, -1, -ENODATA);
	for (size_t length = 1; length < end[0]; length++)
		expect_cut(&capture, length, -1, -EBADMSG);
	for (size_t length = end[0]; length <= end[2]; length++)
		expect_cut(&capture, length, (length >= end[1]) + (length >= end[2]),
			   length == end[0] || length == end[1] || length == end[2] ? 0 : -EBADMSG);
	capture_free(&capture);
}

/* The place of the record that lies is in the message. */
static void lengths_that_lie(void **state)
{
	struct capture capture = {0};
	size_t second;

	(void)state;
	classic_header(&capture, MICRO, 1);
	classic_packet(&capture, START, 0, bytes, 40, 40);
	second = capture.bytes.length;
	classic_packet(&capture, START, 0, bytes, 40, 40);
	assert_int_equal(second, 80);

	capture_set_u32(&capture, second + 8, 262145);
	open_whole(&capture);
	expect_packet(bytes, 40, 40, HOST_LINK_ETHERNET, START * NS_PER_S);
	expect_broken("byte 80: a packet claims to have 262145 bytes");
	capture_set_u32(&capture, second + 8, UINT32_MAX);
	open_whole(&capture);
	expect_packet(bytes, 40, 40, HOST_LINK_ETHERNET, START * NS_PER_S);
	expect_broken("byte 80: a packet claims to have 4294967295 bytes");
	capture_set_u32(&capture, second + 8, 262144);
	open_whole(&capture);
	expect_packet(bytes, 40, 40, HOST_LINK_ETHERNET, START * NS_PER_S);
	expect_broken("within the packet that begins at byte 80: it was cut off");

	/* More captured than there was: nothing here depends on it. */
	capture_set_u32(&capture, second + 8, 40);
	capture_set_u32(&capture, second + 12, 3);
	open_whole(&capture);
	expect_packet(bytes, 40, 40, HOST_LINK_ETHERNET, START * NS_PER_S);
	expect_packet(bytes, 40, 3, HOST_LINK_ETHERNET, START * NS_PER_S);
	expect_end();
	capture_free(&capture);
}

static void the_largest_packet_is_read(void **state)
{
	struct capture capture = {0};
	uint8_t *large = calloc(1, 262144);

	(void)state;
	assert_non_null(large);
	large[262143] = 42;
	classic_header(&capture, MICRO, 1);
	for (int i = 0; i < 5; i++)
		classic_packet(&capture, START, 0, large, 262144, 262144);
	open_whole(&capture);
	for (int i = 0; i < 5; i++)
		expect_packet(large, 262144, 262144, HOST_LINK_ETHERNET, START * NS_PER_S);
	expect_end();
	capture_free(&capture);
	free(large);
}

/* libpcap's savefile code knows the magic numbers; none of these has our record header. */
static void modified_formats_are_refused_by_name(void **state)
{
	static const struct {
		uint32_t magic;
		const char *name;
	} modified[] = {
		{0xa1b2cd34, "Kuznetsov"}, {0xa1b234cd, "Mesquita"}, {0xa12b3c4d, "Navtel"}};

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct capture capture = {.big = i % 2};

		classic_header(&capture, modified[i / 2].magic, 1);
		expect_refused(&capture, capture.bytes.length, -EPROTONOSUPPORT,
			       modified[i / 2].name);
		assert_non_null(strstr(reader.why, "editcap"));
		capture_free(&capture);
	}
}

static void what_is_no_capture_is_refused(void **state)
{
	struct capture capture = {0};

	(void)state;
	buf_put(&capture.bytes, "<!DOCTYPE html>", 15);
	expect_refused(&capture, 15, -EPROTONOSUPPORT,
		       "neither pcap nor pcapng: it begins with the "
		       "bytes 3c 21 44 4f");
	capture_free(&capture);
}

/* Files before 2.3 have the two lengths the other way round (libpcap, sf-pcap.c). */
static void old_versions(void **state)
{
	struct capture capture = {0};

	(void)state;
	classic_header(&capture, MICRO, 1);
	classic_packet(&capture, START, 0, bytes, 40, 1500);
	capture.bytes.data[6] = 3;
	open_whole(&capture);
	expect_packet(bytes, 40, 1500, HOST_LINK_ETHERNET, START * NS_PER_S);
	expect_end();
	capture_set_u32(&capture, 24 + 8, 1500);
	capture_set_u32(&capture, 24 + 12, 40);
	for (uint8_t minor = 2; minor <= 3; minor++) {
		capture.bytes.data[6] = minor;
		open_whole(&capture);
		expect_packet(bytes, 40, 1500, HOST_LINK_ETHERNET, START * NS_PER_S);
		expect_end();
	}
	capture.bytes.data[6] = 5;
	expect_refused(&capture, capture.bytes.length, -EPROTONOSUPPORT, "version 2.5");
	capture.bytes.data[4] = 3;
	expect_refused(&capture, capture.bytes.length, -EPROTONOSUPPORT, "version 3.5");
	capture_free(&capture);
}

/* Numbers of https://www.tcpdump.org/linktypes.html. */
static void link_types(void **state)
{
	static const struct {
		uint32_t type;
		enum host_link link;
	} known[] = {
		{0, HOST_LINK_NULL},
		{1, HOST_LINK_ETHERNET},
		{12, HOST_LINK_RAW_IP},
		{14, HOST_LINK_RAW_IP},
		{101, HOST_LINK_RAW_IP},
		{108, HOST_LINK_NULL},
		{113, HOST_LINK_SLL},
		{228, HOST_LINK_RAW_IP},
		{229, HOST_LINK_RAW_IP},
		{276, HOST_LINK_SLL2}, /* with a frame check sequence of 4 bytes: */
		{0x24000001, HOST_LINK_ETHERNET},
	};
	struct capture capture = {0};

	(void)state;
	classic_header(&capture, MICRO, 1);
	classic_packet(&capture, START, 0, bytes, 40, 40);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		capture_set_u32(&capture, 20, known[i].type);
		open_whole(&capture);
		expect_packet(bytes, 40, 40, known[i].link, START * NS_PER_S);
		expect_end();
	}
	capture_set_u32(&capture, 20, 127);
	expect_refused(&capture, capture.bytes.length, -EPROTONOSUPPORT,
		       "link type 127 (IEEE 802.11 with radiotap header) is not read");
	capture_set_u32(&capture, 20, 4711);
	expect_refused(&capture, capture.bytes.length, -EPROTONOSUPPORT,
		       "link type 4711 is not read");
	capture_free(&capture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_four_magic_numbers),
		cmocka_unit_test(cut_at_every_length),
		cmocka_unit_test(lengths_that_lie),
		cmocka_unit_test(the_largest_packet_is_read),
		cmocka_unit_test(modified_formats_are_refused_by_name),
		cmocka_unit_test(what_is_no_capture_is_refused),
		cmocka_unit_test(old_versions),
		cmocka_unit_test(link_types),
	};

	return cmocka_run_group_tests_name("pcap_source", tests, NULL, NULL);
}
