/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A capture file that is being read, and a packet of it; pcap.h opens and reads one. */
#ifndef RCODEWATCH_PCAP_SOURCE_H
#define RCODEWATCH_PCAP_SOURCE_H

#include "capture/input.h"
#include "parser/host_store.h"
#include "util/log.h"

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

/* Set source->why: where the present record begins, and what is wrong there. Gives -EBADMSG. */
int source_broken(struct pcap_source *source, const char *format, ...) PRINTF_LIKE(2, 3);
/* Set source->why to the words alone. Gives @err. */
int source_refuse(struct pcap_source *source, int err, const char *format, ...) PRINTF_LIKE(3, 4);
/*
 * What input_need() or input_skip() gave (not 1) in the middle of @what, as a negative errno, with
 * source->why.
 */
int source_cut(struct pcap_source *source, int got, const char *what);

#endif
