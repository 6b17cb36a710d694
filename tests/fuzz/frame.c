// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Holds the parser itself, as host_count() cannot be told of super-packets: what links this gets no
 * other copy of user/parser/host_store.c out of the library.
 */
#include "frame.h"

#include <string.h>

#include "../../user/parser/host_store.c" /* NOLINT(bugprone-suspicious-include) */

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#endif

#ifdef UNDER_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size)   ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

/* Poison has a granularity of 8 bytes where it ends, none where it begins. */
#define GUARD 64u

static void reset(struct host_store *store)
{
	struct snapshot *counts = &store->counts;

	if (counts->tally.rcode[RCODE_DIRECT][0][0] || counts->tally.rcode[RCODE_DIRECT][0][1] ||
	    counts->tally.rcode[RCODE_DIRECT][1][0] || counts->tally.rcode[RCODE_DIRECT][1][1])
		memset(&counts->rcode_rest, 0, sizeof(counts->rcode_rest));
	memset(&counts->tally, 0, sizeof(counts->tally));
	counts->rare_count = 0;
	counts->rare_lost = 0;
	if (store->flows)
		memset(store->flows, 0,
		       sizeof(*store->flows) * fuzz_settings()->config.flow_buckets);
	memset(&store->work, 0, sizeof(store->work));
	store->message.random = 0;
	store->epoch += 2;
	store->suffixes = fuzz_settings()->suffixes;
}

void frame_store_reset(struct frame_store *store)
{
	store->by_long.long_way = true;
	reset(&store->counts);
	reset(&store->by_long);
}

void frame_store_finish(struct frame_store *store)
{
	host_store_finish(&store->counts, &fuzz_settings()->config);
	host_store_finish(&store->by_long, &fuzz_settings()->config);
}

static uint64_t fates(const struct tally *tally)
{
	uint64_t all = 0;

	for (size_t i = 0; i < FATE_COUNT; i++)
		all += tally->fate[i];
	return all;
}

/* Count into one store. Gives whether the frame brought one offending response and no more. */
static bool count_into(pkt_ctx *ctx, struct host_store *store, enum host_link link)
{
	struct tally *tally = &store->counts.tally;
	uint64_t packets = tally->packets, of_fate = fates(tally), offending = tally->offending;

	ctx->store = store;
	count_either_way(ctx, link);
	if (tally->packets != packets + 1 || fates(tally) != of_fate + 1)
		fuzz_fail("a frame was not counted once");
	return tally->offending == offending + 1 && !ctx->gso_size;
}

void frame_count(struct frame_store *store, struct frame_how how, const uint8_t *data,
		 size_t captured, size_t length)
{
	static _Alignas(8) uint8_t arena[GUARD + FRAME_MAX + GUARD];
	const struct tally *tally = &store->by_long.counts.tally;
	pkt_ctx ctx = {
		.data = arena + GUARD,
		.captured = (__u32)captured,
		.length = (__u32)length,
		.gso_size = how.gso_size,
		.config = how.decap ? &fuzz_settings()->decap : &fuzz_settings()->config,
	};
	uint64_t unlisted = tally->unlisted;
	bool offends;

	memcpy(arena + GUARD, data, captured);
	ASAN_POISON_MEMORY_REGION(arena + GUARD + captured, GUARD);
	count_into(&ctx, &store->counts, how.link);
	offends = count_into(&ctx, &store->by_long, how.link);
	ASAN_UNPOISON_MEMORY_REGION(arena + GUARD + captured, GUARD);
	if (memcmp(&store->counts.counts.tally, tally, sizeof(*tally)) != 0)
		fuzz_fail("a frame was counted otherwise by the short way");
	if (offends)
		frame_names_check(&store->by_long, data, captured, tally->unlisted == unlisted);
	fuzz_frames++;
}
