// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "parser/host_store.h"

#include <errno.h>
#include <stdlib.h>

#include "flow_bucket.h"
#include "parser/host_link.h"
#include "parser/host_top.h"
#include "pkt_count.h"

PKT_INLINE struct tally *store_tally(pkt_ctx *ctx, __u32 index)
{
	(void)index;
	return &ctx->store->counts.tally;
}

PKT_INLINE void store_rcode_rest(pkt_ctx *ctx, __u32 slot, __u32 epoch, __u32 rcode)
{
	(void)slot;
	(void)epoch;
	ctx->store->counts.rcode_rest.count[rcode - RCODE_DIRECT]++;
}

/* As many rare values as the kernel's table holds, so that hostile input costs no more here. */
PKT_INLINE __u64 store_rare(pkt_ctx *ctx, __u32 slot, __u32 epoch, enum rare_kind kind, __u32 value)
{
	struct snapshot *counts = &ctx->store->counts;
	const struct rare_count *rare;
	__u64 before;

	(void)slot;
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

PKT_INLINE bool store_texts_wanted(pkt_ctx *ctx, __u32 slot)
{
	(void)slot;
	return ctx->store->texts_wanted;
}

PKT_INLINE void store_ede_text(pkt_ctx *ctx, __u32 slot, __u32 epoch, __u32 rcode, __u32 info_code,
			       __u64 span, bool anew)
{
	__u32 offset = SPAN_AT(span), length = SPAN_END(span) - offset;
	struct snapshot *counts = &ctx->store->counts;
	const struct rare_count *rare = snapshot_rare_find(counts, RARE_EDE,
							   rcode << 16 | info_code);
	struct ede_text text = {0};

	(void)slot;
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

PKT_INLINE struct flow_work *store_flow_work(pkt_ctx *ctx)
{
	return &ctx->store->work;
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

PKT_INLINE enum flow_found store_flow_take(pkt_ctx *ctx, __u64 id, bool create)
{
	struct flow_work *work = store_flow_work(ctx);
	struct flow_bucket *bucket = bucket_of(ctx, id);
	enum flow_found found;

	if (!bucket)
		return FLOW_ABSENT;
	work_clear(work);
	found = bucket_take(bucket, work, id, create);
	if (found == FLOW_NEW)
		work_new(work, id);
	return found;
}

PKT_INLINE bool store_flow_pass(pkt_ctx *ctx, __u64 id, __u32 position, __u32 length)
{
	struct flow_bucket *bucket = bucket_of(ctx, id);

	return bucket && bucket_pass(bucket, id, position, length);
}

PKT_INLINE void store_flow_put(pkt_ctx *ctx, bool keep)
{
	struct flow_work *work = store_flow_work(ctx);

	work->flow.busy = 0;
	bucket_put(bucket_of(ctx, work->flow.id), work, keep);
}

/* What counts into @store counts as its CPU. */
static __u64 how_by(const struct host_store *store)
{
	return HOW(0, 0) | (__u64)store->cpu << HOW_CPU_SHIFT;
}

void host_store_finish(struct host_store *store, const struct hook_config *config)
{
	pkt_ctx ctx = {.config = config, .store = store};
	__u64 how = how_by(store);

	for (__u32 i = 0; store->flows && i < config->flow_buckets; i++)
		for (__u32 way = 0; way < FLOW_WAYS; way++) {
			store->work.victim = store->flows[i].way[way];
			if (store->work.victim.id)
				flow_abandon(&ctx, how, 1);
			store->flows[i].way[way].id = 0;
		}
}

/* Frames of captures that no interface has. */
static __u32 parse_linked(pkt_ctx *ctx, enum host_link link, struct l4 *l4)
{
	__u32 ethertype = 0, offset = 0, vlans = 0, fate = FATE_NONE;

	switch (link) {
	case HOST_LINK_NULL: fate = parse_null(ctx, &ethertype, &offset); break;
	case HOST_LINK_SLL: fate = parse_sll(ctx, &ethertype, &offset, &vlans); break;
	case HOST_LINK_SLL2: fate = parse_sll2(ctx, &ethertype, &offset, &vlans); break;
	case HOST_LINK_ETHERNET:
	case HOST_LINK_RAW_IP: break;
	}
	if (fate != FATE_NONE)
		return fate;
	ctx->store->message.vlans = vlans;
	return parse_from_network(ctx, ethertype, offset, l4);
}

static __u32 count_linked(pkt_ctx *ctx, enum host_link link)
{
	__u64 how = how_by(ctx->store);
	struct l4 l4 = {0};
	__u32 fate;

	if (link == HOST_LINK_ETHERNET || link == HOST_LINK_RAW_IP)
		return count_frame(ctx, how, link == HOST_LINK_RAW_IP);
	fate = parse_linked(ctx, link, &l4);
	return fate == FATE_NONE ? count_transport(ctx, &l4, how) : fate;
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

/* As the programs do, the short way or the long one. */
static void count_either_way(pkt_ctx *ctx, enum host_link link)
{
	struct host_store *store = ctx->store;

	if (link == HOST_LINK_ETHERNET && !ctx->config->decap && !store->long_way &&
	    count_plain(ctx, &store->counts.tally, how_by(store), store->epoch))
		return;
	count_packet(&store->counts.tally, count_linked(ctx, link));
}

void host_count(struct host_store *store, const struct hook_config *config, enum host_link link,
		const void *data, uint32_t captured, uint32_t length)
{
	pkt_ctx ctx = frame_ctx(store, config, data, captured, length);

	count_either_way(&ctx, link);
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
	__u32 fate;

	if (plainly_udp(&ctx, link))
		return 0;
	if (link == HOST_LINK_ETHERNET || link == HOST_LINK_RAW_IP) {
		fate = (__u32)parse_any(&ctx, HOW(0, 0), link == HOST_LINK_RAW_IP);
		l4 = store->message.l4;
	} else {
		fate = parse_linked(&ctx, link, &l4);
	}
	if (fate != FATE_NONE || l4.protocol != IP_PROTOCOL_TCP || l4.fragment ||
	    !is_dns_port(&ctx, l4.source_port))
		return 0;
	return tcp_flow_id(&ctx, how_of(&ctx, &l4, HOW(0, 0)),
			   (__u64)l4.source_port << 16 | l4.destination_port);
}

#define NAME_FRONT 12u /* room in front, as a message's header makes it: see name_label() */

bool host_name_scan(struct host_store *store, const struct hook_config *config, const uint8_t *wire,
		    size_t length)
{
	uint8_t message[NAME_FRONT + DNS_NAME_MAX] = {0};
	struct message_work *work = &store->message;
	pkt_ctx ctx = {.data = message, .config = config, .store = store};

	if (length > DNS_NAME_MAX)
		return false;
	memcpy(message + NAME_FRONT, wire, length);
	ctx.captured = ctx.length = (__u32)(NAME_FRONT + length);
	work->message = 0;
	work->end = ctx.length;
	if (!name_scan(&ctx, work, HOW(0, 0), NAME_FRONT, NAME_ASKED))
		return false;
	work->distinct = name_hash(&ctx, work, HOW(0, 0), NAME_ASKED, 0);
	return true;
}

void host_name_take(const struct host_store *store, uint8_t registers[TOP_REGISTERS])
{
	registers_take(registers, store->message.distinct);
}

uint64_t host_name_hash(struct host_store *store, const struct hook_config *config, uint32_t label)
{
	pkt_ctx ctx = {.config = config, .store = store};

	return name_hash(&ctx, &store->message, HOW(0, 0), NAME_ASKED, label);
}

uint32_t host_name_registrable(struct host_store *store, const struct hook_config *config)
{
	pkt_ctx ctx = {.config = config, .store = store};

	return (uint32_t)registrable_labels(&ctx, HOW(0, 0), NAME_ASKED);
}

void host_store_free(struct host_store *store)
{
	free(store->flows);
	store->flows = NULL;
	top_tables_free(&store->top);
	free(store->counts.rare);
	store->counts.rare = NULL;
	store->counts.rare_count = store->counts.rare_room = 0;
}
