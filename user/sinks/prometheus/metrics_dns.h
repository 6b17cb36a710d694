/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Metrics of what was counted on interfaces. */
#ifndef RCODEWATCH_METRICS_DNS_H
#define RCODEWATCH_METRICS_DNS_H

#include "sinks/prometheus/metrics_page.h"
#include "report/report.h"
#include "report/snapshot.h"

/* An interface and direction. */
struct metrics_part {
	const char *device;
	enum direction direction;
	const char *hook; /* as in reports: "xdp_native"... "none" */
	bool attached;
	unsigned int attacks;        /* under way */
	const struct snapshot *now;  /* NULL: nothing was counted yet */
	const struct report *report; /* of the last interval; NULL: there was none */
};

/* What the label "hook" says of a hook of reports: "xdp", "ingress", "egress". */
const char *metrics_hook(const char *hook, enum direction direction);

/*
 * All families of @parts, no two of which have the same device and direction. @top: how many rows of each list.
 * The number of series is bounded, whatever is on the wire: names of codes are those that have been
 * assigned, "unassigned" and "private".
 */
void metrics_put_dns(struct metrics_page *page, const struct metrics_part *parts, size_t count,
		     size_t top);

#endif
