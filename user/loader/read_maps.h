/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Snapshots from the kernel's counters, exact by epochs: all figures of a snapshot belong to the
 * same packets. The epoch word is flipped, running programs are waited for, and the set that they
 * have left is read; the total is what the two sets held when they were last left.
 */
#ifndef RCODEWATCH_READ_MAPS_H
#define RCODEWATCH_READ_MAPS_H

#include "loader/bpf_maps.h"
#include "loader/kept_state.h"
#include "loader/rare_read.h"
#include "loader/txn_sweep.h"
#include "report/snapshot.h"
#include "toplist/top_read.h"

struct read_maps {
	struct bpf_maps *maps;       /* not owned */
	struct snapshot_set left[2]; /* what each epoch's set held when it was left */
	__u32 epoch;                 /* the number of the one that packets count into now */
	struct top_totals *totals;   /* by point: of the epoch that was left last */
	struct rare_reader rares;
	struct txn_sweep transactions;
	/* By point: what was counted into maps of earlier generations; NULL: nothing. Not owned. */
	const struct kept_sums *base;
	/* By point, likewise: how far an earlier run had read what interfaces lost. */
	struct nic_reading nic_before[POINTS_MAX];
};

/* 0 or a negative errno, logged. Free with read_maps_close(). */
int read_maps_open(struct read_maps *source, struct bpf_maps *maps);
void read_maps_close(struct read_maps *source);

/*
 * The maps are those of an earlier run, and left[] and the rare values are as it had read them last. @all: it had read
 * all that was left; else the present epoch is ended, too, and its lists are lost. 0 or a negative errno.
 */
int read_maps_resume(struct read_maps *source, bool all);

/*
 * End the epoch and give what has been counted up to then in @now, which has a snapshot for each
 * point, and the lists of the epoch that has ended, of now->top[].keep rows. To be called before 2^32
 * responses can have come since the last time, for rows of lists are counted in 32 bits: once a
 * minute will do. Waits for a grace period: milliseconds to tens of them. 0 or a negative errno; counting
 * goes on in any case, and nothing is lost.
 */
int read_maps_snapshot(struct read_maps *source, struct snapshot_set *now);

#endif
