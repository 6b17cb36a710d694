// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/ack_tracker.h"

#include <poll.h>

#include "util/clock.h"

/* More than the way there and back takes nearly everywhere. */
#define DOUBT_NS 250000000LL

static bool is_quiet(int fd)
{
	struct pollfd file = {.fd = fd, .events = POLLIN | POLLRDHUP};

	return poll(&file, 1, 0) == 0;
}

uint64_t ack_tracker(struct ack_tracker *mark, int fd, uint64_t written, uint64_t raw,
		     uint64_t acknowledged)
{
	if (mark->refused)
		return mark->acked;
	if (mark->set && acknowledged >= mark->raw && clock_mono_ns() - mark->ns >= DOUBT_NS &&
	    is_quiet(fd)) {
		mark->acked = mark->written;
		mark->set = false;
	}
	if (!mark->set && written > mark->acked)
		*mark = (struct ack_tracker){
			.set = true,
			.written = written,
			.raw = raw,
			.ns = clock_mono_ns(),
			.acked = mark->acked,
		};
	return mark->acked;
}
