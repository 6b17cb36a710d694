/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The file of the state directory that has what last_good.h says. */
#ifndef RCODEWATCH_LAST_GOOD_STORE_H
#define RCODEWATCH_LAST_GOOD_STORE_H

#include "config/last_good.h"
#include "util/state_file.h"

#define LAST_GOOD_FILE "configuration" /* in the state directory */

struct last_good_store {
	struct state_file *file; /* NULL: nothing is kept */
	struct last_good good;
	char *data; /* that it is in */
};

/*
 * With what the file in @directory has; a damaged one has nothing, which is logged. 0, or a negative errno with @why and nothing
 * kept. Close it in any case.
 */
int last_good_open(struct last_good_store *store, const char *directory,
		   char why[STATE_FILE_WHY_MAX]);
/* Start the thread that writes. Where it cannot be started nothing is kept, which is logged. */
void last_good_start(struct last_good_store *store);
/* @config, which was read by @path, is in force from now on. Without files there is nothing to keep. */
void last_good_keep(struct last_good_store *store, const struct config *config, const char *path);
void last_good_close(struct last_good_store *store);

#endif
