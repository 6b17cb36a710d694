/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Intervals of capture time: from the stamps of packets to what a report covers. Pure arithmetic.
 *
 * Intervals lie on the multiples of their length since 1970. The first begins with the first packet,
 * the last ends with the last one. A stamp before the present interval belongs to it: reports do not
 * wait for packets that are out of order.
 */
#ifndef RCODEWATCH_CAPTURE_SPAN_H
#define RCODEWATCH_CAPTURE_SPAN_H

#include <stdbool.h>
#include <stdint.h>

/* So many intervals without a packet are reported one by one; more in a row as one. */
#define CAPTURE_SPAN_EMPTY_MAX 1000

struct capture_span {
	int64_t interval_ns; /* 0: all is one interval */
	int64_t start;       /* of the present interval: ns since 1970 */
	int64_t floor;       /* start may still move down to this */
	int64_t last;        /* latest stamp so far */
	int64_t due;         /* the first stamp that is beyond the present interval */
	bool begun;          /* there was a stamp */
	bool empty;          /* none in the present interval so far */
};

/* @interval_ns: 0, or a length of at most a day. */
void capture_span_init(struct capture_span *span, int64_t interval_ns);

/*
 * While @ns is beyond the present interval (always so for the first stamp): true with the interval
 * that is over in @start and @end, to be reported before asking again; false once the present
 * interval is the one that @ns belongs to.
 */
bool capture_span_over(struct capture_span *span, int64_t ns, int64_t *start, int64_t *end);

/* Does capture_span_over() have to be asked about @ns? */
static inline bool capture_span_beyond(const struct capture_span *span, int64_t ns)
{
	return ns >= span->due;
}

/* Take a stamp that belongs to the present interval. */
static inline void capture_span_stamp(struct capture_span *span, int64_t ns)
{
	if (ns > span->last)
		span->last = ns;
	else if (ns < span->start && ns >= span->floor)
		span->start = ns;
}

#endif
