// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "stream_udp.h"

#include <errno.h>
#include <sys/socket.h>

static int open_udp(struct sink_stream *stream, char why[SINK_WHY_MAX])
{
	struct stream_udp *udp = stream->to;

	udp->mark = (struct stream_mark){0};
	return stream_socket_connect(stream, why);
}

static uint64_t taken(struct sink_stream *stream, uint64_t written)
{
	struct stream_udp *udp = stream->to;

	return stream_mark(&udp->mark, written, 0, 0);
}

/* What a receiver answers is nothing to us; what the network answers is. */
static int heard(struct sink_stream *stream)
{
	char words[16];

	if (recv(stream->fd, words, sizeof(words), MSG_DONTWAIT) >= 0)
		return 0;
	return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

const struct stream_ops stream_udp_ops = {
	.open = open_udp,
	.write = stream_socket_write,
	.taken = taken,
	.heard = heard,
	.close = stream_socket_close,
};
