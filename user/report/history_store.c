// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/history_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/code_history_file.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/state_file.h"

static const struct state_file_kind kind = {
	.name = HISTORY_STORE_FILE,
	.mode = 0640,
	.max = CODE_HISTORY_FILE_MAX,
	.loses = "the history",
};

struct history_store {
	struct code_history history;
	struct state_file *file; /* NULL: in memory only */
	int64_t due_ns;
	bool started, complained; /* complained: that memory is short */
};

const struct code_history *history_store_history(const struct history_store *store)
{
	return &store->history;
}

static int read_file(struct history_store *store)
{
	char *data;
	size_t size;
	int err = state_file_read(store->file, &data, &size);

	if (err)
		return err;
	err = code_history_decode(&store->history, (const uint8_t *)data, size);
	free(data);
	return err;
}

/* The history goes on where it can, and begins anew where not. */
static void load(struct history_store *store)
{
	const char *path = state_file_path(store->file);
	int err = read_file(store);

	if (err == -ENOENT)
		log_debug("%s: there is no history yet", path);
	else if (err == -EBADMSG)
		log_warning("%s is damaged or of another version: the history begins anew", path);
	else if (err)
		log_warning("cannot read %s: %s: the history begins anew", path, strerror(-err));
}

int history_store_open(struct history_store **into, int64_t step_ns, const char *directory)
{
	struct history_store *store = calloc(1, sizeof(*store));
	char why[STATE_FILE_WHY_MAX];
	int err = 0;

	if (!store) {
		log_error("out of memory");
		return -ENOMEM;
	}
	code_history_init(&store->history, step_ns);
	if (directory[0])
		err = state_file_open(&store->file, &kind, directory, why);
	if (err) {
		log_error("cannot use %s for the history: %s", directory, why);
		free(store);
		return err;
	}
	if (store->file)
		load(store);
	*into = store;
	return 0;
}

int history_store_start(struct history_store *store)
{
	int err = store->file ? state_file_start(store->file) : 0;

	store->due_ns = clock_mono_ns() + HISTORY_STORE_EVERY;
	store->started = store->file && !err;
	return err;
}

static void complain(struct history_store *store)
{
	if (!store->complained)
		log_warning("memory is short: the history has gaps");
	store->complained = true;
}

void history_store_step(struct history_store *store, int64_t step_ns)
{
	code_history_step(&store->history, step_ns);
}

void history_store_add(struct history_store *store, const struct report *report)
{
	if (code_history_add(&store->history, report) < 0)
		complain(store);
}

static void hand_over(struct history_store *store)
{
	char *data;
	size_t size;

	if (code_history_encode(&store->history, &data, &size) < 0)
		complain(store);
	else
		state_file_write(store->file, data, size);
}

void history_store_save(struct history_store *store, int64_t mono_ns)
{
	if (!store->started || mono_ns < store->due_ns)
		return;
	store->due_ns = mono_ns + HISTORY_STORE_EVERY;
	hand_over(store);
}

void history_store_close(struct history_store *store)
{
	if (!store)
		return;
	if (store->started)
		hand_over(store);
	state_file_close(store->file);
	code_history_free(&store->history);
	free(store);
}
