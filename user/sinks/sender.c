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

#define NS_PER_S       1000000000LL
#define NS_PER_MS      1000000LL
#define DELAY_FIRST_NS NS_PER_S
#define DELAY_MAX_NS   (30 * NS_PER_S)
/* While something is under way: how often to look whether it has arrived. */
#define ACK_NS (200 * NS_PER_MS)
/* At the end, for a thread that hangs in a system call. */
#define JOIN_EXTRA_NS (500 * NS_PER_MS)

int stream_init(struct sender *stream, const struct transport_ops *ops, void *to, size_t queue_max,
		int notice_fd)
{
	pthread_condattr_t attributes;
	int err;

	*stream = (struct sender){
		.ops = ops, .to = to, .fd = -1, .notice_fd = notice_fd, .wake_fd = -1};
	err = sink_queue_init(&stream->queue, queue_max);
	if (err)
		return err;
	pthread_mutex_init(&stream->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&stream->ended_now, &attributes);
	pthread_condattr_destroy(&attributes);
	stream->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (stream->wake_fd < 0) {
		err = -errno;
		stream_free(stream);
	}
	return err;
}

void stream_free(struct sender *stream)
{
	if (stream->wake_fd >= 0)
		close(stream->wake_fd);
	pthread_cond_destroy(&stream->ended_now);
	pthread_mutex_destroy(&stream->lock);
	sink_queue_free(&stream->queue);
}

void stream_wake(struct sender *stream)
{
	eventfd_write(stream->wake_fd, 1);
}

static void notice(const struct sender *stream)
{
	eventfd_write(stream->notice_fd, 1);
}

void stream_reopen(struct sender *stream)
{
	atomic_store(&stream->reopen, true);
	stream_wake(stream);
}

void stream_status(struct sender *stream, struct sink_status *status)
{
	status->counts = sink_queue_counts(&stream->queue);
	pthread_mutex_lock(&stream->lock);
	status->lost = stream->lost;
	status->times_lost = stream->times_lost;
	memcpy(status->why, stream->why, sizeof(status->why));
	pthread_mutex_unlock(&stream->lock);
}

/* ---- waiting ------------------------------------------------------------------- */

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Wait for the file, the time, or whatever wakes the thread. As poll(2). */
static int wait_once(struct sender *stream, int fd, short events, int64_t until_ns)
{
	struct pollfd files[] = {{.fd = fd, .events = events},
				 {.fd = stream->wake_fd, .events = POLLIN}};
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
		eventfd_read(stream->wake_fd, &count);
	return ready > 0 && files[0].revents;
}

int stream_wait(struct sender *stream, int fd, short events, int64_t until_ns)
{
	for (;;) {
		int64_t stop = atomic_load(&stream->stop_ns);
		int64_t now = clock_mono_ns();

		if (stop && now >= stop)
			return -ECANCELED;
		if (now >= until_ns)
			return -ETIMEDOUT;
		if (wait_once(stream, fd, events, stop ? earlier(stop, until_ns) : until_ns))
			return 0;
	}
}

static ssize_t write_part(const struct sender *stream, const char *data, size_t size)
{
	ssize_t n;

	if (stream->shared)
		return write_now(stream->fd, data, size);
	n = write(stream->fd, data, size);
	return n < 0 ? -errno : n;
}

int stream_write_all(struct sender *stream, const char *data, size_t size, int64_t patience_ns,
		     size_t *done)
{
	*done = 0;
	stream->part = 0;
	while (*done < size) {
		ssize_t n = write_part(stream, data + *done, size - *done);
		int err = n < 0 ? (int)n : 0;

		if (n > 0)
			stream->part = *done += (size_t)n;
		else if (err == -EAGAIN)
			err = stream_wait(stream, stream->fd, POLLOUT,
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

static void acknowledge(struct sender *stream)
{
	bool was_losing = sink_queue_counts(&stream->queue).losing, back = false;
	uint64_t acked = stream->ops->acked ? stream->ops->acked(stream, stream->written)
					    : stream->written;

	if (!sink_queue_ack(&stream->queue, acked))
		return;
	/* Not at once: a receiver that takes a little and hangs up again must not be pestered. */
	if (clock_mono_ns() - stream->opened_ns > stream->delay_ns)
		stream->delay_ns = 0;
	pthread_mutex_lock(&stream->lock);
	back = stream->lost;
	stream->lost = false;
	pthread_mutex_unlock(&stream->lock);
	if (back || was_losing)
		notice(stream);
}

void stream_trouble(struct sender *stream, const char *why)
{
	pthread_mutex_lock(&stream->lock);
	if (!stream->lost)
		stream->times_lost++;
	stream->lost = true;
	snprintf(stream->why, sizeof(stream->why), "%s", why);
	pthread_mutex_unlock(&stream->lock);
	notice(stream);
}

void stream_refused(struct sender *stream, uint64_t end, const char *why)
{
	sink_queue_refuse(&stream->queue, end);
	pthread_mutex_lock(&stream->lock);
	snprintf(stream->why, sizeof(stream->why), "%s", why);
	pthread_mutex_unlock(&stream->lock);
	notice(stream);
}

static void failed(struct sender *stream, const char *why)
{
	if (stream->open) {
		acknowledge(stream);
		stream->ops->close(stream, true);
		stream->open = false;
		stream->fd = -1;
	}
	sink_queue_rewind(&stream->queue);
	stream->delay_ns = stream->delay_ns ? earlier(2 * stream->delay_ns, DELAY_MAX_NS)
					    : DELAY_FIRST_NS;
	stream->retry_ns = clock_mono_ns() + jitter(stream->delay_ns);
	if (stream->name)
		log_debug("sink %s: %s; to be opened anew in %.1f s", stream->name, why,
			  (double)(stream->retry_ns - clock_mono_ns()) / 1e9);
	stream_trouble(stream, why);
}

static void failed_by(struct sender *stream, const char *what, int err)
{
	char why[SINK_WHY_MAX], text[128];

	if (err == -ECANCELED) /* the end of the time at the end of the program is no news */
		return;
	if (err == SENDER_LOGGED)
		memcpy(why, stream->why, sizeof(why));
	else
		snprintf(why, sizeof(why), "%s: %s", what, strerror_r(-err, text, sizeof(text)));
	failed(stream, why);
}

/* Open it, or wait a while for the time to do so. */
static void try_open(struct sender *stream)
{
	int64_t stop = atomic_load(&stream->stop_ns);
	char why[SINK_WHY_MAX] = "";
	int err;

	if (clock_mono_ns() < stream->retry_ns) {
		wait_once(stream, -1, 0, stop ? earlier(stop, stream->retry_ns) : stream->retry_ns);
		return;
	}
	err = stream->ops->open(stream, why);
	if (err == -ECANCELED)
		return;
	if (err) {
		failed(stream, why);
		return;
	}
	if (stream->name)
		log_debug("sink %s: open", stream->name);
	stream->open = true;
	stream->opened_ns = clock_mono_ns();
	stream->written = stream->part = 0;
}

/* Nothing to send: wait for that, for news of what is under way, or for the end of the connection. */
static void idle(struct sender *stream)
{
	bool under_way = sink_queue_counts(&stream->queue).queued > 0;
	int64_t until = under_way ? clock_mono_ns() + ACK_NS : INT64_MAX;
	int64_t stop = atomic_load(&stream->stop_ns);
	int err;

	if (stop)
		until = earlier(until, stop);
	if (!wait_once(stream, stream->fd, POLLIN | POLLRDHUP, until))
		return;
	err = stream->ops->heard ? stream->ops->heard(stream) : 0;
	if (err)
		failed_by(stream, "the connection has ended", err);
}

static bool finished(struct sender *stream)
{
	int64_t stop = atomic_load(&stream->stop_ns);

	return stop && (clock_mono_ns() >= stop || !sink_queue_counts(&stream->queue).queued);
}

static void send_queued(struct sender *stream)
{
	struct sink_message *message = sink_queue_next(&stream->queue);
	int err;

	if (!message) {
		acknowledge(stream);
		if (!finished(stream))
			idle(stream);
		return;
	}
	err = stream->ops->write(stream, message->data, message->size);
	if (err) {
		failed_by(stream, "cannot write", err);
		return;
	}
	stream->written += message->size;
	stream->part = 0;
	sink_queue_sent(&stream->queue, message, stream->written);
	acknowledge(stream);
}

/* What the caller has asked for meanwhile; either is a reason not to wait for the next attempt. */
static void obey(struct sender *stream)
{
	if (atomic_exchange(&stream->reopen, false)) {
		if (stream->ops->reopen)
			stream->ops->reopen(stream);
		stream->retry_ns = 0;
	}
	if (atomic_load(&stream->stop_ns) && !stream->ending) {
		stream->ending = true;
		stream->retry_ns = stream->delay_ns = 0;
	}
}

static void *serve(void *arg)
{
	struct sender *stream = arg;

	privileges_none();
	while (!finished(stream)) {
		obey(stream);
		if (stream->open)
			send_queued(stream);
		else
			try_open(stream);
	}
	if (stream->open) {
		acknowledge(stream);
		stream->ops->close(stream, false);
	}
	pthread_mutex_lock(&stream->lock);
	stream->ended = true;
	pthread_cond_signal(&stream->ended_now);
	pthread_mutex_unlock(&stream->lock);
	return NULL;
}

int stream_start(struct sender *stream)
{
	int err = -pthread_create(&stream->thread, NULL, serve, stream);

	stream->running = !err;
	return err;
}

void stream_stop(struct sender *stream, long long until_ns)
{
	atomic_store(&stream->stop_ns, until_ns);
	stream_wake(stream);
}

bool stream_join(struct sender *stream)
{
	int64_t until = atomic_load(&stream->stop_ns) + JOIN_EXTRA_NS;
	const struct timespec limit = {.tv_sec = until / NS_PER_S, .tv_nsec = until % NS_PER_S};
	bool ended;
	int err = 0;

	if (!stream->running)
		return true;
	pthread_mutex_lock(&stream->lock);
	while (!stream->ended && !err)
		err = pthread_cond_timedwait(&stream->ended_now, &stream->lock, &limit);
	ended = stream->ended;
	pthread_mutex_unlock(&stream->lock);
	stream->running = false;
	stream->hung = !ended;
	if (!ended) {
		pthread_detach(stream->thread);
		return false;
	}
	pthread_join(stream->thread, NULL);
	sink_queue_abandon(&stream->queue);
	return true;
}
