/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What kinds of sinks with a stream have in common: for their struct sink_kind. sink->state is a
 * pointer to a struct whose first member is a struct sink_stream.
 */
#ifndef RCODEWATCH_STREAM_KIND_H
#define RCODEWATCH_STREAM_KIND_H

#include <stdio.h>

#include "sink_stream.h"

int stream_kind_start(struct sink *sink);
void stream_kind_reopen(struct sink *sink);
void stream_kind_status(const struct sink *sink, struct sink_status *status);
void stream_kind_stop(struct sink *sink, long long until_ns);
void stream_kind_join(struct sink *sink);
/*
 * Free the stream and forget sink->state, which is given back to be freed; NULL if the thread hangs
 * and still has it.
 */
void *stream_kind_release(struct sink *sink);

/*
 * Have @put write lines about @what into memory, and put each of them into the queue. Where memory is
 * short that counts as one message lost.
 */
void stream_kind_lines(struct sink *sink, void (*put)(FILE *out, const void *what),
		       const void *what);

#endif
