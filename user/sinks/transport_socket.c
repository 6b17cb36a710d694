// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/transport_socket.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/trusted_path.h"

/* What is written but not yet with the receiver is in our queue too: little is enough, and memory
 * stays bounded whatever the kernel thinks of the network. */
#define SEND_BUFFER (128 * 1024)

int transport_socket_tcp(struct transport_socket *socket, const char *address,
			 char why[OPTION_WHY_MAX])
{
	const char *colon = strrchr(address, ':'), *host = address;
	size_t length = colon ? (size_t)(colon - address) : 0;

	if (length >= 2 && host[0] == '[' && host[length - 1] == ']') {
		host++;
		length -= 2;
	} else if (length && memchr(host, ':', length)) {
		length = 0; /* an IPv6 address without its brackets */
	}
	if (!length || length >= sizeof(socket->host) || !colon[1] ||
	    strlen(colon + 1) >= sizeof(socket->port)) {
		snprintf(why, OPTION_WHY_MAX,
			 "must be HOST:PORT, an IPv6 address in brackets: [2001:db8::1]:6514");
		return -EINVAL;
	}
	memcpy(socket->host, host, length);
	socket->host[length] = '\0';
	snprintf(socket->port, sizeof(socket->port), "%s", colon + 1);
	return 0;
}

int transport_socket_unix(struct transport_socket *socket, const char *path,
			  char why[OPTION_WHY_MAX])
{
	if (!path[0] || strlen(path) >= sizeof(socket->path)) {
		snprintf(why, OPTION_WHY_MAX, "the path of a socket must have 1 to %zu bytes",
			 sizeof(socket->path) - 1);
		return -EINVAL;
	}
	snprintf(socket->path, sizeof(socket->path), "%s", path);
	return 0;
}

static void set_option(int fd, int level, int name, int value)
{
	/* All that is set here makes it better, none is needed for it to work. */
	setsockopt(fd, level, name, &value, sizeof(value));
}

/* A dead receiver is noticed within about the time-out, whether anything is under way or not. */
static void tune(int fd, bool tcp, int64_t timeout_ns)
{
	int seconds = (int)(timeout_ns / NS_PER_S), pause = seconds / 6 + 1;

	set_option(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
	if (!tcp)
		return;
	set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, seconds / 2 + 1);
	set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, pause);
	set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
	set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)(timeout_ns / NS_PER_MS));
}

/* Connect to one address. A descriptor, or a negative errno. */
static int connect_to(struct sender *sender, const struct sockaddr *address, socklen_t length,
		      int64_t until_ns)
{
	const struct transport_socket *s = sender->to;
	int type = s->type ? s->type : SOCK_STREAM;
	int fd = socket(address->sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	socklen_t size = sizeof(int);
	int err = 0;

	if (fd < 0)
		return -errno;
	tune(fd, address->sa_family != AF_UNIX && type == SOCK_STREAM, s->timeout_ns);
	if (connect(fd, address, length) < 0) {
		/* On a UNIX socket EAGAIN is a full backlog, and nothing is under way. */
		err = -errno;
		if (err == -EINPROGRESS)
			err = sender_wait(sender, fd, POLLOUT, until_ns);
		if (!err && getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &size) < 0)
			err = -errno;
		else if (err > 0)
			err = -err;
	}
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

/* By descriptor, so that nobody can put another socket in its place meanwhile. */
static int connect_path(struct sender *sender, char why[SINK_WHY_MAX])
{
	static const char cannot[] = "cannot connect: ";
	const struct transport_socket *s = sender->to;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int found, fd;

	memcpy(why, cannot, sizeof(cannot));
	found = trusted_socket(s->path, why + strlen(cannot), SINK_WHY_MAX - strlen(cannot));
	if (found < 0)
		return found;
	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d", found);
	fd = connect_to(sender, (const struct sockaddr *)&address, sizeof(address),
			clock_mono_ns() + s->timeout_ns);
	close(found);
	if (fd < 0)
		snprintf(why, SINK_WHY_MAX, "cannot connect: %s", strerror(-fd));
	return fd;
}

/* Any user can bind an abstract name first: who listens there? 0 or a negative errno with @why. */
static int check_peer(int fd, bool datagrams, char why[SINK_WHY_MAX])
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (datagrams) {
		snprintf(why, SINK_WHY_MAX,
			 "cannot connect: who receives datagrams at an abstract name cannot be "
			 "told: name the path of a socket");
		return -EPERM;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) {
		int err = -errno;

		snprintf(why, SINK_WHY_MAX, "cannot connect: who listens there cannot be told: %s",
			 strerror(-err));
		return err;
	}
	if (peer.uid == 0 || peer.uid == geteuid())
		return 0;
	snprintf(why, SINK_WHY_MAX,
		 "cannot connect: another user (%u) listens there, and an abstract name is "
		 "anybody's: "
		 "name the path of a socket",
		 peer.uid);
	return -EPERM;
}

static int connect_abstract(struct sender *sender, char why[SINK_WHY_MAX])
{
	const struct transport_socket *s = sender->to;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(s->path);
	int fd, err;

	memcpy(address.sun_path + 1, s->path + 1, length - 1);
	fd = connect_to(sender, (const struct sockaddr *)&address,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) + length),
			clock_mono_ns() + s->timeout_ns);
	if (fd < 0) {
		snprintf(why, SINK_WHY_MAX, "cannot connect: %s", strerror(-fd));
		return fd;
	}
	err = check_peer(fd, s->type == SOCK_DGRAM, why);
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int connect_unix(struct sender *sender, char why[SINK_WHY_MAX])
{
	const struct transport_socket *s = sender->to;

	return s->path[0] == '@' ? connect_abstract(sender, why) : connect_path(sender, why);
}

/* To the first of the host's addresses that takes us. */
static int connect_tcp(struct sender *sender, char why[SINK_WHY_MAX])
{
	const struct transport_socket *s = sender->to;
	const struct addrinfo hints = {.ai_socktype = s->type ? s->type : SOCK_STREAM};
	struct addrinfo *found;
	int fd = -EADDRNOTAVAIL, err = getaddrinfo(s->host, s->port, &hints, &found);

	if (err) {
		snprintf(why, SINK_WHY_MAX, "cannot look up its name: %s",
			 err == EAI_SYSTEM ? strerror(errno) : gai_strerror(err));
		return -EHOSTUNREACH;
	}
	for (const struct addrinfo *a = found; a && fd < 0 && fd != -ECANCELED; a = a->ai_next)
		fd = connect_to(sender, a->ai_addr, a->ai_addrlen, clock_mono_ns() + s->timeout_ns);
	freeaddrinfo(found);
	if (fd < 0)
		snprintf(why, SINK_WHY_MAX, "cannot connect: %s", strerror(-fd));
	return fd;
}

int transport_socket_connect(struct sender *sender, char why[SINK_WHY_MAX])
{
	struct transport_socket *s = sender->to;
	int fd = s->path[0] ? connect_unix(sender, why) : connect_tcp(sender, why);

	if (fd < 0)
		return fd;
	sender->fd = fd;
	s->acked = 0;
	return 0;
}

int transport_socket_write(struct sender *sender, const char *data, size_t size)
{
	const struct transport_socket *s = sender->to;
	size_t done;

	return sender_write_all(sender, data, size, s->timeout_ns, &done);
}

/* Does the other end still hold its socket? Afterwards what it had not read is gone. */
static bool alive(int fd)
{
	struct pollfd file = {.fd = fd};

	return poll(&file, 1, 0) >= 0 && !(file.revents & (POLLHUP | POLLERR));
}

/*
 * TCP knows how many bytes have not been acknowledged, also when the connection is no more. A UNIX
 * socket knows whether all has been read, and only while the reader is there.
 */
static uint64_t acked(struct sender *sender, uint64_t written)
{
	struct transport_socket *s = sender->to;
	int queued = 0;

	if (ioctl(sender->fd, SIOCOUTQ, &queued) < 0 || queued < 0)
		return s->acked;
	if (s->path[0]) {
		if (queued == 0 && alive(sender->fd))
			s->acked = written;
	} else if (written + sender->part - (uint64_t)queued > s->acked) {
		s->acked = written + sender->part - (uint64_t)queued;
	}
	return s->acked;
}

/* Receivers of lines say nothing; what they say all the same is read and left at that. */
static int heard(struct sender *sender)
{
	const struct transport_socket *s = sender->to;
	char words[512];
	ssize_t n = recv(sender->fd, words, sizeof(words), MSG_DONTWAIT);

	if (n == 0 && s->type != SOCK_DGRAM)
		return -EPIPE;
	return n < 0 && errno != EAGAIN && errno != EINTR ? -errno : 0;
}

void transport_socket_close(struct sender *sender, bool failed)
{
	/* What the kernel still holds is going to be sent once more: it must not arrive twice. */
	const struct linger now = {.l_onoff = 1};

	if (failed)
		setsockopt(sender->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(sender->fd);
	sender->fd = -1;
}

const struct transport_ops transport_socket_ops = {
	.open = transport_socket_connect,
	.write = transport_socket_write,
	.acked = acked,
	.heard = heard,
	.close = transport_socket_close,
};
