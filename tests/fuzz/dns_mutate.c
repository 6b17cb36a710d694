// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "dns_mutate.h"

#include <string.h>

#define HEADER      12u
#define ENTRIES_MAX 300u
#define TYPE_OPT    41u
#define OPTION_EDE  15u

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Where the parts of a question or record are. */
struct entry {
	size_t name, fixed, data, end;
	unsigned int section;
};

struct message {
	uint8_t *bytes;
	size_t size, max;
	struct random *random;
	size_t entries;
	struct entry entry[ENTRIES_MAX];
};

static size_t skip_name(const struct message *m, size_t at)
{
	while (at < m->size) {
		uint8_t length = m->bytes[at];

		if (length >= 0xc0)
			return at + 2;
		at += 1u + length;
		if (length == 0)
			break;
	}
	return at;
}

/* Find the entries, as far as they can be told apart. */
static void find_entries(struct message *m)
{
	size_t at = HEADER;

	m->entries = 0;
	for (unsigned int section = 0; section < 4; section++)
		for (unsigned int i = get_u16(m->bytes + 4 + 2 * section); i; i--) {
			struct entry *e = &m->entry[m->entries];

			if (at >= m->size || m->entries == ENTRIES_MAX)
				return;
			*e = (struct entry){.name = at, .section = section};
			e->fixed = skip_name(m, at);
			e->data = e->fixed + (section ? 10 : 4);
			if (e->data > m->size)
				return;
			at = e->data + (section ? get_u16(m->bytes + e->data - 2) : 0);
			e->end = at < m->size ? at : m->size;
			m->entries++;
		}
}

static struct entry *any_entry(struct message *m)
{
	return m->entries ? &m->entry[random_below(m->random, m->entries)] : NULL;
}

/* Put @length bytes (NULL: zeros) in the place of @removed ones; false if there is no room. */
static bool splice(struct message *m, size_t at, size_t removed, const void *bytes, size_t length)
{
	if (at > m->size)
		return false;
	if (removed > m->size - at)
		removed = m->size - at;
	if (m->size - removed + length > m->max)
		return false;
	memmove(m->bytes + at + length, m->bytes + at + removed, m->size - at - removed);
	if (bytes)
		memcpy(m->bytes + at, bytes, length);
	else
		memset(m->bytes + at, 0, length);
	m->size += length - removed;
	return true;
}

static void add_to_count(struct message *m, unsigned int section, int change)
{
	uint8_t *at = m->bytes + 4 + 2 * section;

	set_u16(at, get_u16(at) + (unsigned int)change);
}

static unsigned int odd_number(struct random *r, unsigned int now)
{
	static const unsigned int odd[] = {0,   1,   2,   3,   4,   12,     62,     63,     64,
					   127, 128, 255, 256, 257, 0x7fff, 0x8000, 0xfff0, 0xffff};

	switch (random_below(r, 4)) {
	case 0: return now + 1;
	case 1: return now - 1;
	case 2: return (unsigned int)random_next(r) & 0xffff;
	default: return odd[random_below(r, COUNT(odd))];
	}
}

static unsigned int some_type(struct random *r)
{
	static const unsigned int types[] = {TYPE_OPT, TYPE_OPT, 6,   2,   5,  39,  46,
					     1,        28,       16,  255, 65, 250, 249,
					     248,      263,      264, 71,  72};

	return random_once_in(r, 8) ? (unsigned int)random_next(r) & 0xffff
				    : types[random_below(r, COUNT(types))];
}

static void change_header(struct message *m)
{
	struct random *r = m->random;
	size_t section = random_below(r, 4);

	switch (random_below(r, 5)) {
	case 0: m->bytes[3] = (uint8_t)((m->bytes[3] & 0xf0) | random_below(r, 16)); break;
	case 1: m->bytes[2] ^= (uint8_t)(1u << random_below(r, 8)); break;
	case 2: m->bytes[3] ^= (uint8_t)(1u << random_below(r, 8)); break;
	default:
		set_u16(m->bytes + 4 + 2 * section,
			odd_number(r, get_u16(m->bytes + 4 + 2 * section)));
		break;
	}
}

/* A name of @labels labels of @length bytes, then the root or a pointer. */
static size_t make_name(uint8_t *name, size_t room, size_t labels, size_t length, bool pointer)
{
	size_t used = 0;

	for (size_t i = 0; i < labels && used + length + 3 <= room; i++) {
		name[used++] = (uint8_t)length;
		memset(name + used, 'a', length);
		used += length;
	}
	name[used++] = pointer ? 0xc0 : 0;
	if (pointer)
		name[used++] = HEADER;
	return used;
}

/*
 * A name that has to do with those that are there: a pointer to one of them, perhaps to a label of it or
 * just beside; or a copy of the end of one, in any case, behind a label or not. Needs 80 bytes of room.
 */
static size_t related_name(struct message *m, uint8_t *name)
{
	const struct entry *e = any_entry(m);
	struct random *r = m->random;
	size_t at = e ? e->name : HEADER, used = 0;

	if (e && e->section == 1 && random_once_in(r, 2))
		at = e->data; /* an alias's target */
	for (size_t skip = random_below(r, 4); skip && at + 1u < m->size; skip--)
		if (m->bytes[at] && m->bytes[at] < 0x40 && at + 1u + m->bytes[at] < m->size)
			at += 1u + m->bytes[at];
	if (random_once_in(r, 3)) {
		size_t length = 1 + random_below(r, 5);

		name[used++] = (uint8_t)length;
		memset(name + used, random_once_in(r, 8) ? (int)random_below(r, 256) : 'a', length);
		used += length;
	}
	if (random_once_in(r, 2)) {
		if (random_once_in(r, 16))
			at += random_below(r, 3) - 1;
		set_u16(name + used, 0xc000u | (at & 0x3fff));
		return used + 2;
	}
	while (used < 70 && at < m->size) {
		uint8_t octet = m->bytes[at++];

		if (octet >= 'a' && octet <= 'z' && random_once_in(r, 4))
			octet = (uint8_t)(octet - 0x20);
		name[used++] = octet;
		if (octet == 0)
			return used;
		if (octet >= 0xc0 && at < m->size) {
			name[used++] = m->bytes[at];
			return used;
		}
	}
	name[used++] = 0;
	return used;
}

static void change_name(struct message *m, const struct entry *e)
{
	static const uint8_t starts[] = {0, 1, 2, 62, 63, 64, 0x7f, 0x80, 0xbf, 0xc0, 0xff};
	/* 255 and 256 octets, 127 and 128 labels, and what is usual. */
	static const struct {
		uint8_t labels, length;
	} names[] = {{0, 0},  {1, 3},   {3, 7},   {3, 62},  {3, 63}, {4, 62},
		     {4, 63}, {126, 1}, {127, 1}, {128, 1}, {2, 63}};
	struct random *r = m->random;
	uint8_t name[300];
	size_t at = e->name, pick;

	if (random_once_in(r, 4)) {
		splice(m, at, e->fixed - at, name, related_name(m, name));
		return;
	}
	if (random_once_in(r, 3)) {
		pick = random_below(r, COUNT(names));
		splice(m, at, e->fixed - at, name,
		       make_name(name, sizeof(name), names[pick].labels, names[pick].length,
				 random_once_in(r, 2)));
		return;
	}
	/* The length of one of its labels. */
	for (size_t skip = random_below(r, 4); skip && at + 1u + m->bytes[at] < e->fixed; skip--)
		at += 1u + m->bytes[at];
	m->bytes[at] = random_once_in(r, 4) ? (uint8_t)(m->bytes[at] + random_below(r, 3) - 1)
					    : starts[random_below(r, COUNT(starts))];
}

static void change_fixed(struct message *m, const struct entry *e)
{
	struct random *r = m->random;
	uint8_t *fixed = m->bytes + e->fixed;

	switch (random_below(r, e->section ? 4 : 1)) {
	case 0: set_u16(fixed, some_type(r)); break;
	case 1: fixed[4] = (uint8_t)random_next(r); break;
	case 2: set_u16(fixed + 8, odd_number(r, get_u16(fixed + 8))); break;
	default: set_u16(fixed + 8, m->size - e->data); break;
	}
}

/* Options: EDEs, others, of odd lengths. Gives how many bytes they take. */
static size_t make_options(uint8_t *to, size_t room, struct random *r)
{
	size_t count = random_once_in(r, 16) ? 60 + random_below(r, 10) : random_below(r, 5);
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		size_t length = count > 5 ? random_below(r, 4) : random_below(r, 90);

		if (used + 4 + length > room)
			break;
		set_u16(to + used, random_once_in(r, 3) ? random_below(r, 20) : OPTION_EDE);
		set_u16(to + used + 2, length);
		memset(to + used + 4, 'e', length);
		if (length >= 2)
			set_u16(to + used + 4, random_once_in(r, 4) ? random_next(r) & 0xffff
								    : random_below(r, 42));
		used += 4 + length;
	}
	return used;
}

/* The offset where a new entry of @section can stand. */
static size_t place_in(const struct message *m, unsigned int section)
{
	size_t place = HEADER;

	for (size_t i = 0; i < m->entries && m->entry[i].section <= section; i++)
		place = m->entry[i].end;
	return place;
}

static void insert_record(struct message *m, bool opt)
{
	unsigned int section = opt ? 3 : 1 + (unsigned int)random_below(m->random, 3);
	uint8_t record[700];
	size_t data, length;

	data = make_name(record, 16, opt ? 0 : random_below(m->random, 2), 3,
			 !opt && random_once_in(m->random, 2));
	memset(record + data, 0, 10);
	set_u16(record + data, opt ? TYPE_OPT : some_type(m->random));
	if (random_once_in(m->random, 2))
		record[data + 4] = (uint8_t)random_next(m->random);
	data += 10;
	if (get_u16(record + data - 10) == TYPE_OPT) {
		length = make_options(record + data, sizeof(record) - data, m->random);
	} else {
		length = random_below(m->random, 20);
		memset(record + data, 0, length);
	}
	set_u16(record + data - 2, length);
	if (splice(m, place_in(m, section), 0, record, data + length))
		add_to_count(m, section, 1);
}

/* An alias among the answers, or the SOA of a zone in authority. */
static void insert_denial(struct message *m)
{
	unsigned int section = random_once_in(m->random, 2) ? 1 : 2;
	uint8_t record[300];
	size_t data = related_name(m, record), length;

	memset(record + data, 0, 10);
	set_u16(record + data, section == 1 ? 5 : 6);
	set_u16(record + data + 2, 1);
	data += 10;
	length = related_name(m, record + data);
	if (section == 2) {
		memset(record + data + length, 0, 21);
		length += 21;
	}
	set_u16(record + data - 2, length);
	if (splice(m, place_in(m, section), 0, record, data + length))
		add_to_count(m, section, 1);
}

static void insert_question(struct message *m)
{
	uint8_t question[40];
	size_t at = make_name(question, 30, random_below(m->random, 3), 5,
			      random_once_in(m->random, 2));

	set_u16(question + at, some_type(m->random));
	set_u16(question + at + 2, 1);
	if (splice(m, place_in(m, 0), 0, question, at + 4))
		add_to_count(m, 0, 1);
}

/* The same entry once more, or as often as it takes to come near the number that is walked. */
static void repeat_entry(struct message *m, const struct entry *e)
{
	size_t times = random_once_in(m->random, 8) ? 250 + random_below(m->random, 10) : 1;
	uint8_t copy[256];
	size_t length = e->end - e->name;

	if (length > sizeof(copy))
		return;
	memcpy(copy, m->bytes + e->name, length);
	for (size_t i = 0; i < times && splice(m, e->end, 0, copy, length); i++)
		add_to_count(m, e->section, 1);
}

static void remove_entry(struct message *m, const struct entry *e)
{
	splice(m, e->name, e->end - e->name, NULL, 0);
	add_to_count(m, e->section, -1);
}

/* An option of @e's data: another code or length, or more of them behind. */
static void change_options(struct message *m, const struct entry *e)
{
	uint8_t options[300];
	size_t at = e->data, skip = random_below(m->random, 4), length;

	for (; skip && at + 4 <= e->end; skip--) {
		size_t next = at + 4 + get_u16(m->bytes + at + 2);

		if (next + 4 > e->end)
			break;
		at = next;
	}
	if (at + 4 <= e->end && !random_once_in(m->random, 3)) {
		if (random_once_in(m->random, 2))
			set_u16(m->bytes + at, random_once_in(m->random, 2)
						       ? OPTION_EDE
						       : random_below(m->random, 20));
		else
			set_u16(m->bytes + at + 2,
				odd_number(m->random, get_u16(m->bytes + at + 2)));
		return;
	}
	length = make_options(options, sizeof(options), m->random);
	if (splice(m, e->end, 0, options, length))
		set_u16(m->bytes + e->data - 2, get_u16(m->bytes + e->data - 2) + length);
}

/* Cut the message somewhere, preferably next to a boundary. */
static void cut(struct message *m)
{
	const struct entry *e = any_entry(m);
	size_t at = random_below(m->random, m->size + 1);

	if (e && !random_once_in(m->random, 4)) {
		const size_t bounds[] = {e->name, e->fixed, e->data, e->end};

		at = bounds[random_below(m->random, COUNT(bounds))] + random_below(m->random, 3) -
		     1;
	}
	if (at < m->size)
		m->size = at;
}

static struct entry *find_opt(struct message *m)
{
	for (size_t i = 0; i < m->entries; i++)
		if (m->entry[i].section && get_u16(m->bytes + m->entry[i].fixed) == TYPE_OPT)
			return &m->entry[i];
	return any_entry(m);
}

static void change_one(struct message *m)
{
	const struct entry *e = any_entry(m);

	switch (random_below(m->random, 16)) {
	case 0:
	case 1: change_header(m); return;
	case 2: insert_record(m, false); return;
	case 3: insert_record(m, true); return;
	case 4: insert_question(m); return;
	case 5: cut(m); return;
	case 6: m->size = fuzz_bytes(m->bytes, m->size, m->max); return;
	case 7:
	case 8: insert_denial(m); return;
	default: break;
	}
	if (!e)
		return;
	switch (random_below(m->random, 7)) {
	case 0: change_name(m, e); return;
	case 1: change_fixed(m, e); return;
	case 2: repeat_entry(m, e); return;
	case 3: remove_entry(m, e); return;
	case 4: change_fixed(m, find_opt(m)); return;
	default:
		e = find_opt(m);
		if (e->section)
			change_options(m, e);
		return;
	}
}

size_t dns_mutate(uint8_t *msg, size_t size, size_t max, struct random *random)
{
	static struct message m;

	if (size < HEADER && max >= HEADER) {
		memset(msg + size, 0, HEADER - size);
		msg[2] = 0x80;
		size = HEADER;
	}
	m.bytes = msg;
	m.size = size;
	m.max = max;
	m.random = random;
	for (size_t times = 1 + random_below(random, 3); times; times--) {
		if (m.size < HEADER)
			return m.size;
		find_entries(&m);
		change_one(&m);
	}
	return m.size;
}
