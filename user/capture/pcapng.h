/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The interfaces of a pcapng section and their clocks; only the pcapng reader includes this. */
#ifndef RCODEWATCH_PCAPNG_H
#define RCODEWATCH_PCAPNG_H

#include "capture/pcap_parts.h"

/* Interfaces of a section are kept, more than anybody has would be an attempt at our memory. */
#define PCAPNG_INTERFACES_MAX 65536u

/* Microseconds: draft-ietf-opsawg-pcapng section 4.2, if_tsresol. */
#define PCAPNG_CLOCK_DEFAULT ((struct pcapng_clock){.times = 1000, .divided = 1})

/* The clock of if_tsresol @resolution, without an offset. */
struct pcapng_clock pcapng_clock_of(uint8_t resolution);
/* A stamp of @ticks in nanoseconds since 1970, brought within 0 to PCAP_TIME_MAX. */
int64_t pcapng_time(const struct pcapng_clock *clock, uint64_t ticks);

/*
 * Read the options of an interface description, @size bytes at most, into @interface; source->rest
 * becomes what is behind them. 0 or a negative errno with source->why.
 */
int pcapng_read_options(struct pcap_source *source, struct pcapng_interface *interface,
			uint64_t size);
/* Make it the section's next interface. 0 or a negative errno with source->why. */
int pcapng_add_interface(struct pcap_source *source, const struct pcapng_interface *interface);

#endif
