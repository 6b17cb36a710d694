/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One message of one size with descriptors, over a socket that keeps boundaries. */
#ifndef RCODEWATCH_ATTACHER_MESSAGE_H
#define RCODEWATCH_ATTACHER_MESSAGE_H

#include <stddef.h>

/* Send @size bytes and @count descriptors, which stay the caller's. Waits for room. 0 or a negative errno. */
int message_send(int socket, const void *data, size_t size, const int *fds, size_t count);
/*
 * Wait for one of exactly @size bytes, and at most @max descriptors. How many there are, which are the caller's; or a negative errno:
 * -EPIPE if the other end is closed, -EBADMSG of another size or with more than that, and then there are no descriptors.
 */
int message_receive(int socket, void *data, size_t size, int *fds, size_t max);

#endif
