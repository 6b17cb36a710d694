/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What `rcodewatch status` and /api/v1/status say of a running monitor: docs/control.md. */
#ifndef RCODEWATCH_CONTROL_STATUS_H
#define RCODEWATCH_CONTROL_STATUS_H

#include <stdio.h>

#include "config/config.h"
#include "loader/kernel_cost.h"
#include "loader/watch.h"
#include "report/identity.h"
#include "report/report.h"
#include "sinks/sinks.h"

/* Of an observation point: its last interval, and what was lost since the start. */
struct control_point {
	int64_t end_ns; /* since 1970-01-01 UTC; 0: no interval has ended yet */
	double interval_s;
	double rate; /* responses a second */
	struct report_rcode rcodes[REPORT_RCODES_MAX];
	size_t rcode_count;
	uint64_t total_responses, total_packets;
	uint64_t lost_values, lost_texts; /* rare values without their number, texts not kept */
	uint64_t no_cpu_slot, unknown_interface; /* packets */
	uint64_t tcp[TCP_EVENT_COUNT];
	uint64_t nic_lost;      /* packets, before the hook */
	const char *nic_source; /* as in reports */
};

/* Add a report; of each interval, one. */
void control_point_add(struct control_point *point, const struct report *report);

/* Where the parts of a status are. They stay the owner's. */
struct control_status {
	const struct identity *identity;
	const struct labels *labels;
	const struct config *files; /* that it is configured by; NULL: none */
	int64_t started_ns;         /* since 1970-01-01 UTC */
	const struct watch *watch;
	const struct hook_config *config; /* which point is which */
	const struct control_point *points;
	const char *no_transactions; /* why none are followed; NULL: they are */
	double timeout_s;            /* of these */
	const struct sinks *sinks;
	const struct kernel_cost *cost;
};

/* Write the object, one line, to @out. In the thread that reports. */
void control_status_write(FILE *out, const struct control_status *status);

#endif
