/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where a listener for HTTP listens. */
#ifndef RCODEWATCH_HTTP_LISTEN_H
#define RCODEWATCH_HTTP_LISTEN_H

#include "util/listener.h"

/*
 * Above the range 9100 to 9999 of Prometheus's exporters, of which there are more than ports, and below
 * the ephemeral ports of Linux; no service of that number is registered with IANA.
 */
#define HTTP_PORT_DEFAULT 19153

/*
 * "" for 127.0.0.1 and the default port; ADDRESS, ADDRESS:PORT with an IPv6 address in brackets, or
 * unix:PATH (@NAME: an abstract one). Names but localhost are not looked up. 0 or -EINVAL with @why.
 */
int http_address_parse(struct listen_address *address, const char *text, char why[OPTION_WHY_MAX]);

#endif
