/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Queries and their responses over some time, by side: what a reading of the kernel's table gives, how readings add up,
 * and the report of it.
 */
#ifndef RCODEWATCH_TRANSACTIONS_H
#define RCODEWATCH_TRANSACTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "report/txn_rows.h"

struct identity;
struct labels;

/* Response times of one kind. */
struct txn_time_counts {
	uint64_t sum; /* in units of TXN_UNIT_SHIFT */
	uint64_t bin[TXN_BINS];
};

/* What came in some time, but for outstanding, which is how many wait at its end. */
struct txn_side_counts {
	uint64_t event[TXN_EVENT_COUNT];
	uint64_t unanswered; /* without those that gave way in the kernel: TXN_EXPIRED */
	uint64_t outstanding;
	uint64_t found; /* answered queries whose notes were still there, of all servers */
	struct txn_time_counts times[TRANSPORT_COUNT][2]; /* last: failed */
	/*
	 * Responses of upstream that were seen, each once: all but those whose note had gone to a later query before a
	 * reading, or that no note has, as after a restart. Of event[TXN_ANSWERED] so many are a sample.
	 */
	uint64_t result[TXN_RESULT_COUNT];
	/* Zones that no note tells are in no row of zones and pairs, but in the others of these. */
	struct txn_rows servers, zones;
	struct txn_rows pairs; /* each zone with each server: upstream only */
};

struct txn_counts {
	struct txn_side_counts side[TXN_SIDES];
	int64_t now_ns; /* of the last reading, by the clock that rows go by: CLOCK_MONOTONIC, of a capture its own; 0: none yet */
	bool uncertain; /* the table was not swept for too long */
	uint32_t every; /* one query in so many is timed, at most */
};

/* 0 or a negative errno, logged. Free with txn_counts_free(). */
int txn_counts_init(struct txn_counts *counts);
void txn_counts_free(struct txn_counts *counts);
void txn_counts_clear(struct txn_counts *counts);
/* Add @from, which came later. 0 or -ENOMEM. */
int txn_counts_add(struct txn_counts *to, const struct txn_counts *from);

/*
 * The side of an event of packets that go in @direction: queries of clients are received and those of this host sent, responses the
 * other way round.
 */
enum txn_side txn_event_side(enum txn_event event, enum direction direction);
/* Add the events of a point whose packets go in @direction, which had counted @before and has @now. */
void txn_counts_add_events(struct txn_counts *counts, enum direction direction,
			   const __u64 before[TXN_EVENT_COUNT], const __u64 now[TXN_EVENT_COUNT]);
/* Add what @histograms have, and clear them: nothing counts into them now. */
void txn_counts_add_times(struct txn_counts *counts, struct txn_histograms *histograms);

/* Rows of servers and zones that a report has at most. */
#define TXN_REPORT_ROWS 20u

struct txn_quantiles {
	uint64_t sampled;
	/* Seconds, to a bin (at most 5.9 % off); 0 without samples. */
	double p50, p90, p95, p99, max;
};

/* Rows of one kind, the first of their order. */
struct txn_list {
	struct txn_row row[TXN_REPORT_ROWS];
	size_t rows;
};

/* Of upstream, from responses that were seen. */
#define TXN_LISTS(X)                      \
	X(ERROR_SERVERS, "error_servers") \
	X(ERROR_ZONES, "error_zones")     \
	X(SLOW_SERVERS, "slow_servers")   \
	X(SLOW_ZONES, "slow_zones")

#define TXN_LIST_(id, name) ENUM_MEMBER_(TXN_LIST_, id, name)
enum txn_list_id { TXN_LISTS(TXN_LIST_) TXN_LIST_COUNT };

/* A side over an interval, ready to be written. */
struct txn_report {
	int64_t start_ns, end_ns; /* since 1970-01-01 UTC */
	double interval_s;
	const char *host, *instance;
	const struct labels *labels;
	uint64_t seq;
	const char *side;
	bool upstream; /* that side: result and list have something to say */
	double timeout_s;
	uint32_t every;
	bool one_sided; /* since the start, queries or responses have never been seen */
	bool uncertain;

	uint64_t event[TXN_EVENT_COUNT];
	uint64_t queries, responses; /* messages: the sums of their events */
	uint64_t unanswered, outstanding;
	uint64_t found; /* see struct txn_side_counts */
	struct txn_quantiles all;
	const struct txn_time_counts (*times)[2]; /* by transport, then failed */
	struct txn_row server[TXN_REPORT_ROWS], zone[TXN_REPORT_ROWS];
	size_t servers, zones;
	uint64_t other_servers, other_zones; /* unanswered, of what has no row */
	uint64_t result[TXN_RESULT_COUNT];   /* responses that were seen: struct txn_side_counts */
	struct txn_list list[TXN_LIST_COUNT];
	/* Of upstream: what these queries are for. */
	uint64_t client_queries; /* new ones of clients in the same interval */
	struct txn_list busy;    /* zones with most queries */
};

struct report;

/* Begin the report of @side over the interval of @beside. */
void txn_report_begin(struct txn_report *report, const struct report *beside, enum txn_side side,
		      double timeout_s);
/* What reports say of some time. After txn_report_begin(). @counts must live as long. */
void txn_report_make(struct txn_report *report, const struct txn_counts *counts, enum txn_side side,
		     size_t rows);
/*
 * About how many queries of @row were asked: those that were not answered, and of answered ones those that were seen or, of
 * more, reckoned.
 */
uint64_t txn_report_asked(const struct txn_report *report, const struct txn_row *row);

/* Seconds: the mean of @row's response times, and the longest. 0 without any. */
double txn_row_mean(const struct txn_row *row);
double txn_row_longest(const struct txn_row *row);

/* About how many queries upstream were for names of @row's zone: all that the row has, reckoned for what was not seen. */
uint64_t txn_report_queries(const struct txn_report *report, const struct txn_row *row);
/* What part of all queries upstream that ended they are, 0 to 1. */
double txn_report_part(const struct txn_report *report, const struct txn_row *row);

/* The limits of a bin of response times in nanoseconds: from the lower one up to below the upper one. */
void txn_bin_limits(size_t bin, uint64_t *low, uint64_t *high);
void txn_quantiles_of(struct txn_quantiles *quantiles, const uint64_t bins[TXN_BINS]);

#endif
