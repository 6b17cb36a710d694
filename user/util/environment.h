/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The environment of a program that may do more than the user who starts it. */
#ifndef RCODEWATCH_ENVIRONMENT_H
#define RCODEWATCH_ENVIRONMENT_H

#include <stdbool.h>

#include "util/options.h"

/*
 * Whether this program has privileges that the user who started it lacks: its file has capabilities (AT_SECURE of
 * getauxval(3)), and environment_given_up() was not called.
 */
bool environment_untrusted(void);

/* These privileges were given up for good, in all threads. */
void environment_given_up(void);

/*
 * Whether a file whose name the user gives is refused, with @why: for environment_untrusted(). What libraries and
 * parsers of this process work on must not be of that user's choice then. Not for files of sinks, which are written.
 */
bool environment_refuses_file(char why[OPTION_WHY_MAX]);

/*
 * Leave only variables that are known to be harmless. For environment_untrusted(), before other threads.
 * 0, or -ENOMEM with an empty environment.
 */
int environment_clean(void);

#endif
