/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Points in time as text: RFC 3339 section 5.6, in UTC. */
#ifndef RCODEWATCH_TIMESTAMP_H
#define RCODEWATCH_TIMESTAMP_H

#include <stdint.h>

#define TIMESTAMP_SIZE 64

/*
 * "2026-11-23T02:31:00.000004Z": @ns since 1970-01-01 UTC (or before it), cut to microseconds, never
 * rounded up. Gives @buf.
 */
const char *timestamp_utc(char buf[static TIMESTAMP_SIZE], int64_t ns);

#endif
