// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "packet_mutate.h"

#include <string.h>

#include "cases.h"
#include "dns_mutate.h"
#include "frame.h"
#include "scenario.h"
#include "shape.h"
#include "tunnel.h"

#define SCENES_MAX 12u
#define LINKS      5u

struct record {
	uint8_t kind, extra;
	size_t size;
	uint8_t bytes[FRAME_MAX];
};

struct scenes {
	size_t count;
	struct record *at[SCENES_MAX];
	struct record room[SCENES_MAX];
	struct random random;
};

static void read_scenes(struct scenes *s, const uint8_t *data, size_t size)
{
	struct scene scene;

	s->count = 0;
	for (size_t i = 0; i < SCENES_MAX; i++)
		s->at[i] = &s->room[i];
	while (s->count < SCENES_MAX && scene_next(&data, &size, &scene)) {
		struct record *r = s->at[s->count++];

		r->kind = scene.kind;
		r->extra = scene.extra;
		r->size = scene.size < FRAME_MAX ? scene.size : FRAME_MAX;
		memcpy(r->bytes, scene.bytes, r->size);
	}
}

static size_t write_scenes(const struct scenes *s, uint8_t *data, size_t max)
{
	size_t used = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct record *r = s->at[i];

		if (used + SCENE_HEADER + r->size > max)
			break;
		data[used] = r->kind;
		data[used + 1] = r->extra;
		set_u16(data + used + 2, r->size);
		memcpy(data + used + SCENE_HEADER, r->bytes, r->size);
		used += SCENE_HEADER + r->size;
	}
	return used;
}

static bool shape_of(struct shape *shape, const struct record *r)
{
	return shape_find(shape, r->bytes, r->size, (r->kind & SCENE_LINK) % LINKS,
			  r->kind & SCENE_DECAP);
}

/* A record to be filled, put in at @place; NULL if there is no room. */
static struct record *insert(struct scenes *s, size_t place)
{
	struct record *fresh;

	if (s->count == SCENES_MAX)
		return NULL;
	fresh = s->at[s->count];
	memmove(&s->at[place + 1], &s->at[place], (s->count - place) * sizeof(s->at[0]));
	s->at[place] = fresh;
	s->count++;
	return fresh;
}

static void remove(struct scenes *s, size_t place)
{
	struct record *gone = s->at[place];

	s->count--;
	memmove(&s->at[place], &s->at[place + 1], (s->count - place) * sizeof(s->at[0]));
	s->at[s->count] = gone;
}

static void copy_record(struct record *to, const struct record *from)
{
	to->kind = from->kind;
	to->extra = from->extra;
	to->size = from->size;
	memcpy(to->bytes, from->bytes, from->size);
}

/* One of the packets that the tests know by name. */
static void insert_case(struct scenes *s)
{
	const struct packet_case *cases;
	struct record *r;
	size_t count;

	cases = packet_cases(&count);
	cases += random_below(&s->random, count);
	if (cases->length > FRAME_MAX)
		return;
	r = insert(s, random_below(&s->random, s->count + 1));
	if (!r)
		return;
	*r = (struct record){.size = cases->length};
	memcpy(r->bytes, cases->bytes, r->size);
}

/* Let each segment follow the one before it in its stream. */
static void renumber(struct scenes *s)
{
	for (size_t i = 1; i < s->count; i++) {
		struct shape shape, before;

		if (!shape_of(&shape, s->at[i]) || !shape.tcp)
			continue;
		for (size_t j = i; j > 0; j--) {
			struct record *b = s->at[j - 1];
			uint32_t next;

			if (!shape_of(&before, b) ||
			    !shape_same_stream(&shape, s->at[i]->bytes, &before, b->bytes))
				continue;
			next = get_u32(shape_sequence(&before, b->bytes)) +
			       (uint32_t)(before.end - before.payload) +
			       (*shape_tcp_flags(&before, b->bytes) >> 1 & 1u);
			set_u32(shape_sequence(&shape, s->at[i]->bytes), next);
			break;
		}
	}
}

/* Put @size bytes in the place of the payload from @at on, and correct the lengths. */
static void set_payload(struct record *r, struct shape *shape, size_t at, const uint8_t *bytes,
			size_t size)
{
	if (size > FRAME_MAX - at)
		size = FRAME_MAX - at;
	memcpy(r->bytes + at, bytes, size);
	r->size = at + size;
	shape_fix(shape, r->bytes, r->size - shape->payload);
}

/* Change one message: the datagram's, or one of those in a segment, with its length prefix. */
static void change_message(struct scenes *s, struct record *r)
{
	static uint8_t message[FRAME_MAX], rest[FRAME_MAX];
	size_t at, size, behind = 0, limit;
	struct shape shape;

	if (!shape_of(&shape, r))
		return;
	at = shape.payload;
	size = shape.end - at;
	while (shape.tcp && shape.end - at > 2) {
		size_t length = get_u16(r->bytes + at);

		at += 2;
		size = shape.end - at;
		if (length >= size)
			break;
		behind = size - length;
		size = length;
		if (random_once_in(&s->random, 2))
			break;
		at += length;
		size = behind;
	}
	if (at + size + behind > shape.end)
		behind = shape.end - at - size;
	memcpy(message, r->bytes + at, size);
	memcpy(rest, r->bytes + at + size, behind);
	limit = FRAME_MAX - at - behind;
	size = dns_mutate(message, size, limit, &s->random);
	if (shape.tcp && at > shape.payload && !random_once_in(&s->random, 8))
		set_u16(r->bytes + at - 2, size);
	memcpy(message + size, rest, behind < sizeof(message) - size ? behind : 0);
	set_payload(r, &shape, at, message, size + behind);
}

static void change_payload(struct record *r)
{
	static uint8_t payload[FRAME_MAX];
	struct shape shape;
	size_t size;

	if (!shape_of(&shape, r))
		return;
	size = shape.end - shape.payload;
	memcpy(payload, r->bytes + shape.payload, size);
	size = fuzz_bytes(payload, size, FRAME_MAX - shape.payload);
	set_payload(r, &shape, shape.payload, payload, size);
}

/* Two segments where one was. */
static void split(struct scenes *s, size_t place)
{
	struct record *first = s->at[place], *second;
	struct shape shape;
	size_t size, cut;

	if (!shape_of(&shape, first) || !shape.tcp || shape.end == shape.payload)
		return;
	size = shape.end - shape.payload;
	cut = random_below(&s->random, random_once_in(&s->random, 2) && size > 20 ? 20 : size);
	second = insert(s, place + 1);
	if (!second)
		return;
	copy_record(second, first);
	set_payload(second, &shape, shape.payload, first->bytes + shape.payload + cut, size - cut);
	first->size = shape.payload + cut;
	shape_fix(&shape, first->bytes, cut);
	set_u32(shape_sequence(&shape, second->bytes),
		get_u32(shape_sequence(&shape, first->bytes)) + (uint32_t)cut);
}

/* One segment where two were; also brings together messages of different streams. */
static void join(struct scenes *s, size_t place)
{
	struct record *first = s->at[place], *second;
	struct shape a, b;

	if (place + 1 >= s->count)
		return;
	second = s->at[place + 1];
	if (!shape_of(&a, first) || !shape_of(&b, second) || !a.tcp || !b.tcp)
		return;
	set_payload(first, &a, a.end, second->bytes + b.payload, b.end - b.payload);
	remove(s, place + 1);
}

/* A handshake before, flags, or a sequence number that is off by a little or a lot. */
static void change_stream(struct scenes *s, size_t place)
{
	static const uint8_t flags[] = {0x02, 0x12, 0x10, 0x18, 0x11, 0x19, 0x04, 0x14, 0x03, 0x01};
	struct record *r = s->at[place], *syn;
	struct random *random = &s->random;
	struct shape shape;
	uint32_t sequence;

	if (!shape_of(&shape, r) || !shape.tcp)
		return;
	sequence = get_u32(shape_sequence(&shape, r->bytes));
	switch (random_below(random, 5)) {
	case 0:
		*shape_tcp_flags(&shape, r->bytes) = flags[random_below(random, sizeof(flags))];
		break;
	case 1: sequence += (uint32_t)random_below(random, 40) - 20; break;
	case 2:
		sequence = random_once_in(random, 2) ? (uint32_t)random_next(random)
						     : -(uint32_t)random_below(random, 100);
		break;
	default:
		syn = insert(s, place);
		if (!syn)
			return;
		copy_record(syn, r);
		syn->size = shape.payload;
		shape_fix(&shape, syn->bytes, 0);
		*shape_tcp_flags(&shape, syn->bytes) = 0x12;
		set_u32(shape_sequence(&shape, syn->bytes), sequence - 1);
		return;
	}
	set_u32(shape_sequence(&shape, r->bytes), sequence);
}

/* Ports, lengths and other fields of the headers that decide how far the parser gets. */
static void change_headers(struct scenes *s, struct record *r)
{
	static const unsigned int ports[] = {53, 53, 5353, 853, 443, 40000};
	struct random *random = &s->random;
	struct shape shape;
	uint8_t *at;

	if (!shape_of(&shape, r))
		return;
	at = r->bytes + shape.l4;
	switch (random_below(random, 6)) {
	case 0:
		set_u16(at + (random_once_in(random, 2) ? 0 : 2),
			ports[random_below(random, sizeof(ports) / sizeof(ports[0]))]);
		break;
	case 1: /* length fields off by a little */
		at = r->bytes + shape.ip + (shape.v6 ? 4 : 2);
		set_u16(at, get_u16(at) + random_below(random, 9) - 4);
		break;
	case 2:
		if (!shape.tcp)
			set_u16(at + 4, get_u16(at + 4) + random_below(random, 9) - 4);
		else
			at[12] = (uint8_t)random_next(random);
		break;
	case 3: /* a fragment */
		if (!shape.v6)
			set_u16(r->bytes + shape.ip + 6,
				random_once_in(random, 2) ? 0x2000 : random_next(random) & 0xffff);
		break;
	case 4:
		if (!shape.v6)
			r->bytes[shape.ip] = (uint8_t)(0x40 | random_below(random, 16));
		else
			r->bytes[shape.ip + 6] = (uint8_t)random_next(random);
		break;
	default: r->size = fuzz_bytes(r->bytes, r->size, FRAME_MAX); break;
	}
}

static void change_frame(struct scenes *s, struct record *r)
{
	struct random *random = &s->random;

	switch (random_below(random, 4)) {
	case 0: r->kind = (uint8_t)random_next(random); break;
	case 1: r->kind ^= random_once_in(random, 2) ? SCENE_CUT : SCENE_GSO; break;
	case 2: r->extra = (uint8_t)random_next(random); break;
	default: r->size = random_below(random, r->size + 1); break;
	}
}

/* Into a tunnel, or into a second one. */
static void wrap(struct scenes *s, struct record *r)
{
	enum tunnel_kind kind = (enum tunnel_kind)random_below(&s->random, TUNNEL_KINDS);

	if (r->size > FRAME_MAX - TUNNEL_MAX || (r->kind & SCENE_LINK) % LINKS)
		return;
	r->size = tunnel_wrap(r->bytes, r->size, kind, random_once_in(&s->random, 3));
	r->kind |= SCENE_DECAP;
}

/* A bit of the headers that a tunnel put in front. */
static void change_tunnel(struct scenes *s, struct record *r)
{
	struct shape shape;

	if (!(r->kind & SCENE_DECAP) || !shape_of(&shape, r) || shape.ip <= 14)
		wrap(s, r);
	else
		r->bytes[14 + random_below(&s->random, shape.ip - 14)] ^=
			(uint8_t)(1u << random_below(&s->random, 8));
}

/* Which frames there are, and in what order. */
static void change_order(struct scenes *s, size_t place)
{
	size_t other = random_below(&s->random, s->count);
	struct record *r = s->at[place], *copy;

	switch (random_below(&s->random, 4)) {
	case 0:
		copy = insert(s, other);
		if (copy)
			copy_record(copy, r);
		break;
	case 1:
		s->at[place] = s->at[other];
		s->at[other] = r;
		break;
	case 2:
		if (s->count > 1)
			remove(s, place);
		break;
	default: insert_case(s); break;
	}
}

size_t packet_mutate(uint8_t *data, size_t size, size_t max, uint32_t seed)
{
	static struct scenes s;
	size_t place, made;

	s.random.state = seed;
	if (random_once_in(&s.random, 32))
		return fuzz_bytes(data, size, max);
	read_scenes(&s, data, size);
	if (!s.count)
		insert_case(&s);
	for (size_t times = 1 + random_below(&s.random, 2); times && s.count; times--) {
		place = random_below(&s.random, s.count);
		switch (random_below(&s.random, 18)) {
		case 0: change_payload(s.at[place]); break;
		case 1: change_headers(&s, s.at[place]); break;
		case 2: change_frame(&s, s.at[place]); break;
		case 3: change_order(&s, place); break;
		case 4:
		case 5: split(&s, place); break;
		case 6: join(&s, place); break;
		case 7: change_stream(&s, place); break;
		case 8: change_tunnel(&s, s.at[place]); break;
		default: change_message(&s, s.at[place]); break;
		}
	}
	if (!random_once_in(&s.random, 4))
		renumber(&s);
	made = write_scenes(&s, data, max);
	return made ? made : fuzz_bytes(data, size, max);
}
