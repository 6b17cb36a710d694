// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Holds the parser itself, as host_count() cannot be told of super-packets: what links this gets no
 * other copy of user/parser/host_store.c out of the library.
 */
#include "frame.h"
#include "same_counts.h"

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

	if (counts->counters.rcode[RCODE_DIRECT][0][0] ||
	    counts->counters.rcode[RCODE_DIRECT][0][1] ||
	    counts->counters.rcode[RCODE_DIRECT][1][0] ||
	    counts->counters.rcode[RCODE_DIRECT][1][1])
		memset(&counts->rcode_rest, 0, sizeof(counts->rcode_rest));
	memset(&counts->counters, 0, sizeof(counts->counters));
	counts->rare_count = 0;
	counts->rare_lost = 0;
	if (store->flows)
		memset(store->flows, 0,
		       sizeof(*store->flows) * fuzz_settings()->config.flow_buckets);
	memset(&store->scratch, 0, sizeof(store->scratch));
	store->message.random = 0;
	store->epoch += 2;
	store->suffixes = fuzz_settings()->suffixes;
}

void frame_store_reset(struct frame_store *store)
{
	store->by_slow.slow_path = true;
	reset(&store->counts);
	reset(&store->by_slow);
}

void frame_store_finish(struct frame_store *store)
{
	host_store_finish(&store->counts, &fuzz_settings()->config);
	host_store_finish(&store->by_slow, &fuzz_settings()->config);
}

static uint64_t outcomes(const struct pkt_counters *counters)
{
	uint64_t all = 0;

	for (size_t i = 0; i < PKT_OUTCOMES; i++)
		all += counters->outcome[i];
	return all;
}

/* Count into one store. Gives whether the frame brought one offending response and no more. */
static bool count_into(pkt_ctx *ctx, struct host_store *store, enum host_link link)
{
	struct pkt_counters *counters = &store->counts.counters;
	uint64_t packets = counters->packets, of_outcome = outcomes(counters),
		 offending = counters->offending;

	ctx->store = store;
	count_by_either_path(ctx, link);
	if (counters->packets != packets + 1 || outcomes(counters) != of_outcome + 1)
		fuzz_fail("a frame was not counted once");
	return counters->offending == offending + 1 && !ctx->gso_size;
}

void frame_count(struct frame_store *store, struct frame_meta meta, const uint8_t *data,
		 size_t captured, size_t length)
{
	static _Alignas(8) uint8_t arena[GUARD + FRAME_MAX + GUARD];
	const struct pkt_counters *counters = &store->by_slow.counts.counters;
	pkt_ctx ctx = {
		.data = arena + GUARD,
		.captured = (__u32)captured,
		.length = (__u32)length,
		.gso_size = meta.gso_size,
		.config = meta.decap ? &fuzz_settings()->decap : &fuzz_settings()->config,
	};
	uint64_t unlisted = counters->unlisted;
	bool offends;

	memcpy(arena + GUARD, data, captured);
	ASAN_POISON_MEMORY_REGION(arena + GUARD + captured, GUARD);
	count_into(&ctx, &store->counts, meta.link);
	offends = count_into(&ctx, &store->by_slow, meta.link);
	ASAN_UNPOISON_MEMORY_REGION(arena + GUARD + captured, GUARD);
	if (memcmp(&store->counts.counts.counters, counters, COUNTED_SIZE) != 0)
		fuzz_fail("a frame was counted differently by the fast path");
	if (offends)
		frame_names_check(&store->by_slow, data, captured, counters->unlisted == unlisted);
	fuzz_frames++;
}
