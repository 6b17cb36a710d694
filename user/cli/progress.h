/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How far reading has come: a line on a terminal's standard error that replaces itself. */
#ifndef RCODEWATCH_PROGRESS_H
#define RCODEWATCH_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/input.h"

/* Packets from one look at the clock to the next. */
#define PROGRESS_EVERY 16384u

struct progress {
	bool on;
	bool shown;       /* the line is there */
	int64_t due_ns;   /* when to show it next: CLOCK_MONOTONIC */
	int64_t since_ns; /* when it was last shown */
	uint64_t packets; /* at that time */
};

/* Off if @quiet, or if standard error is no terminal that can replace a line. */
void progress_init(struct progress *progress, bool quiet);
/* After @packets in all, of which the last came from @name: show the line if it is time. */
void progress_step(struct progress *progress, const char *name, const struct input *input,
		   uint64_t packets);
/* Take the line away, before something else is written. */
void progress_clear(struct progress *progress);

#endif
