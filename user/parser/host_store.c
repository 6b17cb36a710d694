// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "parser/host_store.h"

#include <errno.h>
#include <stdlib.h>

#include "flow_bucket.h"
#include "parser/host_link.h"
#include "parser/host_top.h"
#include "parser/host_txn.h"
#include "pkt_count.h"

/* Where an IP header has its source address, and behind that the destination. */
#define IPV4_ADDRESSES 12u
#define IPV6_ADDRESSES 8u

PKT_INLINE struct pkt_counters *store_counters(pkt_ctx *ctx, __u32 index)
{
	(void)index;
	return &ctx->store->counts.counters;
}

PKT_INLINE void store_noerror_data(struct pkt_counters *counters, __u32 family, __u32 flags)
{
	counters_add_data(counters, (enum family)family, FLAG_SET(flags), 1);
}

PKT_INLINE void store_rcode_rest(pkt_ctx *ctx, __u32 point, __u32 epoch, __u32 rcode)
{
	(void)point;
	(void)epoch;
	ctx->store->counts.rcode_rest.count[rcode - RCODE_DIRECT]++;
}

/* As many rare values as the kernel's table holds, so that hostile input costs no more here. */
PKT_INLINE __u64 store_rare(pkt_ctx *ctx, __u32 point, __u32 epoch, enum rare_kind kind,
			    __u32 value)
{
	struct snapshot *counts = &ctx->store->counts;
	const struct rare_count *rare;
	__u64 before;

	(void)point;
	(void)epoch;
	rare = snapshot_rare_find(counts, (uint16_t)kind, value);
	before = rare ? rare->count : 0;
	if (!rare && counts->rare_count >= RARE_ENTRIES) {
		counts->rare_lost++;
		return 1;
	}
	if (snapshot_rare_add(counts, (uint16_t)kind, value, 1, NULL) < 0)
		ctx->store->error = -ENOMEM;
	return before;
}

PKT_INLINE bool store_texts_wanted(pkt_ctx *ctx, __u32 point)
{
	(void)point;
	return ctx->store->texts_wanted;
}

PKT_INLINE void store_ede_text(pkt_ctx *ctx, __u32 point, __u32 epoch, __u32 rcode, __u32 info_code,
			       __u64 span, bool anew)
{
	__u32 offset = SPAN_AT(span), length = SPAN_END(span) - offset;
	struct snapshot *counts = &ctx->store->counts;
	const struct rare_count *rare = snapshot_rare_find(counts, RARE_EDE,
							   rcode << 16 | info_code);
	struct ede_text text = {0};

	(void)point;
	(void)epoch;
	if (rare && rare->text.length) {
		if (!anew)
			return;
	} else if (ctx->store->texts >= EDE_TEXTS) {
		counts->ede_texts_lost++;
		return;
	} else {
		ctx->store->texts++;
	}
	while (text.length < EDE_TEXT_MAX && text.length < length &&
	       pkt_load(ctx, (__u64)offset + text.length, &text.text[text.length], 1))
		text.length++;
	text.cut = length > text.length;
	if (snapshot_rare_add(counts, RARE_EDE, rcode << 16 | info_code, 0, &text) < 0)
		ctx->store->error = -ENOMEM;
}

bool host_rares_crowded(const struct host_store *store)
{
	return store->counts.rare_count >= RARE_PRESSED(RARE_ENTRIES) ||
	       store->texts >= RARE_PRESSED(EDE_TEXTS);
}

void host_rares_retire(struct host_store *store)
{
	struct snapshot *counts = &store->counts;

	for (size_t i = 0; i < counts->rare_count; i++)
		counts->rare_retired += counts->rare[i].count > 0;
	counts->rare_count = 0;
	store->texts = 0;
	store->texts_wanted = true;
}

PKT_INLINE struct flow_scratch *store_flow_scratch(pkt_ctx *ctx)
{
	return &ctx->store->scratch;
}

static struct flow_bucket *bucket_of(pkt_ctx *ctx, __u64 id)
{
	struct host_store *store = ctx->store;

	if (!store->flows) {
		store->flows = calloc(ctx->config->flow_buckets, sizeof(*store->flows));
		if (!store->flows) {
			store->error = -ENOMEM;
			return NULL;
		}
	}
	return &store->flows[(__u32)(id >> 32) & (ctx->config->flow_buckets - 1)];
}

PKT_INLINE enum flow_found store_flow_acquire(pkt_ctx *ctx, __u64 id, bool create)
{
	struct flow_scratch *scratch = store_flow_scratch(ctx);
	struct flow_bucket *bucket = bucket_of(ctx, id);
	enum flow_found found;

	if (!bucket)
		return FLOW_ABSENT;
	scratch_clear(scratch);
	found = bucket_acquire(bucket, scratch, id, create);
	if (found == FLOW_NEW)
		scratch_new(scratch, id);
	return found;
}

PKT_INLINE bool store_flow_pass(pkt_ctx *ctx, __u64 id, __u32 position, __u32 length)
{
	struct flow_bucket *bucket = bucket_of(ctx, id);

	return bucket && bucket_pass(bucket, id, position, length);
}

PKT_INLINE void store_flow_put(pkt_ctx *ctx, bool keep)
{
	struct flow_scratch *scratch = store_flow_scratch(ctx);

	scratch->flow.busy = 0;
	bucket_put(bucket_of(ctx, scratch->flow.id), scratch, keep);
}

/* What counts into @store counts at its point, as its CPU. */
static __u64 meta_by(const struct host_store *store)
{
	return META(0, store->point) | (__u64)store->cpu << META_CPU_SHIFT |
	       (store->direction == DIRECTION_TX ? META_TX : 0);
}

PKT_INLINE enum place store_place(pkt_ctx *ctx, enum direction direction,
				  struct pkt_counters **counters, __u64 *meta)
{
	(void)direction;
	*counters = &ctx->store->counts.counters;
	*meta = meta_by(ctx->store);
	return PLACE_FOUND;
}

void host_store_finish(struct host_store *store, const struct hook_config *config)
{
	pkt_ctx ctx = {.config = config, .store = store};
	__u64 meta = meta_by(store);

	for (__u32 i = 0; store->flows && i < config->flow_buckets; i++)
		for (__u32 way = 0; way < FLOW_WAYS; way++) {
			store->scratch.victim = store->flows[i].way[way];
			if (store->scratch.victim.id)
				flow_abandon(&ctx, meta, 1);
			store->flows[i].way[way].id = 0;
		}
}

/* From the link header to the network layer: its ethertype, its offset and the VLAN tags before it. */
static __u32 parse_link(pkt_ctx *ctx, enum host_link link, __u32 *ethertype, __u32 *offset,
			__u32 *vlans)
{
	switch (link) {
	case HOST_LINK_NULL: return parse_null(ctx, ethertype, offset);
	case HOST_LINK_SLL: return parse_sll(ctx, ethertype, offset, vlans);
	case HOST_LINK_SLL2: return parse_sll2(ctx, ethertype, offset, vlans);
	case HOST_LINK_RAW_IP: return parse_version(ctx, ethertype);
	case HOST_LINK_ETHERNET: break;
	}
	return parse_ethernet(ctx, ethertype, offset, vlans);
}

/* Frames of captures that no interface has. */
static __u32 parse_linked(pkt_ctx *ctx, enum host_link link, struct l4 *l4)
{
	__u32 ethertype = 0, offset = 0, vlans = 0;
	__u32 outcome = parse_link(ctx, link, &ethertype, &offset, &vlans);

	if (outcome != PKT_OUTCOME_NONE)
		return outcome;
	ctx->store->message.vlans = vlans;
	return parse_from_network(ctx, ethertype, offset, l4);
}

static __u32 count_linked(pkt_ctx *ctx, enum host_link link)
{
	__u64 meta = meta_by(ctx->store);
	struct l4 l4 = {0};
	__u32 outcome;

	if (link == HOST_LINK_ETHERNET || link == HOST_LINK_RAW_IP)
		return count_frame(ctx, meta, link == HOST_LINK_RAW_IP);
	outcome = parse_linked(ctx, link, &l4);
	return outcome == PKT_OUTCOME_NONE ? count_transport(ctx, &l4, meta) : outcome;
}

static pkt_ctx frame_ctx(struct host_store *store, const struct hook_config *config,
			 const void *data, uint32_t captured, uint32_t length)
{
	return (pkt_ctx){
		.data = data,
		.captured = captured,
		.length = length < captured ? captured : length,
		.offloads = store->offloads,
		.config = config,
		.store = store,
	};
}

/* A function of its own, lest the fast path save and spill registers for it. */
static __attribute__((noinline)) void count_slow(pkt_ctx *ctx, enum host_link link)
{
	struct pkt_counters *counters = &ctx->store->counts.counters;

	counters->slow_path++;
	count_packet(counters, count_linked(ctx, link));
}

/* As the programs do, by the fast path or the slow path. */
static void count_by_either_path(pkt_ctx *ctx, enum host_link link)
{
	if (likely(link == HOST_LINK_ETHERNET && !ctx->config->decap && !ctx->store->slow_path) &&
	    likely(count_fast(ctx, ctx->store->direction)))
		return;
	count_slow(ctx, link);
}

void host_count(struct host_store *store, const struct hook_config *config, enum host_link link,
		const void *data, uint32_t captured, uint32_t length)
{
	pkt_ctx ctx = frame_ctx(store, config, data, captured, length);

	count_by_either_path(&ctx, link);
}

/* What most frames are, by one look. Tunnels can have TCP behind UDP. */
static bool plainly_udp(const pkt_ctx *ctx, enum host_link link)
{
	const __u8 *at = ctx->data;

	if (link != HOST_LINK_ETHERNET || ctx->config->decap ||
	    ctx->captured < ETHERNET_SIZE + IPV4_MIN)
		return false;
	if (at[12] == ETHERTYPE_IPV4 >> 8 && at[13] == (ETHERTYPE_IPV4 & 0xffu))
		return at[ETHERNET_SIZE + 9] == IP_PROTOCOL_UDP;
	return at[12] == ETHERTYPE_IPV6 >> 8 && at[13] == (ETHERTYPE_IPV6 & 0xffu) &&
	       at[ETHERNET_SIZE + 6] == IP_PROTOCOL_UDP;
}

uint64_t host_stream(struct host_store *store, const struct hook_config *config,
		     enum host_link link, const void *data, uint32_t captured, uint32_t length)
{
	pkt_ctx ctx = frame_ctx(store, config, data, captured, length);
	struct l4 l4 = {0};
	__u32 outcome;

	if (plainly_udp(&ctx, link))
		return 0;
	if (link == HOST_LINK_ETHERNET || link == HOST_LINK_RAW_IP) {
		outcome = (__u32)parse_any(&ctx, META(0, 0), link == HOST_LINK_RAW_IP);
		l4 = store->message.l4;
	} else {
		outcome = parse_linked(&ctx, link, &l4);
	}
	if (outcome != PKT_OUTCOME_NONE || l4.protocol != IP_PROTOCOL_TCP || l4.fragment ||
	    !is_dns_port(&ctx, l4.source_port))
		return 0;
	return tcp_flow_id(&ctx, meta_of(&ctx, &l4, META(0, 0)),
			   (__u64)l4.source_port << 16 | l4.destination_port);
}

/* Copy the two addresses of @size bytes each that are at @at. False if they were not captured. */
static bool load_addresses(pkt_ctx *ctx, __u32 at, __u32 size, struct host_addresses *addresses)
{
	memset(addresses->source, 0, sizeof(addresses->source));
	memset(addresses->destination, 0, sizeof(addresses->destination));
	return pkt_load(ctx, at, addresses->source, size) &&
	       pkt_load(ctx, (__u64)at + size, addresses->destination, size);
}

bool host_outer_addresses(struct host_store *store, const struct hook_config *config,
			  enum host_link link, const void *data, uint32_t captured,
			  struct host_addresses *addresses)
{
	pkt_ctx ctx = frame_ctx(store, config, data, captured, captured);
	__u32 ethertype = 0, offset = 0, vlans = 0, first;
	__u64 place;

	if (parse_link(&ctx, link, &ethertype, &offset, &vlans) != PKT_OUTCOME_NONE)
		return false;
	place = INNER(offset, ethertype);
	if (config->decap)
		place = through_links(&ctx, place);
	if (place & INNER_ENDS)
		return false;
	offset = INNER_OFFSET(place);
	if (!pkt_u8(&ctx, offset, &first))
		return false;
	if (INNER_TYPE(place) == ETHERTYPE_IPV4 && first >> 4 == 4) {
		addresses->family = FAMILY_IPV4;
		return load_addresses(&ctx, offset + IPV4_ADDRESSES, 4, addresses);
	}
	if (INNER_TYPE(place) != ETHERTYPE_IPV6 || first >> 4 != 6)
		return false;
	addresses->family = FAMILY_IPV6;
	return load_addresses(&ctx, offset + IPV6_ADDRESSES, 16, addresses);
}

#define NAME_FRONT 12u /* room in front, as a message's header makes it: see name_label() */

bool host_name_scan(struct host_store *store, const struct hook_config *config, const uint8_t *wire,
		    size_t length)
{
	uint8_t message[NAME_FRONT + DNS_NAME_MAX] = {0};
	struct msg_scratch *scratch = &store->message;
	pkt_ctx ctx = {.data = message, .config = config, .store = store};

	if (length > DNS_NAME_MAX)
		return false;
	memcpy(message + NAME_FRONT, wire, length);
	ctx.captured = ctx.length = (__u32)(NAME_FRONT + length);
	scratch->message = 0;
	scratch->end = ctx.length;
	if (!name_scan(&ctx, scratch, META(0, 0), NAME_FRONT, NAME_ASKED))
		return false;
	scratch->denied = name_hash(&ctx, scratch, META(0, 0), NAME_ASKED, 0);
	return true;
}

void host_hll_add(const struct host_store *store, uint8_t hll[HLL_SIZE])
{
	hll_add(hll, store->message.denied);
}

uint64_t host_name_hash(struct host_store *store, const struct hook_config *config, uint32_t label)
{
	pkt_ctx ctx = {.config = config, .store = store};

	return name_hash(&ctx, &store->message, META(0, 0), NAME_ASKED, label);
}

uint32_t host_name_registrable(struct host_store *store, const struct hook_config *config)
{
	pkt_ctx ctx = {.config = config, .store = store};

	return (uint32_t)registrable_labels(&ctx, META(0, 0), NAME_ASKED);
}

int host_share_transactions(struct host_store *rx, struct host_store *tx,
			    const struct hook_config *config)
{
	int err = host_txn_make(rx, config);

	if (err)
		return err;
	tx->direction = DIRECTION_TX;
	tx->txn_buckets = rx->txn_buckets;
	tx->txn_details = rx->txn_details;
	tx->txn_times = rx->txn_times;
	tx->txn_borrowed = true;
	return 0;
}

void host_store_free(struct host_store *store)
{
	free(store->flows);
	store->flows = NULL;
	host_txn_free(store);
	top_tables_free(&store->top);
	free(store->counts.rare);
	store->counts.rare = NULL;
	store->counts.rare_count = store->counts.rare_room = 0;
}
