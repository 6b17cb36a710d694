/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sends frames as they are into an interface (packet(7)). */
#ifndef RCODEWATCH_TESTS_SENDER_H
#define RCODEWATCH_TESTS_SENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#define SENDER_BATCH 64u

/*
 * Open a socket that sends into @interface: past its queueing discipline, which is faster, or
 * through it, where programs of tc see the frames leave. The descriptor, or a negative errno.
 */
int sender_open(const char *interface, bool through_qdisc);
/*
 * Send @count frames, at most SENDER_BATCH. Gives how many were sent: fewer than asked where the
 * device's queue is full (perhaps 0: try again later) or a signal came, or a negative errno.
 */
int sender_send(int fd, struct iovec *frames, unsigned int count);

#endif
