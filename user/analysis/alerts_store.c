// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/alerts_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/alerts_file.h"
#include "util/log.h"
#include "util/state_file.h"

/* Zones and servers are in it. */
static const struct state_file_kind kind = {
	.name = ALERTS_STORE_FILE,
	.mode = 0600,
	.max = ALERTS_FILE_MAX,
	.loses = "alerts that are under way",
};

struct alerts_store {
	struct alerts *alerts;
	struct state_file *file; /* NULL: nothing is kept */
	bool started, complained;
};

static int read_file(struct alerts_store *store)
{
	char *data;
	size_t size;
	int err = state_file_read(store->file, &data, &size);

	if (err)
		return err;
	err = alerts_decode(store->alerts, (const uint8_t *)data, size);
	free(data);
	return err;
}

static void load(struct alerts_store *store)
{
	const char *path = state_file_path(store->file);
	int err = read_file(store);

	if (!err)
		log_debug("%s: %zu alerts are under way", path, store->alerts->engine.latches);
	else if (err == -ENOENT)
		log_debug("%s: no alerts were kept yet", path);
	else if (err == -EBADMSG)
		log_warning("%s is damaged or of another version: alerts begin anew", path);
	else
		log_warning("cannot read %s: %s: alerts begin anew", path, strerror(-err));
}

int alerts_store_open(struct alerts_store **into, struct alerts *alerts, const char *directory)
{
	struct alerts_store *store = calloc(1, sizeof(*store));
	char why[STATE_FILE_WHY_MAX];
	int err = 0;

	if (!store) {
		log_error("out of memory");
		return -ENOMEM;
	}
	store->alerts = alerts;
	if (directory[0])
		err = state_file_open(&store->file, &kind, directory, why);
	if (err) {
		log_error("cannot use %s for alerts: %s", directory, why);
		free(store);
		return err;
	}
	if (store->file)
		load(store);
	*into = store;
	return 0;
}

int alerts_store_start(struct alerts_store *store)
{
	int err = store->file ? state_file_start(store->file) : 0;

	store->started = store->file && !err;
	return err;
}

static void hand_over(struct alerts_store *store)
{
	char *data;
	size_t size;

	if (alerts_encode(store->alerts, &data, &size) == 0) {
		state_file_write(store->file, data, size);
		return;
	}
	if (!store->complained)
		log_warning("memory is short: a restart would begin alerts anew");
	store->complained = true;
}

void alerts_store_save(struct alerts_store *store)
{
	const struct alert_engine *engine = &store->alerts->engine;
	bool news = false;

	for (size_t i = 0; i < engine->alerts; i++)
		news |= engine->alert[i].news;
	if (store->started && news)
		hand_over(store);
}

void alerts_store_close(struct alerts_store *store)
{
	if (!store)
		return;
	/* Without an evaluation the file is still right. */
	if (store->started && store->alerts->engine.end_ns)
		hand_over(store);
	state_file_close(store->file);
	free(store);
}
