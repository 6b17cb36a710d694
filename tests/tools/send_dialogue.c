// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * send_dialogue WATCHED PEER STEPS TIMEOUT [SEED]: queries and responses of dialogue.h as frames on a link of two interfaces, both in
 * this network namespace: what WATCHED receives is sent into PEER, what it sends into WATCHED, one after the other, all within
 * TIMEOUT seconds. Prints what rcodewatch on WATCHED must report by side, a line of "SIDE FIGURE COUNT" each, by the names of its
 * JSON lines; what is unanswered is so once the timeout is over.
 *
 * Exit status: 0, 1 with a line on why, 2 usage, 3: it took so long that nobody knows what was in time.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dialogue.h"
#include "one_cpu.h"
#include "report/names.h"
#include "report/transactions.h"
#include "sender.h"
#include "util/clock.h"

#define ARRIVAL_MS 10000

static int failed(const char *what, int error)
{
	fprintf(stderr, "send_dialogue: %s: %s\n", what, strerror(error));
	return 1;
}

/* A socket that says when a frame has come in. */
static int listen_on(const char *interface)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(ETH_P_ALL),
				 .sll_ifindex = (int)if_nametoindex(interface)};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Whether a frame has come in, behind the hook of XDP. On one CPU, what tc does of it is over, too. */
static bool has_come(int fd)
{
	int64_t end = clock_mono_ns() + ARRIVAL_MS * NS_PER_MS;

	while (clock_mono_ns() < end) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		struct sockaddr_ll from = {0};
		socklen_t size = sizeof(from);
		char byte;

		if (poll(&ready, 1, 100) > 0 &&
		    recvfrom(fd, &byte, 1, MSG_TRUNC, (struct sockaddr *)&from, &size) > 0 &&
		    from.sll_pkttype != PACKET_OUTGOING)
			return true;
	}
	return false;
}

static int send_frame(int fd, const struct buf *frame)
{
	struct iovec one = {frame->data, frame->length};
	int sent;

	for (int i = 0; i < 1000; i++) {
		sent = sender_send(fd, &one, 1);
		if (sent)
			return sent;
		usleep(1000);
	}
	return -ENOBUFS;
}

static void print_side(const struct dialogue *d, enum txn_side side)
{
	static const struct {
		enum txn_event event;
		const char *name;
	} figures[] = {
		{TXN_NEW, "queries.new"},
		{TXN_RETRY, "queries.retry"},
		{TXN_RESENT, "queries.resent"},
		{TXN_QUERY_UNTRACKED, "queries.untracked"},
		{TXN_ANSWERED, "responses.answered"},
		{TXN_DUPLICATE, "responses.duplicate"},
		{TXN_MISMATCHED, "responses.mismatched"},
		{TXN_UNSOLICITED, "responses.unsolicited"},
		{TXN_RESPONSE_UNTRACKED, "responses.untracked"},
		{TXN_AMBIGUOUS, "ambiguous"},
	};

	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		for (size_t direction = 0; direction < DIRECTION_COUNT; direction++)
			if (txn_event_side(figures[i].event, (enum direction)direction) == side)
				printf("%s %s %llu\n", txn_side_names[side], figures[i].name,
				       (unsigned long long)d->count[direction][figures[i].event]);
	printf("%s unanswered %zu\n", txn_side_names[side], dialogue_waiting(d, side));
}

int main(int argc, char **argv)
{
	static struct dialogue d = {.random = 0x9e3779b97f4a7c15, .any_key = true};
	unsigned long steps = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
	int64_t timeout = argc > 4 ? strtol(argv[4], NULL, 10) * NS_PER_S : 0, begun;
	int watched, peer, came, status = 0;

	if (argc < 5 || argc > 6 || !steps || timeout <= 0) {
		fputs("usage: send_dialogue WATCHED PEER STEPS TIMEOUT [SEED]\n", stderr);
		return 2;
	}
	if (argc > 5)
		d.random += strtoul(argv[5], NULL, 10);
	/* Through the queueing discipline, so that tc sees frames leave. */
	watched = sender_open(argv[1], true);
	peer = sender_open(argv[2], true);
	if (watched < 0 || peer < 0)
		return failed("cannot send", watched < 0 ? -watched : -peer);
	came = listen_on(argv[1]);
	if (came < 0)
		return failed("cannot listen", errno);
	if (stay_on_cpu(0) < 0)
		return failed("cannot stay on a CPU", errno);
	begun = clock_mono_ns();
	for (unsigned long i = 0; i < steps && !status; i++) {
		int sent;

		dialogue_step(&d);
		sent = send_frame(d.direction == DIRECTION_RX ? peer : watched, &d.frame);
		if (sent < 0)
			status = failed("cannot send", -sent);
		else if (d.direction == DIRECTION_RX && !has_come(came))
			status = failed("a frame did not come", ETIMEDOUT);
	}
	if (!status && clock_mono_ns() - begun > timeout - timeout / 8) {
		fputs("send_dialogue: too slow\n", stderr);
		status = 3;
	}
	if (!status) {
		print_side(&d, TXN_CLIENTS);
		print_side(&d, TXN_UPSTREAM);
	}
	dialogue_free(&d);
	close(watched);
	close(peer);
	close(came);
	return status;
}
