// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/netlink.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "util/log.h"

#define FIRST_BUFFER ((size_t)32 << 10)
/* A message beyond this is not one of those asked for here. */
#define LARGEST_BUFFER ((size_t)4 << 20)
/* The kernel answers at once, from memory; a bound all the same, so that nothing can hang. */
#define REPLY_SECONDS 5

static int open_socket(struct netlink *nl, int protocol, int flags, unsigned int groups)
{
	struct timeval patience = {.tv_sec = REPLY_SECONDS};
	int error;

	*nl = (struct netlink){
		.protocol = protocol, .buffer = malloc(FIRST_BUFFER), .size = FIRST_BUFFER};
	if (!nl->buffer) {
		*nl = (struct netlink){0};
		return -ENOMEM;
	}
	nl->socket = mnl_socket_open2(protocol, SOCK_CLOEXEC | flags);
	if (!nl->socket || mnl_socket_bind(nl->socket, groups, MNL_SOCKET_AUTOPID) < 0 ||
	    setsockopt(netlink_fd(nl), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience))) {
		error = -errno;
		netlink_close(nl);
		return error;
	}
	return 0;
}

int netlink_open(struct netlink *nl, int protocol)
{
	return open_socket(nl, protocol, 0, 0);
}

int netlink_listen(struct netlink *nl, int protocol, unsigned int groups)
{
	return open_socket(nl, protocol, SOCK_NONBLOCK, groups);
}

void netlink_close(struct netlink *nl)
{
	if (nl->socket)
		mnl_socket_close(nl->socket);
	free(nl->buffer);
	*nl = (struct netlink){0};
}

int netlink_fd(const struct netlink *nl)
{
	return nl->socket ? mnl_socket_get_fd(nl->socket) : -1;
}

void netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags,
		   const void *payload, size_t size)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(request->bytes);

	/* libmnl 1.0.4 leaves the padding behind attributes as it was. */
	memset(header + 1, 0, sizeof(*request) - sizeof(*header));
	header->nlmsg_type = type;
	header->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	memcpy(mnl_nlmsg_put_extra_header(header, size), payload, size);
}

/* Make the buffer hold @size bytes. 0 or a negative errno. */
static int grow(struct netlink *nl, size_t size)
{
	unsigned char *larger;

	if (size <= nl->size)
		return 0;
	if (size > LARGEST_BUFFER)
		return -EMSGSIZE;
	larger = realloc(nl->buffer, size);
	if (!larger)
		return -ENOMEM;
	nl->buffer = larger;
	nl->size = size;
	return 0;
}

/*
 * One datagram from the kernel into the buffer: its size, or a negative errno. One that cannot be
 * read whole is removed, so that it does not keep the socket readable. mnl_socket_recvfrom() accepts
 * any sender and does not say how long the datagram was that it cut.
 */
static ssize_t receive(struct netlink *nl)
{
	for (;;) {
		struct sockaddr_nl from = {0};
		struct iovec piece = {.iov_base = nl->buffer, .iov_len = nl->size};
		struct msghdr message = {.msg_name = &from,
					 .msg_namelen = sizeof(from),
					 .msg_iov = &piece,
					 .msg_iovlen = 1};
		ssize_t size = recvmsg(netlink_fd(nl), &message, MSG_PEEK | MSG_TRUNC);
		int error;

		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return -errno;
		error = grow(nl, (size_t)size);
		if (recv(netlink_fd(nl), nl->buffer, nl->size, 0) < 0)
			return -errno;
		/* Any process may send to a netlink port; only the kernel's is port 0. */
		if (from.nl_pid != 0)
			continue;
		return error ? error : size;
	}
}

struct reply {
	uint32_t sequence;
	netlink_visit visit;
	void *context;
	bool dump;
	bool interrupted;
	bool done;
	size_t messages;
};

/* One message of a reply. 0 to go on. */
static int read_reply(const struct nlmsghdr *message, void *context)
{
	struct reply *reply = context;
	int error = 0;
	int result;

	if (reply->done || message->nlmsg_seq != reply->sequence)
		return 0;
	if (message->nlmsg_flags & NLM_F_DUMP_INTR)
		reply->interrupted = true;
	switch (message->nlmsg_type) {
	case NLMSG_NOOP: return 0;
	case NLMSG_OVERRUN: return -EOVERFLOW;
	case NLMSG_ERROR:
	case NLMSG_DONE:
		/* Both begin with an error number; a DONE may come without. */
		if (mnl_nlmsg_get_payload_len(message) >= sizeof(error))
			memcpy(&error, mnl_nlmsg_get_payload(message), sizeof(error));
		else if (message->nlmsg_type == NLMSG_ERROR)
			error = -EBADMSG;
		reply->done = true;
		return error < 0 ? error : 0;
	default: break;
	}
	reply->messages++;
	result = reply->visit(message, reply->context);
	if (!reply->dump)
		reply->done = true;
	return result;
}

/*
 * All messages of one datagram. Not by mnl_cb_run(), which leaves an interrupted dump with the rest
 * unread, and which takes a dump that ends with an error for a whole one. 0, -EBADMSG, or what @visit
 * ended with.
 */
static int visit_all(const void *datagram, int left, netlink_visit visit, void *context)
{
	const struct nlmsghdr *message = datagram;

	while (left >= (int)sizeof(*message)) {
		int result;

		/* libmnl compares as int and so accepts lengths from 2^31. */
		if (message->nlmsg_len > (unsigned int)left || !mnl_nlmsg_ok(message, left))
			return -EBADMSG;
		result = visit(message, context);
		if (result)
			return result;
		message = mnl_nlmsg_next(message, &left);
	}
	return 0;
}

static const char *protocol_name(int protocol)
{
	switch (protocol) {
	case NETLINK_ROUTE: return "rtnetlink";
	case NETLINK_GENERIC: return "generic netlink";
	case NETLINK_SOCK_DIAG: return "sock_diag";
	default: return "netlink";
	}
}

/* 0 or a negative errno. */
static int exchange(struct netlink *nl, struct netlink_request *request, struct reply *reply)
{
	request->header.nlmsg_seq = reply->sequence;
	if (mnl_socket_sendto(nl->socket, request->bytes, request->header.nlmsg_len) < 0)
		return -errno;
	while (!reply->done) {
		ssize_t size = receive(nl);
		int result;

		if (size < 0)
			return size == -EAGAIN ? -ETIMEDOUT : (int)size;
		result = visit_all(nl->buffer, (int)size, read_reply, reply);
		if (result)
			return result;
	}
	return reply->interrupted ? -EAGAIN : 0;
}

int netlink_ask(struct netlink *nl, struct netlink_request *request, netlink_visit visit,
		void *context)
{
	struct reply reply = {.sequence = ++nl->sequence,
			      .visit = visit,
			      .context = context,
			      .dump = (request->header.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP};
	int result = exchange(nl, request, &reply);

	log_debug("%s, request of type %u: %zu messages%s%s", protocol_name(nl->protocol),
		  request->header.nlmsg_type, reply.messages, result ? ": " : "",
		  result ? strerror(-result) : "");
	return result;
}

bool netlink_read_events(struct netlink *nl, netlink_visit visit, void *context)
{
	bool all = true;

	for (;;) {
		ssize_t size = receive(nl);

		if (size == -ENOBUFS || size == -EMSGSIZE || size == -ENOMEM)
			all = false;
		else if (size < 0)
			return all;
		else if (visit_all(nl->buffer, (int)size, visit, context) == -EBADMSG)
			all = false;
	}
}

/* mnl_attr_validate() refuses an attribute that is longer than the integer, too. */
static bool holds(const struct nlattr *attr, size_t size)
{
	return mnl_attr_get_payload_len(attr) >= size;
}

uint8_t netlink_u8(const struct nlattr *attr)
{
	return holds(attr, sizeof(uint8_t)) ? mnl_attr_get_u8(attr) : 0;
}

uint16_t netlink_u16(const struct nlattr *attr)
{
	return holds(attr, sizeof(uint16_t)) ? mnl_attr_get_u16(attr) : 0;
}

uint32_t netlink_u32(const struct nlattr *attr)
{
	return holds(attr, sizeof(uint32_t)) ? mnl_attr_get_u32(attr) : 0;
}

uint64_t netlink_u64(const struct nlattr *attr)
{
	return holds(attr, sizeof(uint64_t)) ? mnl_attr_get_u64(attr) : 0;
}

void netlink_string(const struct nlattr *attr, char *text, size_t size)
{
	snprintf(text, size, "%.*s", (int)mnl_attr_get_payload_len(attr), mnl_attr_get_str(attr));
}
