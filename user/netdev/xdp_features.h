/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the kernel says of an interface's XDP: the generic netlink family "netdev" (6.3). */
#ifndef RCODEWATCH_XDP_FEATURES_H
#define RCODEWATCH_XDP_FEATURES_H

#include <stdint.h>

#include "util/tristate.h"

/*
 * Does interface @ifindex, set up as it is, take a native XDP program, and one with frags? Both
 * stay TRISTATE_UNKNOWN on kernels that do not tell.
 */
void xdp_features_read(uint32_t ifindex, enum tristate *basic, enum tristate *frags);

#endif
