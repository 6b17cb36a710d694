/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A driver's own statistics by the ethtool ioctl (SIOCETHTOOL), which anybody may read: those of losses, added
 * up.
 */
#ifndef RCODEWATCH_NIC_STATISTICS_H
#define RCODEWATCH_NIC_STATISTICS_H

#include <linux/ethtool.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netdev/interface_facts.h"
#include "netdev/nic_drivers.h"

/* Statistics that a driver may have, and places of those wanted: one a queue, say. */
#define NIC_STATISTICS_MAX 8192u
#define NIC_PLACES_MAX     256u

/* Where those wanted are among all that the driver has. */
struct nic_places {
	uint32_t all; /* how many it has; 0: none was found */
	uint32_t count;
	uint16_t place[NIC_PLACES_MAX];
};

/*
 * Fill @places from the @all names of @driver's statistics, of ETH_GSTRING_LEN bytes each, which need no end. False, with none,
 * if there is none that is wanted, or too many.
 */
bool nic_places_find(struct nic_places *places, const struct nic_driver *driver,
		     const unsigned char *names, uint32_t all);

/* The sum of those in @values, of which there are places->all. */
uint64_t nic_places_sum(const struct nic_places *places, const uint64_t *values);

/* Which driver interface @name has, and whether that drives a device on a bus; "" if it does not tell. @fd: any socket. */
void nic_statistics_driver(int fd, const char *name, char driver[INTERFACE_DRIVER_SIZE], bool *bus);

/*
 * Find those wanted of interface @name. False if there are none. @fd: any socket.
 */
bool nic_statistics_find(int fd, const char *name, const struct nic_driver *driver,
			 struct nic_places *places);

/*
 * Read their sum. False, with @lost as it was, if they cannot be read or are others by now: then find
 * them again.
 */
bool nic_statistics_read(int fd, const char *name, const struct nic_places *places, uint64_t *lost);

#endif
