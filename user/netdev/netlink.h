/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Requests, dumps and notifications of netlink (netlink(7)): rtnetlink, generic netlink and
 * sock_diag. libmnl builds and parses the messages. What it leaves to its callers is here: a bounded
 * wait, messages of any size, the sender's address, lost notifications, errors at the end of a dump.
 * One thread at a time may use a struct netlink.
 */
#ifndef RCODEWATCH_NETLINK_H
#define RCODEWATCH_NETLINK_H

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Closed if it is all zeros. */
struct netlink {
	struct mnl_socket *socket;
	int protocol;
	uint32_t sequence;
	unsigned char *buffer; /* of received datagrams; grows to the largest */
	size_t size;
};

/* A request under construction; add attributes by mnl_attr_put_check(&header, sizeof(request)). */
struct netlink_request {
	union {
		struct nlmsghdr header;
		unsigned char bytes[256];
	};
};

/*
 * Called for each received message, whose nlmsg_len has been checked. The message is valid during
 * the call only. Anything but 0 ends the visits and is what netlink_ask() returns.
 */
typedef int (*netlink_visit)(const struct nlmsghdr *message, void *context);

/*
 * Open @nl for netlink_ask(). @protocol: NETLINK_ROUTE, NETLINK_GENERIC, NETLINK_SOCK_DIAG. 0, or a
 * negative errno and @nl is closed.
 */
int netlink_open(struct netlink *nl, int protocol);
/*
 * Open @nl for netlink_read_events(), for the multicast groups of the bits in @groups (RTMGRP_*). 0,
 * or a negative errno and @nl is closed.
 */
int netlink_listen(struct netlink *nl, int protocol, unsigned int groups);
/* May be called when it is closed already. */
void netlink_close(struct netlink *nl);

/* The file descriptor, to poll for input; -1 if it is closed. */
int netlink_fd(const struct netlink *nl);

/*
 * Begin a request whose fixed header is the @size bytes at @payload, at most 128. @flags: NLM_F_DUMP
 * or 0.
 */
void netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags,
		   const void *payload, size_t size);

/*
 * Send @request and visit what comes back. 0; the kernel's refusal or another negative errno;
 * -EAGAIN if what was dumped changed meanwhile (NLM_F_DUMP_INTR) and should be asked for again;
 * or what @visit ended with.
 */
int netlink_ask(struct netlink *nl, struct netlink_request *request, netlink_visit visit,
		void *context);

/*
 * Visit all notifications that have arrived, without waiting. False if some were lost, because there
 * were more than the kernel keeps or one could not be read. What @visit returns ends the visits of
 * one datagram only.
 */
bool netlink_read_events(struct netlink *nl, netlink_visit visit, void *context);

/*
 * The bytes from @at to the end of @message; negative if it ends before. mnl_attr_for_each() takes a
 * length that is no multiple of 4 for the next one, and so reads past the message.
 */
static inline int netlink_left(const struct nlmsghdr *message, const void *at)
{
	return (int)((const char *)message + message->nlmsg_len - (const char *)at);
}

/*
 * Walk the attributes behind @message's fixed header of @size bytes, up to the first one whose
 * length is wrong; none if the message is shorter than that header.
 */
#define netlink_for_each_attr(attr, message, size)                 \
	for ((attr) = mnl_nlmsg_get_payload_offset(message, size); \
	     mnl_attr_ok(attr, netlink_left(message, attr)); (attr) = mnl_attr_next(attr))

/* The same for the attributes in a nested one; mnl_attr_for_each_nested() fails -Wconversion. */
#define netlink_for_each_nested(attr, nest)                                          \
	for ((attr) = mnl_attr_get_payload(nest);                                    \
	     mnl_attr_ok(attr, (int)((const char *)(nest) + mnl_attr_get_len(nest) - \
				     (const char *)(attr)));                         \
	     (attr) = mnl_attr_next(attr))

/* Values in host order; 0 if the attribute is too short to hold one. */
uint8_t netlink_u8(const struct nlattr *attr);
uint16_t netlink_u16(const struct nlattr *attr);
uint32_t netlink_u32(const struct nlattr *attr);
uint64_t netlink_u64(const struct nlattr *attr);
/* Copy a string attribute, terminated or not, cut to fit @size bytes with its end. */
void netlink_string(const struct nlattr *attr, char *text, size_t size);

#endif
