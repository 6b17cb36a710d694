/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A queue and a thread that carries its messages, one after the other, to a file or a connection,
 * which is opened anew for as long as it takes: after 1 s, then 2, 4, up to 30, each 25 % more or
 * less so that the hosts of a fleet don't all come at once.
 */
#ifndef RCODEWATCH_SENDER_H
#define RCODEWATCH_SENDER_H

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "sinks/sink.h"
#include "sinks/sink_queue.h"

struct sender;

/* What write() and heard() give when sender_trouble() has already given the reason why the connection ends. */
#define SENDER_LOGGED (-EOWNERDEAD)

/* How bytes get there. All are called in the sender's thread, and may wait by sender_wait() only. */
struct transport_ops {
	/* Connect, and set sender->fd. 0, or a negative errno with the reason, for people, in @why. */
	int (*open)(struct sender *sender, char why[SINK_WHY_MAX]);
	/*
	 * Write a message, all of it. 0, or a negative errno: the connection is closed then, and the
	 * message written whole to the next one.
	 */
	int (*write)(struct sender *sender, const char *data, size_t size);
	/*
	 * How many of the @written bytes of this connection the other side has for sure; it only
	 * grows. NULL: all of them. Also asked once between a failure and close().
	 */
	uint64_t (*acked)(struct sender *sender, uint64_t written);
	/* sender->fd is readable or hung up. 0, or a negative errno if that is the end of it. */
	int (*heard)(struct sender *sender);
	/* SIGHUP. NULL: nothing to do. */
	void (*reopen)(struct sender *sender);
	/* @failed: what is still under way is written again, so should not arrive. */
	void (*close)(struct sender *sender, bool failed);
};

struct sender {
	const struct transport_ops *ops;
	void *to;         /* the ops' own state; outlives the thread */
	const char *name; /* the sink's, for log_debug(); NULL: nothing is said */
	int fd;           /* -1, or what to watch while there is nothing to send */
	bool shared; /* fd may wait for its reader, as it is others' too: it is written to by write_now() */

	struct sink_queue queue;
	pthread_t thread;
	pthread_mutex_t lock; /* of lost, times_lost, why, ended */
	pthread_cond_t ended_now;
	bool lost, ended;
	uint64_t times_lost;
	char why[SINK_WHY_MAX];

	int notice_fd, wake_fd;
	atomic_llong stop_ns; /* 0, or until when to go on: CLOCK_MONOTONIC */
	atomic_bool reopen;
	bool hung;    /* the thread has not ended in time, and is left alone */
	bool running; /* there is a thread: of the caller's side */

	bool open;                  /* from here on, the thread's */
	uint64_t written;           /* bytes of whole messages, of this connection */
	size_t part;                /* bytes of the message that is being written */
	bool ending;                /* it has been noticed that the end is near */
	int64_t opened_ns;          /* when this connection was made */
	int64_t retry_ns, delay_ns; /* when to open it again, and how long that was put off */
};

/* @queue_max in bytes. 0 or a negative errno. The thread starts later. */
int sender_init(struct sender *sender, const struct transport_ops *ops, void *to, size_t queue_max,
		int notice_fd);
/* Start the thread, which gives up all privileges for itself. 0 or a negative errno. */
int sender_start(struct sender *sender);
/* Tell the thread that there is something in the queue. */
void sender_wake(struct sender *sender);
void sender_reopen(struct sender *sender);
void sender_status(struct sender *sender, struct sink_status *status);
/* Go on until @until_ns at most, or until the queue is empty. Does not wait. */
void sender_stop(struct sender *sender, long long until_ns);
/*
 * Wait for that, but not for ever: a system call may hang in a dead file server. What is left is
 * lost. True if the thread has ended: else nothing of @sender may be freed.
 */
bool sender_join(struct sender *sender);
/* Only if sender_join() gave true, or there was no thread. */
void sender_free(struct sender *sender);

/* ---- for the ops ------------------------------------------------------------- */

/* Nothing gets there, for a reason for people, but the connection is kept. Ends with a delivery. */
void sender_trouble(struct sender *sender, const char *why);
/* The message that ended at byte @end of this connection was turned down: it will be lost. */
void sender_refused(struct sender *sender, uint64_t end, const char *why);

/*
 * Wait until one of poll(2)'s @events is there on @fd (-1: for nothing but the time). 0;
 * -ETIMEDOUT at @until_ns (CLOCK_MONOTONIC); -ECANCELED when the sender must stop before that.
 */
int sender_wait(struct sender *sender, int fd, short events, int64_t until_ns);
/*
 * Write to sender->fd, which is sender->shared or does not block, all of @data. 0, a negative errno, or -ETIMEDOUT if
 * nothing could be written for @patience_ns. *@done is what has been written in any case.
 */
int sender_write_all(struct sender *sender, const char *data, size_t size, int64_t patience_ns,
		     size_t *done);

#endif
