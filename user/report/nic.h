/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Packets that an interface lost before any program saw them: where that figure is from. */
#ifndef RCODEWATCH_NIC_H
#define RCODEWATCH_NIC_H

#include <stdint.h>

enum nic_source {
	NIC_UNKNOWN, /* the interface has no such figure, or it is no interface */
	NIC_QUEUES,  /* statistics of its queues, by the netdev family of generic netlink */
	NIC_ETHTOOL, /* statistics of its driver */
	NIC_LINK,    /* what every interface has: rx_missed_errors, rx_fifo_errors */
	NIC_SOURCES,
};

/* As reports name it; NULL: NIC_UNKNOWN. */
extern const char *const nic_source_names[NIC_SOURCES];

/* How far the losses of an interface are known; all zeros: not at all. */
struct nic_reading {
	uint64_t lost;    /* packets, since the first reading */
	uint64_t value;   /* what the source said last */
	int64_t mono_ns;  /* CLOCK_MONOTONIC, when that was */
	uint32_t ifindex; /* of whom; 0: the source has said nothing */
	enum nic_source source;
};

#endif
