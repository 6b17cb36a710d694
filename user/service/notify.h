/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Messages to the service manager, by the protocol of sd_notify(3): datagrams to the socket that $NOTIFY_SOCKET names.
 * Without that variable nothing is sent, and every function succeeds. Only notify_open() and notify_close() are for
 * one thread; the others may be called by any.
 */
#ifndef RCODEWATCH_NOTIFY_H
#define RCODEWATCH_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Read $NOTIFY_SOCKET and $WATCHDOG_USEC, and take them out of the environment. 0 also without them, or a negative
 * errno, logged: the address is none, or no socket can be made. Before other threads.
 */
int notify_open(void);
void notify_close(void);
/* Whether there is a service manager to tell. */
bool notify_active(void);

/*
 * Assignments as in sd_notify(3), "READY=1" for instance, one a line. Waits until the manager's queue has room for it, 20
 * seconds at most. 0 or a negative errno.
 */
int notify_send(const char *text);
/* The same without waiting, for what others follow or nobody needs: a full queue loses it. */
int notify_try(const char *text);
/* notify_send() with descriptor @fd, which stays the caller's. */
int notify_send_fd(const char *text, int fd);
/* "STATUS=" with @text, of which control characters become blanks. */
void notify_status(const char *text);
/* A reload begins: RELOADING=1 with the clock. notify_send("READY=1") ends it. */
void notify_reloading(void);

/*
 * Wait until the manager has read all that was sent before, @timeout_ms at most. 0, -ETIMEDOUT, or another
 * negative errno.
 */
int notify_barrier(int timeout_ms);

/* In so many microseconds the manager wants to hear "WATCHDOG=1" once; 0: not at all. */
uint64_t notify_watchdog_us(void);

#endif
