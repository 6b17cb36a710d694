/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reading the tables of rare values: each by one system call, however many entries it has. */
#ifndef RCODEWATCH_RARE_READ_H
#define RCODEWATCH_RARE_READ_H

#include "kernel_maps.h"
#include "snapshot.h"

/* Room for what the kernel hands over at once: all that a table can hold. */
struct rare_reader {
	struct rare_key *keys;
	struct rare_value *values;
	struct ede_text *texts;
	uint64_t counted[2]; /* by epoch: rare values that had come when they were last read */
	uint32_t *places;    /* where each was then: the order of a table seldom changes */
};

/* 0 or -ENOMEM. Free with rare_reader_free(). */
int rare_reader_init(struct rare_reader *reader);
void rare_reader_free(struct rare_reader *reader);

/*
 * Renew the rare values of all slots in @left, whose tallies have been, from what the tables hold of set
 * @epoch, 0 or 1; texts belong to both sets. Counts are not read where the tallies say that no rare value has
 * come since the last time. Entries are never removed, and what was read before stays in its place. 0 or a
 * negative errno, with some counts renewed and others 0.
 */
int rare_read(struct rare_reader *reader, const struct kernel_maps *maps, __u32 epoch,
	      struct snapshot_set *left);

#endif
