// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "stream_mark.h"

#include "clock.h"

/* More than the way there and back takes nearly everywhere. */
#define DOUBT_NS 250000000LL

uint64_t stream_mark(struct stream_mark *mark, uint64_t written, uint64_t raw,
		     uint64_t acknowledged)
{
	if (mark->set && acknowledged >= mark->raw && clock_mono_ns() - mark->ns >= DOUBT_NS) {
		mark->taken = mark->written;
		mark->set = false;
	}
	if (!mark->set && written > mark->taken)
		*mark = (struct stream_mark){true, written, raw, clock_mono_ns(), mark->taken};
	return mark->taken;
}
