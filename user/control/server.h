/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The socket of a running monitor, and the thread that serves it, without privileges. A client asks one
 * question (request.h), gets one line, and is hung up on. Numbers, sizes and times are bounded, and the
 * thread that reports waits for no client: it is asked one thing at a time, at most 50 times a second and so
 * that answers take a tenth of its time at most.
 */
#ifndef RCODEWATCH_CONTROL_SERVER_H
#define RCODEWATCH_CONTROL_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "control/request.h"
#include "util/listener.h"

#define CONTROL_CLIENTS_MAX 16u
/* Answers are made only while those that wait for their readers take less: bytes. */
#define CONTROL_HELD_MAX (8u << 20)

/* Write the answer, an object in one line with its newline, to @out. In the thread that reports. */
typedef void control_answer_fn(void *cls, const struct control_request *request, FILE *out);

enum control_state {
	CONTROL_FREE,
	CONTROL_READING, /* the request is not whole yet */
	CONTROL_WAITING, /* for the answer to be made */
	CONTROL_WRITING,
};

struct control_client {
	enum control_state state;
	int fd;
	int64_t until_ns; /* CLOCK_MONOTONIC: then it is hung up on */
	uint64_t number;  /* in the order of coming */
	char text[CONTROL_REQUEST_MAX];
	size_t got;
	struct control_request request;
	char *answer;
	size_t size, sent;
};

struct control_server {
	struct listen_address address;
	struct listener listener;
	control_answer_fn *answer_one;
	void *cls;
	int ask_fd; /* readable when control_server_answer() has something to do */

	int wake_fd; /* for the thread: an answer is there, or it must stop */
	pthread_t thread;
	bool running;
	atomic_bool stop;

	pthread_mutex_t lock; /* of the question under way */
	bool asked, answered;
	struct control_request question;
	char *answer; /* NULL: memory was short */
	size_t size;
	int64_t took_ns; /* to make it */

	/* The thread's. */
	struct control_client client[CONTROL_CLIENTS_MAX];
	struct control_client *asker; /* of the question; NULL: gone */
	int64_t ask_ns, accept_ns;    /* not before: CLOCK_MONOTONIC */
	uint64_t clients;
	size_t held; /* bytes of all answers */
};

/*
 * Listen at server->address; answer_one and cls are set, all else is zeroed. In a thread without capabilities,
 * as the user who runs it. 0 with ask_fd, or a negative errno with @why; -EADDRINUSE: another process listens
 * there, which control_listening_process() can name.
 */
int control_server_open(struct control_server *server, char why[LISTENER_WHY_MAX]);
/* Start the thread. 0 or a negative errno. */
int control_server_start(struct control_server *server);
/* When ask_fd is readable: make the answer. In the thread that reports. */
void control_server_answer(struct control_server *server);
/* End the thread, hang up on all, remove the socket. Harmless if it was not opened. */
void control_server_close(struct control_server *server);

#endif
