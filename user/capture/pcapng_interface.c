// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdlib.h>

#include "capture/pcapng.h"
#include "util/clock.h"

/* Option codes: draft-ietf-opsawg-pcapng sections 3.5 and 4.2. */
#define OPTION_END           0u
#define OPTION_TS_RESOLUTION 9u
#define OPTION_TS_OFFSET     14u

#define OPTION_HEADER        4u
#define OPTION_VALUE_MAX     8u /* of those that are read */
#define INTERFACE_ROOM_FIRST 4u

/* The shortest tick of which 64 bits reach a nanosecond. */
#define DECIMAL_MAX 28u
/* With this, none does: 2^64 ticks times 10^9 are less than 2^95. */
#define BINARY_ENDLESS 95u

struct pcapng_clock pcapng_clock_of(uint8_t resolution)
{
	struct pcapng_clock clock = {.times = 1, .divided = 1};
	uint32_t exponent = resolution & 0x7fu;

	if (resolution & 0x80u && exponent) {
		clock.shift = exponent < BINARY_ENDLESS ? exponent : BINARY_ENDLESS;
		return clock;
	}
	if (exponent > DECIMAL_MAX) {
		clock.shift = BINARY_ENDLESS;
		return clock;
	}
	for (uint32_t e = exponent; e < 9; e++)
		clock.times *= 10;
	for (uint32_t e = 9; e < exponent; e++)
		clock.divided *= 10;
	return clock;
}

static __int128 ticks_to_ns(const struct pcapng_clock *clock, uint64_t ticks)
{
	if (clock->shift)
		return (__int128)ticks * (__int128)NS_PER_S >> clock->shift;
	return (__int128)ticks * clock->times / clock->divided;
}

int64_t pcapng_time(const struct pcapng_clock *clock, uint64_t ticks)
{
	uint64_t product;
	__int128 ns;

	/* The usual case, without a division or arithmetic of 128 bits. */
	if (clock->divided == 1 && !clock->shift && !clock->offset_s &&
	    !__builtin_mul_overflow(ticks, clock->times, &product) &&
	    product <= (uint64_t)PCAP_TIME_MAX)
		return (int64_t)product;
	ns = ticks_to_ns(clock, ticks) + (__int128)clock->offset_s * (__int128)NS_PER_S;
	if (ns < 0)
		return 0;
	return ns < PCAP_TIME_MAX ? (int64_t)ns : PCAP_TIME_MAX;
}

static void read_option(const struct pcap_source *source, struct pcapng_interface *interface,
			uint32_t code, const uint8_t *value, uint32_t length)
{
	if (code == OPTION_TS_RESOLUTION && length == 1) {
		int64_t offset_s = interface->clock.offset_s;

		interface->clock = pcapng_clock_of(value[0]);
		interface->clock.offset_s = offset_s;
	} else if (code == OPTION_TS_OFFSET && length == 8) {
		uint32_t first = file_u32(source, value), second = file_u32(source, value + 4);
		/* A number of 64 bits in the section's byte order. */
		bool high_first = source->swapped == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);

		interface->clock.offset_s = (int64_t)(high_first ? (uint64_t)first << 32 | second
								 : (uint64_t)second << 32 | first);
	}
}

int pcapng_read_options(struct pcap_source *source, struct pcapng_interface *interface,
			uint64_t size)
{
	struct input *input = &source->input;

	while (size >= OPTION_HEADER) {
		uint32_t code, length, padded, read;
		int got = input_need(input, OPTION_HEADER);

		if (got <= 0)
			return source_cut(source, got, "interface description");
		code = file_u16(source, input->at);
		length = file_u16(source, input->at + 2);
		padded = (length + 3u) & ~3u;
		if (code == OPTION_END)
			break;
		if (padded > size - OPTION_HEADER)
			return source_broken(source, "option %u of %u bytes runs out of its block",
					     code, length);
		read = OPTION_HEADER + (length < OPTION_VALUE_MAX ? length : OPTION_VALUE_MAX);
		got = input_need(input, read);
		if (got > 0) {
			read_option(source, interface, code, input->at + OPTION_HEADER, length);
			got = input_skip(input, OPTION_HEADER + padded);
		}
		if (got <= 0)
			return source_cut(source, got, "interface description");
		size -= OPTION_HEADER + padded;
		source->rest -= OPTION_HEADER + padded;
	}
	return 0;
}

int pcapng_add_interface(struct pcap_source *source, const struct pcapng_interface *interface)
{
	if (source->interfaces == PCAPNG_INTERFACES_MAX)
		return source_broken(source, "more than %u interfaces in a section",
				     PCAPNG_INTERFACES_MAX);
	if (source->interfaces == source->interface_room) {
		size_t room = source->interface_room ? 2 * source->interface_room
						     : INTERFACE_ROOM_FIRST;
		struct pcapng_interface *more = reallocarray(source->interface, room,
							     sizeof(*more));

		if (!more)
			return source_refuse(source, -ENOMEM, "out of memory");
		source->interface = more;
		source->interface_room = room;
	}
	source->interface[source->interfaces++] = *interface;
	return 0;
}
