// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/history_store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/code_history_file.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/trusted_path.h"

#define NEW_FILE  HISTORY_STORE_FILE ".new"
#define FILE_MODE 0640
#define END_NS    (3 * NS_PER_S)
#define WHY_MAX   192

struct history_store {
	struct code_history history;
	char path[PATH_MAX]; /* of the file */
	int folder_fd;       /* -1: in memory only */
	int64_t due_ns;
	bool started, complained; /* complained: that memory is short */
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	char *data; /* waits to be written */
	size_t size;
	bool ending, ended;
};

const struct code_history *history_store_history(const struct history_store *store)
{
	return &store->history;
}

/* ---- reading -------------------------------------------------------------------- */

/* 0, or a negative errno. */
static int read_whole(int fd, char *data, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = read(fd, data + done, size - done);

		if (got < 0 && errno != EINTR)
			return -errno;
		if (got == 0)
			return -EBADMSG;
		if (got > 0)
			done += (size_t)got;
	}
	return 0;
}

static int read_file(struct history_store *store, int fd)
{
	struct stat is;
	char *data;
	int err;

	if (fstat(fd, &is) < 0)
		return -errno;
	if (!S_ISREG(is.st_mode) || is.st_size > (off_t)CODE_HISTORY_FILE_MAX)
		return -EBADMSG;
	data = malloc((size_t)is.st_size + 1);
	if (!data)
		return -ENOMEM;
	err = read_whole(fd, data, (size_t)is.st_size);
	if (!err)
		err = code_history_decode(&store->history, (const uint8_t *)data,
					  (size_t)is.st_size);
	free(data);
	return err;
}

/* The history goes on where it can, and begins anew where not. */
static void load(struct history_store *store)
{
	int fd = openat(store->folder_fd, HISTORY_STORE_FILE,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int err = fd < 0 ? -errno : read_file(store, fd);

	if (fd >= 0)
		close(fd);
	if (err == -ENOENT)
		log_debug("%s: there is no history yet", store->path);
	else if (err == -EBADMSG)
		log_warning("%s is damaged or of another version: the history begins anew",
			    store->path);
	else if (err)
		log_warning("cannot read %s: %s: the history begins anew", store->path,
			    strerror(-err));
}

/* 0, or a negative errno, logged. */
static int open_folder(struct history_store *store, const char *directory)
{
	char why[WHY_MAX] = "";
	const char *name;
	int length = snprintf(store->path, sizeof(store->path), "%s/" HISTORY_STORE_FILE,
			      directory);

	if (length < 0 || (size_t)length >= sizeof(store->path)) {
		log_error("--state-dir: the name is too long");
		return -ENAMETOOLONG;
	}
	store->folder_fd = trusted_folder(store->path, &name, why, sizeof(why));
	if (store->folder_fd >= 0)
		return 0;
	if (!why[0])
		trusted_explain(store->folder_fd, why, sizeof(why));
	log_error("cannot use %s for the history: %s", directory, why);
	return store->folder_fd;
}

int history_store_open(struct history_store **into, int64_t step_ns, const char *directory)
{
	struct history_store *store = calloc(1, sizeof(*store));
	pthread_condattr_t attributes;
	int err;

	if (!store) {
		log_error("out of memory");
		return -ENOMEM;
	}
	code_history_init(&store->history, step_ns);
	store->folder_fd = -1;
	err = directory[0] ? open_folder(store, directory) : 0;
	if (err) {
		free(store);
		return err;
	}
	pthread_mutex_init(&store->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&store->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	if (store->folder_fd >= 0)
		load(store);
	*into = store;
	return 0;
}

/* ---- the thread that writes -------------------------------------------------------- */

static int write_whole(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t done = write(fd, data, size);

		if (done < 0 && errno != EINTR)
			return -errno;
		if (done > 0) {
			data += done;
			size -= (size_t)done;
		}
	}
	return fsync(fd) < 0 ? -errno : 0;
}

/* The old file stays until the new one is whole. 0 or a negative errno. */
static int replace_file(int folder_fd, const char *data, size_t size)
{
	int fd, err;

	if (unlinkat(folder_fd, NEW_FILE, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = openat(folder_fd, NEW_FILE, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    FILE_MODE);
	if (fd < 0)
		return -errno;
	err = write_whole(fd, data, size);
	if (close(fd) < 0 && !err)
		err = -errno;
	if (!err && renameat(folder_fd, NEW_FILE, folder_fd, HISTORY_STORE_FILE) < 0)
		err = -errno;
	if (err)
		unlinkat(folder_fd, NEW_FILE, 0);
	return err;
}

/* Said once, until it is over. */
static void tell(const struct history_store *store, int err, bool *failed)
{
	char text[128];

	if (err && !*failed)
		log_warning("cannot write %s: %s: a restart would lose what is new in the history",
			    store->path, strerror_r(-err, text, sizeof(text)));
	else if (!err && *failed)
		log_info("%s is written again", store->path);
	*failed = err != 0;
}

static void *write_files(void *arg)
{
	struct history_store *store = arg;
	bool failed = false;

	pthread_mutex_lock(&store->lock);
	while (store->data || !store->ending) {
		char *data = store->data;
		size_t size = store->size;

		if (!data) {
			pthread_cond_wait(&store->changed, &store->lock);
			continue;
		}
		store->data = NULL;
		pthread_mutex_unlock(&store->lock);
		tell(store, replace_file(store->folder_fd, data, size), &failed);
		free(data);
		pthread_mutex_lock(&store->lock);
	}
	store->ended = true;
	pthread_cond_signal(&store->changed);
	pthread_mutex_unlock(&store->lock);
	return NULL;
}

int history_store_start(struct history_store *store)
{
	int err;

	store->due_ns = clock_mono_ns() + HISTORY_STORE_EVERY;
	if (store->folder_fd < 0)
		return 0;
	err = pthread_create(&store->thread, NULL, write_files, store);
	if (err)
		log_error("cannot start the thread of the history: %s", strerror(err));
	store->started = !err;
	return -err;
}

/* ---- the thread that adds ------------------------------------------------------------ */

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

/* What waits to be written is out of date then. */
static void hand_over(struct history_store *store)
{
	char *data, *old;
	size_t size;

	if (code_history_encode(&store->history, &data, &size) < 0) {
		complain(store);
		return;
	}
	pthread_mutex_lock(&store->lock);
	old = store->data;
	store->data = data;
	store->size = size;
	pthread_cond_signal(&store->changed);
	pthread_mutex_unlock(&store->lock);
	free(old);
}

void history_store_save(struct history_store *store, int64_t mono_ns)
{
	if (!store->started || mono_ns < store->due_ns)
		return;
	store->due_ns = mono_ns + HISTORY_STORE_EVERY;
	hand_over(store);
}

/* Whether the thread has ended. */
static bool end_thread(struct history_store *store)
{
	int64_t until = clock_mono_ns() + END_NS;
	const struct timespec limit = {.tv_sec = until / NS_PER_S, .tv_nsec = until % NS_PER_S};
	int err = 0;
	bool ended;

	hand_over(store);
	pthread_mutex_lock(&store->lock);
	store->ending = true;
	pthread_cond_signal(&store->changed);
	while (!store->ended && !err)
		err = pthread_cond_timedwait(&store->changed, &store->lock, &limit);
	ended = store->ended;
	pthread_mutex_unlock(&store->lock);
	if (ended)
		pthread_join(store->thread, NULL);
	else
		log_warning("%s: the disk does not take the last of the history", store->path);
	return ended;
}

void history_store_close(struct history_store *store)
{
	if (!store)
		return;
	/* A thread that the disk holds still has it all. */
	if (store->started && !end_thread(store)) {
		pthread_detach(store->thread);
		return;
	}
	if (store->folder_fd >= 0)
		close(store->folder_fd);
	code_history_free(&store->history);
	pthread_cond_destroy(&store->changed);
	pthread_mutex_destroy(&store->lock);
	free(store);
}
