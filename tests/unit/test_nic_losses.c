// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the kernel and drivers say of lost packets: right, cut, and wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "netdev/netlink.h"
#include "netdev/nic_losses.h"
#include "netdev/nic_messages.h"

#define SECOND 1000000000LL

static unsigned char bytes[1024];

static struct nlmsghdr *message(uint16_t type, const void *head, size_t size)
{
	struct nlmsghdr *header;

	memset(bytes, 0, sizeof(bytes));
	header = mnl_nlmsg_put_header(bytes);
	header->nlmsg_type = type;
	memcpy(mnl_nlmsg_put_extra_header(header, size), head, size);
	return header;
}

static struct nlmsghdr *queues(void)
{
	const struct genlmsghdr head = {.cmd = 12, .version = 1};

	return message(0x1f, &head, sizeof(head));
}

/* Attribute numbers of the netdev family's specification, qstats: 1 ifindex, 13 rx-hw-drops, 14 rx-hw-drop-overruns. */
static void of_queues(void **state)
{
	struct nlmsghdr *header = queues();
	uint64_t lost = 99;

	(void)state;
	mnl_attr_put_u32(header, 1, 7);
	assert_false(nic_message_queues(header, 7, &lost));
	mnl_attr_put_u64(header, 8, 1000000);
	mnl_attr_put_u32(header, 12, 3);
	assert_false(nic_message_queues(header, 7, &lost));
	assert_int_equal(lost, 99);
	/* The kernel writes 32 bits where they hold the value. */
	mnl_attr_put_u32(header, 14, 5);
	assert_true(nic_message_queues(header, 7, &lost));
	assert_int_equal(lost, 5);
	mnl_attr_put_u64(header, 13, 1ULL << 40);
	assert_true(nic_message_queues(header, 7, &lost));
	assert_int_equal(lost, 1ULL << 40);
	assert_false(nic_message_queues(header, 8, &lost));
	/* Of one queue. */
	mnl_attr_put_u32(header, 3, 0);
	assert_false(nic_message_queues(header, 7, &lost));
}

static struct nlmsghdr *link_of(uint32_t ifindex, size_t size)
{
	const struct if_stats_msg head = {.ifindex = ifindex, .filter_mask = 1};
	struct rtnl_link_stats64 statistics = {.rx_packets = 1000000,
					       .rx_errors = 1000000,
					       .rx_dropped = 700,
					       .rx_over_errors = 1000000,
					       .rx_fifo_errors = 20,
					       .rx_missed_errors = 3};
	struct nlmsghdr *header = message(RTM_NEWSTATS, &head, sizeof(head));

	mnl_attr_put(header, IFLA_STATS_LINK_64, size, &statistics);
	return header;
}

static void of_links(void **state)
{
	struct nlmsghdr *header = link_of(7, sizeof(struct rtnl_link_stats64));
	uint64_t lost = 99;

	(void)state;
	assert_true(nic_message_link(header, 7, false, &lost));
	assert_int_equal(lost, 23);
	assert_true(nic_message_link(header, 7, true, &lost));
	assert_int_equal(lost, 723);
	assert_false(nic_message_link(header, 8, true, &lost));
	header->nlmsg_type = RTM_NEWLINK;
	assert_false(nic_message_link(header, 7, true, &lost));
	/* Of a kernel that had fewer of them: all up to rx_missed_errors, the sixteenth, and one less. */
	assert_true(nic_message_link(link_of(7, 16 * 8), 7, false, &lost));
	lost = 99;
	assert_false(nic_message_link(link_of(7, 15 * 8), 7, false, &lost));
	assert_int_equal(lost, 99);
}

/* In memory of its own, so that a sanitizer sees a step past it. */
static void read_cut(const struct nlmsghdr *whole, uint32_t size)
{
	struct nlmsghdr *cut = malloc(size);
	uint64_t lost;

	assert_non_null(cut);
	memcpy(cut, whole, size);
	cut->nlmsg_len = size;
	nic_message_queues(cut, 7, &lost);
	nic_message_link(cut, 7, true, &lost);
	nic_message_family(cut);
	free(cut);
}

static void cut_and_wrong(void **state)
{
	struct nlmsghdr *header = queues();
	uint64_t lost = 99;
	struct nlattr *attr;
	size_t first;

	(void)state;
	mnl_attr_put_u32(header, 1, 7);
	first = header->nlmsg_len;
	mnl_attr_put_u64(header, 13, 5);
	for (uint32_t size = sizeof(*header); size <= header->nlmsg_len; size++)
		read_cut(header, size);
	/* Lengths that lie: none, past the end, too short for a number. */
	attr = (struct nlattr *)(bytes + first);
	for (uint32_t length = 0; length < 0x10000; length++) {
		attr->nla_len = (uint16_t)length;
		if (length != 8 && (length < 8 || length > 12))
			assert_false(nic_message_queues(header, 7, &lost));
		read_cut(header, header->nlmsg_len);
	}
	header = link_of(7, sizeof(struct rtnl_link_stats64));
	for (uint32_t size = sizeof(*header); size <= header->nlmsg_len; size++)
		read_cut(header, size);
	header = message(RTM_NEWSTATS, "", 0);
	assert_false(nic_message_link(header, 0, false, &lost));
	assert_false(nic_message_queues(header, 0, &lost));
	assert_int_equal(nic_message_family(header), 0);
	assert_int_equal(lost, 99);
}

static void of_drivers(void **state)
{
	const struct nic_driver *driver;

	(void)state;
	driver = nic_driver("mlx5_core", true);
	assert_true(nic_driver_wants(driver, "rx_out_of_buffer"));
	assert_true(nic_driver_wants(driver, "rx_discards_phy"));
	assert_false(nic_driver_wants(driver, "rx_discards_ph"));
	assert_false(nic_driver_wants(driver, ""));
	assert_true(nic_driver_wants(nic_driver("vmxnet3", true), "  pkts rx OOB"));
	/* By the link: any hardware, and what is known to count there. */
	assert_null(nic_driver("e1000e", true)->statistic[0]);
	assert_null(nic_driver("gre", false)->statistic[0]);
	assert_true(nic_driver("ena", true)->rx_dropped);
	assert_false(nic_driver("igb", true)->rx_dropped);
	assert_null(nic_driver("veth", false));
	assert_null(nic_driver("virtio_net", true));
	assert_null(nic_driver("", false));
}

static void of_many_statistics(void **state)
{
	const struct nic_driver *driver = nic_driver("vmxnet3", true);
	const size_t all = 600;
	unsigned char *names = calloc(all, ETH_GSTRING_LEN);
	uint64_t *values = calloc(all, sizeof(*values));
	struct nic_places places;

	(void)state;
	assert_non_null(names);
	assert_non_null(values);
	/* Not one has an end. */
	memset(names, 'x', all * ETH_GSTRING_LEN);
	assert_false(nic_places_find(&places, driver, names, (uint32_t)all));
	assert_int_equal(places.all, 0);
	memcpy(names + 2 * ETH_GSTRING_LEN, "  pkts rx OOB", 14);
	memcpy(names + 599 * ETH_GSTRING_LEN, "pkts rx OOB", 12);
	values[2] = 30;
	values[599] = 4;
	values[0] = values[598] = 1000;
	assert_true(nic_places_find(&places, driver, names, (uint32_t)all));
	assert_int_equal(places.all, 600);
	assert_int_equal(nic_places_sum(&places, values), 34);
	/* More than there is room for. */
	for (size_t i = 0; i < all; i++)
		memcpy(names + i * ETH_GSTRING_LEN, "pkts rx OOB", 12);
	assert_false(nic_places_find(&places, driver, names, (uint32_t)all));
	assert_int_equal(places.count, 0);
	free(names);
	free(values);
}

static void only_what_grew_counts(void **state)
{
	struct nic_counter counter = {.ifindex = 7};

	(void)state;
	nic_counter_add(&counter, 1000000, 10 * SECOND);
	assert_int_equal(counter.lost, 0);
	nic_counter_add(&counter, 1000005, 11 * SECOND);
	assert_int_equal(counter.lost, 5);
	/* The driver was reset: what it counts from there on. */
	nic_counter_add(&counter, 0, 12 * SECOND);
	assert_int_equal(counter.lost, 5);
	nic_counter_add(&counter, 30, 13 * SECOND);
	assert_int_equal(counter.lost, 35);
	/* A difference below 0, in 64 and in 32 bits of a driver that is wrong, and back. */
	nic_counter_add(&counter, UINT64_MAX - 1, 14 * SECOND);
	assert_int_equal(counter.lost, 35);
	nic_counter_add(&counter, 40, 15 * SECOND);
	assert_int_equal(counter.lost, 35);
	nic_counter_add(&counter, UINT32_MAX, 16 * SECOND);
	assert_int_equal(counter.lost, 35);
	nic_counter_add(&counter, 41, 17 * SECOND);
	nic_counter_add(&counter, 42, 17 * SECOND);
	assert_int_equal(counter.lost, 36);
}

/* A run ended at second 10 with 70 lost, when its source said 1,000; the next one looks at second 30. */
static void goes_on_over_a_restart(void **state)
{
	const struct nic_reading ended = {.lost = 70,
					  .value = 1000,
					  .mono_ns = 10 * SECOND,
					  .ifindex = 7,
					  .source = NIC_ETHTOOL};
	struct nic_counter counter;
	struct nic_reading reading;

	(void)state;
	nic_counter_begin(&counter, &ended);
	assert_int_equal(nic_counter_reading(&counter).lost, 70);
	assert_int_equal(nic_counter_reading(&counter).ifindex, 0);
	counter.ifindex = 7;
	counter.source = NIC_ETHTOOL;
	nic_counter_resume(&counter);
	nic_counter_add(&counter, 1025, 30 * SECOND);
	reading = nic_counter_reading(&counter);
	assert_int_equal(reading.lost, 95);
	assert_int_equal(reading.value, 1025);
	assert_int_equal(reading.mono_ns, 30 * SECOND);
	assert_int_equal(reading.ifindex, 7);
	assert_int_equal(reading.source, NIC_ETHTOOL);
	/* Once: an interface that comes later has another past. */
	nic_counter_resume(&counter);
	assert_int_equal(counter.last, 1025);

	/* By another source, or another interface: its value says nothing. */
	for (int other = 0; other < 2; other++) {
		nic_counter_begin(&counter, &ended);
		counter.ifindex = other ? 8 : 7;
		counter.source = other ? NIC_ETHTOOL : NIC_LINK;
		nic_counter_resume(&counter);
		nic_counter_add(&counter, 1025, 30 * SECOND);
		assert_int_equal(counter.lost, 70);
		nic_counter_add(&counter, 1026, 31 * SECOND);
		assert_int_equal(counter.lost, 71);
	}
	/* An earlier run had read nothing. */
	nic_counter_begin(&counter, &(const struct nic_reading){0});
	counter.ifindex = 7;
	nic_counter_resume(&counter);
	nic_counter_add(&counter, 1025, 30 * SECOND);
	assert_int_equal(counter.lost, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_queues),
		cmocka_unit_test(of_links),
		cmocka_unit_test(cut_and_wrong),
		cmocka_unit_test(of_drivers),
		cmocka_unit_test(of_many_statistics),
		cmocka_unit_test(only_what_grew_counts),
		cmocka_unit_test(goes_on_over_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
