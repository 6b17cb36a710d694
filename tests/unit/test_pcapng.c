// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "capture_check.h"
#include "capture/pcapng.h"
#include "util/clock.h"

#define START 1795000000ll
#define US    1000000ll
#define NONE  (-1) /* no stamp */

static const uint8_t bytes[] = "any bytes will do: this layer does not look at packets";

/* A block of a type that is nobody's: to be passed over by its length. */
static void put_unknown(struct capture *capture, size_t size)
{
	size_t block = block_begin(capture, 0x7abcdef0);

	block_bytes(capture, NULL, size);
	block_end(capture, block);
}

static void every_kind_of_packet_block(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct capture capture = {.big = big};

		ng_section(&capture);
		ng_interface(&capture, 1, 30, -1);
		put_unknown(&capture, 12);
		ng_interface(&capture, 101, 0, 9);
		ng_enhanced(&capture, 0, (uint64_t)(START * US + 7), bytes, 40, 1500);
		ng_enhanced(&capture, 1, (uint64_t)(START * NS_PER_S + 7), bytes, 1, 1);
		ng_packet(&capture, 1, (uint64_t)(START * NS_PER_S + 8), bytes, 3, 99);
		ng_simple(&capture, bytes, 20, 20);
		ng_simple(&capture, bytes, 30, 1500); /* cut at the interface's limit */
		put_unknown(&capture, 0);
		ng_enhanced(&capture, 0, 0, bytes, 0, 0);
		open_whole(&capture);
		expect_packet(bytes, 40, 1500, HOST_LINK_ETHERNET, START * NS_PER_S + 7000);
		expect_packet(bytes, 1, 1, HOST_LINK_RAW_IP, START * NS_PER_S + 7);
		expect_packet(bytes, 3, 99, HOST_LINK_RAW_IP, START * NS_PER_S + 8);
		expect_packet(bytes, 20, 20, HOST_LINK_ETHERNET, NONE);
		expect_packet(bytes, 30, 1500, HOST_LINK_ETHERNET, NONE);
		expect_packet(bytes, 0, 0, HOST_LINK_ETHERNET, 0);
		expect_end();
		capture_free(&capture);
	}
}

/* A section's interfaces are its own, and so is its byte order. */
static void sections_one_after_the_other(void **state)
{
	struct capture capture = {.big = false};

	(void)state;
	ng_section(&capture);
	ng_interface(&capture, 1, 0, 9);
	ng_enhanced(&capture, 0, 5, bytes, 40, 40);
	capture.big = true;
	ng_section(&capture);
	ng_interface(&capture, 276, 0, 3);
	ng_interface(&capture, 113, 0, -1);
	ng_enhanced(&capture, 0, 5, bytes, 41, 41);
	ng_enhanced(&capture, 1, 5, bytes, 42, 42);
	capture.big = false;
	ng_section(&capture);
	ng_enhanced(&capture, 0, 5, bytes, 43, 43);
	open_whole(&capture);
	expect_packet(bytes, 40, 40, HOST_LINK_ETHERNET, 5);
	expect_packet(bytes, 41, 41, HOST_LINK_SLL2, 5000000);
	expect_packet(bytes, 42, 42, HOST_LINK_SLL, 5000);
	expect_broken("a packet of interface 0, but 0 are described");
	capture_free(&capture);
}

/* draft-ietf-opsawg-pcapng section 4.2, if_tsresol; worked out by hand. */
static void resolutions(void **state)
{
	static const struct {
		uint8_t resolution;
		uint64_t ticks;
		int64_t ns;
	} cases[] = {
		{0, 1795000000, START * NS_PER_S},
		{3, 1795000000123, START * NS_PER_S + 123000000},
		{6, 1795000000123456, START * NS_PER_S + 123456000},
		{9, 1795000000123456789, START * NS_PER_S + 123456789},
		{12, 1795000000123456789, 1795000 * NS_PER_S / 1000 * 1000 + 123456},
		{0x80, 1795000000, START * NS_PER_S},
		{0x80 | 1, 3590000001, START * NS_PER_S + 500000000},
		{0x80 | 10, 1795000000ull << 10 | 256, START * NS_PER_S + 250000000},
		{0x80 | 32, 1795000000ull << 32 | 0xc0000000, START * NS_PER_S + 750000000},
		{0x80 | 63, 1ull << 63, NS_PER_S},
		{0x80 | 64, 1ull << 63, NS_PER_S / 2},
		{28, UINT64_MAX, 1},
		{29, UINT64_MAX, 0},
		{40, UINT64_MAX, 0},
		{127, UINT64_MAX, 0},
		{0xff, UINT64_MAX, 0},
		/* past what can be said */
		{9, UINT64_MAX, PCAP_TIME_MAX},
		{6, UINT64_MAX, PCAP_TIME_MAX},
		{0, UINT64_MAX, PCAP_TIME_MAX},
		{0x80 | 1, UINT64_MAX, PCAP_TIME_MAX},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pcapng_clock clock = pcapng_clock_of(cases[i].resolution);
		int64_t ns = pcapng_time(&clock, cases[i].ticks);

		if (ns != cases[i].ns)
			fail_msg("resolution %u: %lld, not %lld", cases[i].resolution,
				 (long long)ns, (long long)cases[i].ns);
	}
}

static void an_offset_in_either_byte_order(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		static const uint8_t offsets[3][8] = {
			{0, 0, 0, 0, 0x6a, 0xfd, 0x5c, 0xc0}, /* 1795054784 */
			{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
			{0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		};
		struct capture capture = {.big = big};

		ng_section(&capture);
		for (size_t i = 0; i < 3; i++) {
			size_t block = block_begin(&capture, 1);
			uint8_t offset[8];

			for (size_t b = 0; b < 8; b++)
				offset[b] = offsets[i][big ? b : 7 - b];
			capture_u16(&capture, 1);
			capture_u16(&capture, 0);
			capture_u32(&capture, 0);
			block_option(&capture, 14, offset, 8);
			block_option(&capture, 9, "\x03", 1);
			block_end(&capture, block);
		}
		for (uint32_t i = 0; i < 3; i++)
			ng_enhanced(&capture, i, 2500, bytes, 4, 4);
		ng_enhanced(&capture, 1, 10, bytes, 4, 4);
		open_whole(&capture);
		expect_packet(bytes, 4, 4, HOST_LINK_ETHERNET, 0x6afd5cc0 * NS_PER_S + 2500000000);
		expect_packet(bytes, 4, 4, HOST_LINK_ETHERNET, 1500000000);
		expect_packet(bytes, 4, 4, HOST_LINK_ETHERNET, PCAP_TIME_MAX);
		expect_packet(bytes, 4, 4, HOST_LINK_ETHERNET, 0); /* before 1970 */
		expect_end();
		capture_free(&capture);
	}
}

static void other_link_types_are_passed_over_and_counted(void **state)
{
	struct capture capture = {0};

	(void)state;
	ng_section(&capture);
	ng_interface(&capture, 127, 0, -1);
	ng_interface(&capture, 1, 0, -1);
	ng_interface(&capture, 9, 0, -1);
	ng_enhanced(&capture, 0, 1, bytes, 10, 10);
	ng_enhanced(&capture, 1, 2, bytes, 11, 11);
	ng_enhanced(&capture, 2, 3, bytes, 12, 12);
	ng_simple(&capture, bytes, 13, 13);
	open_whole(&capture);
	expect_packet(bytes, 11, 11, HOST_LINK_ETHERNET, 2000);
	expect_end();
	assert_int_equal(reader.skipped, 3);
	assert_int_equal(reader.skipped_type, 127);
	capture_free(&capture);
}

static void cut_at_every_length(void **state)
{
	struct capture capture = {.big = true};
	size_t end[8], data[3]; /* of blocks; of packets' bytes */

	(void)state;
	ng_section(&capture);
	end[0] = capture.bytes.length;
	ng_interface(&capture, 1, 0, 9);
	end[1] = capture.bytes.length;
	put_unknown(&capture, 20);
	end[2] = capture.bytes.length;
	ng_enhanced(&capture, 0, 0, bytes, 13, 13);
	data[0] = end[2] + 28 + 13;
	end[3] = capture.bytes.length;
	ng_simple(&capture, bytes, 6, 6);
	data[1] = end[3] + 12 + 6;
	end[4] = capture.bytes.length;
	ng_packet(&capture, 0, 0, bytes, 8, 8);
	data[2] = end[4] + 28 + 8;
	end[5] = capture.bytes.length;
	ng_section(&capture);
	end[6] = capture.bytes.length;
	ng_interface(&capture, 1, 0, -1);
	end[7] = capture.bytes.length;

	expect_cut(&capture, 0, -1, -ENODATA);
	for (size_t length = 1; length < end[0]; length++)
		expect_cut(&capture, length, -1, -EBADMSG);
	for (size_t length = end[0]; length <= end[7]; length++) {
		int packets = 0, err = -EBADMSG;

		for (size_t i = 0; i < 3; i++)
			packets += length >= data[i];
		for (size_t i = 0; i < 8; i++)
			if (length == end[i])
				err = 0;
		expect_cut(&capture, length, packets, err);
	}
	capture_free(&capture);
}

/* A section, an interface, and then a block to spoil, whose place is given. */
static size_t begin_spoiling(struct capture *capture)
{
	size_t at;

	ng_section(capture);
	ng_interface(capture, 1, 0, -1);
	at = capture->bytes.length;
	ng_enhanced(capture, 0, 0, bytes, 13, 13); /* 48 bytes: 28, 16, 4 */
	assert_int_equal(capture->bytes.length, at + 48);
	return at;
}

static void lengths_that_lie(void **state)
{
	static const uint32_t impossible[] = {0, 4, 8, 11, 13, 47, UINT32_MAX};
	static const uint32_t too_short[] = {12, 16, 28};
	struct capture capture = {0};
	size_t at = begin_spoiling(&capture);
	char words[64];

	(void)state;
	for (size_t i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++) {
		capture_set_u32(&capture, at + 4, impossible[i]);
		snprintf(words, sizeof(words), "byte %zu: a block of %u bytes", at, impossible[i]);
		open_whole(&capture);
		expect_broken(words);
	}
	for (size_t i = 0; i < sizeof(too_short) / sizeof(too_short[0]); i++) {
		capture_set_u32(&capture, at + 4, too_short[i]);
		snprintf(words, sizeof(words), "byte %zu: a packet block of %u bytes", at,
			 too_short[i]);
		open_whole(&capture);
		expect_broken(words);
	}
	/* Its packet is there; what the block claims besides is not. */
	capture_set_u32(&capture, at + 4, 0xfffffffc);
	open_whole(&capture);
	expect_packet(bytes, 13, 13, HOST_LINK_ETHERNET, 0);
	expect_broken("it was cut off");
	capture_set_u32(&capture, at + 4, 48);

	capture_set_u32(&capture, at + 44, 52);
	open_whole(&capture);
	expect_packet(bytes, 13, 13, HOST_LINK_ETHERNET, 0);
	expect_broken("a block's two lengths are 48 and 52");
	capture_set_u32(&capture, at + 44, 48);

	capture_set_u32(&capture, at + 20, 17);
	open_whole(&capture);
	expect_broken("a packet of 17 bytes in a block of 48");
	capture_set_u32(&capture, at + 20, UINT32_MAX);
	open_whole(&capture);
	expect_broken("a packet of 4294967295 bytes in a block of 48");
	/* The padding may be taken for data: it is there. */
	capture_set_u32(&capture, at + 20, 16);
	open_whole(&capture);
	expect_packet(capture.bytes.data + at + 28, 16, 13, HOST_LINK_ETHERNET, 0);
	expect_end();

	capture_set_u32(&capture, at + 20, 13);
	capture_set_u32(&capture, at + 8, 1);
	open_whole(&capture);
	expect_broken("a packet of interface 1, but 1 are described");
	capture_free(&capture);
}

static void a_packet_too_large_to_be_one(void **state)
{
	struct capture capture = {0};
	uint8_t *large = calloc(1, 262145);

	(void)state;
	assert_non_null(large);
	ng_section(&capture);
	ng_interface(&capture, 1, 0, -1);
	ng_enhanced(&capture, 0, 0, large, 262144, 262144);
	ng_enhanced(&capture, 0, 0, large, 262145, 262145);
	open_whole(&capture);
	expect_packet(large, 262144, 262144, HOST_LINK_ETHERNET, 0);
	expect_broken("a packet claims to have 262145 bytes");
	capture_free(&capture);
	free(large);
}

static void section_headers_that_lie(void **state)
{
	static const struct {
		size_t at;
		uint32_t value;
		const char *words;
	} cases[] = {
		{4, 24, "a section header of 24 bytes"},
		{4, 30, "a section header of 30 bytes"},
		{4, 0, "a section header of 0 bytes"},
		{8, 0x1a2b3c4e, "without the byte-order magic"},
		{12, 2, "a section of version 2.0"},
		{12, 0x00010001, "a section of version 1.1"},
	};
	struct capture capture = {0};
	size_t second;

	(void)state;
	ng_section(&capture);
	second = capture.bytes.length;
	ng_section(&capture);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t saved;

		memcpy(&saved, capture.bytes.data + second + cases[i].at, sizeof(saved));
		capture_set_u32(&capture, second + cases[i].at, cases[i].value);
		open_whole(&capture);
		expect_broken(cases[i].words);
		memcpy(capture.bytes.data + second + cases[i].at, &saved, sizeof(saved));
		memcpy(&saved, capture.bytes.data + cases[i].at, sizeof(saved));
		capture_set_u32(&capture, cases[i].at, cases[i].value);
		expect_refused(&capture, capture.bytes.length, -EBADMSG, cases[i].words);
		memcpy(capture.bytes.data + cases[i].at, &saved, sizeof(saved));
	}
	/* 1.2 is another name of 1.0: section 4.1. */
	capture_set_u32(&capture, 12, 0x00020001);
	open_whole(&capture);
	expect_end();
	capture_free(&capture);
}

static void interface_descriptions_that_lie(void **state)
{
	struct capture capture = {0};
	size_t at;

	(void)state;
	ng_section(&capture);
	at = capture.bytes.length;
	ng_interface(&capture, 1, 0, 9);
	ng_enhanced(&capture, 0, 7, bytes, 13, 13);
	/* Fixed part of 16 bytes, the name's option of 8, the resolution's of 8, the end of 4, 4. */
	capture.bytes.data[at + 16 + 2] = 17;
	open_whole(&capture);
	expect_broken("option 2 of 17 bytes runs out of its block");
	capture.bytes.data[at + 16 + 2] = 4;
	/* A resolution of another length than one byte is none. */
	capture.bytes.data[at + 24 + 2] = 2;
	open_whole(&capture);
	expect_packet(bytes, 13, 13, HOST_LINK_ETHERNET, 7000);
	expect_end();
	capture_set_u32(&capture, at + 4, 16);
	open_whole(&capture);
	expect_broken("an interface description of 16 bytes");
	capture_free(&capture);
}

static void interfaces_do_not_fill_the_memory(void **state)
{
	struct capture capture = {0};

	(void)state;
	ng_section(&capture);
	for (int i = 0; i < 65536; i++)
		ng_interface(&capture, 1, 0, -1);
	ng_enhanced(&capture, 65535, 1, bytes, 5, 5);
	ng_interface(&capture, 1, 0, -1);
	open_whole(&capture);
	expect_packet(bytes, 5, 5, HOST_LINK_ETHERNET, 1000);
	expect_broken("more than 65536 interfaces");
	capture_free(&capture);
}

/* Blocks of any size pass through a window of one size. */
static void blocks_larger_than_the_window(void **state)
{
	struct capture capture = {0};
	size_t block;

	(void)state;
	ng_section(&capture);
	ng_interface(&capture, 1, 0, -1);
	put_unknown(&capture, 3u << 20);
	block = block_begin(&capture, 6);
	for (int i = 0; i < 3; i++)
		capture_u32(&capture, 0);
	capture_u32(&capture, 5);
	capture_u32(&capture, 5);
	block_bytes(&capture, bytes, 5);
	for (int i = 0; i < 20; i++)
		block_option(&capture, 1, NULL, 65535);
	block_end(&capture, block);
	block = block_begin(&capture, 1);
	capture_u16(&capture, 1);
	capture_u16(&capture, 0);
	capture_u32(&capture, 0);
	for (int i = 0; i < 20; i++)
		block_option(&capture, 1, NULL, 65535);
	block_option(&capture, 9, "\x09", 1);
	block_end(&capture, block);
	ng_enhanced(&capture, 1, 3, bytes, 6, 6);
	open_whole(&capture);
	expect_packet(bytes, 5, 5, HOST_LINK_ETHERNET, 0);
	expect_packet(bytes, 6, 6, HOST_LINK_ETHERNET, 3);
	expect_end();
	capture_free(&capture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_packet_block),
		cmocka_unit_test(sections_one_after_the_other),
		cmocka_unit_test(resolutions),
		cmocka_unit_test(an_offset_in_either_byte_order),
		cmocka_unit_test(other_link_types_are_passed_over_and_counted),
		cmocka_unit_test(cut_at_every_length),
		cmocka_unit_test(lengths_that_lie),
		cmocka_unit_test(a_packet_too_large_to_be_one),
		cmocka_unit_test(section_headers_that_lie),
		cmocka_unit_test(interface_descriptions_that_lie),
		cmocka_unit_test(interfaces_do_not_fill_the_memory),
		cmocka_unit_test(blocks_larger_than_the_window),
	};

	return cmocka_run_group_tests_name("source_pcapng", tests, NULL, NULL);
}
