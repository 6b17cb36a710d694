/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The packet parser as targets drive it: a store that is used again and again, and what holds. */
#ifndef RCODEWATCH_TESTS_FUZZ_FRAME_H
#define RCODEWATCH_TESTS_FUZZ_FRAME_H

#include "config.h"
#include "parser/host_store.h"
#include "target.h"

/* Frames are cut to this; more than enough for 256 records, which is as far as the parser walks. */
#define FRAME_MAX 4096u

struct frame_meta {
	enum host_link link;
	uint32_t gso_size; /* 0, or that of a super-packet's segments */
	bool decap;
};

/* What frames are counted into: by the fast path where it is for them, and all by the slow path. */
struct frame_store {
	struct host_store counts, by_slow;
};

/* Set all counts to zero, forget all flows; what is allocated stays. All zero is fine to begin. */
void frame_store_reset(struct frame_store *store);

/*
 * Count a frame of at most FRAME_MAX bytes, of @length on the wire, and check that it got one outcome, the
 * same on both paths. Under AddressSanitizer a read past its end is seen, wherever @data lies.
 */
void frame_count(struct frame_store *store, struct frame_meta meta, const uint8_t *data,
		 size_t captured, size_t length);

/* The streams have ended: see host_store_finish(). */
void frame_store_finish(struct frame_store *store);
/* Check what must hold of a store after that, whatever came in since its reset. */
void frame_store_check(const struct frame_store *store);
/* The same of its lists: frame_store_check() calls it. */
void frame_lists_check(const struct host_store *store);

/*
 * Hold the names and the zone that the scratch of a store whose frames take the slow path has of a response in
 * @frame, of @captured bytes, against another reading of it. To be called when one response was counted that
 * is offending, and no more. @listed: not as one without a name.
 */
void frame_names_check(const struct host_store *store, const uint8_t *frame, size_t captured,
		       bool listed);

#endif
