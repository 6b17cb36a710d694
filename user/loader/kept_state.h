/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is kept beside the maps of a generation, in a map of its own: whose counts they are, and what had been
 * reported of them. The head has one form in all versions; struct kept_sums is described by kept_layout.h.
 */
#ifndef RCODEWATCH_KEPT_STATE_H
#define RCODEWATCH_KEPT_STATE_H

#include <net/if.h>

#include "loader/rare_entry.h"
#include "parser/txn_table.h"

#define KEPT_MAGIC  0x7274617765646f63ULL /* "codewatr" */
#define KEPT_FORMAT 1u
#define KEPT_GROUPS 24u /* intervals that reports are numbered by */
#define KEPT_RARES  (2u * RARE_ENTRIES)
#define KEPT_KEYS   (2u + TOP_KEYS + NAME_KEYS)

/* An observation point, as the next run recognises it. */
struct kept_point {
	char interface[IF_NAMESIZE];
	__u32 direction;  /* enum direction */
	__u32 ifindex;    /* as it was attached; 0: it was not */
	__u32 hook;       /* enum hook */
	__u32 program_id; /* of a clsact filter */
};

struct kept_group {
	__s64 interval_ns; /* 0: none */
	__u64 seq;         /* of the last report */
};

struct kept_state {
	__u64 magic;
	__u32 format;
	__u32 generation;  /* of the maps, from 1 */
	__u64 size;        /* bytes of all this, with what follows */
	__u64 fingerprint; /* of all that must be equal for the maps to be used by another run */
	__u64 layout;      /* of what the sums below and the maps look like */
	char instance[40]; /* "": not known yet */
	__u32 points;
	__u32 words; /* of struct kept_sums: first those of an element of pkt_counters... */
	__u32 counter_words;
	__u32 rest_words; /* ... then those of one of rcode_rests, then others */
	__u32 folded;     /* what generations up to this had counted is in the base */
	__u32 announced;  /* the first run with these maps has said what begins anew */
	__u32 spare;
	__u32 records; /* how many were written; the last is at its lowest bit */
	struct kept_point point[POINTS_MAX];
	struct kept_group group[KEPT_GROUPS];
	__u64 key[KEPT_KEYS]; /* random keys of struct hook_config, in the order of kept_keys() */
	__u64 base_at;        /* bytes from here: struct kept_sums by point */
	__u64 record_at[2];   /* struct kept_record, which begins with wall_ns and mono_ns */
	__u64 reported_at[2]; /* struct kept_sums by point, in the record: what had been reported */
	__u64 keys_at;        /* what each word of struct kept_sums counts */
	/* Of transactions: what their maps look like, without which there is nothing of the following; 0: none are followed. */
	__u64 txn_layout;
	__s64 timeout_ns;
	struct txn_swept swept;
	/*
	 * Of tables before this one, set with folded: what was swept out of them and not reported, what waited in them,
	 * and the time (CLOCK_MONOTONIC) at which its timeout is over.
	 */
	__u64 missed[TXN_SIDES], waited[TXN_SIDES];
	__s64 waited_until_ns;
};

/* All that is counted of a point, as one array of counters. */
struct kept_sums {
	struct pkt_counters counters;
	struct rcode_rest rest;
	__u64 rare_lost, ede_texts_lost, rare_retired;
	/* struct nic_reading, as of the last report alone: sums are of nobody's losses. */
	__u64 nic_lost, nic_value, nic_mono_ns, nic_ifindex, nic_source;
	__u64 retired[RARE_CLASSES];
};

#define KEPT_WORDS (sizeof(struct kept_sums) / sizeof(__u64))

/* As of the last report. The sums of the points follow: reported, and what each set held when it was left. */
struct kept_record {
	__s64 wall_ns, mono_ns;
	__u32 epoch;
	__u32 born;
	__u32 rares;
	__u32 points;
	struct rare_entry rare[KEPT_RARES];
	/* Of transactions: what was swept and reported, that of earlier tables included, and of struct kept_state.waited what has ended. */
	__u64 swept[TXN_SIDES], waited_ended[TXN_SIDES];
	struct kept_sums sums[]; /* [points] reported, then of set 0, then of set 1 */
};

#endif
