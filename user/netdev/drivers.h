/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is known of network drivers and XDP; docs/drivers.md tells it to people. */
#ifndef RCODEWATCH_DRIVERS_H
#define RCODEWATCH_DRIVERS_H

#include <stddef.h>
#include <stdint.h>

#include "util/tristate.h"

/* What attaching the first native XDP program, and detaching the last, does to traffic. */
enum driver_attach {
	ATTACH_UNKNOWN,
	ATTACH_QUIET, /* nothing is torn down */
	ATTACH_RINGS, /* queues are stopped and made anew: packets of some milliseconds are lost */
	ATTACH_LINK,  /* the interface is taken down and up: seconds, with the link's negotiation */
};

/* "unknown", "quiet", "rings", "link": indexed by the enum. */
extern const char *const driver_attach_names[];

/* What else a driver demands before it takes a program. */
#define DRIVER_LRO_OFF       (1u << 0)
#define DRIVER_HW_GRO_OFF    (1u << 1)
#define DRIVER_HALF_CHANNELS (1u << 2) /* queues in use at most half of those there are */
#define DRIVER_COMBINED      (1u << 3) /* receive and transmit queues in common channels */

#define DRIVER_NEVER    UINT32_MAX /* native_since: in no kernel up to 6.12 */
#define DRIVER_NO_LIMIT UINT32_MAX /* mtu_limit */

struct driver {
	const char *name; /* as ethtool -i gives it */
	const char *device;
	uint32_t native_since; /* KERNEL(major, minor) of kernel.h, or DRIVER_NEVER */
	uint32_t
		frags_since; /* programs with frags, whatever the MTU; 0: in no kernel up to 6.12 */
	/*
	 * Largest MTU for a program without frags where pages are 4 KiB; 0 unknown. If it derives
	 * from the page size, it is larger where pages are.
	 */
	uint32_t mtu_limit;
	enum tristate mtu_by_page;
	enum driver_attach attach;
	unsigned int demands; /* DRIVER_* */
	const char *note;     /* sentences on what attaching costs; "" for nothing to add */
};

/* The table, sorted by name; @count receives its length. */
const struct driver *drivers_table(size_t *count);
/* What is known of the driver that ethtool -i calls @name, or NULL. */
const struct driver *driver_find(const char *name);

/*
 * The largest MTU with which @driver takes a native program without frags: bytes, DRIVER_NO_LIMIT,
 * or 0 if that is not known. @page_size: the kernel's, in bytes.
 */
uint32_t driver_mtu_limit(const struct driver *driver, long page_size);

#endif
