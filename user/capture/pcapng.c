// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* pcapng: draft-ietf-opsawg-pcapng. Interfaces and their clocks are in source_pcapng_interface.c. */
#include <errno.h>

#include "parser/link_type.h"
#include "capture/pcapng.h"

/* Block types, and the sizes of what each begins with, its type and length included. */
#define BLOCK_INTERFACE 1u
#define BLOCK_PACKET    2u /* obsolete */
#define BLOCK_SIMPLE    3u
#define BLOCK_ENHANCED  6u

#define BLOCK_HEADER    8u
#define BLOCK_TRAILER   4u
#define BLOCK_MIN       12u
#define SECTION_FIXED   24u
#define INTERFACE_FIXED 16u
#define SIMPLE_FIXED    12u
#define ENHANCED_FIXED  28u /* that of the obsolete packet block too */

#define BYTE_ORDER_MAGIC 0x1a2b3c4du

/* The rest of the present block, and its second length, which must be the first. */
static int finish_block(struct pcap_source *source)
{
	struct input *input = &source->input;
	int got = input_skip(input, source->rest - BLOCK_TRAILER);
	uint32_t length;

	if (got > 0)
		got = input_need(input, BLOCK_TRAILER);
	if (got <= 0)
		return source_cut(source, got, "block");
	length = file_u32(source, input->at);
	if (length != source->block_length)
		return source_broken(source, "a block's two lengths are %u and %u",
				     source->block_length, length);
	input_consume(input, BLOCK_TRAILER);
	source->rest = 0;
	return 0;
}

/* A section header: the file's first block, and where another file was appended. */
static int read_section(struct pcap_source *source)
{
	struct input *input = &source->input;
	int got = input_need(input, SECTION_FIXED);
	uint32_t magic;

	if (got <= 0)
		return source_cut(source, got, "section header");
	memcpy(&magic, input->at + 8, sizeof(magic));
	if (magic != BYTE_ORDER_MAGIC && bswap_32(magic) != BYTE_ORDER_MAGIC)
		return source_broken(source, "a section header without the byte-order magic");
	source->swapped = magic != BYTE_ORDER_MAGIC;
	source->block_length = file_u32(source, input->at + 4);
	/* 1.2 is 1.0: draft-ietf-opsawg-pcapng section 4.1. */
	if (file_u16(source, input->at + 12) != 1 ||
	    (file_u16(source, input->at + 14) != 0 && file_u16(source, input->at + 14) != 2))
		return source_broken(source, "a section of version %u.%u; 1.0 is read",
				     file_u16(source, input->at + 12),
				     file_u16(source, input->at + 14));
	if (source->block_length < SECTION_FIXED + BLOCK_TRAILER || source->block_length % 4)
		return source_broken(source, "a section header of %u bytes", source->block_length);
	source->interfaces = 0;
	source->rest = source->block_length - SECTION_FIXED;
	input_consume(input, SECTION_FIXED);
	return finish_block(source);
}

static int read_interface(struct pcap_source *source)
{
	struct input *input = &source->input;
	struct pcapng_interface interface = {.clock = PCAPNG_CLOCK_DEFAULT};
	int got, err;

	if (source->block_length < INTERFACE_FIXED + BLOCK_TRAILER)
		return source_broken(source, "an interface description of %u bytes",
				     source->block_length);
	got = input_need(input, INTERFACE_FIXED);
	if (got <= 0)
		return source_cut(source, got, "interface description");
	interface.link_type = file_u16(source, input->at + 8);
	interface.snap_length = file_u32(source, input->at + 12);
	interface.readable = link_type_find(interface.link_type, &interface.link);
	source->rest = source->block_length - INTERFACE_FIXED;
	input_consume(input, INTERFACE_FIXED);
	err = pcapng_read_options(source, &interface, source->rest - BLOCK_TRAILER);
	if (!err)
		err = finish_block(source);
	return err ? err : pcapng_add_interface(source, &interface);
}

/* Where a packet block keeps what matters. */
struct packet_block {
	const struct pcapng_interface *interface;
	uint32_t captured, length;
	bool timed;
	uint64_t ticks;
};

/* NULL, with source->why, if the section has described no such interface. */
static const struct pcapng_interface *find_interface(struct pcap_source *source, uint32_t number)
{
	if (number < source->interfaces)
		return &source->interface[number];
	source_broken(source, "a packet of interface %u, but %zu are described", number,
		      source->interfaces);
	return NULL;
}

static int read_enhanced(struct pcap_source *source, const uint8_t *at, uint32_t type,
			 struct packet_block *block)
{
	/* The obsolete block's next 16 bits are a count of lost packets. */
	uint32_t number = type == BLOCK_PACKET ? file_u16(source, at + 8)
					       : file_u32(source, at + 8);

	block->interface = find_interface(source, number);
	block->timed = true;
	block->ticks = (uint64_t)file_u32(source, at + 12) << 32 | file_u32(source, at + 16);
	block->captured = file_u32(source, at + 20);
	block->length = file_u32(source, at + 24);
	return block->interface ? 0 : -EBADMSG;
}

/* Neither stamp nor captured length: that is what the block and the interface's limit allow. */
static int read_simple(struct pcap_source *source, const uint8_t *at, struct packet_block *block)
{
	uint32_t room = source->block_length - SIMPLE_FIXED - BLOCK_TRAILER, limit;

	block->interface = find_interface(source, 0);
	if (!block->interface)
		return -EBADMSG;
	limit = block->interface->snap_length;
	block->timed = false;
	block->length = file_u32(source, at + 8);
	block->captured = block->length < room ? block->length : room;
	if (limit && block->captured > limit)
		block->captured = limit;
	return 0;
}

/* 1: a packet; 0: one that is passed over; negative: an error. */
static int read_packet(struct pcap_source *source, uint32_t type, struct capture_packet *packet)
{
	uint32_t fixed = type == BLOCK_SIMPLE ? SIMPLE_FIXED : ENHANCED_FIXED;
	struct input *input = &source->input;
	struct packet_block block = {0};
	int got, err;

	if (source->block_length < fixed + BLOCK_TRAILER)
		return source_broken(source, "a packet block of %u bytes", source->block_length);
	got = input_need(input, fixed);
	if (got <= 0)
		return source_cut(source, got, "packet");
	if (type == BLOCK_SIMPLE)
		err = read_simple(source, input->at, &block);
	else
		err = read_enhanced(source, input->at, type, &block);
	if (err)
		return err;
	if (block.captured > source->block_length - fixed - BLOCK_TRAILER)
		return source_broken(source, "a packet of %u bytes in a block of %u",
				     block.captured, source->block_length);
	if (block.captured > PCAP_CAPTURED_MAX)
		return source_broken(source, "a packet claims to have %u bytes, more than %u",
				     block.captured, PCAP_CAPTURED_MAX);
	got = input_need(input, fixed + block.captured);
	if (got <= 0)
		return source_cut(source, got, "packet");
	packet->data = input->at + fixed;
	packet->captured = block.captured;
	packet->length = block.length;
	packet->link = block.interface->link;
	packet->timed = block.timed;
	packet->ns = block.timed ? pcapng_time(&block.interface->clock, block.ticks) : 0;
	source->rest = source->block_length - fixed - block.captured;
	input_consume(input, fixed + block.captured);
	if (block.interface->readable)
		return 1;
	if (!source->skipped++)
		source->skipped_type = block.interface->link_type;
	return 0;
}

static int read_block(struct pcap_source *source, uint32_t type, struct capture_packet *packet)
{
	switch (type) {
	case BLOCK_INTERFACE: return read_interface(source);
	case BLOCK_PACKET:
	case BLOCK_SIMPLE:
	case BLOCK_ENHANCED: return read_packet(source, type, packet);
	default:
		source->rest = source->block_length - BLOCK_HEADER;
		input_consume(&source->input, BLOCK_HEADER);
		return 0;
	}
}

static int pcapng_next(struct pcap_source *source, struct capture_packet *packet)
{
	struct input *input = &source->input;
	int got = 0;

	while (got == 0) {
		uint32_t type;

		/* Only now: the packet given before lay in the block. */
		if (source->rest) {
			got = finish_block(source);
			if (got < 0)
				return got;
		}
		got = input_need(input, BLOCK_HEADER);
		source->block_at = input_offset(input);
		if (got <= 0)
			return got == 0 && input_left(input) == 0
				       ? 0
				       : source_cut(source, got, "block");
		type = file_u32(source, input->at);
		if (type == PCAPNG_SECTION) {
			got = read_section(source);
			continue;
		}
		source->block_length = file_u32(source, input->at + 4);
		if (source->block_length < BLOCK_MIN || source->block_length % 4)
			return source_broken(source, "a block of %u bytes", source->block_length);
		got = read_block(source, type, packet);
	}
	return got;
}

int pcapng_open(struct pcap_source *source)
{
	source->next = pcapng_next;
	return read_section(source);
}
