/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Datagrams over UDP, a message each. */
#ifndef RCODEWATCH_TRANSPORT_UDP_H
#define RCODEWATCH_TRANSPORT_UDP_H

#include "sinks/ack_tracker.h"
#include "sinks/transport_socket.h"

struct transport_udp {
	struct transport_socket socket; /* of type SOCK_DGRAM */
	struct ack_tracker mark;
	unsigned int burst; /* datagrams since the last pause */
	int64_t sent_ns;
};

/*
 * For a struct transport_udp in sender->to. Nobody says that a datagram has arrived; but that nobody
 * listens at the port is often said (ICMP), and then what was sent just before is sent again.
 */
extern const struct transport_ops transport_udp_ops;

#endif
