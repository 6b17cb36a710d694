/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the kernel's messages say of packets that an interface lost before any program saw them. */
#ifndef RCODEWATCH_NIC_MESSAGES_H
#define RCODEWATCH_NIC_MESSAGES_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

/* The number of a family in an answer to CTRL_CMD_GETFAMILY; 0: it has none. */
uint16_t nic_message_family(const struct nlmsghdr *message);

/*
 * One of the answers to NETDEV_CMD_QSTATS_GET: what the queues of interface @ifindex have lost in all. False, with @lost
 * as it was: the message is of another interface or of one queue, or does not tell.
 */
bool nic_message_queues(const struct nlmsghdr *message, uint32_t ifindex, uint64_t *lost);

/*
 * An answer to RTM_GETSTATS: what interface @ifindex has lost by the statistics of its link. @rx_dropped: those count, too.
 * False, with @lost as it was, as above.
 */
bool nic_message_link(const struct nlmsghdr *message, uint32_t ifindex, bool rx_dropped,
		      uint64_t *lost);

#endif
