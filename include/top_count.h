/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An offending response into the lists: its name, its zone, its server and its client. */
#ifndef RCODEWATCH_TOP_COUNT_H
#define RCODEWATCH_TOP_COUNT_H

#include "top_set.h"
#include "zone.h"

/* The set at @index of the array of all sets; NULL if there is none. */
PKT_INLINE struct top_set *store_top_set(pkt_ctx *ctx, __u32 index);
/* What is beside it; likewise. */
PKT_INLINE struct top_meta *store_top_meta(pkt_ctx *ctx, __u32 index);
/* The name of a way, TOP_NAME_MAX bytes; NULL if the set has none. */
PKT_INLINE __u8 *store_top_name(pkt_ctx *ctx, __u64 meta, __u32 index, __u32 way);
/* The registers of a way; NULL if the set has none. */
PKT_INLINE __u8 *store_top_hll(pkt_ctx *ctx, __u64 meta, __u32 index, __u32 way);
/* The number of the epoch that the packet counts into. */
PKT_INLINE __u32 store_epoch(pkt_ctx *ctx, __u64 meta);

/* 32 random bits: xorshift64* (Vigna, 2016), begun from the key of this run. */
PKT_INLINE __u32 scratch_random(pkt_ctx *ctx, struct msg_scratch *scratch, __u64 meta)
{
	__u64 x = scratch->random;

	if (x == 0)
		x = name_mix(pkt_config(ctx)->top_key[TOP_KEY_RANDOM] ^ META_CPU(meta)) | 1;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	scratch->random = x;
	return (__u32)((x * 0x2545f4914f6cdd1dULL) >> 32);
}

/* The place of the highest bit of @x, which is not 0. Straight, as the verifier follows each way of a fork. */
PKT_INLINE __u32 highest_bit(__u64 x)
{
	__u32 at = 0;

	PKT_UNROLLED
	for (__u32 step = 6; step--;) {
		__u64 upper = x >> (1u << step);
		__u32 some = (__u32)((upper | -upper) >> 63) << step;

		x >>= some;
		at += some;
	}
	return at;
}

/*
 * Take the name with the hash @denied into the registers of a way: HyperLogLog (Flajolet et al.,
 * 2007), register by the highest 8 bits, rank by those below. Few names change a register, and what
 * their rank is need not be found for the others.
 */
PKT_INLINE void hll_add(__u8 *hll, __u64 denied)
{
	__u64 hash = name_mix(denied), rest = hash << 8 | 0x80;
	__u32 at = (__u32)(hash >> 56), rank = hll[at];

	_Static_assert(HLL_SIZE == 1u << 8, "as many as 8 bits choose among");
	if (rank && rest >> ((64 - rank) & 63))
		return;
	rank = 64 - highest_bit(rest);
	if (hll[at] < rank)
		hll[at] = (__u8)rank;
}

/* An IPv4 address as the first four of eight bytes. */
PKT_INLINE __u64 address_word(__u32 address)
{
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? address : (__u64)address << 32;
}

PKT_INLINE void hll_clear(__u8 *hll)
{
	for (__u32 i = 0; i < HLL_SIZE; i += 8)
		*(volatile __u64 *)(hll + i) = 0;
}

/* What a way says beside its count, new or renewed. */
PKT_INLINE void note_key(struct msg_scratch *scratch, struct top_key *key, __u8 kind)
{
	key->qtype = (__u16)WALK_STATE_QTYPE(scratch->walk_state);
	if (scratch->ede != NO_EDE)
		key->ede = (__u16)scratch->ede;
	if (kind > key->kind)
		key->kind = kind;
}

/* An address as it is listed: as much of it as is to be kept. */
struct listed_address {
	__u64 word[2];
};

/* The packet's source or, behind it, its destination. RFC 791 section 3.1, RFC 8200 section 3. */
PKT_INLINE bool load_address(pkt_ctx *ctx, const struct msg_scratch *scratch, __u32 family,
			     enum top_dimension dimension, struct listed_address *address)
{
	const __u64 *mask = pkt_config(ctx)->address_mask[dimension][family & 1];
	__u32 ip = scratch_get(scratch, l4.network), word;

	_Static_assert(TOP_CLIENT == TOP_SERVER + 1, "behind it");
	address->word[0] = address->word[1] = 0;
	if (family == FAMILY_IPV6) {
		if (!pkt_load(ctx, ip + 8 + (dimension - TOP_SERVER) * 16, address,
			      sizeof(*address)))
			return false;
		address->word[1] &= mask[1];
	} else {
		if (!pkt_load(ctx, ip + 12 + (dimension - TOP_SERVER) * 4, &word, sizeof(word)))
			return false;
		address->word[0] = address_word(word);
	}
	address->word[0] &= mask[0];
	return true;
}

/* One of an IPv4 address differs from another: there is no need for it to be among all of 64 bits. */
PKT_INLINE __u64 hash_address(pkt_ctx *ctx, const struct listed_address *address, __u32 family)
{
	const struct hook_config *config = pkt_config(ctx);

	if (family == FAMILY_IPV4)
		return address->word[0] + config->top_key[TOP_KEY_ADDRESS];
	return name_word(address->word[0], config->top_key[TOP_KEY_ADDRESS]) +
	       name_word(address->word[1], config->top_key[TOP_KEY_ADDRESS_2]);
}

/* What a way says for good. */
PKT_INLINE void begin_key(pkt_ctx *ctx, struct msg_scratch *scratch, struct top_key *key,
			  __u64 meta, enum top_dimension dimension)
{
	struct listed_address address = {};

	key->rcode = (__u16)scratch->rcode;
	key->point = (__u8)META_POINT(meta);
	key->kind = 0;
	key->ede = TOP_NO_EDE;
	if (dimension >= TOP_SERVER)
		load_address(ctx, scratch, META_FAMILY(meta), dimension, &address);
	key->address[0] = address.word[0];
	key->address[1] = address.word[1];
}

/* Copy the name at @listed->begin of @frame to @to, which has TOP_NAME_MAX bytes. */
PKT_INLINE void copy_from_frame(const struct pkt_view *frame, __u8 *to, const struct listed *listed)
{
	__u32 begin = scratch_get(listed, begin), octets, whole;
	const __u8 *from;

	for (__u32 i = 0; i + 8 <= DNS_NAME_MAX; i += 8) {
		if (i + 8 > scratch_get(listed, octets) || !pkt_within(frame, begin + i, 8, &from))
			break;
		name_put(to + i, name_lower(name_get(from)));
	}
	/* Once more, as the verifier has learnt of them from each round's bounds. */
	begin = scratch_get(listed, begin);
	octets = scratch_get(listed, octets);
	whole = pkt_clamp(octets & ~7u, TOP_NAME_MAX - 8);
	/* As in name_label(). */
	if (octets % 8 && pkt_within(frame, begin + octets - 8, 8, &from))
		name_put(to + whole, name_lower(name_cut(name_get(from), octets % 8)));
}

/* The same from the text of a name that has been read. */
PKT_INLINE void copy_from_text(__u8 *to, const struct name_labels *name, __u32 begin, __u32 octets)
{
	const __u8 *text = &name->text[pkt_mask(begin, DNS_NAME_MAX)];

	for (__u32 i = 0; i < TOP_NAME_MAX; i += 8) {
		if (i >= octets)
			break;
		name_put(to + i, name_get(text + i));
	}
}

/* How often what a way says beside its count is renewed: it is in another cache line. */
#define META_EVERY 16u

/* What is the same for all lists that a response is counted in. */
struct top_arrival {
	__u64 meta;
	__u64 salt;
	__u32 epoch;
	__u32 base; /* top_base() */
	const struct pkt_view
		*frame; /* where names are; NULL, as the compiler knows: in their text */
};

/* Give the key with @fingerprint, which has arrived and has no way, @way, or not. */
PKT_INLINE bool top_admit(pkt_ctx *ctx, struct msg_scratch *scratch,
			  const struct top_arrival *arrival, struct top_set *set, __u32 index,
			  __u32 way, __u32 fingerprint)
{
	struct top_meta *row_meta = store_top_meta(ctx, index);

	if (!row_meta || !top_admits(set, way, scratch_random(ctx, scratch, arrival->meta))) {
		set->unattributed++;
		return false;
	}
	top_give(set, row_meta, way, fingerprint);
	return true;
}

/* Write what goes with @way: all if it is new, else what may have changed. */
PKT_INLINE void top_note(pkt_ctx *ctx, struct msg_scratch *scratch,
			 const struct top_arrival *arrival, enum top_dimension dimension,
			 __u32 index, __u32 way, bool admitted)
{
	struct top_meta *row_meta = store_top_meta(ctx, index);
	const struct listed *listed = &scratch->listed[dimension];
	__u8 *to;

	if (!row_meta)
		return;
	way = pkt_clamp(way, TOP_WAYS - 1);
	if (admitted) {
		begin_key(ctx, scratch, &row_meta->key[way], arrival->meta, dimension);
		to = dimension < TOP_SERVER ? store_top_name(ctx, arrival->meta, index, way) : NULL;
		if (to && arrival->frame)
			copy_from_frame(arrival->frame, to, listed);
		else if (to)
			copy_from_text(to,
				       &scratch->name[pkt_clamp(listed->place, NAME_PLACES - 1)],
				       listed->begin, listed->octets);
	}
	note_key(scratch, &row_meta->key[way], listed->kind);
}

/* Take the denied name into the registers of a zone. */
PKT_INLINE void hll_add_denied(pkt_ctx *ctx, struct msg_scratch *scratch,
			       const struct top_arrival *arrival, __u32 index, __u32 way,
			       bool admitted)
{
	__u8 *hll = store_top_hll(ctx, arrival->meta, index, pkt_clamp(way, TOP_WAYS - 1));

	if (!hll)
		return;
	if (admitted)
		hll_clear(hll);
	hll_add(hll, scratch->denied);
}

/* Count the response in the table of @dimension, under what scratch says. */
PKT_INLINE void count_top(pkt_ctx *ctx, struct msg_scratch *scratch,
			  const struct top_arrival *arrival, enum top_dimension dimension)
{
	const struct hook_config *config = pkt_config(ctx);
	const struct listed *listed = &scratch->listed[dimension];
	__u64 place = top_place(listed->hash ^ arrival->salt, config->top_key[TOP_KEY_SET]);
	__u32 index = arrival->base + config->top_first[dimension] +
		      top_set_of(place, config->top_sets[dimension]);
	__u32 fingerprint = top_fingerprint(place), count = 0;
	__u64 way;
	struct top_set *set = store_top_set(ctx, index);

	if (unlikely(!set))
		return;
	top_renew(set, arrival->epoch);
	way = top_tagged(set, fingerprint);
	if (unlikely(way < TOP_WAYS && set->fingerprint[way] != fingerprint))
		way = top_search(set, fingerprint);
	/* The verifier would follow each way of a set by itself. */
	way = verifier_forget((__u32)way, fingerprint);
	pkt_barrier(way);
	if (likely(way < TOP_WAYS)) {
		count = ++set->count[way];
		if (dimension != TOP_ZONE && count % META_EVERY && scratch->ede == NO_EDE)
			return;
	} else {
		way = pkt_clamp(top_least(set), TOP_WAYS - 1);
		if (!top_admit(ctx, scratch, arrival, set, index, (__u32)way, fingerprint))
			return;
	}
	/* Nor does it anywhere follow what comes next for each by itself. */
	scratch_set(scratch, at, (__u32)way);
	way = scratch_get(scratch, at);
	scratch_set(scratch, length, count);
	count = scratch_get(scratch, length);
	if (unlikely(count % META_EVERY == 0 || scratch->ede != NO_EDE))
		top_note(ctx, scratch, arrival, dimension, index, (__u32)way, count == 0);
	if (dimension == TOP_ZONE)
		hll_add_denied(ctx, scratch, arrival, index, (__u32)way, count == 0);
}

/* Bits of lists: 1 << TOP_*. */
PKT_INLINE __u32 lists_of(pkt_ctx *ctx, __u64 meta)
{
	return pkt_config(ctx)->top_point[META_POINT(meta) % POINTS_ROUND];
}

/* List the message by the suffix of the name in @place that begins with @label. */
PKT_INLINE void list_name(pkt_ctx *ctx, struct msg_scratch *scratch, __u64 meta,
			  enum top_dimension dimension, __u8 kind, enum name_place place,
			  __u32 label)
{
	struct listed *listed = &scratch->listed[dimension];
	const struct name_labels *name = &scratch->name[place];

	label = pkt_mask(label, DNS_LABELS_MAX);
	listed->hash = name_hash(ctx, scratch, meta, place, label);
	listed->begin = name->begin[label];
	listed->octets = (__u8)(name->octets - name->begin[label]);
	listed->place = (__u8)place;
	listed->label = (__u8)label;
	listed->kind = kind;
}

/* The zone of the denied name in @place. */
PKT_INLINE void list_zone(pkt_ctx *ctx, struct msg_scratch *scratch, __u64 meta,
			  enum name_place place)
{
	__u64 label = NO_LABEL;
	__u8 kind = ZONE_SOA;

	if (scratch_get(scratch, soa)) {
		label = zone_at_pointer(ctx, scratch, place);
		if (label == NO_LABEL)
			label = zone_of_soa(ctx, meta, place);
	}
	if (label == NO_LABEL) {
		label = scratch_get(&scratch->name[place], count) -
			registrable_labels(ctx, meta, place);
		kind = ZONE_REGISTRABLE;
	}
	scratch_set(scratch, at, (__u32)label);
	scratch->denied = name_hash(ctx, scratch, meta, place, 0);
	list_name(ctx, scratch, meta, TOP_ZONE, kind, place, scratch_get(scratch, at));
}

/*
 * Find the names that the offending response in the CPU's scratch is listed by. Gives the lists, of
 * @lists, that it has names for.
 */
PKT_INLINE __u32 list_names(pkt_ctx *ctx, struct msg_scratch *scratch, __u64 meta, __u32 lists)
{
	if (!name_scan(ctx, scratch, meta, scratch_get(scratch, question), NAME_ASKED))
		return 0;
	list_name(ctx, scratch, meta, TOP_NAME, 0, NAME_ASKED, 0);
	if (!(lists & 1u << TOP_ZONE))
		return 1u << TOP_NAME;
	if (!scratch_get(scratch, alias))
		list_zone(ctx, scratch, meta, NAME_ASKED);
	else if (name_scan(ctx, scratch, meta, scratch_get(scratch, alias), NAME_DENIED))
		list_zone(ctx, scratch, meta, NAME_DENIED);
	else
		return lists & 1u << TOP_NAME;
	return lists;
}

PKT_INLINE bool list_address(pkt_ctx *ctx, struct msg_scratch *scratch, __u64 meta,
			     enum top_dimension dimension)
{
	struct listed_address address;

	if (!load_address(ctx, scratch, META_FAMILY(meta), dimension, &address))
		return false;
	scratch->listed[dimension].hash = hash_address(ctx, &address, META_FAMILY(meta));
	scratch->listed[dimension].kind = (__u8)META_FAMILY(meta);
	return true;
}

/*
 * Count the offending response in the CPU's scratch in the lists @lists of its point; those of names
 * only as far as names have been found.
 */
PKT_INLINE void count_in_lists(pkt_ctx *ctx, struct msg_scratch *scratch, __u64 meta, __u32 epoch,
			       __u32 lists, const struct pkt_view *frame)
{
	const struct top_arrival arrival = {
		.meta = meta,
		/* Far apart, as addresses and their sums are not. */
		.salt = (scratch->rcode | META_POINT(meta) << 12) * 0x9e3779b97f4a7c15ULL,
		.epoch = epoch,
		.frame = frame,
		.base = top_base(META_CPU(meta), META_EPOCH(meta),
				 pkt_config(ctx)->top_first[TOP_DIMENSIONS]),
	};

	/* One piece of code for all: between two packets it leaves the nearest caches. */
	PKT_ROLLED
	for (__u32 dimension = 0; dimension < TOP_DIMENSIONS; dimension++) {
		if (!(lists >> dimension & 1))
			continue;
		if (dimension >= TOP_SERVER &&
		    !list_address(ctx, scratch, meta, (enum top_dimension)dimension))
			continue;
		count_top(ctx, scratch, &arrival, (enum top_dimension)dimension);
	}
}

/* The same as a global subprogram. */
PKT_GLOBAL __u64 count_lists(pkt_ctx *ctx, __u64 meta, __u64 lists)
{
	struct msg_scratch *scratch = store_scratch(ctx, META_CPU(meta));

	pkt_keep(ctx);
	if (scratch)
		count_in_lists(ctx, scratch, meta, store_epoch(ctx, meta), (__u32)lists, NULL);
	return 0;
}

#endif
