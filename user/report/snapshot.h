/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What has been counted up to some time, of one interface in one direction: the only thing that
 * sources (kernel maps, captures) hand on. All counts are cumulative since the source was made.
 */
#ifndef RCODEWATCH_SNAPSHOT_H
#define RCODEWATCH_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "report/nic.h"
#include "toplist/top_list.h"

struct txn_counts;

/* A rare value of one point: see enum rare_kind. */
struct rare_count {
	uint16_t kind;
	uint32_t value;
	uint64_t count;
	uint32_t
		born; /* differs when the value has left its table and come anew, with a count from 0 on */
	struct ede_text text; /* of RARE_EDE keys only */
};

/* Of so many entries a table of rare values has when those that were not seen of late give way. */
#define RARE_PRESSED(entries) ((entries) / 4 * 3)

struct snapshot {
	int64_t wall_ns; /* CLOCK_REALTIME when the epoch was stored, or capture time */
	int64_t mono_ns; /* CLOCK_MONOTONIC at the same time, or capture time */
	struct pkt_counters counters; /* summed over CPUs; PKT_UNPARSED(NO_CPU_SLOT) included */
	struct rcode_rest rcode_rest;
	uint64_t rare_lost;      /* counts of rare values that found the kernel's table full */
	uint64_t rare_retired;   /* values that gave way in it */
	uint64_t ede_texts_lost; /* samples of texts that found their table full */
	struct nic_reading nic;  /* what the interface lost before the hook */
	/*
	 * Sorted by kind, then value. RARE_EDE keys (RCODE << 16 | info code) of codes that have a
	 * counter of their own appear too, with count 0, when there is a text sample for them.
	 * snapshot_rare_add() keeps the order.
	 */
	struct rare_count *rare;
	size_t rare_count;
	size_t rare_room; /* allocated elements */
};

/* All that one reading gives, by point. */
struct snapshot_set {
	struct snapshot *point;
	struct top_lists *top;        /* not cumulative: what came since the reading before */
	const struct txn_counts *txn; /* likewise; NULL: no transactions are followed. Not owned */
	size_t points;
};

/* Give @set room for @points zeroed snapshots and lists. 0 or -ENOMEM; @set is empty then. */
int snapshot_set_init(struct snapshot_set *set, size_t points);
void snapshot_set_free(struct snapshot_set *set);

/*
 * Set all counts to 0, ready to be filled again. The rare values and their texts stay as keys with
 * count 0, as most will come again.
 */
void snapshot_clear(struct snapshot *snapshot);
/* Free what @snapshot has allocated and zero it; @snapshot itself stays the caller's. */
void snapshot_free(struct snapshot *snapshot);

/*
 * Add @count to a rare value, which is put in its place if it is new. @text, if not NULL and not
 * empty, replaces its sample. 0, or -ENOMEM with nothing changed.
 */
int snapshot_rare_add(struct snapshot *snapshot, uint16_t kind, uint32_t value, uint64_t count,
		      const struct ede_text *text);
/*
 * The same, where the value's index in rare[] is known or can be guessed: from *@place, which may be any
 * number, and is what it turned out to be afterwards. A right guess saves the search.
 */
int snapshot_rare_add_at(struct snapshot *snapshot, uint32_t *place, uint16_t kind, uint32_t value,
			 uint64_t count, const struct ede_text *text);
/* Put @rare behind all others, where it belongs. 0 or -ENOMEM. */
int snapshot_rare_append(struct snapshot *snapshot, const struct rare_count *rare);
/* The rare value, or NULL; valid until the snapshot is next changed. */
const struct rare_count *snapshot_rare_find(const struct snapshot *snapshot, uint16_t kind,
					    uint32_t value);

/* struct pkt_counters has nothing but counters: add all of @from to @to. */
void counters_add(struct pkt_counters *to, const struct pkt_counters *from);

/*
 * Add @count responses over UDP that are NOERROR, with data, and have the flags @set (FLAG_SET()) to what @counters
 * has of each; not their QTYPE.
 */
static inline void counters_add_data(struct pkt_counters *counters, enum family family, __u32 set,
				     uint64_t count)
{
	counters->packets += count;
	counters->outcome[OUTCOME_RESPONSE] += count;
	counters->rcode[0][family][TRANSPORT_UDP] += count;
	counters->flags[set] += count;
	counters->answers[ANSWER_DATA] += count;
}

/* Add what @counters has in noerror_data to the counters that this stands for, and clear it. */
void counters_spread(struct pkt_counters *counters);
/*
 * Add to @to all that @from has counted, which must be other packets. Of text samples @from's stay.
 * Stamps are @to's. 0, or -ENOMEM with a part of the rare values added.
 */
int snapshot_add(struct snapshot *to, const struct snapshot *from);

/* Make @to equal to @from, reusing what it has allocated. 0, or -ENOMEM with @to unchanged. */
int snapshot_copy(struct snapshot *to, const struct snapshot *from);

#endif
