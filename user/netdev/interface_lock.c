// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netdev/interface_lock.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static socklen_t name_lock(struct sockaddr_un *address, uint32_t ifindex, const char *direction)
{
	int length;

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	length = snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1,
			  "rcodewatch/%u/%.8s", ifindex, direction);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
}

/* The process that listens there, if it is to be believed. */
static pid_t find_other(const struct sockaddr_un *address, socklen_t length)
{
	struct ucred peer = {0};
	socklen_t size = sizeof(peer);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return 0;
	if (connect(fd, (const struct sockaddr *)address, length) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 ||
	    (peer.uid != 0 && peer.uid != geteuid()))
		peer.pid = 0;
	close(fd);
	return peer.pid;
}

int interface_lock(uint32_t ifindex, const char *direction, pid_t *other)
{
	struct sockaddr_un address;
	socklen_t length = name_lock(&address, ifindex, direction);
	int err, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*other = 0;
	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&address, length) == 0 && listen(fd, 8) == 0)
		return fd;
	err = -errno;
	close(fd);
	if (err == -EADDRINUSE)
		*other = find_other(&address, length);
	return err;
}
