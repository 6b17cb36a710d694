// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/history.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 64u

int history_init(struct history *history, size_t bytes_max, int64_t age_max_ns)
{
	*history = (struct history){.bytes_max = bytes_max, .age_max = age_max_ns};
	return -pthread_mutex_init(&history->lock, NULL);
}

static struct history_moment **place(struct history *history, uint64_t number)
{
	return &history->ring[number & (history->room - 1)];
}

static void release(struct history_moment *moment)
{
	if (--moment->users == 0)
		free(moment);
}

static size_t cost(const struct history_moment *moment)
{
	return sizeof(struct history_moment) + sizeof(struct history_moment *) + moment->size;
}

static void drop_first(struct history *history)
{
	struct history_moment *moment = *place(history, history->first++);

	history->bytes -= cost(moment);
	release(moment);
}

void history_free(struct history *history)
{
	while (history->first < history->next)
		drop_first(history);
	free(history->ring);
	pthread_mutex_destroy(&history->lock);
}

/* A place for one more. False if memory is short. */
static bool make_room(struct history *history)
{
	size_t room = history->room ? history->room * 2 : ROOM_FIRST;
	struct history_moment **ring;

	if (history->next - history->first < history->room)
		return true;
	ring = calloc(room, sizeof(struct history_moment *));
	if (!ring)
		return false;
	for (uint64_t n = history->first; n < history->next; n++)
		ring[n & (room - 1)] = *place(history, n);
	free(history->ring);
	history->ring = ring;
	history->room = room;
	return true;
}

static bool first_must_go(struct history *history, int64_t now_ns)
{
	if (history->first == history->next)
		return false;
	return history->bytes > history->bytes_max ||
	       now_ns - (*place(history, history->first))->mono_ns > history->age_max;
}

void history_add(struct history *history, const char *data, size_t size, int64_t mono_ns)
{
	struct history_moment *moment;

	if (!history->bytes_max)
		return;
	moment = malloc(sizeof(*moment) + size);
	if (!moment)
		return;
	*moment = (struct history_moment){.users = 1, .mono_ns = mono_ns, .size = size};
	memcpy(moment->data, data, size);

	pthread_mutex_lock(&history->lock);
	if (make_room(history)) {
		*place(history, history->next++) = moment;
		history->bytes += cost(moment);
		while (first_must_go(history, mono_ns))
			drop_first(history);
	} else {
		free(moment);
	}
	pthread_mutex_unlock(&history->lock);
}

uint64_t history_next(struct history *history)
{
	uint64_t next;

	pthread_mutex_lock(&history->lock);
	next = history->next;
	pthread_mutex_unlock(&history->lock);
	return next;
}

struct history_moment *history_get(struct history *history, uint64_t *number, uint64_t end)
{
	struct history_moment *moment = NULL;

	pthread_mutex_lock(&history->lock);
	if (*number < history->first)
		*number = history->first;
	if (*number < end && *number < history->next) {
		moment = *place(history, *number);
		moment->users++;
	}
	pthread_mutex_unlock(&history->lock);
	return moment;
}

void history_put(struct history *history, struct history_moment *moment)
{
	pthread_mutex_lock(&history->lock);
	release(moment);
	pthread_mutex_unlock(&history->lock);
}
