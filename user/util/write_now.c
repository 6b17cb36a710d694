// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/write_now.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
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

/*
 * Others may fill what had room: threads of ours, and processes that share the file. A pipe is asked not to wait,
 * which it can since Linux 6.4, and a socket as well; a terminal was opened again; a regular file does not wait.
 */
static ssize_t write_without_waiting(int fd, mode_t type, const char *data, size_t size)
{
	if (S_ISSOCK(type))
		return send(fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (S_ISFIFO(type)) {
		const struct iovec piece = {.iov_base = (void *)(uintptr_t)data, .iov_len = size};
		ssize_t written = pwritev2(fd, &piece, 1, -1, RWF_NOWAIT);

		if (written >= 0 || (errno != EOPNOTSUPP && errno != ENOSYS && errno != EPERM))
			return written;
	}
	return write(fd, data, size);
}

ssize_t write_now(int fd, const char *data, size_t size)
{
	struct stat file = {0};
	ssize_t written;

	if (!has_room(fd))
		return -EAGAIN;
	/* A file takes all, so that lines of several writers do not mix; others so much: pipe(7). */
	if (fstat(fd, &file) < 0 || !S_ISREG(file.st_mode))
		size = size < PIPE_BUF ? size : PIPE_BUF;
	do
		written = write_without_waiting(fd, file.st_mode, data, size);
	while (written < 0 && errno == EINTR);
	return written < 0 ? -errno : written;
}
