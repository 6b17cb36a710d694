// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/feed.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "util/clock.h"

int feed_init(struct feed *feed)
{
	int err;

	feed->status = (struct feed_status){0};
	feed->stop = false;
	ring_init(&feed->ring);
	feed->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	err = feed->wake_fd < 0 ? -errno : 0;
	return err ? err : -pthread_mutex_init(&feed->lock, NULL);
}

void feed_free(struct feed *feed)
{
	ring_free(&feed->ring);
	if (feed->wake_fd >= 0)
		close(feed->wake_fd);
}

void feed_add(struct feed *feed, struct model *model)
{
	pthread_mutex_lock(&feed->lock);
	ring_add(&feed->ring, model);
	feed->status.state = FEED_RUNNING;
	feed->status.text[0] = '\0';
	pthread_mutex_unlock(&feed->lock);
	eventfd_write(feed->wake_fd, 1);
}

void feed_words(struct feed *feed, const char *words)
{
	pthread_mutex_lock(&feed->lock);
	snprintf(feed->status.words, sizeof(feed->status.words), "%s", words);
	feed->status.words_ns = clock_wall_ns();
	pthread_mutex_unlock(&feed->lock);
	eventfd_write(feed->wake_fd, 1);
}

void feed_say(struct feed *feed, enum feed_state state, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	pthread_mutex_lock(&feed->lock);
	feed->status.state = state;
	vsnprintf(feed->status.text, sizeof(feed->status.text), format, arguments);
	pthread_mutex_unlock(&feed->lock);
	va_end(arguments);
	eventfd_write(feed->wake_fd, 1);
}
