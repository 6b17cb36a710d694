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

static struct history_batch **place(struct history *history, uint64_t number)
{
	return &history->ring[number & (history->room - 1)];
}

static void release(struct history_batch *batch)
{
	if (--batch->users == 0)
		free(batch);
}

static size_t cost(const struct history_batch *batch)
{
	return sizeof(struct history_batch) + sizeof(struct history_batch *) + batch->size;
}

static void drop_first(struct history *history)
{
	struct history_batch *batch = *place(history, history->first++);

	history->bytes -= cost(batch);
	release(batch);
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
	struct history_batch **ring;

	if (history->next - history->first < history->room)
		return true;
	ring = calloc(room, sizeof(struct history_batch *));
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
	struct history_batch *batch;

	if (!history->bytes_max)
		return;
	batch = malloc(sizeof(*batch) + size);
	if (!batch)
		return;
	*batch = (struct history_batch){.users = 1, .mono_ns = mono_ns, .size = size};
	memcpy(batch->data, data, size);

	pthread_mutex_lock(&history->lock);
	if (make_room(history)) {
		*place(history, history->next++) = batch;
		history->bytes += cost(batch);
		while (first_must_go(history, mono_ns))
			drop_first(history);
	} else {
		free(batch);
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

struct history_batch *history_get(struct history *history, uint64_t *number, uint64_t end)
{
	struct history_batch *batch = NULL;

	pthread_mutex_lock(&history->lock);
	if (*number < history->first)
		*number = history->first;
	if (*number < end && *number < history->next) {
		batch = *place(history, *number);
		batch->users++;
	}
	pthread_mutex_unlock(&history->lock);
	return batch;
}

void history_put(struct history *history, struct history_batch *batch)
{
	pthread_mutex_lock(&history->lock);
	release(batch);
	pthread_mutex_unlock(&history->lock);
}
