/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Pins of BPF objects in a folder of a BPF filesystem, for keep.h. */
#ifndef RCODEWATCH_KEEP_PINS_H
#define RCODEWATCH_KEEP_PINS_H

#include <stdbool.h>
#include <sys/types.h>

#define KEEP_NAME_MAX 48u /* with the final NUL */

/* Whether @name can be that of a kept object: lower-case letters, digits, - and _, as a pin's name has no dot. */
bool keep_name_valid(const char *name);

/*
 * Open the folder of --pin as keep_open() says, and lock it: one process at a time uses it. A descriptor, or a negative
 * errno, logged.
 */
int keep_pins_open(const char *folder, uid_t uid, gid_t gid);
/* Call @add with each pinned object, whose descriptor becomes its own. Files with other names are left alone. */
void keep_pins_read(int folder, void (*add)(void *context, const char *name, int fd),
		    void *context);
/* 0 or a negative errno. */
int keep_pins_add(int folder, const char *name, int fd);
void keep_pins_remove(int folder, const char *name);

#endif
