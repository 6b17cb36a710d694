/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the built program has counted, held against what it was given: a fast program that counts wrong is none. */
#ifndef RCODEWATCH_BENCH_COUNTED_H
#define RCODEWATCH_BENCH_COUNTED_H

#include "expected.h"
#include "loader/read_maps.h"

/* The counters of the first point, and what they must have grown by. As in hook.h, what fails ends the program. */
struct counted {
	struct read_maps source;
	struct snapshot_set now;
	struct snapshot want;
};

/* @maps: must outlive it. Free with counted_close(). */
void counted_open(struct counted *counted, struct bpf_maps *maps);
void counted_close(struct counted *counted);
/* The counters as they are now, valid until the next call. */
const struct pkt_counters *counted_now(struct counted *counted);
/* @times packets more are to be counted as @expect says. */
void counted_expect(struct counted *counted, const struct expect *expect, uint64_t times);
/* Hold what was counted since @before against what is expected, which then is nothing. @name: for a message. */
void counted_check(struct counted *counted, const char *name, const struct pkt_counters *before);

#endif
