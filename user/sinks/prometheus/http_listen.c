// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/prometheus/http_listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "util/trusted_path.h"

#define BACKLOG   128
#define MODE_UNIX 0660
/* How long to wait for another one's lock: nobody needs it for longer than a few system calls. */
#define LOCK_MS    5
#define LOCK_TRIES 400

static int parse_unix(struct http_address *address, const char *path, char why[OPTION_WHY_MAX])
{
	size_t length = strlen(path);

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

/* Split at the port, if there is one. False if it is no port. */
static bool split_port(const char *text, char host[INET6_ADDRSTRLEN], unsigned long *port)
{
	const char *colon = strrchr(text, ':'), *bracket = strrchr(text, ']');
	size_t length = strlen(text);
	char why[OPTION_WHY_MAX];

	*port = HTTP_PORT_DEFAULT;
	if (colon && (!bracket || colon > bracket)) {
		length = (size_t)(colon - text);
		if (option_number(colon + 1, 1, 65535, port, why) < 0)
			return false;
	}
	if (length && text[0] == '[') {
		if (!bracket || bracket != text + length - 1 || !strchr(text, ':'))
			return false;
		text++;
		length -= 2;
	} else if (memchr(text, ':', length)) {
		return false; /* an IPv6 address without its brackets */
	}
	if (length >= INET6_ADDRSTRLEN)
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	return true;
}

int http_address_parse(struct http_address *address, const char *text, char why[OPTION_WHY_MAX])
{
	char host[INET6_ADDRSTRLEN];
	const char *numeric = host;
	unsigned long port;

	memset(address, 0, sizeof(*address));
	if (strncmp(text, "unix:", 5) == 0)
		return parse_unix(address, text + 5, why);
	if (split_port(text, host, &port)) {
		if (!text[0] || strcmp(host, "localhost") == 0)
			numeric = "127.0.0.1";
		if (text[0] != '[' && inet_pton(AF_INET, numeric, &address->in.sin_addr) == 1) {
			address->in.sin_family = AF_INET;
			address->in.sin_port = htons((uint16_t)port);
			address->length = sizeof(address->in);
			return 0;
		}
		if (text[0] == '[' && inet_pton(AF_INET6, numeric, &address->in6.sin6_addr) == 1) {
			address->in6.sin6_family = AF_INET6;
			address->in6.sin6_port = htons((uint16_t)port);
			address->length = sizeof(address->in6);
			return 0;
		}
	}
	snprintf(why, OPTION_WHY_MAX,
		 "must be ADDRESS:PORT, an IPv6 address in brackets ([::1]:%d), or unix:PATH",
		 HTTP_PORT_DEFAULT);
	return -EINVAL;
}

static bool has_file(const struct http_address *address)
{
	return address->any.sa_family == AF_UNIX && address->un.sun_path[0];
}

/* A socket that is left over from a process that was killed. */
static bool is_stale(const struct http_address *address)
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

/*
 * Lock the folder of the socket against other rcodewatches: between seeing that a socket is stale and
 * removing it, another one could have put its own there. Nobody else can, in a folder that is trusted. A
 * descriptor to be closed, or a negative errno with @why. -EBUSY if somebody holds the lock for long.
 */
static int lock_folder(const struct http_address *address, char why[HTTP_WHY_MAX])
{
	const struct timespec pause = {.tv_nsec = LOCK_MS * 1000000};
	const char *name;
	int folder = trusted_folder(address->un.sun_path, &name, why, HTTP_WHY_MAX);
	int fd = folder < 0 ? folder : openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = fd < 0 && folder >= 0 ? -errno : 0;

	if (folder < 0)
		return folder;
	close(folder);
	for (int i = 0; !err && flock(fd, LOCK_EX | LOCK_NB) < 0; i++) {
		err = errno == EWOULDBLOCK && i < LOCK_TRIES ? 0
		      : errno == EWOULDBLOCK                 ? -EBUSY
							     : -errno;
		if (!err)
			nanosleep(&pause, NULL);
	}
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	if (err == -EBUSY)
		snprintf(why, HTTP_WHY_MAX, "its folder is locked by another process");
	else
		trusted_explain(err, why, HTTP_WHY_MAX);
	return err;
}

static int bind_to(int fd, const struct http_address *address)
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
	if (err == -EADDRINUSE && is_stale(address) && unlink(address->un.sun_path) == 0)
		err = bind(fd, &address->any, address->length) < 0 ? -errno : 0;
	umask(mask);
	return err;
}

static int listen_on(struct http_listener *listener, const struct http_address *address)
{
	int one = 1;
	struct stat file = {0};
	int err;

	/* Connections of a run before this one that are on their way out are no obstacle. */
	if (address->any.sa_family != AF_UNIX &&
	    setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0)
		return -errno;
	err = bind_to(listener->fd, address);
	if (!err && listen(listener->fd, BACKLOG) < 0)
		err = -errno;
	if (!err && has_file(address) && lstat(address->un.sun_path, &file) < 0)
		err = -errno;
	listener->dev = file.st_dev;
	listener->ino = file.st_ino;
	return err;
}

static void explain(const struct http_address *address, int err, char why[HTTP_WHY_MAX])
{
	if (err == -EACCES && !has_file(address))
		snprintf(
			why, HTTP_WHY_MAX,
			"%s: ports below 1024 are for root, and the listener is not: take a higher "
			"one, or lower net.ipv4.ip_unprivileged_port_start",
			strerror(-err));
	else
		trusted_explain(err, why, HTTP_WHY_MAX);
}

int http_listen(struct http_listener *listener, const struct http_address *address,
		char why[HTTP_WHY_MAX])
{
	int lock = -1, err = 0;

	listener->fd = -1;
	if (has_file(address)) {
		lock = lock_folder(address, why);
		if (lock < 0)
			return lock;
	}
	listener->fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			      0);
	err = listener->fd < 0 ? -errno : listen_on(listener, address);
	if (lock >= 0)
		close(lock);
	if (!err)
		return 0;
	explain(address, err, why);
	if (listener->fd >= 0)
		close(listener->fd);
	listener->fd = -1;
	return err;
}

void http_listen_close(struct http_listener *listener, const struct http_address *address)
{
	char why[HTTP_WHY_MAX];
	struct stat file;
	int lock;

	if (listener->fd < 0)
		return;
	/* Locked before it is closed: from then on another one may take the place. */
	lock = has_file(address) ? lock_folder(address, why) : -1;
	close(listener->fd);
	listener->fd = -1;
	/* Without the lock the file stays. The next one that listens there replaces it. */
	if (lock >= 0 && lstat(address->un.sun_path, &file) == 0 && file.st_dev == listener->dev &&
	    file.st_ino == listener->ino)
		unlink(address->un.sun_path);
	if (lock >= 0)
		close(lock);
}
