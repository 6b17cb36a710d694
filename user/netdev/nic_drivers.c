// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/nic_drivers.h"

#include <string.h>

/*
 * Sources: the functions of Linux 6.12 that fill these statistics. A driver is here if rx_missed_errors and
 * rx_fifo_errors of the link leave some of its losses out, or are always 0.
 */
static const struct nic_driver table[] = {
	/* bond_main.c, bond_get_stats(): sums over its ports. */
	{"bonding", {NULL}, false, false},
	/* ena_netdev.c, ena_get_stats64(): the device's rx_drops. */
	{"ena", {NULL}, false, true},
	/* ip_tunnel.c, ip_tunnel_rcv(): out of sequence. */
	{"erspan", {NULL}, false, false},
	{"gre", {NULL}, false, false},
	{"gretap", {NULL}, false, false},
	/* netvsc_drv.c: the host drops, and does not tell. */
	{"hv_netvsc", {NULL}, true, false},
	{"ip6gre", {NULL}, false, false},
	{"ip6gretap", {NULL}, false, false},
	/* ixgbe_ethtool.c, ixgbe_gstrings_stats[]. */
	{"ixgbe", {"rx_missed_errors", "rx_no_dma_resources"}, false, false},
	/* en_stats.c: no receive descriptor; no room in the port's buffer. */
	{"mlx5_core", {"rx_out_of_buffer", "rx_discards_phy"}, false, false},
	/* team.c, team_get_stats64(): sums over its ports. */
	{"team", {NULL}, false, false},
	/* virtio_net.c: the host drops; where it tells, that is in the statistics of queues. */
	{"virtio_net", {NULL}, true, false},
	/* vmxnet3_ethtool.c, vmxnet3_rq_dev_stats[]. */
	{"vmxnet3", {"pkts rx OOB"}, false, false},
	/* xen-netfront.c: likewise. */
	{"vif", {NULL}, true, false},
};

static const struct nic_driver link_alone = {.name = ""};

const struct nic_driver *nic_driver(const char *name, bool bus)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].name, name) == 0)
			return table[i].none ? NULL : &table[i];
	return bus ? &link_alone : NULL;
}

bool nic_driver_wants(const struct nic_driver *driver, const char *statistic)
{
	statistic += strspn(statistic, " ");
	for (size_t i = 0; i < NIC_DRIVER_NAMES && driver->statistic[i]; i++)
		if (strcmp(driver->statistic[i], statistic) == 0)
			return true;
	return false;
}
