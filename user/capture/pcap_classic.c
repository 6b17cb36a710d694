// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Classic pcap: draft-ietf-opsawg-pcap. */
#include <errno.h>

#include "parser/link_type.h"
#include "capture/pcap_parts.h"
#include "util/clock.h"

#define MAGIC_MICROSECONDS 0xa1b2c3d4u
#define MAGIC_NANOSECONDS  0xa1b23c4du

#define FILE_HEADER   24u
#define RECORD_HEADER 16u

/* Variants with other record headers, as libpcap's sf-pcap.c names them. */
static const struct {
	uint32_t magic;
	const char *name;
} variants[] = {
	{0xa1b2cd34u, "Alexey Kuznetsov's modified pcap"},
	{0xa1b234cdu, "Francisco Mesquita's modified pcap"},
	{0xa12b3c4du, "Navtel's modified pcap"},
	{0xa1e2cb12u, "the draft of a modified pcap"},
};

#define VARIANTS (sizeof(variants) / sizeof(variants[0]))

static const char *variant_name(uint32_t magic)
{
	for (size_t i = 0; i < VARIANTS; i++)
		if (magic == variants[i].magic || bswap_32(magic) == variants[i].magic)
			return variants[i].name;
	return NULL;
}

static bool either_order(uint32_t magic, uint32_t wanted)
{
	return magic == wanted || bswap_32(magic) == wanted;
}

bool classic_magic(uint32_t magic)
{
	return either_order(magic, MAGIC_MICROSECONDS) || either_order(magic, MAGIC_NANOSECONDS) ||
	       variant_name(magic);
}

/* Formats before 2.3 had the two lengths the other way round, 2.3 both ways (libpcap, sf-pcap.c). */
static void order_lengths(const struct pcap_source *source, uint32_t *captured, uint32_t *length)
{
	if (source->minor < 3 || (source->minor == 3 && *captured > *length)) {
		uint32_t other = *captured;

		*captured = *length;
		*length = other;
	}
}

static int classic_next(struct pcap_source *source, struct capture_packet *packet)
{
	struct input *input = &source->input;
	uint32_t captured, length;
	int got;

	got = input_need(input, RECORD_HEADER);
	source->block_at = input_offset(input);
	if (got <= 0)
		return got == 0 && input_left(input) == 0 ? 0 : source_cut(source, got, "packet");
	captured = file_u32(source, input->at + 8);
	length = file_u32(source, input->at + 12);
	if (__builtin_expect(source->minor < 4, 0))
		order_lengths(source, &captured, &length);
	if (captured > PCAP_CAPTURED_MAX)
		return source_broken(source, "a packet claims to have %u bytes, more than %u",
				     captured, PCAP_CAPTURED_MAX);
	got = input_need(input, RECORD_HEADER + captured);
	if (got <= 0)
		return source_cut(source, got, "packet");
	*packet = (struct capture_packet){
		.data = input->at + RECORD_HEADER,
		.captured = captured,
		.length = length,
		.link = source->link,
		.timed = true,
		.ns = (int64_t)file_u32(source, input->at) * NS_PER_S +
		      (int64_t)file_u32(source, input->at + 4) * source->ns_per_tick,
	};
	input_consume(input, RECORD_HEADER + captured);
	return 1;
}

int classic_open(struct pcap_source *source)
{
	struct input *input = &source->input;
	int got = input_need(input, FILE_HEADER);
	uint32_t magic, link_type;

	if (got <= 0)
		return source_cut(source, got, "file header");
	memcpy(&magic, input->at, sizeof(magic));
	if (variant_name(magic))
		return source_refuse(source, -EPROTONOSUPPORT,
				     "it is %s, which is not read: "
				     "'editcap -F pcap FILE NEW' makes a file that is",
				     variant_name(magic));
	source->swapped = magic != MAGIC_MICROSECONDS && magic != MAGIC_NANOSECONDS;
	source->ns_per_tick = either_order(magic, MAGIC_NANOSECONDS) ? 1 : 1000;
	source->minor = file_u16(source, input->at + 6);
	if (file_u16(source, input->at + 4) != 2 || source->minor > 4)
		return source_refuse(source, -EPROTONOSUPPORT,
				     "it is pcap of version %u.%u; 2.0 to 2.4 are read",
				     file_u16(source, input->at + 4), source->minor);
	/* The upper bits tell of frame check sequences, which lie behind all that is read here. */
	link_type = file_u32(source, input->at + 20) & LINK_TYPE_MASK;
	if (!link_type_find(link_type, &source->link)) {
		char words[LINK_TYPE_WORDS_MAX];

		return source_refuse(source, -EPROTONOSUPPORT, "its %s is not read; %s are",
				     link_type_words(link_type, words), link_type_list());
	}
	source->next = classic_next;
	input_consume(input, FILE_HEADER);
	return 0;
}
