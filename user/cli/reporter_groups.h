/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which intervals `run` makes reports for: those that alerts, standard output and sinks ask for. For reporter.c. */
#ifndef RCODEWATCH_REPORTER_GROUPS_H
#define RCODEWATCH_REPORTER_GROUPS_H

#include "cli/reporter_state.h"

/* A group for each interval that is wanted, and room for the parts of a batch. 0, or a negative errno, logged. */
int groups_make(struct reporter *reports);

/* The number of the wall clock's interval of @group that @wall_ns (since 1970) lies in. */
int64_t group_period(const struct reporter *reports, const struct report_group *group,
		     int64_t wall_ns);
/* Whether a batch of @wall_ns is reported to @group. */
bool group_is_due(const struct reporter *reports, const struct report_group *group,
		  int64_t wall_ns);

/*
 * The settings, which are those of reporter_open(), have changed, and the sinks with them (sinks_change()): make reports at
 * the intervals that are wanted now, with what they say now. What goes on at the same interval is not interrupted. 0 or
 * -ENOMEM, logged.
 */
int groups_follow_settings(struct reporter *reports, const struct settings *settings);

#endif
