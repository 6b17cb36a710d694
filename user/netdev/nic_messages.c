// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/nic_messages.h"

#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <string.h>

#include "netdev/netlink.h"

/* Of include/uapi/linux/netdev.h (6.9), part of the kernel's ABI. */
#define QSTATS_IFINDEX          1
#define QSTATS_QUEUE_TYPE       2
#define QSTATS_QUEUE_ID         3
#define QSTATS_RX_DROPS         13
#define QSTATS_RX_DROP_OVERRUNS 14

uint16_t nic_message_family(const struct nlmsghdr *message)
{
	const struct nlattr *attr;
	uint16_t family = 0;

	netlink_for_each_attr(attr, message, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			family = netlink_u16(attr);
	return family;
}

/* The kernel writes as few bytes as hold the value: 4 or 8. */
static uint64_t read_uint(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) >= sizeof(uint64_t) ? netlink_u64(attr)
								  : netlink_u32(attr);
}

bool nic_message_queues(const struct nlmsghdr *message, uint32_t ifindex, uint64_t *lost)
{
	bool drops_known = false, overruns_known = false, whole = true;
	uint64_t drops = 0, overruns = 0;
	const struct nlattr *attr;
	uint32_t of = 0;

	netlink_for_each_attr(attr, message, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case QSTATS_IFINDEX: of = netlink_u32(attr); break;
		case QSTATS_QUEUE_TYPE:
		case QSTATS_QUEUE_ID: whole = false; break;
		case QSTATS_RX_DROPS:
			drops_known = mnl_attr_get_payload_len(attr) >= sizeof(uint32_t);
			drops = read_uint(attr);
			break;
		case QSTATS_RX_DROP_OVERRUNS:
			overruns_known = mnl_attr_get_payload_len(attr) >= sizeof(uint32_t);
			overruns = read_uint(attr);
			break;
		default: break;
		}
	}
	if (of != ifindex || !whole || (!drops_known && !overruns_known))
		return false;
	/* Overruns are among the drops. A buffer that could not be allocated need not be a packet lost. */
	*lost = drops_known ? drops : overruns;
	return true;
}

#define FIELD_OF(statistics, field) \
	read_field(statistics, offsetof(struct rtnl_link_stats64, field))

/* They stand at a multiple of 4 bytes. */
static uint64_t read_field(const void *statistics, size_t offset)
{
	uint64_t value;

	memcpy(&value, (const char *)statistics + offset, sizeof(value));
	return value;
}

static uint64_t sum_link(const void *statistics, bool rx_dropped)
{
	return FIELD_OF(statistics, rx_missed_errors) + FIELD_OF(statistics, rx_fifo_errors) +
	       (rx_dropped ? FIELD_OF(statistics, rx_dropped) : 0);
}

bool nic_message_link(const struct nlmsghdr *message, uint32_t ifindex, bool rx_dropped,
		      uint64_t *lost)
{
	const size_t needed = offsetof(struct rtnl_link_stats64, rx_missed_errors) +
			      sizeof(uint64_t);
	struct if_stats_msg head;
	const struct nlattr *attr;
	bool any = false;

	if (message->nlmsg_type != RTM_NEWSTATS ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(head))
		return false;
	memcpy(&head, mnl_nlmsg_get_payload(message), sizeof(head));
	if (head.ifindex != ifindex)
		return false;
	netlink_for_each_attr(attr, message, sizeof(head))
		if (mnl_attr_get_type(attr) == IFLA_STATS_LINK_64 &&
		    mnl_attr_get_payload_len(attr) >= needed) {
			*lost = sum_link(mnl_attr_get_payload(attr), rx_dropped);
			any = true;
		}
	return any;
}
