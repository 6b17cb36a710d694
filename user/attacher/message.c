// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "attacher/message.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attacher/protocol.h"

/* Room for more than there may be: what comes beyond would be cut off unseen. */
union fds_room {
	struct cmsghdr header;
	char room[CMSG_SPACE((ATTACHER_FDS_MAX + 1u) * sizeof(int))];
};

int message_send(int socket, const void *data, size_t size, const int *fds, size_t count)
{
	union fds_room control = {0};
	/* sendmsg() writes nothing there. */
	struct iovec part = {.iov_base = (void *)(uintptr_t)data, .iov_len = size};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (count > ATTACHER_FDS_MAX)
		return -EINVAL;
	if (count) {
		message.msg_control = control.room;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		control.header = (struct cmsghdr){
			.cmsg_len = CMSG_LEN(count * sizeof(int)),
			.cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS,
		};
		memcpy(CMSG_DATA(&control.header), fds, count * sizeof(int));
	}
	while (sendmsg(socket, &message, MSG_NOSIGNAL) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

/* The descriptors of a message; those beyond @max are closed. Gives how many there were. */
static size_t receive_fds(struct msghdr *message, int *fds, size_t max)
{
	size_t count = 0;

	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part;
	     part = CMSG_NXTHDR(message, part)) {
		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS ||
		    part->cmsg_len < CMSG_LEN(0))
			continue;
		for (size_t i = 0; i < (part->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof(fd));
			if (count < max)
				fds[count] = fd;
			else
				close(fd);
			count++;
		}
	}
	return count;
}

int message_receive(int socket, void *data, size_t size, int *fds, size_t max)
{
	union fds_room control = {0};
	struct iovec part = {.iov_base = data, .iov_len = size};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t got;
	size_t count;

	do
		got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == ECONNRESET ? -EPIPE : -errno;
	count = receive_fds(&message, fds, max);
	if (got == 0 && count == 0)
		return -EPIPE;
	if ((size_t)got == size && count <= max && !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		return (int)count;
	for (size_t i = 0; i < count && i < max; i++)
		close(fds[i]);
	return -EBADMSG;
}
