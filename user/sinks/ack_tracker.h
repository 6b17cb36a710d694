/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Up to where the other side has what was written, for streams where a refusal comes a little later. */
#ifndef RCODEWATCH_ACK_TRACKER_H
#define RCODEWATCH_ACK_TRACKER_H

#include <stdbool.h>
#include <stdint.h>

/* Of a connection; zeroed when it is opened. */
struct ack_tracker {
	bool refused; /* by its user: nothing more is taken */
	bool set;
	uint64_t written, raw;
	int64_t ns;
	uint64_t acked;
};

/*
 * Of the connection @fd, @written bytes of messages were written so far, which are @raw bytes for those
 * below, who have @acknowledged as many. How many bytes of messages are taken: all up to a place that
 * was reached by the acknowledged ones and was written some time ago, without an error since, nor
 * anything from the other side that may be one and was not looked at yet.
 */
uint64_t ack_tracker(struct ack_tracker *mark, int fd, uint64_t written, uint64_t raw,
		     uint64_t acknowledged);

#endif
