// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sinks/sink_queue.h"

#include <stdlib.h>
#include <string.h>

/* What malloc() needs beside a block is about this. */
#define BLOCK_COST 16u

static size_t cost(size_t size)
{
	return sizeof(struct sink_message) + BLOCK_COST + size;
}

static struct sink_message **first_untaken(struct sink_queue *queue)
{
	return queue->last_sent ? &queue->last_sent->next : &queue->head;
}

int sink_queue_init(struct sink_queue *queue, size_t max)
{
	*queue = (struct sink_queue){.max = max};
	queue->end = &queue->head;
	return -pthread_mutex_init(&queue->lock, NULL);
}

/* Unlink the message that @link points to. */
static void unlink_at(struct sink_queue *queue, struct sink_message **link)
{
	struct sink_message *message = *link;

	*link = message->next;
	if (queue->end == &message->next)
		queue->end = link;
	if (queue->last_sent == message)
		queue->last_sent = NULL;
	queue->counts.queued--;
	queue->counts.bytes -= cost(message->size);
	free(message);
}

static void drop_all(struct sink_queue *queue)
{
	while (queue->head)
		unlink_at(queue, &queue->head);
}

void sink_queue_free(struct sink_queue *queue)
{
	drop_all(queue);
	pthread_mutex_destroy(&queue->lock);
}

static void lose(struct sink_queue *queue, uint64_t messages)
{
	queue->counts.lost += messages;
	queue->counts.losing = true;
	queue->counts.refusing = false;
}

static void make_room(struct sink_queue *queue, size_t needed)
{
	while (*first_untaken(queue) && queue->counts.bytes + needed > queue->max) {
		unlink_at(queue, first_untaken(queue));
		lose(queue, 1);
	}
}

void sink_queue_push(struct sink_queue *queue, const void *data, size_t size)
{
	struct sink_message *message = malloc(sizeof(*message) + size);

	if (message) {
		message->next = NULL;
		message->end = UINT64_MAX;
		message->size = size;
		message->refused = false;
		memcpy(message->data, data, size);
	}
	pthread_mutex_lock(&queue->lock);
	queue->counts.offered++;
	make_room(queue, cost(size));
	if (message && queue->counts.bytes + cost(size) <= queue->max) {
		*queue->end = message;
		queue->end = &message->next;
		queue->counts.queued++;
		queue->counts.bytes += cost(size);
		message = NULL;
	} else {
		lose(queue, 1);
	}
	pthread_mutex_unlock(&queue->lock);
	free(message);
}

void sink_queue_push_lines(struct sink_queue *queue, const char *text, size_t size)
{
	while (size > 0) {
		const char *newline = memchr(text, '\n', size);
		size_t length;

		if (!newline)
			return;
		length = (size_t)(newline - text) + 1;
		sink_queue_push(queue, text, length);
		text += length;
		size -= length;
	}
}

void sink_queue_supersede(struct sink_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	while (*first_untaken(queue)) {
		unlink_at(queue, first_untaken(queue));
		queue->counts.offered--;
	}
	pthread_mutex_unlock(&queue->lock);
}

void sink_queue_lose(struct sink_queue *queue, uint64_t messages)
{
	pthread_mutex_lock(&queue->lock);
	queue->counts.offered += messages;
	lose(queue, messages);
	pthread_mutex_unlock(&queue->lock);
}

struct sink_message *sink_queue_next(struct sink_queue *queue)
{
	struct sink_message *message;

	pthread_mutex_lock(&queue->lock);
	message = *first_untaken(queue);
	if (message) {
		message->end = UINT64_MAX;
		message->refused = false;
		queue->last_sent = message;
	}
	pthread_mutex_unlock(&queue->lock);
	return message;
}

void sink_queue_sent(struct sink_queue *queue, struct sink_message *message, uint64_t end)
{
	pthread_mutex_lock(&queue->lock);
	message->end = end;
	pthread_mutex_unlock(&queue->lock);
}

void sink_queue_refuse(struct sink_queue *queue, uint64_t end)
{
	struct sink_message *message;

	pthread_mutex_lock(&queue->lock);
	for (message = queue->head; message && message->end < end; message = message->next)
		;
	if (message && message->end == end)
		message->refused = true;
	pthread_mutex_unlock(&queue->lock);
}

uint64_t sink_queue_ack(struct sink_queue *queue, uint64_t acked)
{
	uint64_t delivered = 0;

	pthread_mutex_lock(&queue->lock);
	while (queue->last_sent && queue->head->end <= acked) {
		if (queue->head->refused) {
			lose(queue, 1);
			queue->counts.refusing = true;
		} else {
			delivered++;
		}
		unlink_at(queue, &queue->head);
	}
	queue->counts.delivered += delivered;
	if (delivered && queue->counts.bytes < queue->max / 2)
		queue->counts.losing = false;
	pthread_mutex_unlock(&queue->lock);
	return delivered;
}

void sink_queue_rewind(struct sink_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->last_sent = NULL;
	pthread_mutex_unlock(&queue->lock);
}

void sink_queue_abandon(struct sink_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	if (queue->counts.queued)
		lose(queue, queue->counts.queued);
	drop_all(queue);
	pthread_mutex_unlock(&queue->lock);
}

struct sink_counts sink_queue_counts(struct sink_queue *queue)
{
	struct sink_counts counts;

	pthread_mutex_lock(&queue->lock);
	counts = queue->counts;
	pthread_mutex_unlock(&queue->lock);
	return counts;
}
