// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/transport_udp.h"

#include <errno.h>
#include <sys/socket.h>

#include "util/clock.h"

/* What waited for a receiver would fill its buffer, which is often 200 KiB with overheads, at once. */
#define BURST_MAX 32u
#define PAUSE_NS  10000000LL

static int open_udp(struct sender *sender, char why[SINK_WHY_MAX])
{
	struct transport_udp *udp = sender->to;

	udp->mark = (struct ack_tracker){0};
	return transport_socket_connect(sender, why);
}

/* The error can be that of a message that was sent before. */
static int refused_by(struct transport_udp *udp, int err)
{
	if (err)
		udp->mark.refused = true;
	return err;
}

static int write_udp(struct sender *sender, const char *data, size_t size)
{
	struct transport_udp *udp = sender->to;
	int64_t now = clock_mono_ns();

	if (now - udp->sent_ns > PAUSE_NS) {
		udp->burst = 0;
	} else if (udp->burst == BURST_MAX) {
		if (sender_wait(sender, -1, 0, now + PAUSE_NS) == -ECANCELED)
			return -ECANCELED;
		udp->burst = 0;
	}
	udp->burst++;
	udp->sent_ns = clock_mono_ns();
	return refused_by(udp, transport_socket_write(sender, data, size));
}

static uint64_t acked(struct sender *sender, uint64_t written)
{
	struct transport_udp *udp = sender->to;

	return ack_tracker(&udp->mark, sender->fd, written, 0, 0);
}

/* What a receiver answers is nothing to us; what the network answers is. */
static int heard(struct sender *sender)
{
	char words[16];

	if (recv(sender->fd, words, sizeof(words), MSG_DONTWAIT) >= 0)
		return 0;
	return errno == EAGAIN || errno == EINTR ? 0 : refused_by(sender->to, -errno);
}

const struct transport_ops transport_udp_ops = {
	.open = open_udp,
	.write = write_udp,
	.acked = acked,
	.heard = heard,
	.close = transport_socket_close,
};
