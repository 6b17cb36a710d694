/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The environment of a program that may do more than the user who starts it. */
#ifndef RCODEWATCH_ENVIRONMENT_H
#define RCODEWATCH_ENVIRONMENT_H

#include <stdbool.h>

/*
 * Whether this program has privileges that the user who started it lacks: the file has capabilities, or is
 * set-user-ID (AT_SECURE of getauxval(3)).
 */
bool environment_untrusted(void);

/*
 * Leave only variables that are known to be harmless. For environment_untrusted(), before other threads.
 * 0, or -ENOMEM with an empty environment.
 */
int environment_clean(void);

#endif
