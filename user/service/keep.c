// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "service/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attacher/client.h"
#include "service/keep_pins.h"
#include "service/notify.h"
#include "service/received_fds.h"
#include "util/log.h"

/* The manager reads messages at once; a machine that is this late has more to lose than counts. */
#define BARRIER_MS 20000

static void add_object(struct keep *keep, const char *name, int fd)
{
	struct kept_object *kept = &keep->object[keep->count++];

	snprintf(kept->name, sizeof(kept->name), "%s", name);
	kept->fd = fd;
}

static struct kept_object *find(struct keep *keep, const char *name)
{
	for (size_t i = 0; i < keep->count; i++)
		if (strcmp(keep->object[i].name, name) == 0)
			return &keep->object[i];
	return NULL;
}

int keep_get(const struct keep *keep, const char *name)
{
	for (size_t i = 0; i < keep->count; i++)
		if (strcmp(keep->object[i].name, name) == 0)
			return keep->object[i].fd;
	return -ENOENT;
}

static void add_received(void *context, char *name, int fd)
{
	struct keep *keep = context;

	/* Descriptors of another kind, sockets for instance, have names of their own. */
	if (pin_name_valid(name) && keep_get(keep, name) < 0) {
		add_object(keep, name, fd);
	} else {
		log_debug("a descriptor of the service manager is not used");
		close(fd);
	}
	free(name);
}

/* A pin's descriptor, which becomes @keep's. */
static void add_pin(void *context, const char *name, int fd)
{
	struct keep *keep = context;

	if (keep->count < KEEP_MAX)
		add_object(keep, name, fd);
	else
		close(fd);
}

/* Of the service manager: how many descriptors it keeps for the service, 0 if it does not say (before 254). */
static bool store_wanted(void)
{
	const char *max = getenv("FDSTORE");

	return !max || strtoul(max, NULL, 10) > 0;
}

/*
 * The attacher gets the folder opened anew: the lock goes with what was opened, and shall end with this process. 0 or
 * a negative errno, logged.
 */
static int hand_over(struct attacher *attacher, int folder, const char *name)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = fd < 0 ? -errno : attacher_folder(attacher, fd);

	if (fd >= 0)
		close(fd);
	if (err)
		log_error("--pin %s: cannot be used: %s", name, strerror(-err));
	return err;
}

int keep_open(struct keep *keep, struct attacher *attacher, const char *folder, uid_t uid,
	      gid_t gid)
{
	*keep = (struct keep){.folder = -1, .attacher = attacher};
	received_fds_read(KEEP_MAX, add_received, keep);
	if (folder) {
		/* What a run without --pin has left in the store goes: there is one place. */
		while (keep->count) {
			char name[KEEP_NAME_MAX];

			memcpy(name, keep->object[0].name, sizeof(name));
			keep->place = KEEP_STORE;
			keep_remove(keep, name);
		}
		keep->place = KEEP_NOWHERE;
		keep->folder = keep_pins_open(folder, uid, gid);
		if (keep->folder < 0)
			return keep->folder;
		if (attacher && hand_over(attacher, keep->folder, folder) < 0)
			return -EIO;
		keep->place = KEEP_PINS;
		keep_pins_read(keep->folder, add_pin, keep);
		return 0;
	}
	if (notify_active() && store_wanted())
		keep->place = KEEP_STORE;
	return 0;
}

void keep_close(struct keep *keep)
{
	for (size_t i = 0; i < keep->count; i++)
		close(keep->object[i].fd);
	keep->count = 0;
	if (keep->folder >= 0)
		close(keep->folder);
	keep->folder = -1;
	keep->place = KEEP_NOWHERE;
}

bool keep_active(const struct keep *keep)
{
	return keep->place != KEEP_NOWHERE;
}

/* Without FDPOLL=0 the manager drops a map at once, as that is always "readable". */
static int store(const char *name, int fd)
{
	char text[64 + KEEP_NAME_MAX];

	snprintf(text, sizeof(text), "FDSTORE=1\nFDPOLL=0\nFDNAME=%s", name);
	return notify_send_fd(text, fd);
}

int keep_object(struct keep *keep, const char *name, int fd)
{
	int copy, err;

	if (!keep_active(keep))
		return 0;
	if (find(keep, name))
		keep_remove(keep, name);
	copy = keep->count < KEEP_MAX ? dup(fd) : -1;
	err = keep->count < KEEP_MAX ? (copy < 0 ? -errno : 0) : -ENOSPC;
	if (!err)
		err = keep->place == KEEP_PINS ? attacher_pin(keep->attacher, name, fd)
					       : store(name, fd);
	if (!err) {
		add_object(keep, name, copy);
		return 0;
	}
	log_error("cannot keep %s for the next start: %s", name, strerror(-err));
	if (copy >= 0)
		close(copy);
	return err;
}

void keep_remove(struct keep *keep, const char *name)
{
	struct kept_object *kept = find(keep, name);
	char text[64 + KEEP_NAME_MAX];

	if (!kept)
		return;
	snprintf(text, sizeof(text), "FDSTOREREMOVE=1\nFDNAME=%s", kept->name);
	if (keep->place == KEEP_PINS)
		keep_pins_remove(keep->folder, kept->name);
	else if (keep->place == KEEP_STORE)
		notify_send(text);
	close(kept->fd);
	*kept = keep->object[--keep->count];
}

int keep_sync(const struct keep *keep)
{
	int err = keep->place == KEEP_STORE ? notify_barrier(BARRIER_MS) : 0;

	if (err)
		log_error("the service manager does not confirm what it keeps: %s", strerror(-err));
	return err;
}
