/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the readers of the two capture formats share; nobody else includes this. */
#ifndef RCODEWATCH_PCAP_PARTS_H
#define RCODEWATCH_PCAP_PARTS_H

#include <byteswap.h>
#include <string.h>

#include "capture/pcap_source.h"

static inline uint32_t file_u32(const struct pcap_source *source, const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return source->swapped ? bswap_32(value) : value;
}

static inline uint16_t file_u16(const struct pcap_source *source, const uint8_t *at)
{
	uint16_t value;

	memcpy(&value, at, sizeof(value));
	return source->swapped ? bswap_16(value) : value;
}

/* Read the file's header (it is known to begin with the magic number) and set source->next. */
int classic_open(struct pcap_source *source);
int pcapng_open(struct pcap_source *source);

/* Is this the magic number of a classic file, as it lies in the file? */
bool classic_magic(uint32_t magic);

#define PCAPNG_SECTION 0x0a0d0d0au /* the same in both byte orders */

#endif
