/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Pins of BPF objects in a folder of a BPF filesystem, for keep.h. */
#ifndef RCODEWATCH_KEEP_PINS_H
#define RCODEWATCH_KEEP_PINS_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Open the folder of --pin as keep_open() says, and lock it: one process at a time uses it. A descriptor, or a negative
 * errno, logged.
 */
int keep_pins_open(const char *folder, uid_t uid, gid_t gid);
/* Call @add with each pinned object, whose descriptor becomes its own. Files with other names are left alone. */
void keep_pins_read(int folder, void (*add)(void *context, const char *name, int fd),
		    void *context);
void keep_pins_remove(int folder, const char *name);

#endif
