/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a reading of the kernel's table of transactions gives: events and response times of the epoch that was left, and
 * the queries whose time is over, each once. For the thread that reads maps.
 *
 * Programs with locks (hook_config.txn_locks) and this one cannot exclude one another: they leave it the words that it takes
 * out, from a grace period before it does to one after it (struct txn_control.sweeping).
 */
#ifndef RCODEWATCH_TXN_SWEEP_H
#define RCODEWATCH_TXN_SWEEP_H

#include "loader/bpf_maps.h"
#include "loader/kept_table.h"
#include "parser/txn_table.h"
#include "report/snapshot.h"
#include "report/transactions.h"

/* What an earlier run, and the tables before this one, have left. */
struct txn_before {
	__u64 missed
		[TXN_SIDES]; /* swept in earlier tables, less what was swept and reported in all; modulo 2^64 */
	__u64 waited[TXN_SIDES]; /* in earlier tables, and is not reported as ended */
	int64_t until_ns;        /* CLOCK_MONOTONIC: then it is unanswered */
	struct kept_txn *
		table; /* the table that it waited in, not owned; its bucket is NULL where nobody has it any more */
};

struct txn_sweep {
	struct bpf_maps *maps; /* not owned; NULL: no transactions are followed */
	struct txn_counts now; /* of the reading under way */
	bool given; /* the reading before has been given to who asked for it; else what it had is in now, too */
	struct host_store *names; /* for the zones of notes */
	enum direction direction[POINTS_MAX];
	int64_t start_over_ns; /* CLOCK_MONOTONIC until which responses may be to queries before the start; 0: not known yet */
	int64_t swept_ns;             /* up to when the table was swept */
	struct txn_swept *swept, own; /* what was swept; own where nothing is kept */
	/* New less answered, evicted, expired and swept, as of the last reading: exact then, as a look at the table, which goes on, is not. */
	int64_t waiting[TXN_SIDES];
	/* In the table before: what is not ended, and the responses since the last reading that can be to it. */
	__u64 waited[TXN_SIDES], unmatched[TXN_SIDES];
	bool any_unmatched;
	int64_t waited_until_ns;
	struct kept_txn *before;
};

/* 0 or a negative errno, logged. Free with txn_sweep_close(). */
int txn_sweep_open(struct txn_sweep *sweep, struct bpf_maps *maps);
void txn_sweep_close(struct txn_sweep *sweep);

/*
 * There was a run before: what it had read last of each set is in @left, and @before what becomes of queries of its time. Those that
 * were swept and not reported come with the next reading, without their servers and zones.
 */
void txn_sweep_resume(struct txn_sweep *sweep, const struct snapshot_set left[2],
		      const struct txn_before *before);
/*
 * Of @point, after txn_sweep_resume(): programs have counted @counted in all, in these maps and earlier ones, and @reported was
 * reported. The difference comes with the next reading.
 */
void txn_sweep_unreported(struct txn_sweep *sweep, __u32 point,
			  const __u64 reported[TXN_EVENT_COUNT],
			  const __u64 counted[TXN_EVENT_COUNT]);
/* The epoch is about to be ended, and programs waited for: words whose time is over are this process's from then on. */
void txn_sweep_claim(struct txn_sweep *sweep);
/* Begin a reading that is given to somebody: with what was read for nobody since the last one, as after a restart. */
void txn_sweep_begin(struct txn_sweep *sweep);
/* Of @point, whose set had counted @before when it was left the last time. */
void txn_sweep_point(struct txn_sweep *sweep, __u32 point, const struct pkt_counters *before,
		     const struct pkt_counters *now);
/*
 * Set @epoch has been left at @flipped_ns (CLOCK_MONOTONIC), after txn_sweep_claim(): add its response times, and take out of the
 * table what was sent before the timeout then. With locks it waits for a grace period. 0 or a negative errno.
 */
int txn_sweep_table(struct txn_sweep *sweep, __u32 epoch, int64_t flipped_ns);

#endif
