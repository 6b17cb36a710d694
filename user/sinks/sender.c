// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/sender.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/log.h"
#include "util/privileges.h"
#include "util/write_now.h"

#define DELAY_FIRST_NS NS_PER_S
#define DELAY_MAX_NS   (30 * NS_PER_S)
/* While something is under way: how often to look whether it has arrived. */
#define ACK_NS (200 * NS_PER_MS)
/* At the end, for a thread that hangs in a system call. */
#define JOIN_EXTRA_NS (500 * NS_PER_MS)

int sender_init(struct sender *sender, const struct transport_ops *ops, void *to, size_t queue_max,
		int notice_fd)
{
	pthread_condattr_t attributes;
	int err;

	*sender = (struct sender){
		.ops = ops, .to = to, .fd = -1, .notice_fd = notice_fd, .wake_fd = -1};
	err = sink_queue_init(&sender->queue, queue_max);
	if (err)
		return err;
	pthread_mutex_init(&sender->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&sender->ended_now, &attributes);
	pthread_condattr_destroy(&attributes);
	sender->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (sender->wake_fd < 0) {
		err = -errno;
		sender_free(sender);
	}
	return err;
}

void sender_free(struct sender *sender)
{
	if (sender->wake_fd >= 0)
		close(sender->wake_fd);
	pthread_cond_destroy(&sender->ended_now);
	pthread_mutex_destroy(&sender->lock);
	sink_queue_free(&sender->queue);
}

void sender_wake(struct sender *sender)
{
	eventfd_write(sender->wake_fd, 1);
}

static void notice(const struct sender *sender)
{
	eventfd_write(sender->notice_fd, 1);
}

void sender_reopen(struct sender *sender)
{
	atomic_store(&sender->reopen, true);
	sender_wake(sender);
}

void sender_status(struct sender *sender, struct sink_status *status)
{
	status->counts = sink_queue_counts(&sender->queue);
	pthread_mutex_lock(&sender->lock);
	status->lost = sender->lost;
	status->times_lost = sender->times_lost;
	memcpy(status->why, sender->why, sizeof(status->why));
	pthread_mutex_unlock(&sender->lock);
}

/* ---- waiting ------------------------------------------------------------------- */

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Wait for the file, the time, or whatever wakes the thread. As poll(2). */
static int wait_once(struct sender *sender, int fd, short events, int64_t until_ns)
{
	struct pollfd files[] = {{.fd = fd, .events = events},
				 {.fd = sender->wake_fd, .events = POLLIN}};
	struct timespec timeout, *limit = NULL;
	eventfd_t count;
	int ready;

	if (until_ns != INT64_MAX) {
		int64_t left = until_ns - clock_mono_ns();

		if (left < 0)
			left = 0;
		timeout = (struct timespec){.tv_sec = left / NS_PER_S, .tv_nsec = left % NS_PER_S};
		limit = &timeout;
	}
	ready = ppoll(files, 2, limit, NULL);
	if (ready > 0 && files[1].revents)
		eventfd_read(sender->wake_fd, &count);
	return ready > 0 && files[0].revents;
}

int sender_wait(struct sender *sender, int fd, short events, int64_t until_ns)
{
	for (;;) {
		int64_t stop = atomic_load(&sender->stop_ns);
		int64_t now = clock_mono_ns();

		if (stop && now >= stop)
			return -ECANCELED;
		if (now >= until_ns)
			return -ETIMEDOUT;
		if (wait_once(sender, fd, events, stop ? earlier(stop, until_ns) : until_ns))
			return 0;
	}
}

static ssize_t write_part(const struct sender *sender, const char *data, size_t size)
{
	ssize_t n;

	if (sender->shared)
		return write_now(sender->fd, data, size);
	n = write(sender->fd, data, size);
	return n < 0 ? -errno : n;
}

int sender_write_all(struct sender *sender, const char *data, size_t size, int64_t patience_ns,
		     size_t *done)
{
	*done = 0;
	sender->part = 0;
	while (*done < size) {
		ssize_t n = write_part(sender, data + *done, size - *done);
		int err = n < 0 ? (int)n : 0;

		if (n > 0)
			sender->part = *done += (size_t)n;
		else if (err == -EAGAIN)
			err = sender_wait(sender, sender->fd, POLLOUT,
					  clock_mono_ns() + patience_ns);
		else if (err == -EINTR || n == 0)
			err = 0;
		if (err)
			return err;
	}
	return 0;
}

/* ---- the thread ------------------------------------------------------------------ */

/* @ns, give or take a quarter. */
static int64_t jitter(int64_t ns)
{
	uint32_t random = 0;

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != sizeof(random))
		return ns;
	return ns * 3 / 4 + ns / 2 * (random % 1024) / 1024;
}

static void acknowledge(struct sender *sender)
{
	bool was_losing = sink_queue_counts(&sender->queue).losing, back = false;
	uint64_t acked = sender->ops->acked ? sender->ops->acked(sender, sender->written)
					    : sender->written;

	if (!sink_queue_ack(&sender->queue, acked))
		return;
	/* Not at once: a receiver that takes a little and hangs up again must not be pestered. */
	if (clock_mono_ns() - sender->opened_ns > sender->delay_ns)
		sender->delay_ns = 0;
	pthread_mutex_lock(&sender->lock);
	back = sender->lost;
	sender->lost = false;
	pthread_mutex_unlock(&sender->lock);
	if (back || was_losing)
		notice(sender);
}

void sender_trouble(struct sender *sender, const char *why)
{
	pthread_mutex_lock(&sender->lock);
	if (!sender->lost)
		sender->times_lost++;
	sender->lost = true;
	snprintf(sender->why, sizeof(sender->why), "%s", why);
	pthread_mutex_unlock(&sender->lock);
	notice(sender);
}

void sender_refused(struct sender *sender, uint64_t end, const char *why)
{
	sink_queue_refuse(&sender->queue, end);
	pthread_mutex_lock(&sender->lock);
	snprintf(sender->why, sizeof(sender->why), "%s", why);
	pthread_mutex_unlock(&sender->lock);
	notice(sender);
}

static void failed(struct sender *sender, const char *why)
{
	if (sender->open) {
		acknowledge(sender);
		sender->ops->close(sender, true);
		sender->open = false;
		sender->fd = -1;
	}
	sink_queue_rewind(&sender->queue);
	sender->delay_ns = sender->delay_ns ? earlier(2 * sender->delay_ns, DELAY_MAX_NS)
					    : DELAY_FIRST_NS;
	sender->retry_ns = clock_mono_ns() + jitter(sender->delay_ns);
	if (sender->name)
		log_debug("sink %s: %s; to be opened anew in %.1f s", sender->name, why,
			  clock_seconds(sender->retry_ns - clock_mono_ns()));
	sender_trouble(sender, why);
}

static void failed_by(struct sender *sender, const char *what, int err)
{
	char why[SINK_WHY_MAX], text[128];

	if (err == -ECANCELED) /* the end of the time at the end of the program is no news */
		return;
	if (err == SENDER_LOGGED)
		memcpy(why, sender->why, sizeof(why));
	else
		snprintf(why, sizeof(why), "%s: %s", what, strerror_r(-err, text, sizeof(text)));
	failed(sender, why);
}

/* Open it, or wait a while for the time to do so. */
static void try_open(struct sender *sender)
{
	int64_t stop = atomic_load(&sender->stop_ns);
	char why[SINK_WHY_MAX] = "";
	int err;

	if (clock_mono_ns() < sender->retry_ns) {
		wait_once(sender, -1, 0, stop ? earlier(stop, sender->retry_ns) : sender->retry_ns);
		return;
	}
	err = sender->ops->open(sender, why);
	if (err == -ECANCELED)
		return;
	if (err) {
		failed(sender, why);
		return;
	}
	if (sender->name)
		log_debug("sink %s: open", sender->name);
	sender->open = true;
	sender->opened_ns = clock_mono_ns();
	sender->written = sender->part = 0;
}

/* Nothing to send: wait for that, for news of what is under way, or for the end of the connection. */
static void idle(struct sender *sender)
{
	bool under_way = sink_queue_counts(&sender->queue).queued > 0;
	int64_t until = under_way ? clock_mono_ns() + ACK_NS : INT64_MAX;
	int64_t stop = atomic_load(&sender->stop_ns);
	int err;

	if (stop)
		until = earlier(until, stop);
	if (!wait_once(sender, sender->fd, POLLIN | POLLRDHUP, until))
		return;
	err = sender->ops->heard ? sender->ops->heard(sender) : 0;
	if (err)
		failed_by(sender, "the connection has ended", err);
}

static bool finished(struct sender *sender)
{
	int64_t stop = atomic_load(&sender->stop_ns);

	return stop && (clock_mono_ns() >= stop || !sink_queue_counts(&sender->queue).queued);
}

static void send_queued(struct sender *sender)
{
	struct sink_message *message = sink_queue_next(&sender->queue);
	int err;

	if (!message) {
		acknowledge(sender);
		if (!finished(sender))
			idle(sender);
		return;
	}
	err = sender->ops->write(sender, message->data, message->size);
	if (err) {
		failed_by(sender, "cannot write", err);
		return;
	}
	sender->written += message->size;
	sender->part = 0;
	sink_queue_sent(&sender->queue, message, sender->written);
	acknowledge(sender);
}

/* What the caller has asked for meanwhile; either is a reason not to wait for the next attempt. */
static void obey(struct sender *sender)
{
	if (atomic_exchange(&sender->reopen, false)) {
		if (sender->ops->reopen)
			sender->ops->reopen(sender);
		sender->retry_ns = 0;
	}
	if (atomic_load(&sender->stop_ns) && !sender->ending) {
		sender->ending = true;
		sender->retry_ns = sender->delay_ns = 0;
	}
}

static void *serve(void *arg)
{
	struct sender *sender = arg;

	privileges_none();
	while (!finished(sender)) {
		obey(sender);
		if (sender->open)
			send_queued(sender);
		else
			try_open(sender);
	}
	if (sender->open) {
		acknowledge(sender);
		sender->ops->close(sender, false);
	}
	pthread_mutex_lock(&sender->lock);
	sender->ended = true;
	pthread_cond_signal(&sender->ended_now);
	pthread_mutex_unlock(&sender->lock);
	return NULL;
}

int sender_start(struct sender *sender)
{
	int err = -pthread_create(&sender->thread, NULL, serve, sender);

	sender->running = !err;
	return err;
}

void sender_stop(struct sender *sender, long long until_ns)
{
	atomic_store(&sender->stop_ns, until_ns);
	sender_wake(sender);
}

bool sender_join(struct sender *sender)
{
	int64_t until = atomic_load(&sender->stop_ns) + JOIN_EXTRA_NS;
	const struct timespec limit = {.tv_sec = until / NS_PER_S, .tv_nsec = until % NS_PER_S};
	bool ended;
	int err = 0;

	if (!sender->running)
		return true;
	pthread_mutex_lock(&sender->lock);
	while (!sender->ended && !err)
		err = pthread_cond_timedwait(&sender->ended_now, &sender->lock, &limit);
	ended = sender->ended;
	pthread_mutex_unlock(&sender->lock);
	sender->running = false;
	sender->hung = !ended;
	if (!ended) {
		pthread_detach(sender->thread);
		return false;
	}
	pthread_join(sender->thread, NULL);
	sink_queue_abandon(&sender->queue);
	return true;
}
