/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Standard output and standard error may be something that takes nothing: a terminal that nobody reads, a
 * full pipe. Both can be shared with other processes, so that they are not made non-blocking.
 */
#ifndef RCODEWATCH_WRITE_NOW_H
#define RCODEWATCH_WRITE_NOW_H

#include <pthread.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Prepare standard output and standard error for write_now(), while there are the privileges that they were
 * opened with: a terminal is opened a second time, as what it takes at once cannot be known otherwise.
 */
void write_now_open(void);
/* What to write by write_now() to in the place of @fd, which is one of the two. Not to be closed. */
int write_now_fd(int fd);
/*
 * Write what @fd takes at once of @data, but a regular file all. The number of bytes, or a negative errno:
 * -EAGAIN where it takes nothing now.
 */
ssize_t write_now(int fd, const char *data, size_t size);
/* To be held during a message where both are the same file, so that none begins in another; else NULL. */
pthread_mutex_t *write_now_lock(void);

#endif
