/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Metrics of alerts that are under way. */
#ifndef RCODEWATCH_METRICS_ALERTS_H
#define RCODEWATCH_METRICS_ALERTS_H

#include "analysis/alert.h"
#include "sinks/prometheus/metrics_page.h"

/*
 * All families of @alerts, the result of an evaluation; those that have ended are in none. @top: how many of each rule are named, the first
 * ones; with 0 there are no names, and the number of series is bounded, whatever is on the wire.
 */
void metrics_put_alerts(struct metrics_page *page, const struct alert *alerts, size_t count,
			size_t top);

#endif
