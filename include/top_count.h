/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An offending response into the lists: its name, its zone, its server and its client. */
#ifndef RCODEWATCH_TOP_COUNT_H
#define RCODEWATCH_TOP_COUNT_H

#include "top_set.h"
#include "zone.h"

/* The set at @index of the array of all sets; NULL if there is none. */
PKT_INLINE struct top_set *store_top_set(pkt_ctx *ctx, __u32 index);
/* The registers of a way; NULL if the set has none. */
PKT_INLINE __u8 *store_top_registers(pkt_ctx *ctx, __u32 index, __u32 way);
/* The number of the epoch that the packet counts into. */
PKT_INLINE __u32 store_epoch(pkt_ctx *ctx, __u64 how);

/* 32 random bits: xorshift64* (Vigna, 2016), begun from the seed of this run. */
PKT_INLINE __u32 work_random(pkt_ctx *ctx, struct message_work *work, __u64 how)
{
	__u64 x = work->random;

	if (x == 0)
		x = name_mix(pkt_config(ctx)->name_seed[0] ^ HOW_CPU(how)) | 1;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	work->random = x;
	return (__u32)((x * 0x2545f4914f6cdd1dULL) >> 32);
}

/* The place of the highest bit of @x, which is not 0. */
PKT_INLINE __u32 highest_bit(__u64 x)
{
	__u32 at = 0;

	for (__u32 step = 32; step; step >>= 1)
		if (x >> step) {
			x >>= step;
			at += step;
		}
	return at;
}

/*
 * Take the name with the hash @distinct into the registers of a way: HyperLogLog (Flajolet et al.,
 * 2007), register by the highest 8 bits, rank by those below.
 */
PKT_INLINE void registers_take(__u8 *registers, __u64 distinct)
{
	__u64 hash = name_mix(distinct), rest = hash << 8 | 0x80;
	__u32 at = (__u32)(hash >> 56), rank = 64 - highest_bit(rest);

	_Static_assert(TOP_REGISTERS == 1u << 8, "as many as 8 bits choose among");
	if (registers[at] < rank)
		registers[at] = (__u8)rank;
}

PKT_INLINE void registers_clear(__u8 *registers)
{
	for (__u32 i = 0; i < TOP_REGISTERS; i += 8)
		*(volatile __u64 *)(registers + i) = 0;
}

/* What is counted for a stage: dimension (2 bits), its kind (8): see top_key. */
#define LISTED(dimension, kind) ((__u64)(dimension) | (__u64)(kind) << 2)
#define LISTED_DIMENSION(l)     ((__u32)(l)&3u)
#define LISTED_KIND(l)          ((__u32)((l) >> 2) & 0xffu)

/* What a way says beside its count, new or renewed. */
PKT_INLINE void note_key(struct message_work *work, struct top_key *key, __u64 listed)
{
	key->qtype = (__u16)CARRY_QTYPE(work->carry);
	if (work->ede != TOP_NO_EDE)
		key->ede = (__u16)work->ede;
	if (LISTED_KIND(listed) > key->kind)
		key->kind = (__u8)LISTED_KIND(listed);
}

/*
 * Count the response in the table of the dimension that @listed says, under the key with @hash. Gives
 * where the name is to be written, for name_write(), above bit 0, which says that it is.
 */
PKT_STAGE __u64 count_top(pkt_ctx *ctx, __u64 how, __u64 listed, __u64 hash)
{
	struct message_work *work = store_work(ctx, HOW_CPU(how));
	__u32 dimension = LISTED_DIMENSION(listed), sets = pkt_config(ctx)->top_sets[dimension];
	__u32 index, found, way;
	struct top_set *set;
	struct top_key *key;
	__u8 *registers;

	pkt_keep(ctx);
	if (!work)
		return 0;
	hash = name_mix(hash ^ name_mix(work->rcode | HOW_SLOT(how) << 12));
	index = top_index(pkt_config(ctx)->top_first[dimension], HOW_CPU(how), HOW_EPOCH(how),
			  sets) +
		top_set_of(hash, sets);
	set = store_top_set(ctx, index);
	if (!set)
		return 0;
	found = top_touch(set, store_epoch(ctx, how), top_fingerprint(hash),
			  work_random(ctx, work, how));
	if (found == TOP_DISCARDED)
		return 0;
	way = pkt_clamp(found & 7u, TOP_WAYS - 1);
	key = &set->key[way];
	if (found & TOP_ADMITTED) {
		key->rcode = (__u16)work->rcode;
		key->slot = (__u8)HOW_SLOT(how);
		key->kind = 0;
		key->ede = TOP_NO_EDE;
		key->address[0] = dimension >= TOP_SERVER ? work->address[0] : 0;
		key->address[1] = dimension >= TOP_SERVER ? work->address[1] : 0;
	}
	note_key(work, key, listed);
	registers = dimension == TOP_ZONE ? store_top_registers(ctx, index, way) : NULL;
	if (registers) {
		if (found & TOP_ADMITTED)
			registers_clear(registers);
		registers_take(registers, work->name.distinct);
	}
	return found & TOP_ADMITTED ? ((__u64)index << 3 | way) << 1 | 1 : 0;
}

PKT_INLINE bool is_listed(pkt_ctx *ctx, __u64 how, enum top_dimension dimension)
{
	return pkt_config(ctx)->top_sets[dimension] &&
	       pkt_config(ctx)->top_slot[pkt_clamp(HOW_SLOT(how), SLOTS_MAX - 1)] >> dimension & 1;
}

/* Count under the name that begins with label @label of that in the work area. */
PKT_INLINE void count_name(pkt_ctx *ctx, struct message_work *work, __u64 how, __u64 listed,
			   __u32 label)
{
	__u32 clamped = pkt_clamp(label, DNS_LABELS_MAX);
	__u64 where = count_top(ctx, how, listed, work->name.hash[clamped]);

	if (!where)
		return;
	work_set(work, at, work_get(work, message) + work->name.offset[clamped]);
	name_write(ctx, work, how, where >> 1);
}

/* Count the zone of the denied name: the last alias's target, else the QNAME. */
PKT_INLINE void count_zone(pkt_ctx *ctx, struct message_work *work, __u64 how)
{
	__u64 label = NO_LABEL;

	if (work_get(work, soa))
		label = zone_of_soa(ctx, how);
	if (label != NO_LABEL) {
		count_name(ctx, work, how, LISTED(TOP_ZONE, ZONE_SOA), (__u32)label);
		return;
	}
	label = work_get(&work->name, count) - registrable_labels(ctx, how);
	count_name(ctx, work, how, LISTED(TOP_ZONE, ZONE_REGISTRABLE), (__u32)label);
}

/* Count the address at @offset of the network header, as much of it as is to be kept. */
PKT_INLINE void count_address(pkt_ctx *ctx, struct message_work *work, __u64 how,
			      enum top_dimension dimension, __u32 offset)
{
	const volatile struct hook_config *config = pkt_config(ctx);
	__u32 family = HOW_FAMILY(how), at = work_get(work, l4.network) + offset, word;
	__u64 hash = family * config->name_seed[NAME_SEED_LENGTH];
	struct {
		__u64 word[2];
	} address = {};

	if (family == FAMILY_IPV6) {
		if (!pkt_load(ctx, at, &address, sizeof(address)))
			return;
	} else {
		if (!pkt_load(ctx, at, &word, sizeof(word)))
			return;
		__builtin_memcpy(&address, &word, sizeof(word));
	}
	for (__u32 i = 0; i < 2; i++) {
		address.word[i] &= config->address_mask[dimension][family & 1][i];
		work->address[i] = address.word[i];
		hash += name_word(address.word[i], config->name_seed[i]);
	}
	count_top(ctx, how, LISTED(dimension, family), hash);
}

/* The addresses of the packet: RFC 791 section 3.1, RFC 8200 section 3. */
PKT_INLINE void count_addresses(pkt_ctx *ctx, struct message_work *work, __u64 how)
{
	bool v6 = HOW_FAMILY(how) == FAMILY_IPV6;

	if (is_listed(ctx, how, TOP_SERVER))
		count_address(ctx, work, how, TOP_SERVER, v6 ? 8 : 12);
	if (is_listed(ctx, how, TOP_CLIENT))
		count_address(ctx, work, how, TOP_CLIENT, v6 ? 24 : 16);
}

/* The names of the response. Gives whether all could be read that there are. */
PKT_INLINE bool count_names(pkt_ctx *ctx, struct message_work *work, __u64 how)
{
	bool zone = is_listed(ctx, how, TOP_ZONE), name = is_listed(ctx, how, TOP_NAME);

	if (!work_get(work, question) || (!zone && !name))
		return true;
	work_set(work, at, work_get(work, question));
	if (!name_scan(ctx, work, how, NAME_LISTED))
		return false;
	if (name)
		count_name(ctx, work, how, LISTED(TOP_NAME, 0), 0);
	if (!zone)
		return true;
	if (work_get(work, alias)) {
		work_set(work, at, work_get(work, alias));
		if (!name_scan(ctx, work, how, NAME_LISTED))
			return false;
	}
	count_zone(ctx, work, how);
	return true;
}

/* Count the offending response in the CPU's work area in all lists of its slot. */
PKT_STAGE __u64 count_lists(pkt_ctx *ctx, __u64 how)
{
	struct message_work *work = store_work(ctx, HOW_CPU(how));
	struct tally *tally = store_tally(ctx, HOW_INDEX(how));

	if (!work || !tally)
		return 0;
	count_addresses(ctx, work, how);
	if (!count_names(ctx, work, how))
		tally->unlisted++;
	return 0;
}

#endif
