// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "netdev/netlink.h"

/* Bytes in memory of their own, so that a sanitizer sees a step past them. */
static void *copy(const void *bytes, size_t size)
{
	unsigned char *own = malloc(size ? size : 1);

	assert_non_null(own);
	if (size)
		memcpy(own, bytes, size);
	return own;
}

static void test_request(void **state)
{
	struct netlink_request request;
	const uint32_t payload = 0x01020304;

	(void)state;
	netlink_begin(&request, 18, NLM_F_DUMP, &payload, sizeof(payload));
	assert_int_equal(request.header.nlmsg_len, 20);
	assert_int_equal(request.header.nlmsg_type, 18);
	assert_int_equal(request.header.nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
	assert_memory_equal(request.bytes + 16, &payload, 4);
	/* Each takes a multiple of 4 bytes: RFC 3549 section 2.2, the rest zeros. */
	assert_true(mnl_attr_put_check(&request.header, sizeof(request), 5, 3, "abc"));
	assert_int_equal(request.header.nlmsg_len, 28);
	assert_true(mnl_attr_put_u32_check(&request.header, sizeof(request), 6, 7));
	assert_int_equal(request.header.nlmsg_len, 36);
	assert_memory_equal(request.bytes + 24, "abc\0", 4);
	/* One that does not fit leaves the request as it was. */
	assert_false(mnl_attr_put_check(&request.header, sizeof(request), 6, 256, request.bytes));
	assert_int_equal(request.header.nlmsg_len, 36);
}

/* Three attributes as a kernel writes them: a nested one, a string without its end, and 16 bits. */
static void test_walk(void **state)
{
	static const uint16_t words[] = {
		38, 0,          0,      0,      0, 0, 0, 0, /* the message's header */
		8,  0x8000 | 3, 0x1111, 0x2222,             /* nested */
		7,  2,          0x6261, 0x0063,             /* "abc" and a byte of padding */
		6,  9,          0x1234,
	};
	struct nlmsghdr *message = copy(words, sizeof(words));
	const struct nlattr *attr;
	char text[3];
	int count = 0;

	(void)state;
	netlink_for_each_attr(attr, message, 0)
		switch (count++) {
		case 0:
			assert_int_equal(mnl_attr_get_type(attr), 3);
			assert_int_equal(mnl_attr_get_payload_len(attr), 4);
			assert_int_equal(netlink_u16(attr), 0x1111);
			assert_int_equal(netlink_u32(attr), 0x22221111);
			assert_int_equal(netlink_u8(attr), 0x11);
			break;
		case 1:
			assert_int_equal(mnl_attr_get_type(attr), 2);
			netlink_string(attr, text, sizeof(text));
			assert_string_equal(text, "ab");
			/* Too short for what is asked of it. */
			assert_int_equal(netlink_u32(attr), 0);
			assert_int_equal(netlink_u64(attr), 0);
			break;
		default:
			assert_int_equal(mnl_attr_get_type(attr), 9);
			assert_int_equal(netlink_u16(attr), 0x1234);
			assert_int_equal(netlink_u32(attr), 0);
			break;
		}
	assert_int_equal(count, 3);
	free(message);
}

/* Every length that a first attribute can claim, in every room up to 24 bytes. */
static void test_lengths_that_lie(void **state)
{
	(void)state;
	for (size_t room = 0; room <= 24; room++)
		for (unsigned int length = 0; length <= 0xffff; length += length < 40 ? 1 : 977) {
			unsigned char bytes[16 + 24] = {0};
			uint32_t whole = (uint32_t)(16 + room);
			uint16_t claimed = (uint16_t)length;
			struct nlmsghdr *message;
			const struct nlattr *attr;
			int count = 0;

			memcpy(bytes, &whole, sizeof(whole));
			memcpy(bytes + 16, &claimed, sizeof(claimed));
			message = copy(bytes, whole);
			netlink_for_each_attr(attr, message, 0) {
				const char *end = (const char *)mnl_attr_get_payload(attr) +
						  mnl_attr_get_payload_len(attr);

				assert_true(end <= (const char *)message + whole);
				/* The rest is zeros, and 0 is no length. */
				assert_int_equal(++count, 1);
			}
			assert_int_equal(count, room >= 4 && length >= 4 && length <= room);
			free(message);
		}
}

/* A nested attribute's own attributes end with it, although the message goes on. */
static void test_nested(void **state)
{
	static const uint16_t words[] = {
		12, 1, 4, 7, 5, 8, /* of the second one a byte would be in the next attribute */
		4,  2,
	};
	struct nlattr *nest = copy(words, sizeof(words));
	const struct nlattr *attr;
	int count = 0;

	(void)state;
	netlink_for_each_nested(attr, nest) {
		assert_int_equal(mnl_attr_get_type(attr), 7);
		count++;
	}
	assert_int_equal(count, 1);
	free(nest);
}

static void test_short_message(void **state)
{
	(void)state;
	for (uint32_t size = 0; size < 20; size++) {
		unsigned char bytes[16 + 20] = {0};
		uint32_t whole = 16 + size;
		uint16_t claimed = 4;
		struct nlmsghdr *message;
		const struct nlattr *attr;
		int count = 0;

		memcpy(bytes, &whole, sizeof(whole));
		memcpy(bytes + 16 + 12, &claimed, sizeof(claimed));
		message = copy(bytes, whole);
		netlink_for_each_attr(attr, message, 12)
			count++;
		assert_int_equal(count, size >= 16);
		count = 0;
		netlink_for_each_attr(attr, message, 64)
			count++;
		assert_int_equal(count, 0);
		free(message);
	}
}

static int count_message(const struct nlmsghdr *message, void *context)
{
	unsigned int *types = context;

	*types = *types * 100 + message->nlmsg_type;
	return 0;
}

/* A message of @size bytes that says it has @claimed, in @at. */
static void put_message(void *at, uint16_t type, size_t size, uint32_t claimed)
{
	struct nlmsghdr header = {.nlmsg_len = claimed, .nlmsg_type = type};

	memset(at, 0, size);
	memcpy(at, &header, sizeof(header));
}

/* Sockets of which one stands for the kernel: what comes from it has no port number, like the kernel's. */
static int open_pair(struct netlink *nl)
{
	int pair[2];

	assert_int_equal(netlink_listen(nl, NETLINK_USERSOCK, 0), 0);
	mnl_socket_close(nl->socket);
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair), 0);
	nl->socket = mnl_socket_fdopen(pair[0]);
	assert_non_null(nl->socket);
	return pair[1];
}

static void test_events(void **state)
{
	unsigned char bytes[72];
	struct netlink nl;
	unsigned int types = 0;
	int kernel = open_pair(&nl);

	(void)state;
	assert_true(netlink_read_events(&nl, count_message, &types));
	assert_int_equal(types, 0);
	put_message(bytes, 21, 36, 33);
	put_message(bytes + 36, 22, 36, 36);
	assert_int_equal(send(kernel, bytes, sizeof(bytes), 0), sizeof(bytes));
	assert_int_equal(send(kernel, bytes, 36, 0), 36);
	assert_true(netlink_read_events(&nl, count_message, &types));
	assert_int_equal(types, 212221);
	close(kernel);
	netlink_close(&nl);
	assert_int_equal(netlink_fd(&nl), -1);
}

/* Lengths that a second message can claim; the one before and the datagram after are read. */
static void test_events_that_lie(void **state)
{
	static const uint32_t lies[] = {0, 1, 15, 21, 0x7fffffff, 0x80000000, 0xffffffff};

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		unsigned char bytes[40];
		struct netlink nl;
		unsigned int types = 0;
		int kernel = open_pair(&nl);

		put_message(bytes, 21, 20, 20);
		put_message(bytes + 20, 22, 20, lies[i]);
		assert_int_equal(send(kernel, bytes, sizeof(bytes), 0), sizeof(bytes));
		assert_int_equal(send(kernel, bytes, 20, 0), 20);
		assert_false(netlink_read_events(&nl, count_message, &types));
		assert_int_equal(types, 2121);
		assert_true(netlink_read_events(&nl, count_message, &types));
		close(kernel);
		netlink_close(&nl);
	}
}

/* A message is read whole whatever its size. */
static void test_large_event(void **state)
{
	const size_t size = 100000;
	unsigned char *bytes = malloc(size);
	struct netlink nl;
	unsigned int types = 0;
	int kernel = open_pair(&nl);

	(void)state;
	assert_non_null(bytes);
	put_message(bytes, 21, size, (uint32_t)size);
	assert_int_equal(send(kernel, bytes, size, 0), size);
	assert_true(netlink_read_events(&nl, count_message, &types));
	assert_int_equal(types, 21);
	close(kernel);
	netlink_close(&nl);
	free(bytes);
}

/* Send a message of 20 bytes to @port, or to the multicast groups of the bits in @groups. */
static bool send_to(const struct netlink *from, uint32_t port, uint32_t groups)
{
	const struct sockaddr_nl to = {
		.nl_family = AF_NETLINK, .nl_pid = port, .nl_groups = groups};
	unsigned char bytes[20];

	put_message(bytes, 21, sizeof(bytes), sizeof(bytes));
	return sendto(netlink_fd(from), bytes, sizeof(bytes), MSG_DONTWAIT,
		      (const struct sockaddr *)&to, sizeof(to)) == (ssize_t)sizeof(bytes);
}

/* Another process can send to our port; it is not the kernel. */
static void test_stranger(void **state)
{
	struct netlink nl, stranger;
	unsigned int types = 0;

	(void)state;
	assert_int_equal(netlink_listen(&nl, NETLINK_USERSOCK, 0), 0);
	assert_int_equal(netlink_open(&stranger, NETLINK_USERSOCK), 0);
	assert_true(send_to(&stranger, mnl_socket_get_portid(nl.socket), 0));
	assert_true(netlink_read_events(&nl, count_message, &types));
	assert_int_equal(types, 0);
	netlink_close(&stranger);
	netlink_close(&nl);
}

/* More notifications than the socket keeps: ENOBUFS, netlink(7). */
static void test_lost_events(void **state)
{
	struct netlink nl, sender;
	unsigned int types = 0;
	int smallest = 0;

	(void)state;
	assert_int_equal(netlink_listen(&nl, NETLINK_USERSOCK, 1), 0);
	assert_int_equal(netlink_open(&sender, NETLINK_USERSOCK), 0);
	assert_int_equal(
		setsockopt(netlink_fd(&nl), SOL_SOCKET, SO_RCVBUF, &smallest, sizeof(smallest)), 0);
	for (int i = 0; i < 100; i++)
		send_to(&sender, 0, 1);
	assert_false(netlink_read_events(&nl, count_message, &types));
	assert_true(netlink_read_events(&nl, count_message, &types));
	netlink_close(&sender);
	netlink_close(&nl);
}

/* The kernel's own answers: there is a loopback interface, and none of number 0x7fffffff. */
static void test_ask(void **state)
{
	struct netlink_request request;
	unsigned char payload[16] = {0}; /* struct ifinfomsg of linux/rtnetlink.h */
	struct netlink nl;
	const int none = 0x7fffffff;
	unsigned int types = 0;

	(void)state;
	assert_int_equal(netlink_open(&nl, NETLINK_ROUTE), 0);
	netlink_begin(&request, 18, NLM_F_DUMP, payload, sizeof(payload)); /* RTM_GETLINK */
	assert_int_equal(netlink_ask(&nl, &request, count_message, &types), 0);
	assert_int_equal(types % 100, 16); /* RTM_NEWLINK */
	memcpy(payload + 4, &none, sizeof(none));
	netlink_begin(&request, 18, 0, payload, sizeof(payload));
	assert_int_equal(netlink_ask(&nl, &request, count_message, &types), -ENODEV);
	netlink_close(&nl);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_lengths_that_lie),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_short_message),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_events_that_lie),
		cmocka_unit_test(test_large_event),
		cmocka_unit_test(test_stranger),
		cmocka_unit_test(test_lost_events),
		cmocka_unit_test(test_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
