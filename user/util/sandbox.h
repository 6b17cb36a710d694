/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What this process may still do: for people who want to know what runs with which right. */
#ifndef RCODEWATCH_SANDBOX_H
#define RCODEWATCH_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct sandbox {
	uid_t uid;
	gid_t gid;
	uint64_t capabilities;  /* permitted to the thread that asks: bits of linux/capability.h */
	bool no_new_privileges; /* neither itself nor what it runs can gain any */
	bool seccomp;           /* a filter of system calls is in force */
	bool dumpable;          /* other processes of its user can look into it */
};

/* Of the calling thread. */
void sandbox_read(struct sandbox *sandbox);

/* "CAP_NET_ADMIN" of those that a monitor can have; NULL: a name that is not known here. */
const char *sandbox_capability_name(int capability);

#endif
