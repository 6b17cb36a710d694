/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where drivers count the packets that they lost for lack of a buffer. */
#ifndef RCODEWATCH_NIC_DRIVERS_H
#define RCODEWATCH_NIC_DRIVERS_H

#include <stdbool.h>
#include <stddef.h>

#define NIC_DRIVER_NAMES 2

struct nic_driver {
	const char *name; /* as ethtool -i has it, or a kind of virtual interface */
	/*
	 * Names of the driver's own statistics, which are added up, as are several of one name; leading spaces
	 * count for nothing. None: those of the link are used.
	 */
	const char *statistic[NIC_DRIVER_NAMES];
	bool none;       /* has no such figure */
	bool rx_dropped; /* counts them as the link's rx_dropped, too */
};

/*
 * How to read those of the driver called @name. @bus: it drives a device on a bus. NULL: they cannot be
 * known, as for interfaces without hardware that are not in the table.
 */
const struct nic_driver *nic_driver(const char *name, bool bus);

/* Whether a statistic of the driver called @statistic is one of these. */
bool nic_driver_wants(const struct nic_driver *driver, const char *statistic);

#endif
