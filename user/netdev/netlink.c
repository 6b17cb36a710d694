// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/netlink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define FIRST_BUFFER ((size_t)32 << 10)
/* A message beyond this is not one of those asked for here. */
#define LARGEST_BUFFER ((size_t)4 << 20)
/* The kernel answers at once, from memory; a bound all the same, so that nothing can hang. */
#define REPLY_SECONDS 5

/* The kernel's macros for these are ints, and of mixed sign. */
#define ATTR_HEADER    sizeof(struct nlattr)
#define MESSAGE_HEADER sizeof(struct nlmsghdr)
#define ATTR_TYPE_BITS 0x3fffu /* without NLA_F_NESTED and NLA_F_NET_BYTEORDER */

static size_t align4(size_t size)
{
	return (size + 3u) & ~(size_t)3u;
}

int netlink_open(struct netlink *nl, int protocol)
{
	struct sockaddr_nl local = {.nl_family = AF_NETLINK};
	struct timeval patience = {.tv_sec = REPLY_SECONDS};
	int error;

	*nl = (struct netlink){.fd = -1};
	nl->buffer = malloc(FIRST_BUFFER);
	if (!nl->buffer)
		return -ENOMEM;
	nl->size = FIRST_BUFFER;
	nl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	if (nl->fd < 0 || bind(nl->fd, (struct sockaddr *)&local, sizeof(local)) ||
	    setsockopt(nl->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience))) {
		error = -errno;
		netlink_close(nl);
		return error;
	}
	return 0;
}

void netlink_close(struct netlink *nl)
{
	if (nl->fd >= 0)
		close(nl->fd);
	free(nl->buffer);
	*nl = (struct netlink){.fd = -1};
}

void netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags,
		   const void *payload, size_t size)
{
	memset(request, 0, sizeof(*request));
	if (size > sizeof(request->bytes) - MESSAGE_HEADER)
		size = sizeof(request->bytes) - MESSAGE_HEADER;
	memcpy(request->bytes + MESSAGE_HEADER, payload, size);
	request->header.nlmsg_len = (uint32_t)(MESSAGE_HEADER + size);
	request->header.nlmsg_type = type;
	request->header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
}

bool netlink_put(struct netlink_request *request, uint16_t type, const void *data, size_t size)
{
	size_t at = align4(request->header.nlmsg_len);
	struct nlattr head = {.nla_type = type};

	if (size > sizeof(request->bytes) || at + ATTR_HEADER + size > sizeof(request->bytes))
		return false;
	head.nla_len = (uint16_t)(ATTR_HEADER + size);
	memcpy(request->bytes + at, &head, sizeof(head));
	memcpy(request->bytes + at + ATTR_HEADER, data, size);
	request->header.nlmsg_len = (uint32_t)(at + ATTR_HEADER + size);
	return true;
}

/* One datagram from the kernel into the buffer: its size, or a negative errno. */
static ssize_t receive(struct netlink *nl)
{
	for (;;) {
		struct sockaddr_nl from = {0};
		struct iovec piece = {.iov_base = nl->buffer, .iov_len = nl->size};
		struct msghdr message = {.msg_name = &from,
					 .msg_namelen = sizeof(from),
					 .msg_iov = &piece,
					 .msg_iovlen = 1};
		ssize_t size = recvmsg(nl->fd, &message, MSG_PEEK | MSG_TRUNC);

		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		if ((size_t)size > nl->size) {
			unsigned char *larger;

			if ((size_t)size > LARGEST_BUFFER)
				return -EMSGSIZE;
			larger = realloc(nl->buffer, (size_t)size);
			if (!larger)
				return -ENOMEM;
			nl->buffer = larger;
			nl->size = (size_t)size;
			continue;
		}
		size = recv(nl->fd, nl->buffer, nl->size, 0);
		if (size < 0)
			return -errno;
		/* Any process may send to a netlink port; only the kernel's is port 0. */
		if (from.nl_pid == 0)
			return size;
	}
}

struct reply {
	uint32_t sequence;
	netlink_visit visit;
	void *context;
	bool dump;
	bool interrupted;
	bool done;
};

/* One message of a reply. 0 to go on. */
static int handle(struct reply *reply, const struct nlmsghdr *header, const unsigned char *payload)
{
	struct netlink_message message = {.type = header->nlmsg_type,
					  .payload = payload,
					  .size = header->nlmsg_len - MESSAGE_HEADER};
	int error = 0;
	int result;

	if (header->nlmsg_seq != reply->sequence)
		return 0;
	if (header->nlmsg_flags & NLM_F_DUMP_INTR)
		reply->interrupted = true;
	switch (message.type) {
	case NLMSG_NOOP: return 0;
	case NLMSG_OVERRUN: return -EOVERFLOW;
	case NLMSG_ERROR:
	case NLMSG_DONE:
		/* Both begin with an error number; a DONE may come without. */
		if (message.size >= sizeof(error))
			memcpy(&error, payload, sizeof(error));
		reply->done = true;
		return error < 0 ? error : 0;
	default: break;
	}
	result = reply->visit(&message, reply->context);
	if (!reply->dump)
		reply->done = true;
	return result;
}

/* All messages of one datagram. */
static int handle_all(struct reply *reply, const unsigned char *at, size_t left)
{
	while (left >= MESSAGE_HEADER && !reply->done) {
		struct nlmsghdr header;
		int result;

		memcpy(&header, at, sizeof(header));
		if (header.nlmsg_len < MESSAGE_HEADER || header.nlmsg_len > left)
			return -EBADMSG;
		result = handle(reply, &header, at + MESSAGE_HEADER);
		if (result)
			return result;
		if (align4(header.nlmsg_len) >= left)
			break;
		at += align4(header.nlmsg_len);
		left -= align4(header.nlmsg_len);
	}
	return 0;
}

int netlink_ask(struct netlink *nl, struct netlink_request *request, netlink_visit visit,
		void *context)
{
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	struct reply reply = {.sequence = ++nl->sequence,
			      .visit = visit,
			      .context = context,
			      .dump = (request->header.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP};

	request->header.nlmsg_seq = reply.sequence;
	if (sendto(nl->fd, request->bytes, request->header.nlmsg_len, 0, (struct sockaddr *)&kernel,
		   sizeof(kernel)) < 0)
		return -errno;
	while (!reply.done) {
		ssize_t size = receive(nl);
		int result;

		if (size < 0)
			return (int)size;
		result = handle_all(&reply, nl->buffer, (size_t)size);
		if (result)
			return result;
	}
	return reply.interrupted ? -EAGAIN : 0;
}

const void *netlink_fixed(const struct netlink_message *message, size_t size)
{
	return message->size >= size ? message->payload : NULL;
}

struct netlink_attrs netlink_attrs(const struct netlink_message *message, size_t size)
{
	size_t skip = align4(size);

	if (message->size < skip)
		return (struct netlink_attrs){0};
	return (struct netlink_attrs){message->payload + skip, message->size - skip};
}

struct netlink_attrs netlink_nested(const struct netlink_attr *attr)
{
	return (struct netlink_attrs){attr->data, attr->size};
}

bool netlink_attr_next(struct netlink_attrs *attrs, struct netlink_attr *attr)
{
	struct nlattr head;

	if (attrs->left < ATTR_HEADER)
		return false;
	memcpy(&head, attrs->at, sizeof(head));
	if (head.nla_len < ATTR_HEADER || head.nla_len > attrs->left) {
		attrs->left = 0;
		return false;
	}
	attr->type = head.nla_type & ATTR_TYPE_BITS;
	attr->data = attrs->at + ATTR_HEADER;
	attr->size = head.nla_len - ATTR_HEADER;
	if (align4(head.nla_len) >= attrs->left) {
		attrs->left = 0;
	} else {
		attrs->at += align4(head.nla_len);
		attrs->left -= align4(head.nla_len);
	}
	return true;
}

uint8_t netlink_u8(const struct netlink_attr *attr)
{
	return attr->size >= 1 ? attr->data[0] : 0;
}

uint16_t netlink_u16(const struct netlink_attr *attr)
{
	uint16_t value = 0;

	if (attr->size >= sizeof(value))
		memcpy(&value, attr->data, sizeof(value));
	return value;
}

uint32_t netlink_u32(const struct netlink_attr *attr)
{
	uint32_t value = 0;

	if (attr->size >= sizeof(value))
		memcpy(&value, attr->data, sizeof(value));
	return value;
}

uint64_t netlink_u64(const struct netlink_attr *attr)
{
	uint64_t value = 0;

	if (attr->size >= sizeof(value))
		memcpy(&value, attr->data, sizeof(value));
	return value;
}

void netlink_string(const struct netlink_attr *attr, char *text, size_t size)
{
	size_t length = strnlen((const char *)attr->data, attr->size);

	if (!size)
		return;
	if (length > size - 1)
		length = size - 1;
	memcpy(text, attr->data, length);
	text[length] = '\0';
}
