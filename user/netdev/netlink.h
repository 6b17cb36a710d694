/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Questions to the kernel over netlink (RFC 3549; netlink(7)): rtnetlink, generic netlink and
 * sock_diag, requests and dumps only. Every length in a reply is checked before it is followed.
 */
#ifndef RCODEWATCH_NETLINK_H
#define RCODEWATCH_NETLINK_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct netlink {
	int fd;
	uint32_t sequence;
	unsigned char *buffer; /* of replies; grows to the largest */
	size_t size;
};

/* A request under construction; its attributes are few and small. */
struct netlink_request {
	union {
		struct nlmsghdr header;
		unsigned char bytes[256];
	};
};

/* One message of a reply, without its header. Valid during the visit only. */
struct netlink_message {
	uint16_t type;
	const unsigned char *payload;
	size_t size;
};

/* A row of attributes still to be walked. */
struct netlink_attrs {
	const unsigned char *at;
	size_t left;
};

struct netlink_attr {
	uint16_t type; /* without NLA_F_NESTED and NLA_F_NET_BYTEORDER */
	const unsigned char *data;
	size_t size;
};

/* Called for each message of a reply. Anything but 0 ends the visits and is what the asker gets. */
typedef int (*netlink_visit)(const struct netlink_message *message, void *context);

/* @protocol: NETLINK_ROUTE, NETLINK_GENERIC, NETLINK_SOCK_DIAG. 0 or a negative errno. */
int netlink_open(struct netlink *nl, int protocol);
void netlink_close(struct netlink *nl);

/* Begin a request whose fixed header is the @size bytes at @payload. @flags: NLM_F_DUMP or 0. */
void netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags,
		   const void *payload, size_t size);
/* Append an attribute. False if it does not fit; the request is then as it was. */
bool netlink_put(struct netlink_request *request, uint16_t type, const void *data, size_t size);

/*
 * Send @request and visit what comes back. 0; the kernel's refusal or another negative errno;
 * -EAGAIN if what was dumped changed meanwhile (NLM_F_DUMP_INTR) and should be asked for again;
 * or what @visit ended with.
 */
int netlink_ask(struct netlink *nl, struct netlink_request *request, netlink_visit visit,
		void *context);

/* The message's fixed header of @size bytes, or NULL if it is shorter than that. */
const void *netlink_fixed(const struct netlink_message *message, size_t size);
/* The attributes behind a fixed header of @size bytes. */
struct netlink_attrs netlink_attrs(const struct netlink_message *message, size_t size);
struct netlink_attrs netlink_nested(const struct netlink_attr *attr);
/* False at the end, and at the first attribute whose length lies. */
bool netlink_attr_next(struct netlink_attrs *attrs, struct netlink_attr *attr);

/* Values in host order; 0 if the attribute is too short to hold one. */
uint8_t netlink_u8(const struct netlink_attr *attr);
uint16_t netlink_u16(const struct netlink_attr *attr);
uint32_t netlink_u32(const struct netlink_attr *attr);
uint64_t netlink_u64(const struct netlink_attr *attr);
/* Copy a string attribute, terminated or not, cut to fit @size bytes with its end. */
void netlink_string(const struct netlink_attr *attr, char *text, size_t size);

#endif
