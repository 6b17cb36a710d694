/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Other sinks than those at work, without the loss of a message by those that stay. */
#ifndef RCODEWATCH_SINKS_CHANGE_H
#define RCODEWATCH_SINKS_CHANGE_H

#include "sinks/sinks.h"

struct sinks_changed {
	unsigned int opened, closed;
	char wrong[SINK_NAME_MAX]; /* the one that could not be opened; "": none */
};

/*
 * Replace the sinks of sinks_open() by those of @specs, in a thread without capabilities, while nobody else uses @sinks.
 * A sink whose spec is the same goes on. The others are opened before any is closed, unless both listen at the same
 * address. Those that are no longer wanted flush their queues in the background. 0; or a negative errno, logged, with the
 * sinks that there were.
 */
int sinks_change(struct sinks *sinks, const struct sink_specs *specs,
		 struct sinks_changed *changed);

#endif
