// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "capture/capture_span.h"

void capture_span_init(struct capture_span *span, int64_t interval_ns)
{
	*span = (struct capture_span){.interval_ns = interval_ns, .due = INT64_MIN};
}

static void begin(struct capture_span *span, int64_t ns)
{
	span->begun = true;
	span->start = span->last = ns;
	if (span->interval_ns) {
		span->floor = ns - ns % span->interval_ns;
		span->due = span->floor + span->interval_ns;
	} else {
		span->floor = INT64_MIN;
		span->due = INT64_MAX;
	}
}

bool capture_span_over(struct capture_span *span, int64_t ns, int64_t *start, int64_t *end)
{
	if (!span->begun)
		begin(span, ns);
	if (ns < span->due) {
		span->empty = false;
		return false;
	}
	*start = span->start;
	*end = span->due;
	/* Of many empty intervals in a row, this is the first: they are reported as one. */
	if (span->empty && (ns - span->start) / span->interval_ns > CAPTURE_SPAN_EMPTY_MAX)
		*end = ns - ns % span->interval_ns;
	span->start = span->floor = *end;
	span->due = *end + span->interval_ns;
	span->empty = true;
	return true;
}
