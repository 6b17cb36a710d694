/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Measuring a program as it runs between two packets of a busy stack: see place.bpf.h. As in hook.h, what
 * fails ends the program.
 */
#ifndef RCODEWATCH_BENCH_PLACE_HOOK_H
#define RCODEWATCH_BENCH_PLACE_HOOK_H

#include "hook.h"
#include "place.h"

struct place_hook {
	struct bpf_object *object;
	enum hook_kind kind;
	int fd;
};

/*
 * Load the program that measures the program @next: of @frames frames, which place_frame() sets, one is drawn each time and
 * changed as @mutation says. @evict: with other code run in front of it. Free with place_close().
 */
void place_open(struct place_hook *hook, enum hook_kind kind, const struct mutation *mutation,
		__u32 frames, bool evict, bool frags, int next);
void place_close(struct place_hook *hook);
/* Set frame @number, of at most PLACE_FRAME_MAX bytes. */
void place_frame(const struct place_hook *hook, __u32 number, const void *bytes, size_t length);
/* How often it was drawn. */
__u64 place_times(const struct place_hook *hook, __u32 number);
/* Nanoseconds a run by the kernel's clock, whose reading is part of them; the mean of @runs. */
double place_cost(const struct place_hook *hook, __u32 runs);

#endif
