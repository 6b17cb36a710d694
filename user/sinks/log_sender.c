// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/log_sender.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/log.h"
#include "sinks/sender.h"
#include "util/write_now.h"

#define QUEUE_MAX  (256u << 10)
#define FLUSH_NS   NS_PER_S
#define FOREVER_NS (86400 * NS_PER_S)

/* Not on the heap: a thread that hangs may still have it at the end. */
static struct sender sender;
static uint64_t lost_before; /* of the queue's; the thread's */

static int open_stderr(struct sender *self, char why[SINK_WHY_MAX])
{
	(void)self;
	(void)why;
	return 0;
}

static void close_stderr(struct sender *self, bool failed)
{
	(void)self;
	(void)failed;
}

/* 0 when written; -ECANCELED; another negative errno if that cannot be written. */
static int write_text(const char *text, size_t size)
{
	size_t done = 0, n;
	int err;

	do {
		err = sender_write_all(&sender, text + done, size - done, FOREVER_NS, &n);
		done += n;
	} while (err == -ETIMEDOUT);
	return err;
}

static int write_missing(void)
{
	uint64_t lost = sink_queue_counts(&sender.queue).lost;
	uint64_t missing = log_dropped_reset() + lost - lost_before;
	char notice[LOG_NOTICE_SIZE];
	int err;

	lost_before = lost;
	if (!missing)
		return 0;
	err = write_text(notice, log_dropped_notice(notice, missing));
	if (err)
		log_dropped_add(missing);
	return err;
}

/* A standard error that is closed or full matters to nobody: what it does not take is dropped. */
static int write_line(struct sender *self, const char *data, size_t size)
{
	pthread_mutex_t *lock = write_now_lock();
	int err;

	if (lock)
		pthread_mutex_lock(lock);
	self->fd = write_now_fd(STDERR_FILENO);
	err = write_missing();
	if (!err)
		err = write_text(data, size);
	self->fd = -1;
	if (lock)
		pthread_mutex_unlock(lock);
	if (!err || err == -ECANCELED)
		return err;
	log_dropped_add(1);
	return 0;
}

static const struct transport_ops ops = {
	.open = open_stderr,
	.write = write_line,
	.close = close_stderr,
};

static void queue_message(enum log_level level, const char *text, size_t size)
{
	(void)level;
	sink_queue_push(&sender.queue, text, size);
	sender_wake(&sender);
}

int log_sender_start(void)
{
	int err = sender_init(&sender, &ops, NULL, QUEUE_MAX, -1);

	if (!err) {
		sender.shared = true;
		err = sender_start(&sender);
		if (err)
			sender_free(&sender);
	}
	if (err)
		log_error("cannot start the log: %s", strerror(-err));
	else
		log_redirect(queue_message);
	return err;
}

void log_sender_stop(void)
{
	if (!sender.running)
		return;
	sender_stop(&sender, clock_mono_ns() + FLUSH_NS);
	/* Sinks' threads that hang may be about to log: what they have is not freed. */
	log_redirect(NULL);
	sender_join(&sender);
}
