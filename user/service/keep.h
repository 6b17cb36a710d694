/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * BPF objects that outlive this process, by name: in the service manager's file descriptor store, or as pins in a
 * folder of a BPF filesystem. Without either nothing is kept, and all functions succeed. For one thread.
 */
#ifndef RCODEWATCH_KEEP_H
#define RCODEWATCH_KEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "attacher/pin.h"

#define KEEP_NAME_MAX PIN_NAME_MAX /* names are as pin_name_valid() says */
#define KEEP_MAX      1024u        /* objects */

enum keep_place { KEEP_NOWHERE, KEEP_STORE, KEEP_PINS };

struct kept_object {
	char name[KEEP_NAME_MAX];
	int fd;
};

struct keep {
	enum keep_place place;
	int folder;                /* of KEEP_PINS; else -1 */
	struct attacher *attacher; /* which pins */
	struct kept_object object[KEEP_MAX];
	size_t count;
};

struct attacher;

/*
 * What the service manager has handed over, if it has a store. @folder NULL: only that. Else pins in @folder, an
 * absolute path in a BPF filesystem; it is made if its parent is there, for user @uid and group @gid. It must
 * belong to root, to @uid or to this process's user, and to nobody else by its mode. Descriptors of what is kept are opened.
 * @attacher pins; NULL where nothing will be kept anew. 0, or a negative errno, logged. Call before anything else is
 * opened, and before other threads; close with keep_close().
 */
int keep_open(struct keep *keep, struct attacher *attacher, const char *folder, uid_t uid,
	      gid_t gid);
/* Closes this process's descriptors. What is kept stays. */
void keep_close(struct keep *keep);
/* Whether anything that is kept outlives the process. */
bool keep_active(const struct keep *keep);

/*
 * Keep the object of @fd, which stays the caller's, as @name. An object of that name is kept no more. 0 or a negative errno,
 * logged.
 */
int keep_object(struct keep *keep, const char *name, int fd);
/* A descriptor of what is kept as @name, which stays @keep's; or -ENOENT. */
int keep_get(const struct keep *keep, const char *name);
/* Keep the object no more, and close its descriptor. Nothing if there is none. */
void keep_remove(struct keep *keep, const char *name);
/*
 * Until this returns, what was kept before may not outlive a sudden end of the process. 0 or a negative errno,
 * logged.
 */
int keep_sync(const struct keep *keep);

#endif
