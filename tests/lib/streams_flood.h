/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A flood of handshakes among streams that carry messages. */
#ifndef RCODEWATCH_TESTS_STREAMS_FLOOD_H
#define RCODEWATCH_TESTS_STREAMS_FLOOD_H

#include "streams.h"

#define FLOOD_HANDSHAKES 80000u
#define FLOOD_STREAMS    51u /* each sends a message, in two segments, while the flood lasts */
#define FLOOD_KNOWN      26u /* of them, those that have sent one message before it, in one segment */

/* The frames, and the messages sent in them. Built at the first call, freed at exit. Not for threads. */
const struct scenario *stream_flood(void);

#endif
