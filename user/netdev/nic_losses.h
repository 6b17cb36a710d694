/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How many packets an interface lost before any program saw them, by the best source that it has: statistics of its
 * queues, else of its driver, else of its link. One thread at a time uses a struct nic_losses. Nothing here
 * needs a privilege.
 */
#ifndef RCODEWATCH_NIC_LOSSES_H
#define RCODEWATCH_NIC_LOSSES_H

#include "netdev/netlink.h"
#include "netdev/nic_statistics.h"
#include "report/nic.h"

/* Of one interface. All zeros: of none yet. */
struct nic_counter {
	uint32_t ifindex; /* whose it is */
	enum nic_source source;
	const struct nic_driver
		*driver; /* NULL: its losses are known by its queues alone, or not at all */
	struct nic_places places;  /* of NIC_ETHTOOL */
	bool based;                /* @last is set */
	uint64_t last;             /* as it was read last */
	int64_t read_ns;           /* CLOCK_MONOTONIC, when that was */
	int64_t next_ns;           /* not to be read before */
	uint64_t lost;             /* since the first reading */
	struct nic_reading before; /* where to go on, until the first reading */
};

struct nic_losses {
	struct netlink generic, route;
	uint16_t family; /* of netdev; 0: the kernel has none */
	int fd;          /* for ioctls */
};

/* What cannot be opened is a source less. Close with nic_losses_close(). */
void nic_losses_open(struct nic_losses *losses);
void nic_losses_close(struct nic_losses *losses);

/*
 * Bring @counter up to @mono_ns (CLOCK_MONOTONIC), for interface @ifindex; 0: it is away. Another than before is
 * looked at anew, and what was lost stays counted. An interface whose statistics take long to read is read less
 * often: so that it takes 1 % of the time at most.
 */
void nic_losses_read(struct nic_losses *losses, struct nic_counter *counter, uint32_t ifindex,
		     int64_t mono_ns);

/* What is known now, for a run that goes on from here. */
struct nic_reading nic_counter_reading(const struct nic_counter *counter);

/* Let @counter, of which nothing was read, go on from what an earlier run had read, whose losses it has. */
void nic_counter_begin(struct nic_counter *counter, const struct nic_reading *before);
/* It has an interface and a source: where that run had the same, what was lost since then counts. */
void nic_counter_resume(struct nic_counter *counter);

/*
 * The source says @value at @mono_ns. One that is less than before, or more than any interface can have received
 * since then, counts nothing: the driver has begun anew, or errs.
 */
void nic_counter_add(struct nic_counter *counter, uint64_t value, int64_t mono_ns);

#endif
