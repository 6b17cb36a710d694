/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the reader makes of a capture file, for the tests of both formats. Include cmocka.h before. */
#ifndef RCODEWATCH_TESTS_CAPTURE_CHECK_H
#define RCODEWATCH_TESTS_CAPTURE_CHECK_H

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "capture.h"
#include "memory_file.h"
#include "capture/pcap.h"

static struct pcap_source reader;

/* Open the first @length bytes. What pcap_open() gave. */
static int open_part(const struct capture *capture, size_t length)
{
	struct memory_file file;
	int err;

	memory_file_make(&file, capture->bytes.data, length);
	err = pcap_open(&reader, file.path, NULL);
	memory_file_close(&file);
	return err;
}

static void open_whole(const struct capture *capture)
{
	int err = open_part(capture, capture->bytes.length);

	if (err)
		fail_msg("%d: %s", err, reader.why);
}

static void expect_packet(const void *bytes, size_t captured, size_t length, enum host_link link,
			  int64_t ns)
{
	struct capture_packet packet;
	int got = pcap_next(&reader, &packet);

	if (got != 1)
		fail_msg("no packet: %d: %s", got, reader.why);
	assert_int_equal(packet.captured, captured);
	assert_int_equal(packet.length, length);
	assert_memory_equal(packet.data, bytes, captured);
	assert_int_equal(packet.link, link);
	assert_int_equal(packet.timed, ns >= 0);
	if (ns >= 0)
		assert_int_equal(packet.ns, ns);
}

static void expect_end(void)
{
	struct capture_packet packet;

	assert_int_equal(pcap_next(&reader, &packet), 0);
	assert_int_equal(pcap_next(&reader, &packet), 0);
	pcap_close(&reader);
}

/* The next packet is not to be had, and the reason says @words. */
static void expect_broken(const char *words)
{
	struct capture_packet packet;
	int got = pcap_next(&reader, &packet);

	assert_int_equal(got, -EBADMSG);
	if (!strstr(reader.why, words))
		fail_msg("'%s' does not say '%s'", reader.why, words);
	pcap_close(&reader);
}

/* The file cannot be opened, for the reason @words. */
static void expect_refused(const struct capture *capture, size_t length, int err, const char *words)
{
	assert_int_equal(open_part(capture, length), err);
	if (!strstr(reader.why, words))
		fail_msg("'%s' does not say '%s'", reader.why, words);
}

/*
 * Read the first @length bytes to their end: @packets of them, then @err (0 or -EBADMSG, which must
 * say where the file ends). -1 for @packets: it cannot even be opened.
 */
static void expect_cut(const struct capture *capture, size_t length, int packets, int err)
{
	struct capture_packet packet;
	char words[64];
	int got = open_part(capture, length), seen = 0;

	snprintf(words, sizeof(words), "ends at byte %zu, within", length);
	if (packets >= 0) {
		if (got)
			fail_msg("cut at %zu: %s", length, reader.why);
		while ((got = pcap_next(&reader, &packet)) > 0)
			seen++;
		pcap_close(&reader);
		if (seen != packets)
			fail_msg("cut at %zu: %d packets, not %d", length, seen, packets);
	}
	if (got != err)
		fail_msg("cut at %zu: %d, not %d: %s", length, got, err, reader.why);
	if (err == -EBADMSG && !strstr(reader.why, words))
		fail_msg("cut at %zu: '%s' does not say '%s'", length, reader.why, words);
}

#endif
