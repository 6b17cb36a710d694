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

#include "capture/pcap_source.h"

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
