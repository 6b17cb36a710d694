// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "shape.h"

#include <string.h>

#include "tunnel.h"

/* By enum host_link: the size of the link header, and where its protocol field is (0: none). */
static const struct {
	size_t size, protocol;
} links[] = {{14, 12}, {0, 0}, {4, 0}, {16, 14}, {20, 0}};

static size_t skip_link(const uint8_t *frame, size_t size, unsigned int link)
{
	size_t at = links[link].size;

	if (!links[link].protocol)
		return at;
	for (size_t type = links[link].protocol; type + 2 <= size && at + 4 <= size;
	     type = at - 2) {
		unsigned int protocol = get_u16(frame + type);

		if (protocol != 0x8100 && protocol != 0x88a8 && protocol != 0x9100)
			break;
		at += 4;
	}
	return at;
}

static bool find_ports(struct shape *s, const uint8_t *frame, size_t size, unsigned int protocol)
{
	if (protocol == 17)
		s->payload = s->l4 + 8;
	else if (protocol == 6 && s->l4 + 20 <= size)
		s->payload = s->l4 + (size_t)(frame[s->l4 + 12] >> 4) * 4;
	else
		return false;
	s->tcp = protocol == 6;
	return s->payload <= s->end && s->end <= size && s->payload >= s->l4 + 8;
}

bool shape_find(struct shape *s, const uint8_t *frame, size_t size, unsigned int link, bool decap)
{
	unsigned int protocol;

	*s = (struct shape){0};
	if (link >= sizeof(links) / sizeof(links[0]))
		return false;
	s->ip = skip_link(frame, size, link);
	if (decap)
		s->ip = tunnel_inner(frame, size, s->ip);
	if (s->ip + 20 > size)
		return false;
	s->v6 = frame[s->ip] >> 4 == 6;
	if (!s->v6) {
		s->l4 = s->ip + (frame[s->ip] & 15u) * 4;
		s->end = s->ip + get_u16(frame + s->ip + 2);
		return find_ports(s, frame, size, frame[s->ip + 9]);
	}
	s->l4 = s->ip + 40;
	if (s->l4 > size)
		return false;
	s->end = s->l4 + get_u16(frame + s->ip + 4);
	protocol = frame[s->ip + 6];
	while (protocol != 6 && protocol != 17 && s->l4 + 8 <= size) {
		const uint8_t *extension = frame + s->l4;

		s->l4 += protocol == 44   ? 8
			 : protocol == 51 ? (extension[1] + 2u) * 4
					  : (extension[1] + 1u) * 8;
		protocol = extension[0];
	}
	return find_ports(s, frame, size, protocol);
}

void shape_fix(struct shape *s, uint8_t *frame, size_t size)
{
	s->end = s->payload + size;
	if (s->v6)
		set_u16(frame + s->ip + 4, s->end - s->ip - 40);
	else
		set_u16(frame + s->ip + 2, s->end - s->ip);
	if (!s->tcp)
		set_u16(frame + s->l4 + 4, s->end - s->l4);
}

bool shape_same_stream(const struct shape *a, const uint8_t *frame_a, const struct shape *b,
		       const uint8_t *frame_b)
{
	return a->tcp && b->tcp && a->v6 == b->v6 && !memcmp(frame_a + a->l4, frame_b + b->l4, 4) &&
	       (a->v6 ? !memcmp(frame_a + a->ip + 8, frame_b + b->ip + 8, 32)
		      : !memcmp(frame_a + a->ip + 12, frame_b + b->ip + 12, 8));
}
