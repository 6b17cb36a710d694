/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Named scenarios of TCP streams, and of super-packets: frames in the order in which a hook sees
 * them, and what must have been counted when the last one is past.
 *
 * The messages are those of the packet cases (cases.h) and some made for the purpose; what each must
 * be counted as is in words, from the RFCs. DNS is on port 53, and four streams are followed at a
 * time: one bucket (expected_config()).
 */
#ifndef RCODEWATCH_TESTS_STREAMS_H
#define RCODEWATCH_TESTS_STREAMS_H

#include "cases.h"

struct scenario_frame {
	uint8_t *bytes;
	size_t length;
	/* Nonzero in a super-packet, which only tc and the sender's stack ever see. */
	unsigned int gso_size;     /* bytes of payload in each segment but the last */
	unsigned int gso_segments; /* how many */
};

struct scenario {
	const char *name; /* unique; [a-z0-9-] */
	struct scenario_frame *frame;
	size_t frames;
	struct expect *message; /* every response that must be counted, in any order */
	size_t messages;
	/* What must be counted of the streams themselves, by the names in the reports. */
	unsigned int gap, resynchronised, evicted, unfollowed, unsplit;
	bool super_packets; /* some frame is one */
};

/* All scenarios; *@count is their number. Built at the first call, freed at exit. Not for threads. */
const struct scenario *stream_scenarios(size_t *count);

#endif
