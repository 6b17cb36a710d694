/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Packets that an interface lost before any program saw them: where that figure is from. */
#ifndef RCODEWATCH_NIC_H
#define RCODEWATCH_NIC_H

enum nic_source {
	NIC_UNKNOWN, /* the interface has no such figure, or it is no interface */
	NIC_QUEUES,  /* statistics of its queues, by the netdev family of generic netlink */
	NIC_ETHTOOL, /* statistics of its driver */
	NIC_LINK,    /* what every interface has: rx_missed_errors, rx_fifo_errors */
	NIC_SOURCES,
};

/* As reports name it; NULL: NIC_UNKNOWN. */
extern const char *const nic_source_names[NIC_SOURCES];

#endif
