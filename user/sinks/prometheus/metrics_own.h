/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Metrics of the monitoring itself. */
#ifndef RCODEWATCH_METRICS_OWN_H
#define RCODEWATCH_METRICS_OWN_H

#include "sinks/prometheus/http_server.h"
#include "loader/kernel_cost.h"
#include "sinks/prometheus/metrics_page.h"
#include "util/process.h"
#include "sinks/sinks.h"

/* A sink, or several of one name together. */
struct metrics_sink {
	const char *name;
	struct sink_counts counts;
	bool lost; /* one of them is */
};

struct metrics_own {
	int64_t report_ns; /* of the last report, since 1970-01-01 UTC; 0: there was none */
	int64_t interval_ns;
	struct metrics_sink sink[SINKS_MAX];
	size_t sinks;
	bool config_wrong; /* known once there is a report */
	struct http_counts http;
	struct kernel_cost kernel; /* memory 0: not known */
	struct process_cost process;
};

/* Fill in the sinks, but those of @except: it has no messages. @sinks may be NULL. */
void metrics_own_sinks(struct metrics_own *own, const struct sinks *sinks,
		       const struct sink_kind *except);
void metrics_put_own(struct metrics_page *page, const struct metrics_own *own);

#endif
