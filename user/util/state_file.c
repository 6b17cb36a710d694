// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/log.h"
#include "util/trusted_path.h"

#define END_NS (3 * NS_PER_S)

struct state_file {
	const struct state_file_kind *kind;
	char path[PATH_MAX];
	char new_name[NAME_MAX + 1];
	int folder_fd;
	bool started;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	char *data; /* waits to be written */
	size_t size;
	bool ending, ended;
};

const char *state_file_path(const struct state_file *file)
{
	return file->path;
}

/* ---- opening and reading ----------------------------------------------------------- */

/* 0, or a negative errno with @why. */
static int open_folder(struct state_file *file, const char *directory, char why[STATE_FILE_WHY_MAX])
{
	const char *name;
	int length = snprintf(file->path, sizeof(file->path), "%s/%s", directory, file->kind->name);

	why[0] = '\0';
	if (length < 0 || (size_t)length >= sizeof(file->path)) {
		snprintf(why, STATE_FILE_WHY_MAX, "its name is too long");
		return -ENAMETOOLONG;
	}
	snprintf(file->new_name, sizeof(file->new_name), "%s.new", file->kind->name);
	file->folder_fd = trusted_folder(file->path, &name, why, STATE_FILE_WHY_MAX);
	if (file->folder_fd >= 0)
		return 0;
	if (!why[0])
		trusted_explain(file->folder_fd, why, STATE_FILE_WHY_MAX);
	return file->folder_fd;
}

int state_file_open(struct state_file **into, const struct state_file_kind *kind,
		    const char *directory, char why[STATE_FILE_WHY_MAX])
{
	struct state_file *file = calloc(1, sizeof(*file));
	pthread_condattr_t attributes;
	int err;

	if (!file) {
		snprintf(why, STATE_FILE_WHY_MAX, "out of memory");
		return -ENOMEM;
	}
	file->kind = kind;
	err = open_folder(file, directory, why);
	if (err) {
		free(file);
		return err;
	}
	pthread_mutex_init(&file->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&file->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	*into = file;
	return 0;
}

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

static int read_open(const struct state_file *file, int fd, char **data, size_t *size)
{
	struct stat is;
	int err;

	if (fstat(fd, &is) < 0)
		return -errno;
	if (!S_ISREG(is.st_mode) || is.st_size > (off_t)file->kind->max)
		return -EBADMSG;
	if ((is.st_uid != 0 && is.st_uid != geteuid()) || (is.st_mode & (S_IWGRP | S_IWOTH)))
		return -EPERM;
	*size = (size_t)is.st_size;
	*data = malloc(*size + 1);
	if (!*data)
		return -ENOMEM;
	err = read_whole(fd, *data, *size);
	if (err)
		free(*data);
	return err;
}

int state_file_read(const struct state_file *file, char **data, size_t *size)
{
	int fd = openat(file->folder_fd, file->kind->name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int err = fd < 0 ? -errno : read_open(file, fd, data, size);

	if (fd >= 0)
		close(fd);
	return err;
}

/* ---- the thread that writes ---------------------------------------------------------- */

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
static int replace_file(const struct state_file *file, const char *data, size_t size)
{
	int folder_fd = file->folder_fd, fd, err;

	if (unlinkat(folder_fd, file->new_name, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = openat(folder_fd, file->new_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    file->kind->mode);
	if (fd < 0)
		return -errno;
	err = write_whole(fd, data, size);
	if (close(fd) < 0 && !err)
		err = -errno;
	if (!err && renameat(folder_fd, file->new_name, folder_fd, file->kind->name) < 0)
		err = -errno;
	if (err)
		unlinkat(folder_fd, file->new_name, 0);
	return err;
}

/* Said once, until it is over. */
static void tell(const struct state_file *file, int err, bool *failed)
{
	char text[128];

	if (err && !*failed)
		log_warning("cannot write %s: %s: a restart would lose what is new in %s",
			    file->path, strerror_r(-err, text, sizeof(text)), file->kind->loses);
	else if (!err && *failed)
		log_info("%s is written again", file->path);
	*failed = err != 0;
}

static void *write_files(void *arg)
{
	struct state_file *file = arg;
	bool failed = false;

	pthread_mutex_lock(&file->lock);
	while (file->data || !file->ending) {
		char *data = file->data;
		size_t size = file->size;

		if (!data) {
			pthread_cond_wait(&file->changed, &file->lock);
			continue;
		}
		file->data = NULL;
		pthread_mutex_unlock(&file->lock);
		tell(file, replace_file(file, data, size), &failed);
		free(data);
		pthread_mutex_lock(&file->lock);
	}
	file->ended = true;
	pthread_cond_signal(&file->changed);
	pthread_mutex_unlock(&file->lock);
	return NULL;
}

int state_file_start(struct state_file *file)
{
	int err = pthread_create(&file->thread, NULL, write_files, file);

	if (err)
		log_error("cannot start the thread that writes %s: %s", file->path, strerror(err));
	file->started = !err;
	return -err;
}

void state_file_write(struct state_file *file, char *data, size_t size)
{
	char *old = data;

	if (file->started) {
		pthread_mutex_lock(&file->lock);
		old = file->data;
		file->data = data;
		file->size = size;
		pthread_cond_signal(&file->changed);
		pthread_mutex_unlock(&file->lock);
	}
	free(old);
}

/* Whether the thread has ended. */
static bool end_thread(struct state_file *file)
{
	int64_t until = clock_mono_ns() + END_NS;
	const struct timespec limit = {.tv_sec = until / NS_PER_S, .tv_nsec = until % NS_PER_S};
	int err = 0;
	bool ended;

	pthread_mutex_lock(&file->lock);
	file->ending = true;
	pthread_cond_signal(&file->changed);
	while (!file->ended && !err)
		err = pthread_cond_timedwait(&file->changed, &file->lock, &limit);
	ended = file->ended;
	pthread_mutex_unlock(&file->lock);
	if (ended)
		pthread_join(file->thread, NULL);
	else
		log_warning("%s: the disk does not take the last of %s", file->path,
			    file->kind->loses);
	return ended;
}

void state_file_close(struct state_file *file)
{
	if (!file)
		return;
	/* A thread that the disk holds still has it all. */
	if (file->started && !end_thread(file)) {
		pthread_detach(file->thread);
		return;
	}
	close(file->folder_fd);
	pthread_cond_destroy(&file->changed);
	pthread_mutex_destroy(&file->lock);
	free(file);
}
