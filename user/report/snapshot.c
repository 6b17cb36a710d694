// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/snapshot.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define RARE_ROOM_FIRST 16u

int snapshot_set_init(struct snapshot_set *set, size_t points)
{
	*set = (struct snapshot_set){0};
	if (points == 0)
		return 0;
	set->point = calloc(points, sizeof(*set->point));
	set->top = calloc(points, sizeof(*set->top));
	if (!set->point || !set->top) {
		free(set->point);
		free(set->top);
		*set = (struct snapshot_set){0};
		return -ENOMEM;
	}
	set->points = points;
	return 0;
}

void snapshot_set_free(struct snapshot_set *set)
{
	for (size_t i = 0; i < set->points; i++) {
		snapshot_free(&set->point[i]);
		top_lists_free(&set->top[i]);
	}
	free(set->point);
	free(set->top);
	*set = (struct snapshot_set){0};
}

void snapshot_clear(struct snapshot *snapshot)
{
	struct rare_count *rare = snapshot->rare;
	size_t count = snapshot->rare_count, room = snapshot->rare_room;

	memset(snapshot, 0, sizeof(*snapshot));
	for (size_t i = 0; i < count; i++)
		rare[i].count = 0;
	snapshot->rare = rare;
	snapshot->rare_count = count;
	snapshot->rare_room = room;
}

void snapshot_free(struct snapshot *snapshot)
{
	free(snapshot->rare);
	*snapshot = (struct snapshot){0};
}

/* The place of a rare value: where it is, or where it belongs. */
static size_t rare_place(const struct snapshot *snapshot, uint16_t kind, uint32_t value,
			 bool *found)
{
	uint64_t wanted = (uint64_t)kind << 32 | value;
	size_t low = 0, high = snapshot->rare_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct rare_count *rare = &snapshot->rare[middle];
		uint64_t key = (uint64_t)rare->kind << 32 | rare->value;

		if (key == wanted) {
			*found = true;
			return middle;
		}
		if (key < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	*found = false;
	return low;
}

/* Room for @count rare values. 0 or -ENOMEM, with all as it was. */
static int rare_reserve(struct snapshot *snapshot, size_t count)
{
	size_t room = snapshot->rare_room ? snapshot->rare_room : RARE_ROOM_FIRST;
	struct rare_count *rare;

	if (count <= snapshot->rare_room)
		return 0;
	while (room < count)
		room *= 2;
	rare = reallocarray(snapshot->rare, room, sizeof(*rare));
	if (!rare)
		return -ENOMEM;
	snapshot->rare = rare;
	snapshot->rare_room = room;
	return 0;
}

/* The kernel's map holds what a packet brought: no length is taken on trust. */
static void text_copy(struct ede_text *to, const struct ede_text *from)
{
	uint32_t length = from->length < EDE_TEXT_MAX ? from->length : EDE_TEXT_MAX;

	memset(to, 0, sizeof(*to));
	memcpy(to->text, from->text, length);
	to->length = length;
	to->cut = from->cut || from->length > EDE_TEXT_MAX;
}

static bool is_at(const struct snapshot *snapshot, size_t place, uint16_t kind, uint32_t value)
{
	return place < snapshot->rare_count && snapshot->rare[place].kind == kind &&
	       snapshot->rare[place].value == value;
}

/* Put a new value at @place, where it belongs. 0 or -ENOMEM. */
static int rare_insert(struct snapshot *snapshot, size_t place, uint16_t kind, uint32_t value)
{
	int err = rare_reserve(snapshot, snapshot->rare_count + 1);
	struct rare_count *rare;

	if (err)
		return err;
	rare = &snapshot->rare[place];
	memmove(rare + 1, rare, (snapshot->rare_count - place) * sizeof(*rare));
	*rare = (struct rare_count){.kind = kind, .value = value};
	snapshot->rare_count++;
	return 0;
}

int snapshot_rare_add_at(struct snapshot *snapshot, uint32_t *place, uint16_t kind, uint32_t value,
			 uint64_t count, const struct ede_text *text)
{
	bool found = is_at(snapshot, *place, kind, value);
	struct rare_count *rare;
	int err;

	if (!found)
		*place = (uint32_t)rare_place(snapshot, kind, value, &found);
	err = found ? 0 : rare_insert(snapshot, *place, kind, value);
	if (err)
		return err;
	rare = &snapshot->rare[*place];
	rare->count += count;
	if (text && text->length)
		text_copy(&rare->text, text);
	return 0;
}

int snapshot_rare_add(struct snapshot *snapshot, uint16_t kind, uint32_t value, uint64_t count,
		      const struct ede_text *text)
{
	uint32_t place = UINT32_MAX;

	return snapshot_rare_add_at(snapshot, &place, kind, value, count, text);
}

int snapshot_rare_append(struct snapshot *snapshot, const struct rare_count *rare)
{
	int err = rare_reserve(snapshot, snapshot->rare_count + 1);

	if (!err)
		snapshot->rare[snapshot->rare_count++] = *rare;
	return err;
}

const struct rare_count *snapshot_rare_find(const struct snapshot *snapshot, uint16_t kind,
					    uint32_t value)
{
	bool found;
	size_t place = rare_place(snapshot, kind, value, &found);

	return found ? &snapshot->rare[place] : NULL;
}

int snapshot_copy(struct snapshot *to, const struct snapshot *from)
{
	struct rare_count *rare;
	size_t room;
	int err;

	if (to == from)
		return 0;
	err = rare_reserve(to, from->rare_count);
	if (err)
		return err;
	rare = to->rare;
	room = to->rare_room;
	*to = *from;
	to->rare = rare;
	to->rare_room = room;
	if (from->rare_count)
		memcpy(to->rare, from->rare, from->rare_count * sizeof(*rare));
	return 0;
}

void counters_add(struct pkt_counters *to, const struct pkt_counters *from)
{
	const __u64 *in = (const __u64 *)from;
	__u64 *out = (__u64 *)to;

	for (size_t i = 0; i < sizeof(*to) / sizeof(*out); i++)
		out[i] += in[i];
}

void counters_spread(struct pkt_counters *counters)
{
	for (enum family family = 0; family < FAMILY_COUNT; family++)
		for (__u32 bits = 0; bits < FLAG_BITS_SETS; bits++) {
			__u64 *count = &counters->noerror_data[family][bits];

			counters_add_data(counters, family, FLAG_BITS_SET(bits), *count);
			*count = 0;
		}
}

int snapshot_add(struct snapshot *to, const struct snapshot *from)
{
	int err = 0;

	counters_add(&to->counters, &from->counters);
	for (size_t i = 0; i < RCODE_MAX - RCODE_DIRECT; i++)
		to->rcode_rest.count[i] += from->rcode_rest.count[i];
	to->rare_lost += from->rare_lost;
	to->rare_retired += from->rare_retired;
	to->ede_texts_lost += from->ede_texts_lost;
	to->nic.lost += from->nic.lost;
	if (from->nic.source != NIC_UNKNOWN)
		to->nic.source = from->nic.source;
	for (size_t i = 0; i < from->rare_count && !err; i++) {
		const struct rare_count *rare = &from->rare[i];
		uint32_t place = (uint32_t)i; /* mostly both have the same values */

		err = snapshot_rare_add_at(to, &place, rare->kind, rare->value, rare->count,
					   &rare->text);
	}
	return err;
}
