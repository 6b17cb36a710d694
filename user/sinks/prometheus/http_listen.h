/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A socket that listens for HTTP: where, and opening and closing it. */
#ifndef RCODEWATCH_HTTP_LISTEN_H
#define RCODEWATCH_HTTP_LISTEN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "util/options.h"

/*
 * Above the range 9100 to 9999 of Prometheus's exporters, of which there are more than ports, and below
 * the ephemeral ports of Linux; no service of that number is registered with IANA.
 */
#define HTTP_PORT_DEFAULT 19153

/* Plain bytes: may be copied. */
struct http_address {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
	};
	socklen_t length;
	mode_t mode; /* of a UNIX socket */
};

/*
 * "" for 127.0.0.1 and the default port; ADDRESS, ADDRESS:PORT with an IPv6 address in brackets, or
 * unix:PATH (@NAME: an abstract one). Names but localhost are not looked up. 0 or -EINVAL with @why.
 */
int http_address_parse(struct http_address *address, const char *text, char why[OPTION_WHY_MAX]);

struct http_listener {
	int fd;
	dev_t dev; /* of the file of a UNIX socket, to remove that and no other */
	ino_t ino;
};

#define HTTP_WHY_MAX 192

/*
 * Listen, without blocking. The file of a UNIX socket lies in a folder as trusted_path.h wants it; one that
 * nobody listens on any more is replaced, unless another user has the lock file beside it (.NAME.lock, there
 * for a moment); it has its mode from the beginning. Not to be called while other
 * threads make files: it changes the umask for a moment. 0, or a negative errno with the reason;
 * -EADDRINUSE: another one listens there.
 */
int http_listen(struct http_listener *listener, const struct http_address *address,
		char why[HTTP_WHY_MAX]);
/*
 * Harmless if it is not open. Removes the file of a UNIX socket, if it still is ours and no other process has
 * the lock: it does not wait.
 */
void http_listen_close(struct http_listener *listener, const struct http_address *address);

#endif
