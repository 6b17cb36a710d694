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

/* Reports can have clients' addresses in them. */
#define FILE_MODE 0640
/* For a FIFO whose reader does not read; a file takes what it takes at once. */
#define PATIENCE_NS 30000000000LL

/* A FIFO without a reader must not hang the start. */
static int open_path(const char *path, char why[SINK_WHY_MAX])
{
	return trusted_open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK, FILE_MODE,
			    why, SINK_WHY_MAX);
}

int stream_file_open(struct stream_file *file, const char *path, char why[SINK_WHY_MAX])
{
	int fd = open_path(path, why);

	*file = (struct stream_file){.path = path, .fd = fd < 0 ? -1 : fd};
	return fd < 0 ? fd : 0;
}

void stream_file_close(struct stream_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

/* The new file before the old one is given up: if there can be no new one, the old goes on. */
static int replace(struct stream_file *file, char why[SINK_WHY_MAX])
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
	stream_file_close(file);
	file->fd = fd;
	file->torn = file->complained = false;
	return 0;
}

/* Has another file, or none, got its name? */
static bool moved(const struct stream_file *file)
{
	struct stat named, held;

	if (lstat(file->path, &named) < 0)
		return errno == ENOENT;
	return fstat(file->fd, &held) == 0 &&
	       (named.st_dev != held.st_dev || named.st_ino != held.st_ino);
}

static int ready(struct sender *stream, char why[SINK_WHY_MAX])
{
	struct stream_file *file = stream->to;
	char reason[SINK_WHY_MAX];
	int err = file->fd < 0 ? replace(file, reason) : 0;

	if (err)
		snprintf(why, SINK_WHY_MAX, "cannot open it: %.*s", SINK_WHY_MAX - 20, reason);
	stream->fd = -1; /* nothing is ever heard from a file */
	return err;
}

static void reopen(struct sender *stream)
{
	char why[SINK_WHY_MAX];

	replace(stream->to, why);
}

/* Take back the @size bytes at the end, unless others have written behind them. */
static bool undo_partial(int fd, size_t size)
{
	off_t end = lseek(fd, 0, SEEK_CUR);
	struct stat now;

	return end >= (off_t)size && fstat(fd, &now) == 0 && S_ISREG(now.st_mode) &&
	       now.st_size == end && ftruncate(fd, end - (off_t)size) == 0;
}

static int write_line(struct sender *stream, const char *data, size_t size)
{
	struct stream_file *file = stream->to;
	char why[SINK_WHY_MAX];
	size_t done;
	int err = 0;

	if (moved(file))
		replace(file, why);
	stream->fd = file->fd;
	if (file->torn)
		err = stream_write_all(stream, "\n", 1, PATIENCE_NS, &done);
	if (!err) {
		file->torn = false;
		err = stream_write_all(stream, data, size, PATIENCE_NS, &done);
		if (err && done)
			file->torn = !undo_partial(file->fd, done);
	}
	stream->fd = -1;
	return err;
}

/* The file stays open: it may be that it cannot be opened a second time. */
static void give_up(struct sender *stream, bool failed)
{
	(void)stream;
	(void)failed;
}

const struct transport_ops stream_file_ops = {
	.open = ready,
	.write = write_line,
	.reopen = reopen,
	.close = give_up,
};
