// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sender.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

int sender_open(const char *interface, bool through_qdisc)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET};
	unsigned int index = if_nametoindex(interface);
	int fd, bypass = !through_qdisc, room = 4 << 20, error;

	if (!index)
		return -errno;
	/* Protocol 0: this socket receives nothing, which would cost more than the sending. */
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	to.sll_ifindex = (int)index;
	if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &bypass, sizeof(bypass)) ||
	    bind(fd, (struct sockaddr *)&to, sizeof(to))) {
		error = -errno;
		close(fd);
		return error;
	}
	/* More than the limit for everyone needs a privilege; less only sends smaller batches. */
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	return fd;
}

int sender_send(int fd, struct iovec *frames, unsigned int count)
{
	struct mmsghdr messages[SENDER_BATCH] = {0};
	int sent;

	if (count > SENDER_BATCH)
		count = SENDER_BATCH;
	for (unsigned int i = 0; i < count; i++) {
		messages[i].msg_hdr.msg_iov = &frames[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	sent = sendmmsg(fd, messages, count, 0);
	if (sent >= 0)
		return sent;
	if (errno == ENOBUFS || errno == EAGAIN || errno == EINTR)
		return 0;
	return -errno;
}
