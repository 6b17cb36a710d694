/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the watched interfaces lost before the hook, for the snapshots of their received packets. */
#ifndef RCODEWATCH_NIC_WATCH_H
#define RCODEWATCH_NIC_WATCH_H

#include "loader/bpf_maps.h"
#include "netdev/nic_losses.h"
#include "report/snapshot.h"

/* One thread at a time. */
struct nic_watch {
	struct nic_losses losses;
	struct nic_counter counter[MAX_INTERFACES]; /* in the order of the control map */
};

/*
 * Look at all that are attached for the first time: losses count from here on, or, of those that an earlier run has
 * read, from there. @before: those readings, by observation point.
 */
void nic_watch_open(struct nic_watch *nics, const struct bpf_maps *maps,
		    const struct nic_reading *before);
void nic_watch_close(struct nic_watch *nics);

/* Fill in what was lost up to now in all of @now that are of received packets. */
void nic_watch_read(struct nic_watch *nics, const struct bpf_maps *maps, struct snapshot_set *now);

#endif
