// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "netdev/netlink.h"

/* Bytes in memory of their own, so that a sanitizer sees a step past them. */
static unsigned char *copy(const void *bytes, size_t size)
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
	/* An attribute of 3 bytes takes 7, and the next begins at 8. */
	assert_true(netlink_put(&request, 5, "abc", 3));
	assert_int_equal(request.header.nlmsg_len, 27);
	assert_true(netlink_put(&request, 6, "d", 1));
	assert_int_equal(request.header.nlmsg_len, 33);
	assert_memory_equal(request.bytes + 24, "abc\0", 4);
	assert_int_equal(request.bytes[32], 'd');
}

static void test_full(void **state)
{
	static const unsigned char much[512];
	struct netlink_request request;

	(void)state;
	netlink_begin(&request, 18, 0, much, 4);
	assert_false(netlink_put(&request, 1, much, sizeof(much)));
	assert_false(netlink_put(&request, 1, much, SIZE_MAX));
	assert_int_equal(request.header.nlmsg_len, 20);
	assert_true(netlink_put(&request, 1, much, 256 - 20 - 4));
	assert_int_equal(request.header.nlmsg_len, 256);
	assert_false(netlink_put(&request, 1, much, 0));
	/* A header too large for it is cut. */
	netlink_begin(&request, 18, 0, much, sizeof(much));
	assert_int_equal(request.header.nlmsg_len, 256);
}

/* Three attributes as a kernel writes them: a nested one, a string without its end, and 16 bits. */
static void test_walk(void **state)
{
	static const uint16_t words[] = {
		8, 0x8000 | 3, 0x1111, 0x2222, /* nested */
		7, 2,          0x6261, 0x0063, /* "abc" and a byte of padding */
		6, 9,          0x1234,
	};
	unsigned char *own = copy(words, sizeof(words));
	struct netlink_attrs attrs = {own, sizeof(words)};
	struct netlink_attr attr;
	char text[3];

	(void)state;
	assert_true(netlink_attr_next(&attrs, &attr));
	assert_int_equal(attr.type, 3);
	assert_int_equal(attr.size, 4);
	assert_int_equal(netlink_u16(&attr), 0x1111);
	assert_true(netlink_attr_next(&attrs, &attr));
	assert_int_equal(attr.type, 2);
	assert_int_equal(attr.size, 3);
	netlink_string(&attr, text, sizeof(text));
	assert_string_equal(text, "ab");
	/* Too short for what is asked of it. */
	assert_int_equal(netlink_u32(&attr), 0);
	assert_int_equal(netlink_u64(&attr), 0);
	assert_true(netlink_attr_next(&attrs, &attr));
	assert_int_equal(attr.type, 9);
	assert_int_equal(netlink_u16(&attr), 0x1234);
	assert_false(netlink_attr_next(&attrs, &attr));
	assert_false(netlink_attr_next(&attrs, &attr));
	free(own);
}

/* Every length that a first attribute can claim, in every room up to 24 bytes. */
static void test_lengths_that_lie(void **state)
{
	(void)state;
	for (size_t room = 0; room <= 24; room++)
		for (unsigned int length = 0; length <= 0xffff; length += length < 40 ? 1 : 977) {
			unsigned char bytes[24] = {0};
			uint16_t claimed = (uint16_t)length;
			struct netlink_attrs attrs;
			struct netlink_attr attr;
			unsigned char *own;
			int count = 0;

			memcpy(bytes, &claimed, sizeof(claimed));
			own = copy(bytes, room);
			attrs = (struct netlink_attrs){own, room};
			while (netlink_attr_next(&attrs, &attr)) {
				assert_true(attr.data >= own);
				assert_true(attr.data + attr.size <= own + room);
				/* The rest is zeros, and 0 is no length. */
				assert_int_equal(++count, 1);
			}
			assert_int_equal(count, room >= 4 && length >= 4 && length <= room);
			free(own);
		}
}

static void test_short_message(void **state)
{
	static const unsigned char bytes[16];
	struct netlink_message message = {.payload = bytes, .size = 15};

	(void)state;
	assert_null(netlink_fixed(&message, 16));
	assert_int_equal(netlink_attrs(&message, 16).left, 0);
	message.size = 16;
	assert_ptr_equal(netlink_fixed(&message, 16), bytes);
	assert_int_equal(netlink_attrs(&message, 13).left, 0);
	assert_int_equal(netlink_attrs(&message, 12).left, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),       cmocka_unit_test(test_full),
		cmocka_unit_test(test_walk),          cmocka_unit_test(test_lengths_that_lie),
		cmocka_unit_test(test_short_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
