/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A transport over a connection: TCP or a UNIX socket, also one of datagrams, each of which is a message. */
#ifndef RCODEWATCH_TRANSPORT_SOCKET_H
#define RCODEWATCH_TRANSPORT_SOCKET_H

#include "sinks/sender.h"
#include "util/clock.h"

#define SOCKET_TIMEOUT_DEFAULT (30 * NS_PER_S)

struct transport_socket {
	char host[256];     /* a name or an address; "" with a path */
	char port[32];      /* a number or the name of a service */
	char path[108];     /* of a UNIX socket; "" with a host */
	int type;           /* SOCK_DGRAM; 0: SOCK_STREAM */
	int64_t timeout_ns; /* for connecting, and for a receiver that takes nothing */
	uint64_t acked;     /* of this connection */
};

/*
 * HOST:PORT or [ADDRESS]:PORT into @socket. 0 or -EINVAL with @why. The name is looked up when it is
 * connected to, each time.
 */
int transport_socket_tcp(struct transport_socket *socket, const char *address,
			 char why[OPTION_WHY_MAX]);
/* A path; abstract names begin with @. Likewise. */
int transport_socket_unix(struct transport_socket *socket, const char *path,
			  char why[OPTION_WHY_MAX]);

/* The option of kinds that connect, whose settings of @type have the struct transport_socket @member. */
#define SOCKET_OPTION_TIMEOUT(type, member)                                          \
	"timeout", 0, "SECONDS",                                                     \
		"for connecting, and for a receiver that takes\nnothing, 1 to 3600 " \
		"(default 30)",                                                      \
		OPTION_SECONDS, SINK_FIELD(type, member.timeout_ns), NS_PER_S, 3600 * NS_PER_S

/* For a struct transport_socket in sender->to. */
extern const struct transport_ops transport_socket_ops;

/* What the ops do: for transports with more on top, whose sender->to begins with a struct transport_socket. */
int transport_socket_connect(struct sender *sender, char why[SINK_WHY_MAX]);
int transport_socket_write(struct sender *sender, const char *data, size_t size);
void transport_socket_close(struct sender *sender, bool failed);

#endif
