/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which of the formats for scrapers a client wants. */
#ifndef RCODEWATCH_HTTP_ACCEPT_H
#define RCODEWATCH_HTTP_ACCEPT_H

#include <stdbool.h>

/*
 * Whether @accept, the value of an Accept header (RFC 9110 section 12.5.1) or NULL, names OpenMetrics
 * 1.0.0 (or 0.0.1, or no version), and ranks it at least as high as Prometheus's text format. A wildcard
 * is for the latter: every client that means OpenMetrics says so.
 */
bool http_accepts_openmetrics(const char *accept);

#endif
