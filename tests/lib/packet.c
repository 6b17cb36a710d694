// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "packet.h"

#include <arpa/inet.h>
#include <string.h>

#define PROTOCOL_TCP 6u
#define PROTOCOL_UDP 17u

static const uint8_t default_destination_mac[6] = {2, 0, 0, 0, 0, 2};
static const uint8_t default_source_mac[6] = {2, 0, 0, 0, 0, 1};

static unsigned int overridden(unsigned int field, unsigned int right)
{
	return field & 0x80000000u ? field & 0x7fffffffu : right;
}

uint32_t checksum_add(uint32_t sum, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return sum;
}

uint16_t checksum_end(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void put_ethernet(struct buf *out, const struct frame *frame)
{
	unsigned int type = frame->family == 6 ? 0x86dd : 0x0800;

	if (frame->vlans > FRAME_VLANS_MAX)
		build_failed("%u VLAN tags", frame->vlans);
	buf_put(out, frame->destination_mac ? frame->destination_mac : default_destination_mac, 6);
	buf_put(out, frame->source_mac ? frame->source_mac : default_source_mac, 6);
	for (unsigned int i = 0; i < frame->vlans; i++) {
		buf_u16(out, frame->vlan[i].type ? frame->vlan[i].type : 0x8100);
		buf_u16(out, frame->vlan[i].tci);
	}
	buf_u16(out, overridden(frame->ethertype, type));
}

/* Addresses of a packet, as the pseudo header of RFC 9293 section 3.1 and 8200 section 8.1 has them. */
struct addresses {
	uint8_t source[16], destination[16];
	size_t size;
};

static void parse_address(unsigned int family, const char *text, uint8_t *to)
{
	if (inet_pton(family == 6 ? AF_INET6 : AF_INET, text, to) != 1)
		build_failed("'%s' is no IPv%u address", text, family == 6 ? 6 : 4);
}

static void frame_addresses(const struct frame *frame, struct addresses *to)
{
	bool six = frame->family == 6;
	const char *source = six ? "2001:db8::53" : "192.0.2.53";
	const char *destination = six ? "2001:db8:1::7" : "198.51.100.7";

	to->size = six ? 16 : 4;
	parse_address(frame->family, frame->source ? frame->source : source, to->source);
	parse_address(frame->family, frame->destination ? frame->destination : destination,
		      to->destination);
}

static unsigned int l4_checksum(const struct addresses *addresses, unsigned int protocol,
				const struct buf *l4)
{
	uint8_t tail[4] = {(uint8_t)(l4->length >> 8), (uint8_t)l4->length, 0, (uint8_t)protocol};
	uint32_t sum = checksum_add(0, addresses->source, addresses->size);

	sum = checksum_add(sum, addresses->destination, addresses->size);
	sum = checksum_add(sum, tail, sizeof(tail));
	return checksum_end(checksum_add(sum, l4->data, l4->length));
}

static void put_udp(struct buf *l4, const struct frame *frame, const struct addresses *addresses,
		    const void *payload, size_t length)
{
	unsigned int sum;

	buf_u16(l4, frame->source_port ? frame->source_port : 53);
	buf_u16(l4, frame->destination_port ? frame->destination_port : 40053);
	buf_u16(l4, (unsigned int)(8 + length));
	buf_u16(l4, 0);
	buf_put(l4, payload, length);
	sum = l4_checksum(addresses, PROTOCOL_UDP, l4);
	/* Zero would mean that there is none: RFC 768. */
	buf_set_u16(l4, 6, overridden(frame->l4_checksum, sum ? sum : 0xffff));
	buf_set_u16(l4, 4, overridden(frame->udp_length, (unsigned int)(8 + length)));
}

static void put_tcp(struct buf *l4, const struct frame *frame, const struct addresses *addresses,
		    const void *payload, size_t length)
{
	unsigned int words = 5 + (unsigned int)(frame->tcp_options_length / 4);

	if (frame->tcp_options_length % 4 || words > 15)
		build_failed("%zu bytes of TCP options", frame->tcp_options_length);
	buf_u16(l4, frame->source_port ? frame->source_port : 53);
	buf_u16(l4, frame->destination_port ? frame->destination_port : 40053);
	buf_u32(l4, frame->sequence);
	buf_u32(l4, frame->acknowledgement);
	buf_u8(l4, overridden(frame->data_offset, words) << 4);
	buf_u8(l4, overridden(frame->tcp_flags, TCP_PSH | TCP_ACK));
	buf_u16(l4, 65535);
	buf_u32(l4, 0);
	buf_put(l4, frame->tcp_options, frame->tcp_options_length);
	buf_put(l4, payload, length);
	buf_set_u16(l4, 16,
		    overridden(frame->l4_checksum, l4_checksum(addresses, PROTOCOL_TCP, l4)));
}

/* The part of the packet that this frame carries, and whether more follows in another. */
static bool cut_fragment(const struct frame *frame, struct buf *l4)
{
	size_t end = frame->fragment_offset + frame->fragment_size;
	size_t whole = l4->length;

	if (!frame->fragment_size)
		return false;
	if (end > whole || frame->fragment_offset % 8 || (end != whole && end % 8))
		build_failed("no fragment of %zu bytes at %zu in %zu", frame->fragment_size,
			     frame->fragment_offset, whole);
	memmove(l4->data, l4->data + frame->fragment_offset, frame->fragment_size);
	l4->length = frame->fragment_size;
	return end != whole;
}

static void put_ipv4(struct buf *out, const struct frame *frame, const struct addresses *addresses,
		     unsigned int protocol, const struct buf *l4, bool more)
{
	size_t start = out->length, options = frame->ip_options_length;
	unsigned int words = 5 + (unsigned int)(options / 4);
	uint32_t sum;

	if (options % 4 || words > 15)
		build_failed("%zu bytes of IP options", options);
	buf_u8(out, overridden(frame->version, 4) << 4 | overridden(frame->ihl, words));
	buf_u8(out, 0);
	buf_u16(out, overridden(frame->ip_length, (unsigned int)(20 + options + l4->length)));
	buf_u16(out, 0x1234);
	buf_u16(out, (more ? 0x2000u : 0) | (frame->dont_fragment ? 0x4000u : 0) |
			     (unsigned int)(frame->fragment_offset / 8));
	buf_u8(out, 64);
	buf_u8(out, protocol);
	buf_u16(out, 0);
	buf_put(out, addresses->source, 4);
	buf_put(out, addresses->destination, 4);
	buf_put(out, frame->ip_options, options);
	sum = checksum_add(0, out->data + start, 20 + options);
	buf_set_u16(out, start + 10, overridden(frame->ip_checksum, checksum_end(sum)));
	buf_put(out, l4->data, l4->length);
}

static unsigned int extension_size(const struct frame_extension *extension)
{
	if (extension->size)
		return extension->size;
	return extension->type == EXT_AUTH ? 24 : 8;
}

static void put_extension(struct buf *out, const struct frame *frame, unsigned int index,
			  unsigned int next, bool more)
{
	const struct frame_extension *extension = &frame->extension[index];
	unsigned int size = extension_size(extension), type = extension->type;

	if (size < 8 || size % (type == EXT_AUTH ? 4 : 8))
		build_failed("an extension header of %u bytes", size);
	buf_u8(out, next);
	if (type == EXT_FRAGMENT) {
		buf_u8(out, 0);
		buf_u16(out, (unsigned int)frame->fragment_offset | (more ? 1u : 0));
		buf_u32(out, 0x12345678);
		return;
	}
	if (type == EXT_AUTH) {
		buf_u8(out, overridden(extension->length, size / 4 - 2));
		buf_u16(out, 0);
		buf_put(out, NULL, size - 4);
		return;
	}
	buf_u8(out, overridden(extension->length, size / 8 - 1));
	if (type == EXT_HOP_BY_HOP || type == EXT_DESTINATION) {
		buf_u8(out, 1); /* PadN over the rest: RFC 8200 section 4.2 */
		buf_u8(out, size - 4);
		buf_put(out, NULL, size - 4);
	} else {
		buf_put(out, NULL, size - 2);
	}
}

static void put_ipv6(struct buf *out, const struct frame *frame, const struct addresses *addresses,
		     unsigned int protocol, const struct buf *l4, bool more)
{
	unsigned int extensions = 0;

	if (frame->extensions > FRAME_EXTENSIONS_MAX)
		build_failed("%u extension headers", frame->extensions);
	for (unsigned int i = 0; i < frame->extensions; i++)
		extensions += extension_size(&frame->extension[i]);
	buf_u8(out, overridden(frame->version, 6) << 4);
	buf_u8(out, 0);
	buf_u16(out, 0);
	buf_u16(out, overridden(frame->ip_length, extensions + (unsigned int)l4->length));
	buf_u8(out, frame->extensions ? frame->extension[0].type : protocol);
	buf_u8(out, 64);
	buf_put(out, addresses->source, 16);
	buf_put(out, addresses->destination, 16);
	for (unsigned int i = 0; i < frame->extensions; i++) {
		bool last = i + 1 == frame->extensions;

		put_extension(out, frame, i, last ? protocol : frame->extension[i + 1].type, more);
	}
	buf_put(out, l4->data, l4->length);
}

static void put_ip(struct buf *out, const struct frame *frame, const void *payload, size_t length)
{
	struct addresses addresses = {.size = 0};
	unsigned int protocol = 0;
	struct buf l4 = {0};
	bool more;

	frame_addresses(frame, &addresses);
	switch (frame->l4) {
	case L4_UDP:
		put_udp(&l4, frame, &addresses, payload, length);
		protocol = PROTOCOL_UDP;
		break;
	case L4_TCP:
		put_tcp(&l4, frame, &addresses, payload, length);
		protocol = PROTOCOL_TCP;
		break;
	case L4_NONE: buf_put(&l4, payload, length); break;
	}
	protocol = overridden(frame->protocol, protocol);
	more = cut_fragment(frame, &l4);
	if (frame->family == 6)
		put_ipv6(out, frame, &addresses, protocol, &l4, more);
	else
		put_ipv4(out, frame, &addresses, protocol, &l4, more);
	buf_free(&l4);
}

void packet_build(struct buf *out, const struct frame *frame, const void *payload, size_t length)
{
	buf_reset(out);
	put_ethernet(out, frame);
	if (frame->no_ip)
		buf_put(out, payload, length);
	else
		put_ip(out, frame, payload, length);
	buf_put(out, NULL, frame->padding);
	if (frame->cut > out->length)
		build_failed("cannot cut %zu bytes to %zu", out->length, frame->cut);
	if (frame->cut)
		out->length = frame->cut;
}

void stream_message(struct buf *stream, const struct buf *message)
{
	buf_u16(stream, (unsigned int)message->length);
	buf_put(stream, message->data, message->length);
}
