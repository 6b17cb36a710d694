/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The descriptors that the service manager hands to a service, as sd_listen_fds_with_names(3) describes it. */
#ifndef RCODEWATCH_RECEIVED_FDS_H
#define RCODEWATCH_RECEIVED_FDS_H

#include <stddef.h>

#define RECEIVED_FDS_FIRST 3

/*
 * Read $LISTEN_PID, $LISTEN_FDS and $LISTEN_FDNAMES, take them out of the environment and call @add for each
 * descriptor with its name: it owns both, and frees the name. A name that was not given is "unknown". Descriptors
 * that are not open are passed over; those beyond @max are closed, and logged. Returns how many @add has got; 0 if
 * the variables are not for this process. Before other threads.
 */
size_t received_fds_read(size_t max, void (*add)(void *context, char *name, int fd), void *context);

#endif
