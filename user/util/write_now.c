// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/write_now.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int again[STDERR_FILENO + 1] = {-1, -1, -1};
static bool same;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* O_NONBLOCK belongs to all who share an open file, so that a terminal needs one of our own. */
static int open_again(int fd)
{
	char path[32];

	if (!isatty(fd))
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

void write_now_open(void)
{
	struct stat out, err;

	again[STDOUT_FILENO] = open_again(STDOUT_FILENO);
	again[STDERR_FILENO] = open_again(STDERR_FILENO);
	same = fstat(STDOUT_FILENO, &out) == 0 && fstat(STDERR_FILENO, &err) == 0 &&
	       out.st_dev == err.st_dev && out.st_ino == err.st_ino;
}

int write_now_fd(int fd)
{
	return again[fd] >= 0 ? again[fd] : fd;
}

pthread_mutex_t *write_now_lock(void)
{
	return same ? &lock : NULL;
}

static bool has_room(int fd)
{
	struct pollfd file = {.fd = fd, .events = POLLOUT};

	return poll(&file, 1, 0) > 0;
}

/* How much can be written at once without waiting for a reader, when there is room at all. */
static size_t piece_max(int fd)
{
	struct stat file;

	/* A file takes all, so that lines of several writers do not mix; a pipe so much: pipe(7). */
	return fstat(fd, &file) == 0 && S_ISREG(file.st_mode) ? SSIZE_MAX : PIPE_BUF;
}

ssize_t write_now(int fd, const char *data, size_t size)
{
	size_t most = piece_max(fd);
	ssize_t written;

	if (!has_room(fd))
		return -EAGAIN;
	do
		written = write(fd, data, size < most ? size : most);
	while (written < 0 && errno == EINTR);
	return written < 0 ? -errno : written;
}
