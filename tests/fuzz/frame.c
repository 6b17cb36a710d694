// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Holds the parser itself, as host_count() cannot be told of super-packets: what links this gets no
 * other copy of user/host_store.c out of the library.
 */
#include "frame.h"

#include <string.h>

#include "../../user/host_store.c" /* NOLINT(bugprone-suspicious-include) */

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

void frame_store_reset(struct host_store *store)
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

uint32_t frame_count(struct host_store *store, struct frame_how how, const uint8_t *data,
		     size_t captured, size_t length)
{
	static _Alignas(8) uint8_t arena[GUARD + FRAME_MAX + GUARD];
	pkt_ctx ctx = {
		.data = arena + GUARD,
		.captured = (__u32)captured,
		.length = (__u32)length,
		.gso_size = how.gso_size,
		.config = how.decap ? &fuzz_settings()->decap : &fuzz_settings()->config,
		.store = store,
	};
	struct tally *tally = &store->counts.tally;
	__u64 before = tally->packets, offending = tally->offending, unlisted = tally->unlisted;
	__u64 of_fate;
	__u32 fate;

	memcpy(arena + GUARD, data, captured);
	ASAN_POISON_MEMORY_REGION(arena + GUARD + captured, GUARD);
	fate = count_linked(&ctx, how.link);
	ASAN_UNPOISON_MEMORY_REGION(arena + GUARD + captured, GUARD);
	if (fate >= FATE_COUNT)
		fuzz_fail("a frame's fate is %u", fate);
	of_fate = tally->fate[fate];
	count_packet(tally, fate);
	if (tally->packets != before + 1 || tally->fate[fate] != of_fate + 1)
		fuzz_fail("a frame of fate %u was not counted once", fate);
	if (tally->offending == offending + 1 && !how.gso_size)
		frame_names_check(store, data, captured, tally->unlisted == unlisted);
	fuzz_frames++;
	return fate;
}
