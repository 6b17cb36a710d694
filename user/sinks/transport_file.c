// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/transport_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/log.h"
#include "util/trusted_path.h"
#include "util/clock.h"

/* Reports can have clients' addresses in them. */
#define FILE_MODE 0640
/* For a FIFO whose reader does not read; a file takes what it takes at once. */
#define PATIENCE_NS (30 * NS_PER_S)

/* A FIFO without a reader must not hang the start. */
static int open_path(const char *path, char why[SINK_WHY_MAX])
{
	return trusted_open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK, FILE_MODE,
			    why, SINK_WHY_MAX);
}

/*
 * Does the last line of a file lack its end, as a process leaves it that is killed while it writes? What this user may not
 * read is taken for whole.
 */
static bool is_torn(int fd, const char *path)
{
	struct stat held, named;
	char last = '\n';
	int reader;

	if (fstat(fd, &held) < 0 || !S_ISREG(held.st_mode) || !held.st_size)
		return false;
	reader = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (reader < 0)
		return false;
	if (fstat(reader, &named) == 0 && named.st_dev == held.st_dev &&
	    named.st_ino == held.st_ino && pread(reader, &last, 1, held.st_size - 1) < 0)
		last = '\n';
	close(reader);
	return last != '\n';
}

int transport_file_open(struct transport_file *file, const char *path, char why[SINK_WHY_MAX])
{
	int fd = open_path(path, why);

	*file = (struct transport_file){
		.path = path,
		.fd = fd < 0 ? -1 : fd,
		.torn = fd >= 0 && is_torn(fd, path),
	};
	return fd < 0 ? fd : 0;
}

void transport_file_close(struct transport_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

/* The new file before the old one is given up: if there can be no new one, the old goes on. */
static int replace(struct transport_file *file, char why[SINK_WHY_MAX])
{
	int fd = open_path(file->path, why);

	if (fd < 0) {
		if (!file->complained && file->fd >= 0)
			log_warning("cannot open %s again: %s: writing on to the file that had "
				    "that name",
				    file->path, why);
		file->complained = true;
		return fd;
	}
	transport_file_close(file);
	file->fd = fd;
	file->torn = is_torn(fd, file->path);
	file->complained = false;
	return 0;
}

/* Has another file, or none, got its name? */
static bool moved(const struct transport_file *file)
{
	struct stat named, held;

	if (lstat(file->path, &named) < 0)
		return errno == ENOENT;
	return fstat(file->fd, &held) == 0 &&
	       (named.st_dev != held.st_dev || named.st_ino != held.st_ino);
}

static int ready(struct sender *sender, char why[SINK_WHY_MAX])
{
	struct transport_file *file = sender->to;
	char reason[SINK_WHY_MAX];
	int err = file->fd < 0 ? replace(file, reason) : 0;

	if (err)
		snprintf(why, SINK_WHY_MAX, "cannot open it: %.*s", SINK_WHY_MAX - 20, reason);
	sender->fd = -1; /* nothing is ever heard from a file */
	return err;
}

static void reopen(struct sender *sender)
{
	char why[SINK_WHY_MAX];

	replace(sender->to, why);
}

/* Take back the @size bytes at the end, unless others have written behind them. */
static bool undo_partial(int fd, size_t size)
{
	off_t end = lseek(fd, 0, SEEK_CUR);
	struct stat now;

	return end >= (off_t)size && fstat(fd, &now) == 0 && S_ISREG(now.st_mode) &&
	       now.st_size == end && ftruncate(fd, end - (off_t)size) == 0;
}

static int write_line(struct sender *sender, const char *data, size_t size)
{
	struct transport_file *file = sender->to;
	char why[SINK_WHY_MAX];
	size_t done;
	int err = 0;

	if (moved(file))
		replace(file, why);
	sender->fd = file->fd;
	if (file->torn)
		err = sender_write_all(sender, "\n", 1, PATIENCE_NS, &done);
	if (!err) {
		file->torn = false;
		err = sender_write_all(sender, data, size, PATIENCE_NS, &done);
		if (err && done)
			file->torn = !undo_partial(file->fd, done);
	}
	sender->fd = -1;
	return err;
}

/* The file stays open: it may be that it cannot be opened a second time. */
static void give_up(struct sender *sender, bool failed)
{
	(void)sender;
	(void)failed;
}

const struct transport_ops transport_file_ops = {
	.open = ready,
	.write = write_line,
	.reopen = reopen,
	.close = give_up,
};
