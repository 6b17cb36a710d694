/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A file in the state directory, which a thread of its own replaces: the new one is whole before it takes the old one's
 * name. A disk that is full, gone or slow costs what is new, and holds up nobody.
 */
#ifndef RCODEWATCH_STATE_FILE_H
#define RCODEWATCH_STATE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#define STATE_FILE_WHY_MAX 192

struct state_file_kind {
	const char *name; /* in the directory */
	mode_t mode;
	size_t max;        /* bytes; a larger one is not read */
	const char *loses; /* what a restart loses of where it cannot be written: "the history" */
};

struct state_file;

/*
 * Of a @directory that nobody else can swap (trusted_path.h). @kind must outlive it. 0 with *@file, or a negative errno with
 * @why.
 */
int state_file_open(struct state_file **file, const struct state_file_kind *kind,
		    const char *directory, char why[STATE_FILE_WHY_MAX]);
const char *state_file_path(const struct state_file *file);
/*
 * All that is in it, in *@data, which free() takes. 0, -ENOENT: there is none, -EBADMSG: it is no regular file or too large,
 * -EPERM: it is neither root's nor this user's, or others may write it; or another negative errno.
 */
int state_file_read(const struct state_file *file, char **data, size_t *size);
/* Start the thread. 0 or a negative errno, logged. */
int state_file_start(struct state_file *file);
/* Hand the thread @data, which malloc() gave, in the place of what waits. Frees it where there is no thread. */
void state_file_write(struct state_file *file, char *data, size_t size);
/* Wait until all is written, but not longer than 3 s, and free it. NULL is none. */
void state_file_close(struct state_file *file);

#endif
