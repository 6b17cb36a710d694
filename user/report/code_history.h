/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What observation points counted in the past, by code: 15 minutes in full, a day in minutes, two weeks in hours.
 * Memory and rows are bounded: see code_history_bytes(). One thread uses a history. code_history_file.h keeps
 * it over restarts.
 */
#ifndef RCODEWATCH_CODE_HISTORY_H
#define RCODEWATCH_CODE_HISTORY_H

#include "report/report.h"
#include "util/clock.h"

/* RCODEs by number; the last counts all from RCODE_DIRECT on. */
#define CODE_HISTORY_CODES (RCODE_DIRECT + 1u)

enum code_history_resolution {
	CODE_HISTORY_FULL, /* a row for each interval */
	CODE_HISTORY_MINUTES,
	CODE_HISTORY_HOURS,
	CODE_HISTORY_RESOLUTIONS,
};

#define CODE_HISTORY_FULL_S       900u
#define CODE_HISTORY_FULL_MAX     9000u /* rows: at the shortest interval there is */
#define CODE_HISTORY_MINUTES_ROWS (24u * 60u)
#define CODE_HISTORY_HOURS_ROWS   (14u * 24u)
#define CODE_HISTORY_LENGTH_MAX   (7200 * NS_PER_S) /* of a row; clocks are set back */
#define CODE_HISTORY_NAME_MAX     16u               /* IFNAMSIZ */

struct code_history_row {
	int64_t start_ns;  /* since 1970-01-01 UTC */
	int64_t length_ns; /* of the intervals that it is the sum of */
	uint64_t packets, responses;
	uint64_t codes[CODE_HISTORY_CODES]; /* they add up to responses */
};

struct code_history_ring {
	struct code_history_row *rows;
	size_t room, first, count;
};

struct code_history_point {
	char interface[CODE_HISTORY_NAME_MAX]; /* "": the place is free */
	enum direction direction;
	struct code_history_ring ring[CODE_HISTORY_RESOLUTIONS];
};

struct code_history {
	struct code_history_point point[POINTS_MAX];
	size_t full_rows;
};

/* For intervals of @step_ns, from 0.1 s on. Nothing is allocated before there is something to keep. */
void code_history_init(struct code_history *history, int64_t step_ns);
void code_history_free(struct code_history *history);

/* From now on intervals are of @step_ns: room for as much time as before. Where memory is short, rings stay as they are. */
void code_history_step(struct code_history *history, int64_t step_ns);

/* Bytes of the rows of one observation point: 0.8 MB at intervals of a second. */
size_t code_history_bytes(const struct code_history *history);

/*
 * Add what @report counted in its interval. A point that is new takes a free place or else that of the point
 * that has been quiet for longest, which is gone then. 0, or -ENOMEM with nothing added.
 */
int code_history_add(struct code_history *history, const struct report *report);

/* The place of the point, which code_history_next() wants; -1: nothing is known of it. */
int code_history_find(const struct code_history *history, const char *interface,
		      enum direction direction);

/*
 * The next row of the point at place @point that starts at @since_ns or later, from the oldest to the newest, at
 * most as many as the resolution keeps: begin with *@at 0. NULL: no more. Valid until something is added.
 */
const struct code_history_row *code_history_next(const struct code_history *history, size_t point,
						 enum code_history_resolution resolution,
						 int64_t since_ns, size_t *at);

/* For those who read a history from elsewhere: the place of a point, made if need be, or -ENOMEM. */
int code_history_place(struct code_history *history, const char *interface,
		       enum direction direction);
/* Put @row behind all others of this resolution; the oldest gives way. */
void code_history_append(struct code_history *history, size_t point,
			 enum code_history_resolution resolution,
			 const struct code_history_row *row);

#endif
