/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An offending response into the lists: its name, its zone, its server and its client. */
#ifndef RCODEWATCH_TOP_COUNT_H
#define RCODEWATCH_TOP_COUNT_H

#include "top_set.h"
#include "zone.h"

/* The set at @index of the array of all sets; NULL if there is none. */
PKT_INLINE struct top_set *store_top_set(pkt_ctx *ctx, __u32 index);
/* The name of a way, TOP_NAME_MAX bytes; NULL if the set has none. */
PKT_INLINE __u8 *store_top_name(pkt_ctx *ctx, __u32 index, __u32 way);
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

/* 8 bytes from wherever they are. */
PKT_INLINE void copy_word(__u8 *to, const __u8 *from)
{
#ifdef __bpf__
	*(__u64 __attribute__((may_alias)) *)to = *(const __u64 __attribute__((may_alias)) *)from;
#else
	memcpy(to, from, 8);
#endif
}

/* An IPv4 address as the first four of eight bytes. */
PKT_INLINE __u64 address_word(__u32 address)
{
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? address : (__u64)address << 32;
}

PKT_INLINE void registers_clear(__u8 *registers)
{
	for (__u32 i = 0; i < TOP_REGISTERS; i += 8)
		*(volatile __u64 *)(registers + i) = 0;
}

/* What a way says beside its count, new or renewed. */
PKT_INLINE void note_key(struct message_work *work, struct top_key *key, __u8 kind)
{
	key->qtype = (__u16)CARRY_QTYPE(work->carry);
	if (work->ede != TOP_NO_EDE)
		key->ede = (__u16)work->ede;
	if (kind > key->kind)
		key->kind = kind;
}

PKT_INLINE void begin_key(struct message_work *work, struct top_key *key, __u64 how, bool address)
{
	key->rcode = (__u16)work->rcode;
	key->slot = (__u8)HOW_SLOT(how);
	key->kind = 0;
	key->ede = TOP_NO_EDE;
	key->address[0] = address ? work->address[0] : 0;
	key->address[1] = address ? work->address[1] : 0;
}

/* Copy the suffix that begins with @label to @to, which has TOP_NAME_MAX bytes. */
PKT_INLINE void copy_name(__u8 *to, const struct name_labels *name, __u32 label)
{
	__u32 begin = name->begin[pkt_clamp(label, DNS_LABELS_MAX)];
	const __u8 *text = &name->text[begin];
	__u32 octets = work_get(name, octets) - begin;

	for (__u32 i = 0; i < TOP_NAME_MAX; i += 8) {
		if (i >= octets)
			break;
		copy_word(to + i, text + i);
	}
}

/* The set of @listed in the table of @dimension. */
PKT_INLINE __u32 set_index(pkt_ctx *ctx, __u64 how, enum top_dimension dimension, __u64 hash)
{
	__u32 sets = pkt_config(ctx)->top_sets[dimension];

	return top_index(pkt_config(ctx)->top_first[dimension], HOW_CPU(how), HOW_EPOCH(how),
			 sets) +
	       top_set_of(hash, sets);
}

/* Count the response in the table of @dimension, under what the work area says. */
PKT_INLINE void count_top(pkt_ctx *ctx, struct message_work *work, __u64 how,
			  enum top_dimension dimension, __u64 salt, __u32 epoch)
{
	const struct listed *listed = &work->listed[dimension];
	__u64 hash = name_mix(listed->hash ^ salt);
	__u32 index = set_index(ctx, how, dimension, hash), found, way;
	struct top_set *set = store_top_set(ctx, index);
	__u8 *to;

	if (!set)
		return;
	found = top_touch(set, epoch, top_fingerprint(hash), work_random(ctx, work, how));
	if (found == TOP_DISCARDED)
		return;
	/* So that the verifier does not follow what comes for each way by itself. */
	work_set(work, at, found);
	found = work_get(work, at);
	way = pkt_clamp(found & 7u, TOP_WAYS - 1);
	if (found & TOP_ADMITTED) {
		begin_key(work, &set->key[way], how, dimension >= TOP_SERVER);
		to = dimension < TOP_SERVER ? store_top_name(ctx, index, way) : NULL;
		if (to)
			copy_name(to, &work->name[pkt_clamp(listed->place, NAME_PLACES - 1)],
				  listed->label);
	}
	note_key(work, &set->key[way], listed->kind);
	to = dimension == TOP_ZONE ? store_top_registers(ctx, index, way) : NULL;
	if (!to)
		return;
	if (found & TOP_ADMITTED)
		registers_clear(to);
	registers_take(to, work->name[pkt_clamp(listed->place, NAME_PLACES - 1)].distinct);
}

/* Bits of lists: 1 << TOP_*. */
PKT_INLINE __u32 lists_of(pkt_ctx *ctx, __u64 how)
{
	return pkt_config(ctx)->top_slot[pkt_clamp(HOW_SLOT(how), SLOTS_MAX - 1)];
}

PKT_INLINE void list_name(struct message_work *work, enum top_dimension dimension, __u8 kind,
			  enum name_place place, __u32 label)
{
	struct listed *listed = &work->listed[dimension];

	label = pkt_clamp(label, DNS_LABELS_MAX);
	listed->hash = work->name[place].hash[label];
	listed->kind = kind;
	listed->place = (__u8)place;
	listed->label = (__u8)label;
}

/* The zone of the denied name in @place. */
PKT_INLINE void list_zone(pkt_ctx *ctx, struct message_work *work, __u64 how, enum name_place place)
{
	__u64 label = NO_LABEL;
	__u8 kind = ZONE_SOA;

	if (work_get(work, soa)) {
		label = zone_at_pointer(ctx, work, place);
		if (label == NO_LABEL)
			label = zone_of_soa(ctx, how, place);
	}
	if (label == NO_LABEL) {
		label = work_get(&work->name[place], count) - registrable_labels(ctx, how, place);
		kind = ZONE_REGISTRABLE;
	}
	work_set(work, at, (__u32)label);
	list_name(work, TOP_ZONE, kind, place, work_get(work, at));
}

/*
 * Find the names that the offending response in the CPU's work area is listed by. Gives the lists, of
 * @lists, that it has names for.
 */
PKT_INLINE __u32 list_names(pkt_ctx *ctx, struct message_work *work, __u64 how, __u32 lists)
{
	if (!name_scan(ctx, work, how, work_get(work, question), NAME_ASKED))
		return 0;
	list_name(work, TOP_NAME, 0, NAME_ASKED, 0);
	if (!(lists & 1u << TOP_ZONE))
		return 1u << TOP_NAME;
	if (!work_get(work, alias))
		list_zone(ctx, work, how, NAME_ASKED);
	else if (name_scan(ctx, work, how, work_get(work, alias), NAME_DENIED))
		list_zone(ctx, work, how, NAME_DENIED);
	else
		return lists & 1u << TOP_NAME;
	return lists;
}

/* The address at @offset of the network header, as much of it as is to be kept. */
PKT_INLINE bool list_address(pkt_ctx *ctx, struct message_work *work, __u64 how,
			     enum top_dimension dimension, __u32 v4, __u32 v6)
{
	const volatile struct hook_config *config = pkt_config(ctx);
	__u32 family = HOW_FAMILY(how), word;
	__u64 hash = family * config->name_seed[NAME_SEED_LENGTH];
	struct {
		__u64 word[2];
	} address = {};

	if (family == FAMILY_IPV6) {
		if (!pkt_load(ctx, work_get(work, l4.network) + v6, &address, sizeof(address)))
			return false;
	} else {
		if (!pkt_load(ctx, work_get(work, l4.network) + v4, &word, sizeof(word)))
			return false;
		address.word[0] = address_word(word);
	}
	for (__u32 i = 0; i < 2; i++) {
		address.word[i] &= config->address_mask[dimension][family & 1][i];
		work->address[i] = address.word[i];
		hash += name_word(address.word[i], config->name_seed[i]);
	}
	work->listed[dimension].hash = hash;
	work->listed[dimension].kind = (__u8)family;
	return true;
}

/*
 * Count the offending response in the CPU's work area in the lists @lists of its slot; those of names
 * only as far as list_names() has found them. Addresses: RFC 791 section 3.1, RFC 8200 section 3.
 */
PKT_STAGE __u64 count_lists(pkt_ctx *ctx, __u64 how, __u64 lists)
{
	struct message_work *work = store_work(ctx, HOW_CPU(how));
	__u32 epoch = store_epoch(ctx, how);
	__u64 salt;

	if (!work)
		return 0;
	salt = name_mix(work->rcode | HOW_SLOT(how) << 12);
	if (lists & 1u << TOP_ZONE)
		count_top(ctx, work, how, TOP_ZONE, salt, epoch);
	if (lists & 1u << TOP_NAME)
		count_top(ctx, work, how, TOP_NAME, salt, epoch);
	if (lists & 1u << TOP_SERVER && list_address(ctx, work, how, TOP_SERVER, 12, 8))
		count_top(ctx, work, how, TOP_SERVER, salt, epoch);
	if (lists & 1u << TOP_CLIENT && list_address(ctx, work, how, TOP_CLIENT, 16, 24))
		count_top(ctx, work, how, TOP_CLIENT, salt, epoch);
	return 0;
}

#endif
