/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * By which names a listener may be asked. A page in somebody's browser can have its own name resolve to an
 * address of this machine or its network ("DNS rebinding") and then read what it gets from there, as the
 * browser takes both for the same site. The Host field still has that name.
 */
#ifndef RCODEWATCH_HTTP_HOSTS_H
#define RCODEWATCH_HTTP_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/options.h"

#define HTTP_HOSTS_MAX 8
#define HTTP_HOST_SIZE 256 /* a name of the DNS in text, with the final NUL */

/* Plain bytes: may be copied. */
struct http_hosts {
	char name[HTTP_HOSTS_MAX][HTTP_HOST_SIZE];
	size_t count;
};

/* Add @name, without a port. 0, or -EINVAL with @why. */
int http_hosts_add(struct http_hosts *hosts, const char *name, char why[OPTION_WHY_MAX]);
/* Add the names of this host: the one it has, and the first label of that. */
void http_hosts_add_own(struct http_hosts *hosts);

/*
 * Whether @host, the value of a Host field (RFC 9110 section 7.2), is an address, localhost or one of
 * @hosts. What is no well-formed host and port is not.
 */
bool http_hosts_allow(const struct http_hosts *hosts, const char *host);

#endif
