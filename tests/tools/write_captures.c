// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * write_captures DIR: the well-formed packets of the case table, those over UDP, as a capture file
 * for each format and link type that is read. All hold the same messages.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "capture.h"
#include "cases.h"
#include "util/clock.h"
#include "packet.h"

#define START_S       1795000000u
#define MICROSECONDS  0xa1b2c3d4u
#define NANOSECONDS   0xa1b23c4du
#define UNKNOWN_BLOCK 0x0bad0badu

enum {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_RAW = 101,
	LINK_LOOP = 108,
	LINK_SLL = 113,
	LINK_SLL2 = 276
};

/* The frame with the header of @link in the place of Ethernet's. */
static void reframe(struct buf *to, unsigned int link, bool big, const struct packet_case *one)
{
	unsigned int protocol = (unsigned int)(one->bytes[12] << 8 | one->bytes[13]);
	unsigned int family = one->expect.family == 4 ? 2 : 30; /* AF_INET6 of macOS */

	buf_reset(to);
	switch (link) {
	case LINK_NULL:
	case LINK_LOOP:
		buf_u16(to, big ? 0 : family << 8);
		buf_u16(to, big ? family : 0);
		break;
	case LINK_SLL:
		buf_put(to, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0", 14);
		buf_u16(to, protocol);
		break;
	case LINK_SLL2:
		buf_u16(to, protocol);
		buf_put(to, "\0\0\0\0\0\3\0\1\0\6\2\0\0\0\0\1\0\0", 18);
		break;
	case LINK_ETHERNET: buf_put(to, one->bytes, ETHERNET); break;
	default: break;
	}
	buf_put(to, one->bytes + ETHERNET, one->length - ETHERNET);
}

/* Tags are left to the unit tests: most of these link types have no place for them. */
static bool fits(const struct packet_case *one)
{
	unsigned int protocol = (unsigned int)(one->bytes[12] << 8 | one->bytes[13]);

	return one->well_formed && !strcmp(one->expect.outcome, "response_packets") &&
	       !strcmp(one->expect.transport, "udp") && (protocol == 0x0800 || protocol == 0x86dd);
}

static int save(const char *dir, const char *name, struct capture *capture)
{
	char path[4096];
	FILE *file;
	int failed;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "wbe");
	failed = !file || fwrite(capture->bytes.data, capture->bytes.length, 1, file) != 1;
	if ((file && fclose(file)) || failed) {
		fprintf(stderr, "write_captures: cannot write %s: %s\n", path, strerror(errno));
		return 1;
	}
	capture_free(capture);
	return 0;
}

static int write_classic(const char *dir, const char *name, unsigned int link, bool big, bool nano)
{
	struct capture capture = {.big = big};
	const struct packet_case *cases;
	struct buf frame = {0};
	size_t count;

	cases = packet_cases(&count);
	classic_header(&capture, nano ? NANOSECONDS : MICROSECONDS, link);
	for (uint32_t i = 0; i < count; i++) {
		if (!fits(&cases[i]))
			continue;
		reframe(&frame, link, big || link == LINK_LOOP, &cases[i]);
		classic_packet(&capture, START_S + i, nano ? 999999999 : 999999, frame.data,
			       frame.length, frame.length);
	}
	buf_free(&frame);
	return save(dir, name, &capture);
}

static void put_unknown(struct capture *capture)
{
	size_t block = block_begin(capture, UNKNOWN_BLOCK);

	block_bytes(capture, "nobody knows", 12);
	block_end(capture, block);
}

/* Two interfaces in a section, packets of each in turn; halfway another section. */
static int write_pcapng(const char *dir, const char *name, bool big)
{
	static const unsigned int links[] = {LINK_ETHERNET, LINK_SLL2, LINK_RAW};
	struct capture capture = {.big = big};
	const struct packet_case *cases;
	struct buf frame = {0};
	size_t count;

	cases = packet_cases(&count);
	for (uint32_t i = 0; i < count; i++) {
		if (i == 0 || i == count / 2) {
			capture.big = big == (i == 0); /* each section has its own byte order */
			ng_section(&capture);
			for (size_t link = 0; link < 3; link++)
				ng_interface(&capture, links[link], 0, link == 1 ? 9 : -1);
			put_unknown(&capture);
		}
		if (!fits(&cases[i]))
			continue;
		reframe(&frame, links[i % 3], false, &cases[i]);
		ng_enhanced(&capture, i % 3,
			    (uint64_t)(START_S + i) * (i % 3 == 1 ? NS_PER_S : NS_PER_MS),
			    frame.data, frame.length, frame.length);
	}
	buf_free(&frame);
	return save(dir, name, &capture);
}

int main(int argc, char **argv)
{
	const char *dir = argv[1];

	if (argc != 2) {
		fputs("usage: write_captures DIR\n", stderr);
		return 2;
	}
	return write_classic(dir, "ethernet.pcap", LINK_ETHERNET, false, false) ||
	       write_classic(dir, "ethernet-big.pcap", LINK_ETHERNET, true, false) ||
	       write_classic(dir, "ethernet-nano.pcap", LINK_ETHERNET, false, true) ||
	       write_classic(dir, "ethernet-big-nano.pcap", LINK_ETHERNET, true, true) ||
	       write_classic(dir, "raw.pcap", LINK_RAW, false, false) ||
	       write_classic(dir, "null.pcap", LINK_NULL, false, false) ||
	       write_classic(dir, "null-big.pcap", LINK_NULL, true, false) ||
	       write_classic(dir, "loop.pcap", LINK_LOOP, false, false) ||
	       write_classic(dir, "sll.pcap", LINK_SLL, false, false) ||
	       write_classic(dir, "sll2.pcap", LINK_SLL2, true, true) ||
	       write_pcapng(dir, "mixed.pcapng", false) ||
	       write_pcapng(dir, "mixed-big.pcapng", true);
}
