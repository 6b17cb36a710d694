/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Standard output of `run` as a sink, which --sink does not know: reports wait for its reader in a queue. Of
 * text on a terminal only the newest page waits.
 */
#ifndef RCODEWATCH_STDOUT_SINK_H
#define RCODEWATCH_STDOUT_SINK_H

#include "cli/settings.h"
#include "sinks/sink.h"

/* Fill in @spec. */
void stdout_spec(struct sink_spec *spec, const struct settings *settings);

#endif
