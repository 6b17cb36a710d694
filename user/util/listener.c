// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/trusted_path.h"

#define BACKLOG   128
#define MODE_UNIX 0660
/* How long to wait for another one's lock: nobody needs it for longer than a few system calls. */
#define LOCK_MS    5
#define LOCK_TRIES 400

struct socket_lock {
	int folder; /* of the socket; -1: none */
	int fd;     /* of the lock file; -1: not locked */
	int err;    /* why not: a negative errno */
	char name[sizeof(((struct sockaddr_un *)0)->sun_path) + 8]; /* in the folder */
};

int listen_address_unix(struct listen_address *address, const char *path, char why[OPTION_WHY_MAX])
{
	size_t length = strlen(path);

	memset(address, 0, sizeof(*address));
	if (length == 0 || length >= sizeof(address->un.sun_path)) {
		snprintf(why, OPTION_WHY_MAX, "the path of a socket must have 1 to %zu bytes",
			 sizeof(address->un.sun_path) - 1);
		return -EINVAL;
	}
	address->un.sun_family = AF_UNIX;
	memcpy(address->un.sun_path, path, length);
	address->length = sizeof(address->un);
	if (path[0] == '@') {
		address->un.sun_path[0] = '\0';
		address->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	}
	address->mode = MODE_UNIX;
	return 0;
}

static bool has_file(const struct listen_address *address)
{
	return address->any.sa_family == AF_UNIX && address->un.sun_path[0];
}

/* A socket that is left over from a process that was killed. */
static bool is_stale(const struct listen_address *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat file;
	bool stale;

	if (fd < 0)
		return false;
	stale = lstat(address->un.sun_path, &file) == 0 && S_ISSOCK(file.st_mode) &&
		connect(fd, &address->any, address->length) < 0 && errno == ECONNREFUSED;
	close(fd);
	return stale;
}

/* Whether @fd is a lock file that nobody else can open and lock, as it has no name that others know it by. */
static bool is_ours(int fd)
{
	struct stat file;

	return fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && file.st_uid == geteuid() &&
	       file.st_nlink <= 1 && !(file.st_mode & (S_IRWXG | S_IRWXO));
}

/* 0 with lock->fd; -EAGAIN: another process holds it or has just removed it; or another negative errno. */
static int try_lock(struct socket_lock *lock)
{
	struct stat file;
	int err = 0,
	    fd = openat(lock->folder, lock->name,
			O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	/* Looked at before it is locked: others could hold the lock of their own file for ever. */
	if (!is_ours(fd))
		err = -EPERM;
	else if (flock(fd, LOCK_EX | LOCK_NB) < 0 || fstat(fd, &file) < 0)
		err = -errno;
	else if (file.st_nlink == 0)
		err = -EAGAIN;
	if (err)
		close(fd);
	else
		lock->fd = fd;
	return err;
}

/*
 * Lock the place of the socket against other rcodewatches of this user: between seeing that a socket is
 * stale and removing it, another one could have put its own there; and one that is bound and does not listen
 * yet looks stale. The lock is on a file of our own beside the socket: anybody who can read the folder could
 * hold a lock on that. Up to @tries attempts. 0 with lock->folder, and lock->fd or -1 with the reason in
 * lock->err; or a negative errno with @why: the folder is not trusted.
 */
static int lock_socket(struct socket_lock *lock, const struct listen_address *address, int tries,
		       char why[LISTENER_WHY_MAX])
{
	const struct timespec pause = {.tv_nsec = LOCK_MS * NS_PER_MS};
	const char *name;

	*lock = (struct socket_lock){.fd = -1};
	lock->folder = trusted_folder(address->un.sun_path, &name, why, LISTENER_WHY_MAX);
	if (lock->folder < 0)
		return lock->folder;
	snprintf(lock->name, sizeof(lock->name), ".%s.lock", name);
	for (int i = 1; (lock->err = try_lock(lock)) == -EAGAIN && i < tries; i++)
		nanosleep(&pause, NULL);
	return 0;
}

/* Harmless without a lock. The file goes while it is locked: who waits for it sees that it has no name. */
static void unlock_socket(struct socket_lock *lock)
{
	if (lock->fd >= 0) {
		unlinkat(lock->folder, lock->name, 0);
		close(lock->fd);
	}
	if (lock->folder >= 0)
		close(lock->folder);
}

static int bind_to(int fd, const struct listen_address *address, const struct socket_lock *lock)
{
	mode_t mask;
	int err;

	if (!has_file(address))
		return bind(fd, &address->any, address->length) < 0 ? -errno : 0;
	/* unix(7): the file gets the mode of the socket, but what the umask takes away. */
	if (fchmod(fd, address->mode) < 0)
		return -errno;
	mask = umask(0);
	err = bind(fd, &address->any, address->length) < 0 ? -errno : 0;
	if (err == -EADDRINUSE && lock->fd >= 0 && is_stale(address) &&
	    unlink(address->un.sun_path) == 0)
		err = bind(fd, &address->any, address->length) < 0 ? -errno : 0;
	umask(mask);
	/* Nobody can connect before it listens. The folder is trusted: it is still our file. */
	if (!err && address->set_group &&
	    lchown(address->un.sun_path, (uid_t)-1, address->group) < 0) {
		err = -errno;
		unlink(address->un.sun_path);
	}
	return err;
}

static int listen_on(struct listener *listener, const struct listen_address *address,
		     const struct socket_lock *lock)
{
	int one = 1;
	struct stat file = {0};
	int err;

	/* Connections of a run before this one that are on their way out are no obstacle. */
	if (address->any.sa_family != AF_UNIX &&
	    setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0)
		return -errno;
	err = bind_to(listener->fd, address, lock);
	if (!err && listen(listener->fd, BACKLOG) < 0)
		err = -errno;
	if (!err && has_file(address) && lstat(address->un.sun_path, &file) < 0)
		err = -errno;
	listener->dev = file.st_dev;
	listener->ino = file.st_ino;
	return err;
}

static void explain(const struct listen_address *address, const struct socket_lock *lock, int err,
		    char why[LISTENER_WHY_MAX])
{
	if (err == -EPERM && address->set_group)
		snprintf(why, LISTENER_WHY_MAX,
			 "cannot give it to group %u: the user that this runs as is no member",
			 (unsigned int)address->group);
	else if (err == -EACCES && !has_file(address))
		snprintf(
			why, LISTENER_WHY_MAX,
			"%s: ports below 1024 are for root, and the listener is not: take a higher "
			"one, or lower net.ipv4.ip_unprivileged_port_start",
			strerror(-err));
	else if (err == -EADDRINUSE && has_file(address) && lock->fd < 0 && is_stale(address))
		snprintf(
			why, LISTENER_WHY_MAX,
			"a socket that nobody listens on is in its place and stays there, as %.60s "
			"beside it cannot be locked (%s): remove both",
			lock->name,
			lock->err == -EPERM    ? "it is another user's"
			: lock->err == -EAGAIN ? "another process holds it"
					       : strerror(-lock->err));
	else
		trusted_explain(err, why, LISTENER_WHY_MAX);
}

int listener_open(struct listener *listener, const struct listen_address *address,
		  char why[LISTENER_WHY_MAX])
{
	struct socket_lock lock = {.folder = -1, .fd = -1};
	int err;

	listener->fd = -1;
	if (has_file(address)) {
		err = lock_socket(&lock, address, LOCK_TRIES, why);
		if (err)
			return err;
	}
	listener->fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			      0);
	err = listener->fd < 0 ? -errno : listen_on(listener, address, &lock);
	if (err) {
		explain(address, &lock, err, why);
		if (listener->fd >= 0)
			close(listener->fd);
		listener->fd = -1;
	}
	unlock_socket(&lock);
	return err;
}

void listener_close(struct listener *listener, const struct listen_address *address)
{
	struct socket_lock lock = {.folder = -1, .fd = -1};
	char why[LISTENER_WHY_MAX];
	struct stat file;

	if (listener->fd < 0)
		return;
	/* Locked before it is closed: from then on another one may take the place. */
	if (has_file(address))
		lock_socket(&lock, address, 1, why);
	close(listener->fd);
	listener->fd = -1;
	/* Without the lock the file stays. The next one that listens there replaces it. */
	if (lock.fd >= 0 && lstat(address->un.sun_path, &file) == 0 &&
	    file.st_dev == listener->dev && file.st_ino == listener->ino)
		unlink(address->un.sun_path);
	unlock_socket(&lock);
}
