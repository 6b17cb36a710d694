// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loader/kept_layout.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "loader/kept_table.h"
#include "report/names.h"
#include "report/nic.h"

/* Raised when what the kernel keeps in its maps changes its meaning, but not its form. */
#define REVISION 1u

/* Types within types: more than any of abi.h has. */
#define DEPTH_MAX 12

__u64 kept_hash(__u64 hash, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
	return hash;
}

static __u64 hash_text(__u64 hash, const char *text)
{
	return kept_hash(hash, text, strlen(text) + 1);
}

static __u64 hash_number(__u64 hash, __u64 number)
{
	return kept_hash(hash, &number, sizeof(number));
}

static __u64 hash_type(__u64 hash, const struct btf *btf, __u32 id, int depth);

static __u64 hash_members(__u64 hash, const struct btf *btf, const struct btf_type *type, int depth)
{
	const struct btf_member *member = btf_members(type);

	for (__u32 i = 0; i < btf_vlen(type); i++) {
		hash = hash_text(hash, btf__name_by_offset(btf, member[i].name_off));
		hash = hash_number(hash, btf_member_bit_offset(type, i));
		hash = hash_type(hash, btf, member[i].type, depth - 1);
	}
	return hash;
}

static __u64 hash_type(__u64 hash, const struct btf *btf, __u32 id, int depth)
{
	const struct btf_type *type;
	__s32 real = btf__resolve_type((struct btf *)(uintptr_t)btf, id);

	type = real >= 0 ? btf__type_by_id(btf, (__u32)real) : NULL;
	if (!type || depth == 0)
		return hash_number(hash, id ? 1 : 0);
	hash = hash_number(hash, btf_kind(type));
	if (btf_is_array(type)) {
		hash = hash_number(hash, btf_array(type)->nelems);
		return hash_type(hash, btf, btf_array(type)->type, depth - 1);
	}
	if (btf_is_datasec(type)) {
		const struct btf_var_secinfo *variable = btf_var_secinfos(type);

		for (__u32 i = 0; i < btf_vlen(type); i++)
			hash = hash_type(hash, btf, variable[i].type, depth - 1);
		return hash;
	}
	if (btf_is_var(type))
		return hash_type(hash, btf, type->type, depth - 1);
	hash = hash_number(hash, type->size);
	return btf_is_composite(type) ? hash_members(hash, btf, type, depth) : hash;
}

/* ---- names of what is counted by enumeration ---------------------------------------- */

struct named {
	const char *member; /* of struct pkt_counters */
	const char *const *names;
	size_t count;
	const char *const *more; /* behind those */
	size_t more_count;
};

static const struct named named[] = {
	{"outcome", outcome_names, OUTCOME_COUNT, unparsed_names, UNPARSED_COUNT},
	{"incomplete", incomplete_names, INCOMPLETE_COUNT, NULL, 0},
	{"tcp", tcp_event_names, TCP_EVENT_COUNT, NULL, 0},
	{"udp", udp_event_names, UDP_EVENT_COUNT, NULL, 0},
	{"txn", txn_event_names, TXN_EVENT_COUNT, NULL, 0},
	{"answers", answer_names, ANSWER_COUNT, NULL, 0},
	{"flag_sets", flag_names, FLAG_COUNT, NULL, 0},
	{"lists", top_dimension_names, TOP_DIMENSIONS, NULL, 0},
};

#define NAMED (sizeof(named) / sizeof(named[0]))

static const char *name_of(const struct named *list, size_t i)
{
	return i < list->count ? list->names[i] : list->more[i - list->count];
}

static __u64 hash_map(__u64 hash, const struct btf *btf, const struct bpf_map *map)
{
	hash = hash_text(hash, bpf_map__name(map));
	hash = hash_number(hash, (__u64)bpf_map__type(map));
	hash = hash_number(hash, bpf_map__key_size(map));
	hash = hash_number(hash, bpf_map__value_size(map));
	hash = hash_number(hash, bpf_map__map_flags(map));
	return btf ? hash_type(hash, btf, bpf_map__btf_value_type_id(map), DEPTH_MAX) : hash;
}

__u64 kept_layout_transactions(const struct bpf_object *object)
{
	__u64 hash = hash_number(KEPT_HASH_START, REVISION);

	for (size_t i = 0; i < KEPT_TXN_MAPS; i++) {
		const struct bpf_map *map = bpf_object__find_map_by_name(object, kept_txn_maps[i]);

		if (map)
			hash = hash_map(hash, bpf_object__btf(object), map);
	}
	return hash;
}

__u64 kept_layout(const struct bpf_object *object)
{
	const struct btf *btf = bpf_object__btf(object);
	__u64 hash = hash_number(KEPT_HASH_START, REVISION);
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		hash = hash_map(hash, btf, map);
	}
	for (size_t i = 0; i < NAMED; i++)
		for (size_t j = 0; j < named[i].count + named[i].more_count; j++)
			hash = hash_text(hash, name_of(&named[i], j));
	return hash_number(hash_number(hash, sizeof(struct kept_sums)), sizeof(struct rare_entry));
}

/* ---- words ------------------------------------------------------------------------- */

/* Of an array that ends with one for all the rest, as it has more elements in another version. */
#define LAST 0xffffu

/* The keys of an array of counters within arrays, @hash being that of what it is in. Gives how many words. */
static size_t key_elements(const struct btf *btf, __u32 id, __u64 hash, __u64 *keys, size_t room)
{
	const struct btf_type *type = btf__type_by_id(
		btf, (__u32)btf__resolve_type((struct btf *)(uintptr_t)btf, id));
	size_t words = 0;

	if (!type || !room)
		return 0;
	if (!btf_is_array(type)) {
		keys[0] = hash;
		return 1;
	}
	for (__u32 i = 0; i < btf_array(type)->nelems; i++)
		words += key_elements(btf, btf_array(type)->type,
				      hash_number(hash,
						  i + 1 == btf_array(type)->nelems ? LAST : i),
				      keys + words, room - words);
	return words;
}

static void key_names(const char *member, __u64 hash, __u64 *keys, size_t words)
{
	for (size_t i = 0; i < NAMED; i++)
		for (size_t j = 0; strcmp(named[i].member, member) == 0 && j < words &&
				   j < named[i].count + named[i].more_count;
		     j++)
			keys[j] = hash_text(hash, name_of(&named[i], j));
}

static int key_counters(const struct btf *btf, __u64 *keys)
{
	__s32 id = btf__find_by_name_kind(btf, "pkt_counters", BTF_KIND_STRUCT);
	const struct btf_type *type = id < 0 ? NULL : btf__type_by_id(btf, (__u32)id);
	const size_t room = sizeof(struct pkt_counters) / sizeof(__u64);

	if (!type || type->size != sizeof(struct pkt_counters))
		return -ENOENT;
	for (__u32 i = 0; i < btf_vlen(type); i++) {
		const struct btf_member *member = &btf_members(type)[i];
		const char *name = btf__name_by_offset(btf, member->name_off);
		size_t at = btf_member_bit_offset(type, i) / 64, words;
		__u64 hash = hash_text(KEPT_HASH_START, name);

		if (at >= room || strncmp(name, "spare", 5) == 0)
			continue;
		words = key_elements(btf, member->type, hash, keys + at, room - at);
		key_names(name, hash, keys + at, words);
	}
	return 0;
}

static void key_nic(__u64 *keys)
{
	static const char *const words[] = {"nic_lost", "nic_value", "nic_mono_ns", "nic_ifindex"};
	const size_t count = sizeof(words) / sizeof(words[0]);

	for (size_t i = 0; i < count; i++)
		keys[i] = hash_text(KEPT_HASH_START, words[i]);
	/* A number, whose meaning another version can have changed. */
	keys[count] = hash_text(KEPT_HASH_START, "nic_source");
	for (size_t i = NIC_UNKNOWN + 1; i < NIC_SOURCES; i++)
		keys[count] = hash_text(keys[count], nic_source_names[i]);
}

int kept_layout_words(const struct bpf_object *object, __u64 *keys)
{
	const struct btf *btf = bpf_object__btf(object);
	const size_t rest = offsetof(struct kept_sums, rest) / sizeof(__u64),
		     lost = offsetof(struct kept_sums, rare_lost) / sizeof(__u64),
		     retired = offsetof(struct kept_sums, retired) / sizeof(__u64);

	memset(keys, 0, KEPT_WORDS * sizeof(*keys));
	if (!btf || key_counters(btf, keys))
		return -ENOENT;
	for (size_t i = 0; i < RCODE_MAX - RCODE_DIRECT; i++)
		keys[rest + i] = hash_number(hash_text(KEPT_HASH_START, "rcode_rest"),
					     RCODE_DIRECT + i);
	keys[lost] = hash_text(KEPT_HASH_START, "rare_lost");
	keys[lost + 1] = hash_text(KEPT_HASH_START, "ede_texts_lost");
	keys[lost + 2] = hash_text(KEPT_HASH_START, "rare_retired");
	key_nic(keys + offsetof(struct kept_sums, nic_lost) / sizeof(__u64));
	for (size_t i = 0; i < RARE_CLASSES; i++)
		keys[retired + i] = hash_number(hash_text(KEPT_HASH_START, "retired"), i);
	return 0;
}
