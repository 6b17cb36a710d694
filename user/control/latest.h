/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What `rcodewatch top` asks for: the last reports of the shortest interval, as JSON, kept until the next ones. */
#ifndef RCODEWATCH_CONTROL_LATEST_H
#define RCODEWATCH_CONTROL_LATEST_H

#include <stdio.h>

#include "sinks/sink.h"

/* Zeroed: there were none yet. */
struct control_latest {
	char *text; /* members of an object; NULL: none, or memory was short */
};

/* Keep @batch, in place of the one before. In the thread that reports. */
void control_latest_keep(struct control_latest *latest, const struct batch *batch);
void control_latest_free(struct control_latest *latest);
/* Write the object, one line, to @out. */
void control_latest_write(FILE *out, const struct control_latest *latest);

#endif
