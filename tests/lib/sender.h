/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sends frames as they are into an interface, past its queueing discipline (packet(7)). */
#ifndef RCODEWATCH_TESTS_SENDER_H
#define RCODEWATCH_TESTS_SENDER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#define SENDER_BATCH 64u

/* Open a socket that sends into @interface. The descriptor, or a negative errno. */
int sender_open(const char *interface);
/*
 * Send @count frames, at most SENDER_BATCH. Gives how many were sent: fewer than asked where the
 * device's queue is full (perhaps 0: try again later) or a signal came, or a negative errno.
 */
int sender_send(int fd, struct iovec *frames, unsigned int count);

#endif
