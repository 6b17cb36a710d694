/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a driver tells by the ethtool ioctl (SIOCETHTOOL). All of these are open to anybody. */
#ifndef RCODEWATCH_ETHTOOL_H
#define RCODEWATCH_ETHTOOL_H

#include "netdev/interface_facts.h"

/*
 * Fill in the driver's name, channels, LRO, GRO and VLAN stripping of facts->name; what the driver
 * does not tell stays as it is.
 */
void ethtool_read(struct interface_facts *facts);

#endif
