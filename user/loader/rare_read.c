// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/rare_read.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>

#include "catalog/catalog.h"

#define ENTRIES_MAX (2u * RARE_ENTRIES)

/* Texts of errors that did not come for so many reads give way when their table is nearly full. */
#define TEXT_QUIET 2u
/* After a text found no room, texts are wanted at once for so many reads. */
#define TEXTS_WANTED 256u

/* The codes that stand for classes of several: RARE_CLASSES. */
#define UNASSIGNED_RCODE 256u
#define PRIVATE_RCODE    4000u /* RFC 6895 section 2.3 */
#define UNASSIGNED_EDE   1000u
#define PRIVATE_EDE      50000u /* RFC 8914 section 5.2 */
#define RCODE_ROWS       (RCODE_DIRECT + 2u)
#define EDE_COLUMNS      (EDE_DIRECT + 2u)

int rare_reader_init(struct rare_reader *reader, size_t points)
{
	*reader = (struct rare_reader){
		.keys = calloc(ENTRIES_MAX, sizeof(*reader->keys)),
		.values = calloc(ENTRIES_MAX, sizeof(*reader->values)),
		.texts = calloc(EDE_TEXTS, sizeof(*reader->texts)),
		.text_keys = calloc(EDE_TEXTS, sizeof(*reader->text_keys)),
		.entries = calloc((size_t)2 * ENTRIES_MAX, sizeof(*reader->entries)),
		.merged = calloc((size_t)2 * ENTRIES_MAX, sizeof(*reader->merged)),
		.found = calloc(ENTRIES_MAX, sizeof(*reader->found)),
		.retired = calloc(points * RARE_CLASSES + 1, sizeof(*reader->retired)),
		.retired_count = calloc(points + 1, sizeof(*reader->retired_count)),
		.seen = calloc(EDE_TEXTS, sizeof(*reader->seen)),
		.points = points,
	};
	if (reader->keys && reader->values && reader->texts && reader->text_keys &&
	    reader->entries && reader->merged && reader->found && reader->retired &&
	    reader->retired_count && reader->seen)
		return 0;
	rare_reader_free(reader);
	return -ENOMEM;
}

void rare_reader_free(struct rare_reader *reader)
{
	free(reader->keys);
	free(reader->values);
	free(reader->texts);
	free(reader->text_keys);
	free(reader->entries);
	free(reader->merged);
	free(reader->found);
	free(reader->retired);
	free(reader->retired_count);
	free(reader->seen);
	*reader = (struct rare_reader){0};
}

static uint64_t order_of(uint32_t point, uint32_t kind, uint32_t value)
{
	return (uint64_t)point << 48 | (uint64_t)kind << 32 | value;
}

static size_t order_point(uint64_t order)
{
	return (size_t)(order >> 48);
}

static uint16_t order_kind(uint64_t order)
{
	return (uint16_t)(order >> 32);
}

/* Entries, and texts seen, begin with their order. */
static int by_order(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/*
 * All entries of the hash table @fd, of which there can be @room. Gives how many, or a negative errno.
 * BPF_MAP_LOOKUP_BATCH is of kernel 5.6; ENOENT is how it says that the end was reached.
 */
static int read_table(int fd, struct rare_key *keys, void *values, __u32 room)
{
	__u32 count = room, position;

	if (bpf_map_lookup_batch(fd, NULL, &position, keys, values, &count, NULL) < 0 &&
	    errno != ENOENT)
		return -errno;
	return (int)count;
}

/* How often what @counters has counted was a rare value: whenever dns_count.h calls store_rare(). */
static uint64_t counted_of(const struct pkt_counters *counters)
{
	uint64_t sum = counters->qtype[QTYPE_DIRECT] + counters->ede_further[EDE_DIRECT];

	for (size_t rcode = 0; rcode < RCODE_DIRECT; rcode++)
		sum += counters->ede[rcode][EDE_DIRECT];
	for (size_t info_code = 0; info_code <= EDE_DIRECT; info_code++)
		sum += counters->ede[RCODE_DIRECT][info_code];
	return sum;
}

/* ---- values that give way ---------------------------------------------------------- */

/* The row, or column, of the class of @code, of which those below @direct have one each. */
static uint32_t class_of(enum catalog_registry registry, uint32_t code, uint32_t direct)
{
	struct catalog_entry entry;

	if (code < direct)
		return code;
	return catalog_lookup(registry, code, &entry) && entry.status == CATALOG_PRIVATE
		       ? direct + 1
		       : direct;
}

uint32_t rare_class(uint32_t value)
{
	return class_of(CATALOG_RCODE, value >> 16, RCODE_DIRECT) * EDE_COLUMNS +
	       class_of(CATALOG_EDE, value & 0xffff, EDE_DIRECT);
}

static void retire(struct rare_reader *reader, const struct rare_entry *entry)
{
	size_t point = order_point(entry->order);
	uint32_t value = (uint32_t)entry->order;

	reader->retired_count[point]++;
	if (order_kind(entry->order) == RARE_EDE)
		reader->retired[point * RARE_CLASSES + rare_class(value)] += entry->count;
}

/* ---- counts ------------------------------------------------------------------------- */

/* What the kernel's table has of set @epoch, sorted. Gives how many, or a negative errno. */
static int find_values(struct rare_reader *reader, int fd, __u32 epoch)
{
	int count = read_table(fd, reader->keys, reader->values, ENTRIES_MAX), found = 0;

	reader->pressed = count >= (int)RARE_PRESSED(ENTRIES_MAX);
	for (int i = 0; i < count; i++) {
		const struct rare_key *key = &reader->keys[i];

		if ((key->set & 1) == epoch && key->set / 2 < reader->points)
			reader->found[found++] = (struct rare_entry){
				.order = order_of(key->set / 2, key->kind, key->value),
				.count = reader->values[i],
			};
	}
	if (count < 0)
		return count;
	qsort(reader->found, (size_t)found, sizeof(*reader->found), by_order);
	return found;
}

/* Take what was found of an entry into it; gives whether it gives way. */
static bool update_entry(const struct rare_reader *reader, struct rare_entry *entry, __u32 epoch,
			 uint64_t count)
{
	bool grew = count > entry->last[epoch];

	if (grew)
		entry->count += count - entry->last[epoch];
	entry->last[epoch] = count;
	entry->in_kernel |= 1u << epoch;
	return reader->pressed && !grew;
}

/* Put what was found and what was known together. Gives how many of keys[] are to be removed. */
static __u32 merge(struct rare_reader *reader, size_t found, __u32 epoch)
{
	struct rare_entry *swap = reader->entries;
	size_t i = 0, j = 0, merged = 0;
	__u32 stale = 0;

	while (i < reader->count || j < found) {
		struct rare_entry *entry = &reader->merged[merged];
		bool known = i < reader->count &&
			     (j == found || reader->entries[i].order <= reader->found[j].order);
		bool there = j < found &&
			     (!known || reader->found[j].order == reader->entries[i].order);

		if (known)
			*entry = reader->entries[i++];
		else
			*entry = (struct rare_entry){.order = reader->found[j].order,
						     .born = ++reader->born};
		if (!there || update_entry(reader, entry, epoch, reader->found[j].count)) {
			entry->in_kernel &= ~(1u << epoch);
			entry->last[epoch] = 0;
			if (there)
				reader->keys[stale++] = (struct rare_key){
					.set = (__u16)(order_point(entry->order) * 2 + epoch),
					.kind = order_kind(entry->order),
					.value = (__u32)entry->order,
				};
		}
		j += there;
		if (entry->in_kernel)
			merged++;
		else
			retire(reader, entry);
	}
	reader->entries = reader->merged;
	reader->merged = swap;
	reader->count = merged;
	return stale;
}

int rare_read(struct rare_reader *reader, const struct bpf_maps *maps, __u32 epoch,
	      const struct snapshot_set *left)
{
	uint64_t counted = 0;
	__u32 stale;
	int found;

	for (size_t i = 0; i < left->points; i++)
		counted += counted_of(&left->point[i].counters);
	if (counted == reader->counted[epoch] && !reader->pressed)
		return 0;
	found = find_values(reader, maps->rares_fd, epoch);
	if (found < 0)
		return found;
	reader->counted[epoch] = counted;
	stale = merge(reader, (size_t)found, epoch);
	/* BPF_MAP_DELETE_BATCH is of kernel 5.6 too. */
	if (stale && bpf_map_delete_batch(maps->rares_fd, reader->keys, &stale, NULL) < 0)
		return -errno;
	return 0;
}

static uint32_t class_code(size_t class, uint32_t direct, uint32_t unassigned, uint32_t private)
{
	if (class < direct)
		return (uint32_t) class;
	return class == direct ? unassigned : private;
}

static int give_retired(const struct rare_reader *reader, size_t point, struct snapshot *now)
{
	int err = 0;

	for (size_t i = 0; i < RARE_CLASSES && !err; i++) {
		const struct rare_count sum = {
			.kind = RARE_EDE_RETIRED,
			.value = class_code(i / EDE_COLUMNS, RCODE_DIRECT, UNASSIGNED_RCODE,
					    PRIVATE_RCODE)
					 << 16 |
				 class_code(i % EDE_COLUMNS, EDE_DIRECT, UNASSIGNED_EDE,
					    PRIVATE_EDE),
			.count = reader->retired[point * RARE_CLASSES + i],
		};

		if (sum.count)
			err = snapshot_rare_append(now, &sum);
	}
	return err;
}

int rare_give_counts(const struct rare_reader *reader, struct snapshot_set *now)
{
	size_t at = 0;
	int err = 0;

	for (size_t point = 0; point < now->points && point < reader->points && !err; point++) {
		now->point[point].rare_count = 0;
		now->point[point].rare_retired = reader->retired_count[point];
		for (;
		     at < reader->count && order_point(reader->entries[at].order) == point && !err;
		     at++) {
			const struct rare_entry *entry = &reader->entries[at];
			const struct rare_count rare = {
				.kind = order_kind(entry->order),
				.value = (uint32_t)entry->order,
				.count = entry->count,
				.born = entry->born,
			};

			err = snapshot_rare_append(&now->point[point], &rare);
		}
		if (!err)
			err = give_retired(reader, point, &now->point[point]);
	}
	return err;
}

/* ---- texts --------------------------------------------------------------------------- */

/* Messages with the first EDE @value, as far as they are counted by it. */
static uint64_t messages(const struct snapshot *now, uint32_t value)
{
	uint32_t rcode = value >> 16, info_code = value & 0xffff;
	const struct rare_count *rare;

	if (rcode < RCODE_DIRECT && info_code < EDE_DIRECT)
		return now->counters.ede[rcode][info_code];
	rare = snapshot_rare_find(now, RARE_EDE, value);
	return rare ? rare->count : 0;
}

/* Note whether the error of each text has come since the last time. Gives how many of keys[] give way. */
static __u32 age_texts(struct rare_reader *reader, const struct snapshot_set *now)
{
	bool pressed = reader->text_count >= RARE_PRESSED(EDE_TEXTS);
	struct rare_text next[EDE_TEXTS] = {0};
	__u32 stale = 0;
	size_t count = 0;

	for (size_t i = 0; i < reader->text_count; i++) {
		const struct rare_key *key = &reader->text_keys[i];
		struct rare_text text = {.order = order_of(key->set, key->kind, key->value)};
		const struct rare_text *was = bsearch(&text, reader->seen, reader->seen_count,
						      sizeof(text), by_order);

		if (key->set >= now->points)
			continue;
		text.count = messages(&now->point[key->set], key->value);
		if (was && text.count <= was->count)
			text.quiet = was->quiet + 1;
		if (pressed && text.quiet >= TEXT_QUIET)
			reader->keys[stale++] = *key;
		else
			next[count++] = text;
	}
	qsort(next, count, sizeof(*next), by_order);
	for (size_t i = 0; i < count; i++)
		reader->seen[i] = next[i];
	reader->seen_count = count;
	return stale;
}

/* After texts were lost the kernel is asked for them, as they find room. */
static void want_texts(struct rare_reader *reader, const struct bpf_maps *maps,
		       const struct snapshot_set *now)
{
	uint64_t lost = 0;

	for (size_t point = 0; point < now->points; point++)
		lost += now->point[point].ede_texts_lost;
	if (lost != reader->texts_lost)
		reader->wanted = TEXTS_WANTED;
	else if (reader->wanted)
		reader->wanted--;
	reader->texts_lost = lost;
	for (size_t point = 0; point < now->points; point++)
		__atomic_store_n(&maps->shared[point].ede_texts_wanted, reader->wanted > 0,
				 __ATOMIC_RELAXED);
}

int rare_give(struct rare_reader *reader, const struct bpf_maps *maps, struct snapshot_set *now)
{
	int err = rare_give_counts(reader, now), count;
	__u32 stale;

	if (err)
		return err;
	count = read_table(maps->ede_texts_fd, reader->text_keys, reader->texts, EDE_TEXTS);
	if (count < 0)
		return count;
	reader->text_count = (size_t)count;
	stale = age_texts(reader, now);
	for (int i = 0; i < count && !err; i++) {
		const struct rare_key *key = &reader->text_keys[i];

		if (key->set < now->points)
			err = snapshot_rare_add(&now->point[key->set], key->kind, key->value, 0,
						&reader->texts[i]);
	}
	if (!err && stale &&
	    bpf_map_delete_batch(maps->ede_texts_fd, reader->keys, &stale, NULL) < 0)
		err = -errno;
	want_texts(reader, maps, now);
	return err;
}
