/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Takes snapshots in a thread of its own: waiting for the grace period of an epoch must not hold
 * up the thread that writes reports.
 */
#ifndef RCODEWATCH_SAMPLER_H
#define RCODEWATCH_SAMPLER_H

#include <pthread.h>
#include <stdbool.h>

#include "loader/nic_watch.h"
#include "loader/read_maps.h"

struct sampler {
	pthread_t thread;
	struct read_maps *source; /* the thread's while a request is under way */
	struct snapshot_set now;  /* likewise */
	struct nic_watch nics;    /* the thread's */
	int request_fd, done_fd;  /* eventfds */
	int error;                /* of the last snapshot */
	bool busy, stop;
	size_t keep;    /* rows of lists, of snapshots to come */
	bool requested; /* a snapshot, of the thread; atomic */
	/* Heartbeats that the thread was asked for and has answered; atomic. */
	uint32_t beats_asked, beats_answered;
};

/*
 * Start the thread, which inherits the caller's signal mask: block first what the caller wants to
 * handle. @keep: rows of lists that snapshots have, see top_keep(). 0 or a negative errno, logged.
 * Stop with sampler_stop().
 */
int sampler_start(struct sampler *sampler, struct read_maps *source, size_t keep);
/* Waits for a snapshot under way. */
void sampler_stop(struct sampler *sampler);

/*
 * Whether the thread has answered the last of these calls; and ask it for another answer, for which it needs no
 * privilege and no map. Each call wakes it.
 */
bool sampler_beat(struct sampler *sampler);

/* Snapshots to come have @keep rows of lists. */
void sampler_keep(struct sampler *sampler, size_t keep);

/* Ask for a snapshot. False if one is still being taken. */
bool sampler_request(struct sampler *sampler);
/*
 * Take the answer, once done_fd is readable (blocks until then). 0 with the snapshots in
 * sampler->now until the next request, or the negative errno with which it failed.
 */
int sampler_collect(struct sampler *sampler);

#endif
