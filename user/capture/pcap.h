/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Captured packets from a pcap or pcapng file, one after the other.
 *
 * A reader of its own rather than libpcap's, because that gives one link type for a whole file
 * (pcapng has one for each interface), cannot say where a file is broken, decompresses nothing,
 * and copies each packet once more.
 *
 * Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng, https://www.tcpdump.org/linktypes.html.
 */
#ifndef RCODEWATCH_PCAP_H
#define RCODEWATCH_PCAP_H

#include "parser/host_store.h"
#include "capture/input.h"

/* A packet of more captured bytes is taken for a broken file; tcpdump captures at most so many. */
#define PCAP_CAPTURED_MAX 262144u

/* Stamps are kept within what can be reported: from 1970 to 2260. */
#define PCAP_TIME_MAX 9151488000000000000LL

struct capture_packet {
	const uint8_t *data; /* valid until the next packet is asked for */
	uint32_t captured;   /* bytes at data */
	uint32_t length;     /* bytes that the packet had; a file can lie about it */
	enum host_link link;
	bool timed; /* it has a stamp */
	int64_t ns; /* since 1970-01-01 UTC, 0 to PCAP_TIME_MAX */
};

/* How a stamp becomes nanoseconds. */
struct pcapng_clock {
	uint64_t times, divided; /* decimal resolutions: one of the two is 1 */
	uint32_t shift;          /* of binary resolutions; 0: decimal */
	int64_t offset_s;
};

struct pcapng_interface {
	uint32_t link_type;
	bool readable; /* link is known */
	enum host_link link;
	uint32_t snap_length; /* 0: no limit */
	struct pcapng_clock clock;
};

struct pcap_source {
	struct input input;
	int (*next)(struct pcap_source *source, struct capture_packet *packet);
	bool swapped;      /* the file's byte order is not ours */
	uint64_t block_at; /* where the present record or block begins, for messages */

	/* classic pcap */
	enum host_link link;
	uint32_t ns_per_tick;
	uint32_t minor; /* of the format's version 2 */

	/* pcapng: of the present section */
	struct pcapng_interface *interface;
	size_t interfaces, interface_room;
	uint64_t rest; /* of the present block, its trailing length included; not skipped yet */
	uint32_t block_length;

	uint64_t skipped;             /* packets whose link type is not read */
	uint32_t skipped_type;        /* the first such type */
	char why[INPUT_WHY_MAX + 64]; /* what is behind an error, in words, with the place */
};

/*
 * Open @path ("-": standard input), compressed or not, and read the file's header. @stop: see
 * input_open(). 0, or a negative errno with the reason in source->why: -ENODATA for an empty file,
 * -EPROTONOSUPPORT for one that is no capture or of a kind that is not read. Nothing is to be closed
 * then.
 */
int pcap_open(struct pcap_source *source, const char *path, const volatile int *stop);
void pcap_close(struct pcap_source *source);

/*
 * The next packet. 1; 0 at the end of the file; -EINTR if stopped; another negative errno, with
 * the reason in source->why, where the file is broken, cut off or unreadable. Packets whose link
 * type is not read (pcapng) are passed over and counted in source->skipped.
 */
static inline int pcap_next(struct pcap_source *source, struct capture_packet *packet)
{
	return source->next(source, packet);
}

#endif
