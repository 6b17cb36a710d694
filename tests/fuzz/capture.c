// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A capture file, pcap or pcapng, compressed or not, read to its end or to where it is broken. */
#include <errno.h>
#include <inttypes.h>

#include "frame.h"
#include "memory_file.h"
#include "capture/pcap.h"

/* Of a file that expands without end, for a time limit would be in the way of the sanitizers. */
#define PACKETS_MAX 20000u

static void check_packet(const struct capture_packet *packet)
{
	static struct frame_store store;
	uint32_t captured = packet->captured < FRAME_MAX ? packet->captured : FRAME_MAX;
	uint32_t length = packet->length < captured ? captured : packet->length;
	static volatile uint8_t sink;
	uint8_t all = 0;

	if (packet->captured > PCAP_CAPTURED_MAX)
		fuzz_fail("a packet of %u bytes", packet->captured);
	if (packet->timed && (packet->ns < 0 || packet->ns > PCAP_TIME_MAX))
		fuzz_fail("a packet of the time %" PRId64, packet->ns);
	/* All of it can be read. */
	for (uint32_t i = 0; i < packet->captured; i++)
		all ^= packet->data[i];
	sink = all;
	(void)sink;
	fuzz_choose_lists(false);
	frame_store_reset(&store);
	frame_count(&store, (struct frame_meta){.link = packet->link}, packet->data, captured,
		    length);
}

static void check_end(const struct pcap_source *source, int got, size_t size)
{
	if (got > 0)
		return;
	if (got < 0 && !source->why[0])
		fuzz_fail("error %d without a word why", got);
	if (got == 0 && !source->input.decoder && input_offset(&source->input) != size)
		fuzz_fail("the end came at byte %" PRIu64 " of %zu", input_offset(&source->input),
			  size);
}

static void run(const uint8_t *data, size_t size)
{
	static struct pcap_source source;
	struct memory_file file;
	struct capture_packet packet;
	unsigned int packets = 0;
	int got;

	memory_file_make(&file, data, size);
	got = pcap_open(&source, file.path, NULL);
	memory_file_close(&file);
	if (got) {
		check_end(&source, got, size);
		return;
	}
	while ((got = pcap_next(&source, &packet)) > 0 && packets++ < PACKETS_MAX)
		check_packet(&packet);
	check_end(&source, got, size);
	pcap_close(&source);
}

const struct fuzz_target fuzz_capture = {"capture", run, NULL};
