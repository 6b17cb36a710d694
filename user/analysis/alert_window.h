/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a place counted in the latest evaluations of alerts: windows of several lengths over one ring. */
#ifndef RCODEWATCH_ALERT_WINDOW_H
#define RCODEWATCH_ALERT_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "abi.h"

#define ALERT_WINDOW_TICKS 60u /* evaluations that are kept */

/* Of an observation point, then of a side of transactions. */
enum alert_figure {
	FIGURE_RCODE, /* and more: RCODEs by number, the last all from RCODE_DIRECT on */
	FIGURE_RCODES_END = FIGURE_RCODE + RCODE_DIRECT,
	FIGURE_RESPONSES,
	FIGURE_BOGUS,         /* SERVFAIL with an EDE that says that validation failed */
	FIGURE_FRAGMENT_LOST, /* responses whose OPT was in a fragment that cannot be read */
	FIGURE_PACKETS,       /* with those that the network card lost */
	FIGURE_NIC_LOST,
	FIGURE_ASKED, /* queries that began a transaction */
	FIGURE_ANSWERED,
	FIGURE_UNANSWERED,
	FIGURE_EVICTED,
	FIGURE_STRAY, /* responses that nobody waited for */
	FIGURES,
};

struct alert_tick {
	double seconds;
	uint64_t figure[FIGURES];
};

struct alert_window {
	struct alert_tick tick[ALERT_WINDOW_TICKS];
	unsigned int next, count;
	double silent_base;   /* responses a second before there were none; 0: there are some */
	bool servfail_of_one; /* when there last was SERVFAIL, most of it was for one zone */
};

void alert_window_add(struct alert_window *window, const struct alert_tick *tick);

/* Evaluations that there are. */
static inline unsigned int alert_window_length(const struct alert_window *window)
{
	return window->count;
}

/* Of the @ticks evaluations before the @skip latest ones, as far as there are any: the sum, */
uint64_t alert_window_sum(const struct alert_window *window, unsigned int figure, unsigned int skip,
			  unsigned int ticks);
/* and the sum by the seconds that they took; 0 if there are none. */
double alert_window_rate(const struct alert_window *window, unsigned int figure, unsigned int skip,
			 unsigned int ticks);
/* The latest @ticks: @figure of @of, 0 to 1; 0 if there is nothing. */
double alert_window_share(const struct alert_window *window, unsigned int figure, unsigned int of,
			  unsigned int ticks);

#endif
