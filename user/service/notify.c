// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "service/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/log.h"

#define STATUS_MAX  256
#define SEND_WAIT_S 20

static struct {
	int fd; /* 0: none, as descriptors below 3 are standard files */
	struct sockaddr_un address;
	socklen_t length;
	uint64_t watchdog_us;
} manager;

/* An absolute path, or the name of an abstract socket behind a @. 0 or -EINVAL. */
static int read_address(const char *name)
{
	size_t length = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || length < 2 ||
	    length > sizeof(manager.address.sun_path))
		return -EINVAL;
	manager.address = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(manager.address.sun_path, name, length);
	if (name[0] == '@')
		manager.address.sun_path[0] = '\0';
	manager.length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	return 0;
}

/* A number of decimal digits; 0 for anything else. */
static uint64_t number_of(const char *name)
{
	const char *text = getenv(name);
	unsigned long long number;
	char *end;

	if (!text || text[0] < '0' || text[0] > '9')
		return 0;
	errno = 0;
	number = strtoull(text, &end, 10);
	return *end || errno ? 0 : number;
}

static void read_watchdog(void)
{
	uint64_t pid = number_of("WATCHDOG_PID");

	if (!getenv("WATCHDOG_PID") || pid == (uint64_t)getpid())
		manager.watchdog_us = number_of("WATCHDOG_USEC");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

int notify_open(void)
{
	/* What is kept over restarts may fill the queue. */
	const struct timeval wait = {.tv_sec = SEND_WAIT_S};
	const char *name = getenv("NOTIFY_SOCKET");
	int err;

	if (!name || !name[0])
		return 0;
	err = read_address(name);
	if (!err) {
		manager.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (manager.fd < 0 ||
		    setsockopt(manager.fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) < 0)
			err = -errno;
	}
	if (err) {
		if (manager.fd > 0)
			close(manager.fd);
		manager.fd = 0;
		log_error("cannot talk to the service manager by $NOTIFY_SOCKET: %s",
			  strerror(-err));
		return err;
	}
	unsetenv("NOTIFY_SOCKET");
	read_watchdog();
	return 0;
}

void notify_close(void)
{
	if (manager.fd > 0)
		close(manager.fd);
	manager.fd = 0;
	manager.watchdog_us = 0;
}

bool notify_active(void)
{
	return manager.fd > 0;
}

uint64_t notify_watchdog_us(void)
{
	return manager.watchdog_us;
}

/* With descriptor @fd if that is not negative. */
static int send_message(const char *text, int fd, int flags)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct sockaddr_un address = manager.address;
	char copy[STATUS_MAX * 2];
	int length = snprintf(copy, sizeof(copy), "%s", text);
	struct iovec part = {.iov_base = copy, .iov_len = (size_t)length};
	struct msghdr message = {
		.msg_name = &address,
		.msg_namelen = manager.length,
		.msg_iov = &part,
		.msg_iovlen = 1,
	};

	if (!notify_active())
		return 0;
	if (length < 0 || length >= (int)sizeof(copy))
		return -EMSGSIZE;
	if (fd >= 0) {
		message.msg_control = control.room;
		message.msg_controllen = sizeof(control.room);
		control.header = (struct cmsghdr){
			.cmsg_len = CMSG_LEN(sizeof(int)),
			.cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS,
		};
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	while (sendmsg(manager.fd, &message, MSG_NOSIGNAL | flags) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int notify_send(const char *text)
{
	return send_message(text, -1, 0);
}

int notify_try(const char *text)
{
	return send_message(text, -1, MSG_DONTWAIT);
}

int notify_send_fd(const char *text, int fd)
{
	return send_message(text, fd, 0);
}

void notify_status(const char *text)
{
	char line[STATUS_MAX];

	snprintf(line, sizeof(line), "STATUS=%s", text);
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	notify_try(line);
}

void notify_reloading(void)
{
	char text[64];

	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld",
		 (long long)(clock_mono_ns() / 1000));
	notify_send(text);
}

int notify_barrier(int timeout_ms)
{
	struct pollfd reader;
	int ends[2], err, ready;

	if (!notify_active())
		return 0;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	err = notify_send_fd("BARRIER=1", ends[1]);
	close(ends[1]);
	/* The manager closes the other end once it has come to this message. */
	reader = (struct pollfd){.fd = ends[0]};
	if (!err) {
		do
			ready = poll(&reader, 1, timeout_ms);
		while (ready < 0 && errno == EINTR);
		if (ready <= 0)
			err = ready ? -errno : -ETIMEDOUT;
	}
	close(ends[0]);
	return err;
}
