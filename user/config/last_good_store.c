// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config/last_good_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"

/* There may be secrets in it. */
static const struct state_file_kind kind = {
	.name = LAST_GOOD_FILE,
	.mode = 0600,
	.max = LAST_GOOD_FILE_MAX,
	.loses = "the last good configuration",
};

static void load(struct last_good_store *store)
{
	const char *path = state_file_path(store->file);
	size_t size;
	int err = state_file_read(store->file, &store->data, &size);

	if (!err)
		err = last_good_decode(&store->good, (const uint8_t *)store->data, size);
	if (err == -ENOENT)
		log_debug("%s: no configuration was kept yet", path);
	else if (err == -EBADMSG)
		log_warning("%s is damaged or of another version: it is not used", path);
	else if (err)
		log_warning("cannot read %s: %s: it is not used", path, strerror(-err));
}

int last_good_open(struct last_good_store *store, const char *directory,
		   char why[STATE_FILE_WHY_MAX])
{
	int err;

	*store = (struct last_good_store){0};
	err = state_file_open(&store->file, &kind, directory, why);
	if (err)
		return err;
	load(store);
	return 0;
}

void last_good_start(struct last_good_store *store)
{
	if (!store->file || state_file_start(store->file) == 0)
		return;
	state_file_close(store->file);
	store->file = NULL;
}

/* Of what is written: the thread gets a copy, as this one goes on. */
static int write_all(struct last_good_store *store)
{
	char *data, *copy;
	size_t size;
	int err = last_good_encode(&store->good, &data, &size);

	if (err)
		return err;
	copy = malloc(size);
	if (!copy) {
		free(data);
		return -ENOMEM;
	}
	memcpy(copy, data, size);
	free(store->data);
	store->data = data;
	err = last_good_decode(&store->good, (const uint8_t *)data, size);
	state_file_write(store->file, copy, size);
	return err;
}

void last_good_keep(struct last_good_store *store, const struct config *config, const char *path)
{
	bool too_large;

	if (!store->file || !config->file_count ||
	    !last_good_add(&store->good, config, path, clock_wall_ns(), &too_large))
		return;
	if (too_large)
		log_warning("the configuration is larger than %u KiB: it is not kept as the last "
			    "good one",
			    LAST_GOOD_BYTES >> 10);
	if (write_all(store) < 0) {
		log_warning("memory is short: the configuration is not kept as the last good one");
		store->good.count = 0;
	}
}

void last_good_close(struct last_good_store *store)
{
	state_file_close(store->file);
	free(store->data);
	*store = (struct last_good_store){0};
}
