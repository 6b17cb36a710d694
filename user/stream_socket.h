/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A stream over a connection: TCP or a UNIX stream socket. */
#ifndef RCODEWATCH_STREAM_SOCKET_H
#define RCODEWATCH_STREAM_SOCKET_H

#include "sink_stream.h"

#define SOCKET_TIMEOUT_DEFAULT 30000000000LL

struct stream_socket {
	char host[256];     /* a name or an address; "" with a path */
	char port[32];      /* a number or the name of a service */
	char path[108];     /* of a UNIX socket; "" with a host */
	int64_t timeout_ns; /* for connecting, and for a receiver that takes nothing */
	uint64_t taken;     /* of this connection */
};

/*
 * HOST:PORT or [ADDRESS]:PORT into @socket. 0 or -EINVAL with @why. The name is looked up when it is
 * connected to, each time.
 */
int stream_socket_tcp(struct stream_socket *socket, const char *address, char why[OPTION_WHY_MAX]);
/* A path; abstract names begin with @. Likewise. */
int stream_socket_unix(struct stream_socket *socket, const char *path, char why[OPTION_WHY_MAX]);

/* For a struct stream_socket in stream->to. */
extern const struct stream_ops stream_socket_ops;

/* Connect, as the ops do: for streams with more on top. stream->to is a struct stream_socket. */
int stream_socket_connect(struct sink_stream *stream, char why[SINK_WHY_MAX]);

#endif
