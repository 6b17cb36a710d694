/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who watches an interface: a socket with an abstract name, which is there once in a network namespace and as long as
 * its process. It is a word between processes that mean well, and no protection.
 */
#ifndef RCODEWATCH_INTERFACE_LOCK_H
#define RCODEWATCH_INTERFACE_LOCK_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Lock interface @ifindex, in @direction ("rx" or "tx"), for as long as the descriptor that it gives is open. -EADDRINUSE, if
 * another process has it, with that in *@other; 0 there: of a user who is neither root nor this process's, and is not
 * believed. Or another negative errno.
 */
int interface_lock(uint32_t ifindex, const char *direction, pid_t *other);

#endif
